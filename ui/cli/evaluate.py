"""``palate eval``: how good Palate is on data with known answers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from interest.errors import InputError
from ui.cli.bars import progress_bars
from ui.cli.output import answers_only, say, write_json
from ui.cli.ranking import ranking
from ui.cli.settings import (
    DEFAULT_WORKSPACE,
    BaseUrlOption,
    DomainOption,
    LlmOption,
    VerboseOption,
    WeightsOption,
    WorkspaceOption,
)
from ui.cli.thresholds import parse_thresholds

if TYPE_CHECKING:
    from eval.extraction import ExtractionReport

__all__ = ["eval_app"]

eval_app = typer.Typer(no_args_is_help=True, help="Measure quality on data with known answers.")

#: Draws the bootstrap samples; the same data gives the same intervals.
_SEED = 20_260_101


@eval_app.callback()
def measure() -> None:
    """Measure quality on data with known answers."""


@eval_app.command()
def extraction(
    data: Annotated[
        list[Path],
        typer.Option(
            "--data", metavar="FILE", help="Gold file, JSON Lines; may be given repeatedly."
        ),
    ],
    out: Annotated[Path, typer.Option("--out", help="Folder for the report.")],
    domain: DomainOption = "movies",
    fold: Annotated[
        list[str] | None,
        typer.Option(
            "--fold",
            metavar="FINE=COARSE",
            help="Count a finer facet as a coarser one: mood=genre.",
        ),
    ] = None,
    versus: Annotated[
        list[str] | None,
        typer.Option(
            "--versus",
            metavar="LLM",
            help="Compare with another model, text by text, as in --llm: none (rules), "
            "zero-shot (the embedded model untrained), openai:MODEL; may be given repeatedly.",
        ),
    ] = None,
    limit: Annotated[
        int | None, typer.Option("--limit", min=1, help="Only the first so many texts.")
    ] = None,
    fail_under: Annotated[
        list[str] | None,
        typer.Option(
            "--fail-under",
            metavar="MEASURE=NUMBER",
            help="Exit with 1 below: overlap.micro.f1=0.8.",
        ),
    ] = None,
    batch_size: Annotated[
        int | None,
        typer.Option(
            "--batch-size",
            min=1,
            show_default="256, with --llm 8",
            help="Texts that are read, and kept, together.",
        ),
    ] = None,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    llm: LlmOption = None,
    llm_base_url: BaseUrlOption = None,
    weights: WeightsOption = None,
    verbose: VerboseOption = False,
) -> None:
    """Measure how well interests are read out of texts.

    Prints a JSON summary and writes summary.json, predictions.jsonl and report.html per file.

    Example:

    \b
      palate eval extraction --data ccpe.dev.jsonl --out report --fail-under overlap.micro.f1=0.7
    """
    from eval.folding import parse_fold
    from eval.report import write_report

    thresholds = parse_thresholds(fail_under or ())
    folded = parse_fold(fold or ())
    if len({path.name for path in data}) < len(data):
        raise InputError("Two --data files have one name.", "Rename one of them.")
    summaries: dict[str, Any] = {}
    missed: list[str] = []
    with answers_only(), progress_bars() as progress:
        from ui.cli.reading import open_reader

        reader = open_reader(
            domain,
            workspace,
            llm=llm,
            base_url=llm_base_url,
            progress=progress,
            versus=versus or (),
            weights=weights,
        )
        for path in data:
            report = reader.evaluate(
                path,
                fold=folded,
                limit=limit,
                batch_size=batch_size or reader.batch_size,
                seed=_SEED,
                progress=progress,
            )
            folder = out if len(data) == 1 else out / path.name.removesuffix(".jsonl")
            written = write_report(report, folder)
            summaries[path.name] = report.summary()
            missed += _missed(report, path.name, thresholds)
            say(f"Report: {written[-1]}")
    write_json(next(iter(summaries.values())) if len(data) == 1 else summaries)
    for line in missed:
        say(line)
    if missed:
        raise typer.Exit(1)


def _missed(report: ExtractionReport, name: str, thresholds: dict[str, float]) -> list[str]:
    return [
        f"{name}: {measure} is {report.value(measure)}, asked for {threshold}."
        for measure, threshold in thresholds.items()
        if not report.meets(threshold, measure)
    ]


eval_app.command()(ranking)
