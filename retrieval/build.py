"""Building a workspace: fit the engine, write everything, then switch.

It knows the steps and their order; it does not know where the data came from. Until the last step
the workspace in use stays as it was.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from interest.assets import Asset
from interest.errors import DataError, WorkspaceError
from interest.progress import Progress, no_progress
from retrieval.caching_encoder import CachingEncoder
from retrieval.catalogue import Catalogue
from retrieval.engine import Engine
from retrieval.engine_config import EngineConfig
from retrieval.fresh.keeping import Kept
from retrieval.interaction_file import write_interactions, write_reviews
from retrieval.manifest import FORMAT, FileStamp, Manifest, Origin, SourceNote
from retrieval.seams import Encoder
from retrieval.tombstones import Tombstones
from retrieval.types import Interaction, Review
from retrieval.workspace import (
    CATALOGUE_FILE,
    ENGINE_FOLDER,
    INTERACTIONS_FILE,
    REVIEWS_FILE,
    Workspace,
)
from retrieval.workspace_folder import WorkspaceFolder

__all__ = ["BuildFacts", "build_workspace"]

_MB = 1_000_000
#: What a build writes besides vectors.
_SPACE = 50 * _MB
#: Times the text vectors are written: in the cache, in the fused vectors, in the index.
_COPIES = 4

_CONTENT_ONLY = "Content only: there are no interactions, recommendations rest on the catalogue."


def _no_reports() -> list[Mapping[str, Any]]:
    return []


@dataclass(frozen=True, kw_only=True)
class BuildFacts:
    """What the manifest should say besides what the build itself knows.

    Attributes:
        origin: Whether it is the demo.
        notes: What people should know, one sentence each.
        sources: Files that came from elsewhere, for their licences.
        imports: What was read from which file, see ``ImportReport.as_json``.
    """

    origin: Origin = "files"
    notes: tuple[str, ...] = ()
    sources: tuple[Asset | SourceNote, ...] = ()
    imports: Sequence[Mapping[str, Any]] = field(default_factory=_no_reports)


def build_workspace(
    path: Path,
    catalogue: Catalogue,
    interactions: Sequence[Interaction],
    encoder: Encoder,
    *,
    reviews: Sequence[Review] = (),
    facts: BuildFacts | None = None,
    config: EngineConfig | None = None,
    drop_changes: bool = False,
    progress: Progress = no_progress,
    now: datetime | None = None,
) -> Workspace:
    """Build a workspace, or rebuild it; profiles in it are not touched.

    Items that were added, changed or removed in the workspace since stay so, whatever the
    catalogue says; the manifest says how many.

    A build that fails or is killed leaves the workspace in use as it was. What was encoded is
    kept, so that the next build goes on from there.

    Args:
        path: Folder of the workspace; made if need be.
        catalogue: The items; at least one. Without any weights, an item's weight becomes its
            number of interactions.
        interactions: May be empty: then only content counts, and the manifest says so. Those of
            people who were deleted are left out, see :class:`retrieval.tombstones.Tombstones`.
        encoder: Texts to vectors.
        reviews: Kept for later use.
        facts: For the manifest.
        config: Engine parameters.
        drop_changes: Whether such changes are dropped instead; a copy is put aside.
        progress: Told how far each stage is.
        now: The build's time; the present by default.

    Returns:
        The new workspace, opened.

    Raises:
        DataError: The catalogue is empty.
        UnknownNameError: An interaction names an item that the catalogue has not.
        WorkspaceError: Another build is running, the disk is full, or the folder belongs to
            something else.
    """
    if not len(catalogue):
        raise DataError("The catalogue is empty.", "Check the file it was read from.")
    stones = Tombstones(path)
    interactions = stones.without_forgotten(interactions)
    reviews = stones.without_forgotten(reviews)
    now, facts = now or datetime.now(UTC), facts or BuildFacts()
    try:
        kept = Kept.read(path, catalogue, build=f"{now:%Y%m%dT%H%M%S}", drop=drop_changes)
        facts = replace(facts, notes=kept.notes(facts.notes))
        material = _Material(
            catalogue=_weighted(kept.applied(catalogue), interactions),
            interactions=interactions,
            reviews=reviews,
            encoder=encoder,
            facts=facts,
            kept=kept,
            now=now,
        )
        _build(WorkspaceFolder(path), material, config, progress)
    except OSError as error:
        raise WorkspaceError(
            f"The workspace {path} cannot be written: {error.strerror or error}.",
            "Free some space, or name another folder with --workspace.",
        ) from error
    return Workspace.open(path, encoder)


@dataclass(frozen=True, kw_only=True)
class _Material:
    """What one build is made of; see :func:`build_workspace`."""

    catalogue: Catalogue
    interactions: Sequence[Interaction]
    reviews: Sequence[Review]
    encoder: Encoder
    facts: BuildFacts
    kept: Kept
    now: datetime


def _build(
    folder: WorkspaceFolder, material: _Material, config: EngineConfig | None, progress: Progress
) -> None:
    def finish(data: Path) -> None:
        material.kept.hand_over(data, material.catalogue, material.encoder)

    with folder.building(material.now, finish=finish) as data:
        _check_space(data, material)
        cache = CachingEncoder(material.encoder, folder.text_vectors)
        engine = Engine.fit(
            material.catalogue, material.interactions, cache, config=config, progress=progress
        )
        progress("writing the workspace", 0, 1)
        _write(data, material, engine)
        _manifest(data, material, engine).write(data)
        cache.forget_unused()
    progress("writing the workspace", 1, 1)


def _weighted(catalogue: Catalogue, interactions: Sequence[Interaction]) -> Catalogue:
    if any(catalogue.weight(item.item_id) for item in catalogue):
        return catalogue
    counts = Counter(one.item_id for one in interactions)
    return Catalogue(catalogue.items, catalogue.domain, weights=counts, removed=catalogue.removed)


def _check_space(data: Path, material: _Material) -> None:
    size = 4 * (material.encoder.dim + 64)
    needed = _SPACE + _COPIES * size * len(material.catalogue)
    free = shutil.disk_usage(data).free
    if free < needed:
        raise WorkspaceError(
            f"Building needs {needed / _MB:.0f} MB; {data.parent} has {free / _MB:.0f} MB free.",
            "Free some space, or name another folder with --workspace.",
        )


def _write(data: Path, material: _Material, engine: Engine) -> None:
    material.catalogue.save(data / CATALOGUE_FILE)
    write_interactions(data / INTERACTIONS_FILE, material.interactions)
    if material.reviews:
        write_reviews(data / REVIEWS_FILE, material.reviews)
    engine.save(data / ENGINE_FOLDER)
    material.kept.write(data)


def _manifest(data: Path, material: _Material, engine: Engine) -> Manifest:
    facts = material.facts
    notes = facts.notes
    if not material.interactions and not any(note.startswith("Content only") for note in notes):
        notes = (_CONTENT_ONLY, *notes)
    return Manifest(
        format=FORMAT,
        palate=_version(),
        created=material.now,
        origin=facts.origin,
        domain=material.catalogue.domain.name,
        encoder_id=material.encoder.encoder_id,
        encoder_dim=material.encoder.dim,
        catalogue_hash=material.catalogue.content_hash,
        n_items=material.catalogue.n_living,
        n_interactions=len(material.interactions),
        n_users=len({one.user_id for one in material.interactions}),
        n_reviews=len(material.reviews),
        engine=engine.parameters,
        notes=notes,
        sources=tuple(
            SourceNote(name=one.name, licence=one.licence, source=one.source)
            for one in facts.sources
        ),
        imports=facts.imports,
        files={
            path.relative_to(data).as_posix(): FileStamp.of(path)
            for path in sorted(data.rglob("*"))
            if path.is_file()
        },
    )


def _version() -> str:
    try:
        return version("palate")
    except PackageNotFoundError:  # run from a checkout that is not installed
        return "not installed"
