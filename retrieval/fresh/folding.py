"""Folding: a workspace built again from its own data, with every change of items in it.

It knows where a workspace keeps what it was built from; it does not know how building works.
"""

from __future__ import annotations

from pathlib import Path

from interest.domain import load_domain
from interest.progress import Progress, no_progress
from retrieval.build import BuildFacts, build_workspace
from retrieval.catalogue import Catalogue
from retrieval.encoder_files import encoder_by_id
from retrieval.interaction_file import read_interactions, read_reviews
from retrieval.seams import Encoder
from retrieval.workspace import INTERACTIONS_FILE, REVIEWS_FILE, Workspace
from retrieval.workspace_folder import CATALOGUE_FILE

__all__ = ["fold"]


def fold(
    path: Path, encoder: Encoder | None = None, *, progress: Progress = no_progress
) -> Workspace:
    """Build a workspace again from what it holds.

    Items change as usual meanwhile; the workspace in use stays as it was until the end.

    Args:
        path: Folder that ``palate build`` made.
        encoder: The encoder it was built with; None takes the one that the manifest names.
        progress: Told how far each stage is.

    Raises:
        WorkspaceError: There is no workspace, it is damaged, or another build is running.
    """
    data, manifest = Workspace.check(path)
    return build_workspace(
        path,
        Catalogue.load(data / CATALOGUE_FILE, load_domain(manifest.domain)),
        read_interactions(data / INTERACTIONS_FILE),
        encoder or encoder_by_id(manifest.encoder_id),
        reviews=read_reviews(data / REVIEWS_FILE) if REVIEWS_FILE in manifest.files else (),
        facts=BuildFacts(
            origin=manifest.origin,
            notes=manifest.notes,
            sources=manifest.sources,
            imports=manifest.imports,
        ),
        progress=progress,
    )
