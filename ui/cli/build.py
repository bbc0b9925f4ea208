"""``palate build``: a catalogue, and what people did with it, become a workspace."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from interest.errors import AssetError, InputError
from interest.progress import Progress
from ui.cli.bars import progress_bars
from ui.cli.columns import ColumnChoices, parse_columns
from ui.cli.output import answers_only, say
from ui.cli.settings import DEFAULT_WORKSPACE, DomainOption, VerboseOption, WorkspaceOption

if TYPE_CHECKING:
    from retrieval.importers import ImportReport
    from retrieval.index_choice import IndexConfig
    from retrieval.workspace import Workspace

__all__ = ["build", "build_demo_if_missing"]


def build(
    demo: Annotated[
        bool, typer.Option("--demo", help="Build the demo: films and MovieLens ratings.")
    ] = False,
    catalog: Annotated[
        Path | None, typer.Option("--catalog", help="Catalogue: CSV, JSON Lines or Parquet.")
    ] = None,
    interactions: Annotated[
        Path | None,
        typer.Option("--interactions", help="Ratings or events: MovieLens, Amazon, RecBole …"),
    ] = None,
    reviews: Annotated[
        Path | None, typer.Option("--reviews", help="Reviews with user, item and text.")
    ] = None,
    column: Annotated[
        list[str] | None,
        typer.Option(
            "--column",
            metavar="OURS=THEIRS",
            help="Name a column instead of guessing it: title=name, interactions.item_id=sku.",
        ),
    ] = None,
    drop_changes: Annotated[
        bool,
        typer.Option("--drop-changes", help="Drop what palate items changed; a copy is put aside."),
    ] = False,
    index: Annotated[
        str,
        typer.Option("--index", help="Search index: auto (by size), exact, flat, pq, ivf, hnsw."),
    ] = "auto",
    domain: DomainOption = "movies",
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    verbose: VerboseOption = False,
) -> None:
    """Build a workspace: import, encode, factorise, index.

    A build that fails leaves the workspace that is there in use. Profiles are kept, and so is what
    palate items changed.

    Examples:

    \b
      palate build --demo
      palate build --catalog shop.csv --interactions events.csv --column title=name
    """
    if demo == (catalog is not None):
        raise InputError(
            "Name what to build: the demo or a catalogue, one of the two.",
            "Run palate build --demo, or palate build --catalog FILE.",
        )
    if demo and (interactions or reviews or column):
        raise InputError(
            "--demo brings its own data; --interactions, --reviews and --column go with --catalog.",
            "Leave them out.",
        )
    from retrieval.index_choice import IndexConfig

    options = _Options(IndexConfig(kind=index), drop_changes)
    with answers_only(), progress_bars() as progress:
        if catalog is None:
            _build_demo(workspace, options, progress)
        else:
            files = _Files(catalog, interactions, reviews, parse_columns(column or ()))
            _say_built(_build_files(workspace, files, domain, options, progress))


def build_demo_if_missing(workspace: Path, llm: str | None = None) -> None:
    """Build the demo workspace and get the model, unless they are there; then says nothing.

    Without the embedded model the rules still do all of its work, so its absence is only told.

    Raises:
        PalateError: It cannot be built.
    """
    from agent.llm.factory import prepare_llm
    from retrieval.demo import ensure_demo

    with answers_only(), progress_bars() as progress:
        _show_terms()
        ensure_demo(workspace, progress=progress)
        try:
            prepare_llm(llm, progress=progress)
        except AssetError as error:
            say(f"Note: {error} Palate works without it, by rules.")


@dataclass(frozen=True, slots=True)
class _Options:
    """How to build, whatever the data."""

    index: IndexConfig
    drop_changes: bool


class _Files:
    """The files that somebody named."""

    def __init__(
        self,
        catalog: Path,
        interactions: Path | None,
        reviews: Path | None,
        columns: ColumnChoices,
    ) -> None:
        self.catalog = catalog
        self.interactions = interactions
        self.reviews = reviews
        self.columns = columns


def _build_demo(workspace: Path, options: _Options, progress: Progress) -> None:
    from retrieval.demo import build_demo
    from retrieval.engine_config import EngineConfig

    _show_terms()
    _say_built(
        build_demo(
            workspace,
            drop_changes=options.drop_changes,
            config=EngineConfig(index=options.index),
            progress=progress,
        )
    )


def _show_terms() -> None:
    """The terms of the ratings, once on every machine, before they are fetched."""
    from interest.assets import note_terms_shown, unseen_terms
    from retrieval.demo.assets import RATINGS

    terms = unseen_terms(RATINGS)
    if terms:
        say(terms)
        note_terms_shown(RATINGS)


def _build_files(
    workspace: Path, files: _Files, domain_name: str, options: _Options, progress: Progress
) -> Workspace:
    from interest.domain import load_domain
    from retrieval.build import BuildFacts, build_workspace
    from retrieval.catalogue import Catalogue
    from retrieval.encoder_files import MINILM, default_encoder
    from retrieval.engine_config import EngineConfig
    from retrieval.fresh.keeping import with_kept_changes
    from retrieval.importers import load_catalogue, load_interactions, load_reviews

    domain = load_domain(domain_name)
    items = load_catalogue(files.catalog, domain, column_map=files.columns.catalog)
    reports = [_shown(items.report)]
    catalogue = Catalogue(items.items, domain, weights=items.weights)
    # What people did with items that were added or removed by hand counts as well.
    known = frozenset(item.item_id for item in with_kept_changes(workspace, catalogue))
    actions = said = None
    if files.interactions is not None:
        actions = load_interactions(
            files.interactions, known_items=known, column_map=files.columns.interactions
        )
        reports.append(_shown(actions.report))
    if files.reviews is not None:
        said = load_reviews(files.reviews, known_items=known, column_map=files.columns.reviews)
        reports.append(_shown(said.report))
    return build_workspace(
        workspace,
        catalogue,
        actions.interactions if actions else (),
        default_encoder(progress=progress),
        reviews=said.reviews if said else (),
        facts=BuildFacts(sources=(MINILM,), imports=[report.as_json() for report in reports]),
        drop_changes=options.drop_changes,
        config=EngineConfig(index=options.index),
        progress=progress,
    )


def _shown(report: ImportReport) -> ImportReport:
    for line in report.lines():
        say(line)
    return report


def _say_built(workspace: Workspace) -> None:
    manifest = workspace.manifest
    rated = f"{manifest.n_interactions:,} interactions of {manifest.n_users:,} people"
    nouns = workspace.catalogue.domain.nouns
    for note in manifest.notes:
        say(f"Note: {note}")
    say(
        f"Built {workspace.path}: {manifest.n_items:,} {nouns}, "
        f"{rated if manifest.n_interactions else 'no interactions'}. "
        f"Next: palate serve --workspace {workspace.path}"
    )
