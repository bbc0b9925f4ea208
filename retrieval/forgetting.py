"""Forgetting somebody in a build: their interactions and reviews go from its files at once.

It knows files of a build; it does not know profiles. Signals that keep a row per person are solved
anew. Factors that were learned with them stay until the next build, which the tombstone keeps them
out of; fitting anew takes minutes, forgetting what can be read must not.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from interest.domain import load_domain
from retrieval.catalogue import Catalogue
from retrieval.engine_files import write_matrix
from retrieval.interaction_file import (
    read_interactions,
    read_reviews,
    write_interactions,
    write_reviews,
)
from retrieval.manifest import MANIFEST_FILE, FileStamp, Manifest
from retrieval.matrix import InteractionMatrix
from retrieval.signals.files import solve_again
from retrieval.types import Interaction, Review
from retrieval.workspace import (
    CATALOGUE_FILE,
    ENGINE_FOLDER,
    INTERACTIONS_FILE,
    REVIEWS_FILE,
    Workspace,
)
from retrieval.workspace_folder import WorkspaceFolder

__all__ = ["forget_in_build", "users_in_build"]


def forget_in_build(path: Path, user_id: str, *, now: datetime) -> Mapping[str, int]:
    """Take somebody out of the build in use; how many interactions and reviews went.

    A new build with the remaining rows takes the place of the old one in one step, and the old one
    is removed. Programs that have it open keep what they have until they open it again.

    Raises:
        WorkspaceError: A build is running, or the files are damaged.
    """
    folder = WorkspaceFolder(path)
    if folder.current() is None:
        return {}
    data, manifest = Workspace.check(path)
    interactions = read_interactions(data / INTERACTIONS_FILE)
    has_reviews = REVIEWS_FILE in manifest.files
    reviews = read_reviews(data / REVIEWS_FILE) if has_reviews else ()
    kept = tuple(one for one in interactions if one.user_id != user_id)
    words = tuple(one for one in reviews if one.user_id != user_id)
    gone = {
        "interactions": len(interactions) - len(kept),
        "reviews": len(reviews) - len(words),
    }
    if not any(gone.values()):
        return gone
    with folder.building(now) as fresh:
        # The files that stay are the same ones: linked, not copied.
        shutil.copytree(data, fresh, copy_function=os.link, dirs_exist_ok=True)
        _replace(fresh / INTERACTIONS_FILE, lambda part: write_interactions(part, kept))
        if has_reviews:
            _replace(fresh / REVIEWS_FILE, lambda part: write_reviews(part, words))
        matrix = _write_matrix(fresh, manifest.domain, kept)
        signals = solve_again(fresh / ENGINE_FOLDER, matrix)
        _stamp(fresh, manifest, kept, words, signals)
    folder.drop_old()
    return gone


def users_in_build(path: Path) -> frozenset[str]:
    """Everybody whose interactions or reviews are in the build in use."""
    data = WorkspaceFolder(path).current()
    if data is None:
        return frozenset()
    rows = [one.user_id for one in read_interactions(data / INTERACTIONS_FILE)]
    if (data / REVIEWS_FILE).exists():
        rows += [one.user_id for one in read_reviews(data / REVIEWS_FILE)]
    return frozenset(rows)


def _replace(path: Path, write: Callable[[Path], None]) -> None:
    """Write beside and rename: the linked file of the old build must not change."""
    part = path.with_name(f"new-{path.name}")
    write(part)
    part.replace(path)


def _write_matrix(fresh: Path, domain: str, kept: Sequence[Interaction]) -> InteractionMatrix:
    catalogue = Catalogue.load(fresh / CATALOGUE_FILE, load_domain(domain))
    matrix = InteractionMatrix.of(kept, catalogue.row, len(catalogue))
    _replace(fresh / ENGINE_FOLDER / "interactions.npz", lambda part: write_matrix(part, matrix))
    return matrix


def _stamp(
    fresh: Path,
    manifest: Manifest,
    kept: Sequence[Interaction],
    words: Sequence[Review],
    signals: frozenset[str],
) -> None:
    engine = {f"{ENGINE_FOLDER}/{name}" for name in ("interactions.npz", *signals)}
    changed = {INTERACTIONS_FILE, REVIEWS_FILE, *engine}
    stamps = {
        name: FileStamp.of(fresh / name) if name in changed else stamp
        for name, stamp in manifest.files.items()
        if (fresh / name).exists()
    }
    facts = {
        "n_interactions": len(kept),
        "n_users": len({one.user_id for one in kept}),
        "n_reviews": len(words),
        "files": stamps,
    }
    (fresh / MANIFEST_FILE).unlink()
    manifest.model_copy(update=facts).write(fresh)
