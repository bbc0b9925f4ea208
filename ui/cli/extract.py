"""``palate extract``: interests out of a file of texts, into a file of interests."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ui.cli.bars import progress_bars
from ui.cli.output import answers_only, say
from ui.cli.settings import (
    DEFAULT_WORKSPACE,
    BaseUrlOption,
    DomainOption,
    LlmOption,
    VerboseOption,
    WeightsOption,
    WorkspaceOption,
)
from ui.words import counted

__all__ = ["extract"]

#: Problems shown one by one; the others are counted.
_SHOWN = 10


def extract(
    source: Annotated[Path, typer.Option("--in", help='JSON Lines of {"id", "text"}, or .gz.')],
    target: Annotated[Path, typer.Option("--out", help="JSON Lines of interests to write.")],
    domain: DomainOption = "movies",
    batch_size: Annotated[
        int | None,
        typer.Option(
            "--batch-size",
            min=1,
            show_default="256, with --llm 8",
            help="Texts that are read, and kept, together.",
        ),
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Stop at the first line that cannot be used.")
    ] = False,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace a finished output.")
    ] = False,
    resume: Annotated[
        bool, typer.Option("--resume/--no-resume", help="Go on with an interrupted run.")
    ] = True,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    llm: LlmOption = None,
    llm_base_url: BaseUrlOption = None,
    weights: WeightsOption = None,
    verbose: VerboseOption = False,
) -> None:
    """Read interests out of every text of a file.

    Every interest comes with the words that show it and where they stand.

    Example:

    \b
      palate extract --in reviews.jsonl --out interests.jsonl
    """
    from interest.bulk import STAGES_IN_BYTES, extract_file
    from interest.domain import FacetKind
    from interest.evidence import Source
    from ui.cli.reading import open_reader

    with answers_only(), progress_bars(STAGES_IN_BYTES) as progress:
        reader = open_reader(
            domain,
            workspace,
            llm=llm,
            base_url=llm_base_url,
            progress=progress,
            weights=weights,
        )
        report = extract_file(
            source,
            target,
            reader.extractor,
            batch_size=batch_size or reader.batch_size,
            strict=strict,
            resume=resume,
            overwrite=overwrite,
            kind=Source.REVIEW if reader.domain.of_kind(FacetKind.ASPECT) else Source.CHAT,
            progress=progress,
        )
    for problem in report.problems[:_SHOWN]:
        say(f"Not used: {problem}")
    if report.n_problems > _SHOWN:
        say(f"… and {counted(report.n_problems - _SHOWN, 'more line')} that could not be used.")
    resumed = f" ({report.resumed} of them by an earlier run)" if report.resumed else ""
    say(
        f"{counted(report.texts, 'text')}{resumed}, {counted(report.interests, 'interest')}, "
        f"read by {reader.extractor.name}: {target}"
    )
