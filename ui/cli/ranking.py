"""``palate eval ranking``: how good the order of recommendations is, beside simple methods."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from interest.errors import InputError
from ui.cli.bars import progress_bars
from ui.cli.columns import parse_columns
from ui.cli.output import answers_only, say, write_json
from ui.cli.settings import DomainOption, VerboseOption
from ui.cli.thresholds import parse_thresholds

if TYPE_CHECKING:
    from eval.ranking.dataset import Dataset
    from interest.progress import Progress
    from retrieval.seams import FloatArray

__all__ = ["ranking"]

_ALL = "all"
#: What is measured unless protocols are named, as far as the data allows it.
_USUAL = ("leave-one-out", "user-split", "given")
#: What is measured where the data allows none of them.
_WITHOUT_TIMES = "strong"
_EXAMPLE = "user-split.full.ranking.nDCG@20=0.25"


def ranking(
    data: Annotated[
        str | None,
        typer.Option(
            "--data",
            metavar="NAME|FOLDER|FILE",
            help="ml-100k, a folder in a known form (MovieLens, Amazon reviews, RecBole, the NCF "
            "split), or a file with interactions.",
        ),
    ] = None,
    catalog: Annotated[
        Path | None, typer.Option("--catalog", help="Catalogue to a --data FILE, as palate build.")
    ] = None,
    column: Annotated[
        list[str] | None,
        typer.Option(
            "--column",
            metavar="OURS=THEIRS",
            help="Name a column instead of guessing it, as palate build.",
        ),
    ] = None,
    workspace: Annotated[
        Path | None,
        typer.Option("--workspace", help="Measure on the data that a workspace was built from."),
    ] = None,
    domain: DomainOption = "movies",
    out: Annotated[Path | None, typer.Option("--out", help="Folder for the report.")] = None,
    protocol: Annotated[
        list[str] | None,
        typer.Option(
            "--protocol",
            metavar="NAME",
            show_default="leave-one-out, user-split, given, as far as the data allows",
            help="How to test; may be given repeatedly; all for all of them.",
        ),
    ] = None,
    method: Annotated[
        list[str] | None,
        typer.Option(
            "--method",
            metavar="NAME",
            show_default="all",
            help="What to measure; may be given repeatedly.",
        ),
    ] = None,
    versus: Annotated[
        str | None,
        typer.Option(
            "--versus",
            metavar="NAME",
            show_default="the best baseline",
            help="The method that others are compared with.",
        ),
    ] = None,
    seeds: Annotated[
        int, typer.Option("--seeds", min=1, help="Draws of protocols that hold out by chance.")
    ] = 1,
    liked: Annotated[
        bool,
        typer.Option("--liked", help="Only likes are wanted, instead of every interaction."),
    ] = False,
    users: Annotated[
        int | None,
        typer.Option("--users", min=2, help="Test no more users than this, drawn by chance."),
    ] = None,
    tune: Annotated[
        bool,
        typer.Option("--tune", help="Choose settings of methods on validation parts; takes long."),
    ] = False,
    text: Annotated[
        bool,
        typer.Option("--text/--no-text", help="Use what the catalogue tells about the items."),
    ] = True,
    fail_under: Annotated[
        list[str] | None,
        typer.Option(
            "--fail-under",
            metavar="FIGURE=NUMBER",
            help=f"Exit with 1 below: {_EXAMPLE}; with .ratio after the measure, the ratio to the "
            "method compared with.",
        ),
    ] = None,
    resume: Annotated[
        bool,
        typer.Option("--resume/--no-resume", help="Go on where an interrupted run stopped."),
    ] = True,
    list_: Annotated[
        bool, typer.Option("--list", help="Explain data, protocols, methods and measures.")
    ] = False,
    verbose: VerboseOption = False,
) -> None:
    """Measure how well recommendations are ordered, on what people really did.

    Nothing is learned from what is tested. Prints a JSON summary of the primary figures and writes
    summary.json and report.html. palate eval ranking --list explains protocols and methods.

    Examples:

    \b
      palate eval ranking --data ml-100k --out report
      palate eval ranking --data ratings.csv --catalog films.csv --out report --protocol all
      palate eval ranking --workspace palate-workspace --out report --method ials --seeds 3
    """
    if list_:
        _explain()
        return
    source = _Source(data=data, catalog=catalog, workspace=workspace, domain=domain, column=column)
    source.check()
    if out is None:
        raise InputError("No folder for the report.", "Add --out FOLDER.")
    thresholds = parse_thresholds(fail_under or (), example=_EXAMPLE)
    with answers_only(), progress_bars() as progress:
        from eval.ranking.cell_store import report_folder
        from eval.ranking.methods import choose_methods
        from eval.ranking.registry import METHODS
        from eval.ranking.report import write_ranking_report
        from eval.ranking.results import RankingSettings
        from eval.ranking.runs import run_ranking
        from eval.ranking.summary import summarise
        from eval.ranking.thresholds import (
            check_figures,
            is_met,
            possible_figures,
            threshold_figures,
        )

        choose_methods(method or (), METHODS, with_text=True)  # wrong names are told at once
        opened = source.open(progress)
        for note in opened.notes:
            say(f"Note: {note}")
        protocols = _protocols(protocol or (), opened)
        chosen, left_out = choose_methods(
            method or (), METHODS, with_text=text and opened.described
        )
        settings = RankingSettings(
            methods=chosen,
            protocols=protocols,
            seeds=tuple(range(seeds)),
            liked_only=liked,
            tune=tune,
            n_users=users,
            versus=versus,
        )
        check_figures(thresholds, possible_figures(settings))
        for name, why in left_out.items():
            say(f"Note: {name} is left out: it {why}.")
        with report_folder(out):
            vectors, encoder_id = _vectors(opened, progress) if text else (None, "")
            results = run_ranking(
                opened,
                settings,
                now=datetime.now(UTC),
                text=vectors,
                encoder_id=encoder_id,
                folder=out,
                resume=resume,
                left_out=left_out,
                progress=progress,
            )
            summary = summarise(results)
            figures = threshold_figures(summary)
            _, page = write_ranking_report(summary, out)
        _say_left_out(summary)
        if results.resumed:
            say(f"{results.resumed} cells were taken over from an interrupted run.")
        missed = [
            f"{path} is {figures[path]}, asked for {threshold}."
            for path, threshold in thresholds.items()
            if not is_met(figures, path, threshold)
        ]
        say(f"Report: {page}")
    write_json(_primary(summary))
    for line in missed:
        say(line)
    if missed:
        raise typer.Exit(1)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Source:
    """What somebody named as data."""

    data: str | None
    catalog: Path | None
    workspace: Path | None
    domain: str
    column: Sequence[str] | None

    def check(self) -> None:
        """Refuse what contradicts itself before anything is read.

        Raises:
            InputError: There is no data, or there are two.
        """
        if (self.data is None) == (self.workspace is None):
            raise InputError(
                "Name what to measure on: --data or --workspace, one of the two.",
                "Run palate eval ranking --data ml-100k --out report, or see --list.",
            )
        if self.data is None and (self.catalog or self.column):
            raise InputError("--catalog and --column go with --data FILE.", "Leave them out.")
        named = self.data is not None and not Path(self.data).is_file()
        if named and (self.catalog or self.column):
            raise InputError(
                f"--catalog and --column go with a file, and {self.data} is none.",
                "Name the file with the interactions: --data FILE.",
            )

    def open(self, progress: Progress) -> Dataset:
        """The data.

        Raises:
            PalateError: It cannot be had or read.
        """
        from eval.ranking.sources import Files, open_dataset, open_files, open_workspace
        from interest.domain import load_domain

        if self.workspace is not None:
            return open_workspace(self.workspace)
        domain = load_domain(self.domain)
        path = Path(self.data or "")
        if not path.is_file():
            return open_dataset(self.data or "", domain, progress=progress)
        columns = parse_columns(self.column or ())
        files = Files(
            interactions=path,
            catalogue=self.catalog,
            interaction_columns=columns.interactions,
            catalogue_columns=columns.catalog,
        )
        return open_files(files, domain)


def _protocols(names: Sequence[str], data: Dataset) -> tuple[Any, ...]:
    from eval.ranking.protocols import choose_protocols

    if _ALL in names:
        return choose_protocols((), data)
    if names:
        return choose_protocols(names, data)
    able = choose_protocols((), data)
    usual = tuple(protocol for protocol in able if protocol.name in _USUAL)
    return usual or choose_protocols([_WITHOUT_TIMES], data)


def _vectors(data: Dataset, progress: Progress) -> tuple[FloatArray | None, str]:
    """Text vectors and what made them."""
    from eval.ranking.texts import text_vectors
    from retrieval.encoder_files import default_encoder

    if not data.described:
        return None, ""
    encoder = default_encoder(progress=progress)
    return text_vectors(data, encoder, progress=progress), encoder.encoder_id


def _say_left_out(summary: dict[str, Any]) -> None:
    """Whom and what the figures are not about."""
    for name, found in summary["protocols"].items():
        for reason, n in found["split"][0]["left_out"].items():
            say(f"Note: {name}: {n:,} users are not tested: {reason}.")
        for method, why in found["failed"].items():
            say(f"Note: {name}: {method} failed: {why}")


def _primary(summary: dict[str, Any]) -> dict[str, Any]:
    """The primary figures of each view, for standard output; all of them are in the file."""
    return {
        "data": summary["data"]["name"],
        "protocols": {
            name: {
                view: {
                    "reference": figures["reference"],
                    "measure": found["measure"],
                    "sampled": figures["sampled"],
                    "methods": {
                        method: one[found["measure"]] for method, one in figures["methods"].items()
                    },
                }
                for view, figures in found["views"].items()
            }
            | ({"failed": found["failed"]} if found["failed"] else {})
            for name, found in summary["protocols"].items()
        },
    }


def _explain() -> None:
    """Everything that can be named, a line each, to standard output."""
    from eval.ranking.lists import LIST_MEASURES
    from eval.ranking.measures import ACCURACY
    from eval.ranking.protocols import PROTOCOLS
    from eval.ranking.registry import METHODS
    from eval.ranking.sources import NAMED

    print("Data (--data NAME, or a folder or file):")
    _columns(NAMED)
    print("\nProtocols (--protocol NAME); each is divided so that nothing tested is learned from:")
    for protocol in PROTOCOLS:
        needs = " Needs times." if protocol.timed else ""
        print(f"  {protocol.name}: {protocol.line}.{needs}")
        _columns({view.name: view.line for view in protocol.views}, indent=6)
    print("\nMethods (--method NAME):")
    _columns({one.name: one.line + (" (baseline)" if one.baseline else "") for one in METHODS})
    print(f"\nMeasures: {', '.join(ACCURACY)}; of the lists:")
    _columns(LIST_MEASURES)


def _columns(lines: Any, indent: int = 2) -> None:
    width = max(map(len, lines))
    for name, line in lines.items():
        print(f"{' ' * indent}{name:<{width}}  {line}")
