"""Where data to evaluate on comes from: a name, a folder in a known form, files, a workspace.

It knows file names of public data sets and the importers; it does not know protocols.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from eval.ranking.dataset import Dataset
from eval.ranking.ncf import is_ncf_folder, read_ncf_folder
from interest.domain import Domain, load_domain
from interest.errors import DataError, InputError
from interest.progress import Progress, no_progress
from retrieval.catalogue import Catalogue
from retrieval.demo import DEMO_DOMAIN, load_demo
from retrieval.importers import ImportReport, load_catalogue, load_interactions, load_reviews
from retrieval.interaction_file import read_interactions, read_reviews
from retrieval.types import Interaction, Item, Review
from retrieval.workspace import CATALOGUE_FILE, INTERACTIONS_FILE, REVIEWS_FILE, Workspace

__all__ = ["ML_100K", "NAMED", "Files", "open_dataset", "open_files", "open_workspace"]

ML_100K = "ml-100k"
#: What ``--data`` knows by name, with a line for people.
NAMED: Mapping[str, str] = {
    ML_100K: "MovieLens 100K from the package registry, joined with the demo's film catalogue",
}

#: Weights of a catalogue are often counts of the very interactions that are tested.
_WEIGHTS_NOTE = "How prominent the catalogue calls items is not used: it may count what is tested."
#: Interactions and catalogue of folders in a known form; "" where the form has no catalogue.
_FORMS = (
    ("ratings.csv", "movies.csv"),
    ("ratings.dat", "movies.dat"),
    ("u.data", "u.item"),
    ("*.inter", "*.item"),
    ("reviews_*.json.gz", "meta_*.json.gz"),
    ("reviews_*.json.gz", ""),
    ("reviews_*.json", ""),
)


def _no_columns() -> dict[str, str]:
    return {}


@dataclass(frozen=True, kw_only=True, slots=True)
class Files:
    """Files to import.

    Attributes:
        interactions: Who did what with which item.
        catalogue: The items; without it they are known by their ids only.
        interaction_columns: What is read → the column that it is read from.
        catalogue_columns: The same for the catalogue.
    """

    interactions: Path
    catalogue: Path | None = None
    interaction_columns: Mapping[str, str] = field(default_factory=_no_columns)
    catalogue_columns: Mapping[str, str] = field(default_factory=_no_columns)


def open_dataset(name: str, domain: Domain, *, progress: Progress = no_progress) -> Dataset:
    """Data by name, or from a folder or file.

    Args:
        name: One of :data:`NAMED`, a folder in a known form, or a file with interactions.
        domain: What the catalogue's columns mean.
        progress: Told how far reading is.

    Raises:
        InputError: There is no such name, folder or file; lists the names.
        DataError: The folder is in no known form, or a file cannot be read.
        AssetError: Named data cannot be had.
    """
    if name == ML_100K:
        return _ml_100k(progress)
    path = Path(name)
    if path.is_dir():
        return _folder(path, domain)
    if path.is_file():
        return open_files(Files(interactions=path), domain)
    raise InputError(
        f"There is no data {name!r}: it is no name, folder or file.",
        f"Names: {', '.join(NAMED)}; or give a folder or a file with interactions.",
    )


def open_files(files: Files, domain: Domain) -> Dataset:
    """Import interactions, and a catalogue where there is one.

    Raises:
        DataError: A file cannot be read or has nothing usable.
    """
    catalogue: Catalogue | None = None
    notes: list[str] = []
    if files.catalogue is not None:
        items = load_catalogue(files.catalogue, domain, column_map=files.catalogue_columns)
        catalogue = Catalogue(items.items, domain)
        notes += [*_losses(items.report), *([_WEIGHTS_NOTE] if items.weights else [])]
    actions = load_interactions(
        files.interactions, known_items=catalogue, column_map=files.interaction_columns
    )
    notes += _losses(actions.report)
    reviews = _reviews(files)
    if reviews:
        notes.append(f"{files.interactions.name}: {len(reviews):,} reviews.")
    if catalogue is None:
        catalogue = _ids_only(actions.interactions, domain)
        notes.append("No catalogue: items are known by their ids only.")
    return Dataset.of(
        files.interactions.name,
        catalogue,
        actions.interactions,
        described=files.catalogue is not None,
        reviews=reviews,
        notes=notes,
    )


def open_workspace(path: Path) -> Dataset:
    """What a workspace was built from.

    Raises:
        WorkspaceError: There is none, or it is damaged.
        DataError: It was built without interactions.
    """
    data, manifest = Workspace.check(path)
    domain = load_domain(manifest.domain)
    catalogue = Catalogue.load(data / CATALOGUE_FILE, domain)
    return Dataset.of(
        f"workspace {path.resolve().name}",
        Catalogue(catalogue.items, domain),
        read_interactions(data / INTERACTIONS_FILE),
        reviews=read_reviews(data / REVIEWS_FILE) if REVIEWS_FILE in manifest.files else (),
        notes=(*manifest.notes, _WEIGHTS_NOTE),
    )


def _ml_100k(progress: Progress) -> Dataset:
    """The rated films only: the other 16,000 of the demo's catalogue were never up for rating.

    A film's weight in the demo counts the ratings too, the tested ones among them; here it counts
    only those that the films' own source knows.
    """
    demo = load_demo(load_domain(DEMO_DOMAIN), progress=progress)
    rated = Counter(interaction.item_id for interaction in demo.interactions)
    items = [item for item in demo.catalogue if item.item_id in rated]
    weights = {key: max(demo.catalogue.weight(key) - n, 0.0) for key, n in rated.items()}
    catalogue = Catalogue(items, demo.catalogue.domain, weights=weights)
    return Dataset.of(ML_100K, catalogue, demo.interactions, notes=demo.notes)


def _folder(path: Path, domain: Domain) -> Dataset:
    if is_ncf_folder(path):
        return read_ncf_folder(path, domain)
    for actions, items in _FORMS:
        found, catalogue = sorted(path.glob(actions)), sorted(path.glob(items)) if items else []
        if found and (catalogue or not items):
            files = Files(interactions=found[0], catalogue=next(iter(catalogue), None))
            opened = open_files(files, domain)
            return replace(opened, name=path.resolve().name)
    forms = "; ".join(" and ".join(filter(None, form)) for form in _FORMS)
    raise DataError(
        f"{path} holds no data in a known form: {forms}; *.test.negative with *.test.rating.",
        "Name the files: --data FILE, and --catalog FILE if there is one.",
    )


def _reviews(files: Files) -> tuple[Review, ...]:
    """What people wrote, where the file with the interactions has a column of texts."""
    columns = {**files.interaction_columns}
    columns.pop("rating", None)
    try:
        return load_reviews(files.interactions, column_map=columns).reviews
    except DataError:  # interactions alone are what most files have
        return ()


def _ids_only(interactions: tuple[Interaction, ...], domain: Domain) -> Catalogue:
    ids = sorted({one.item_id for one in interactions})
    return Catalogue([Item(item_id=key, title=key, attributes={}) for key in ids], domain)


def _losses(report: ImportReport) -> list[str]:
    """What was not read as it stands, for the report."""
    read = ", ".join(f"{target} ← {column}" for target, column in report.column_map.items())
    lines = [f"{report.path.name}: {report.rows_kept:,} of {report.rows_read:,} rows used: {read}."]
    for counts in (report.skipped, report.notes):
        lines += [f"{report.path.name}: {reason}: {n:,} rows." for reason, n in counts.items()]
    return lines
