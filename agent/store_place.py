"""Where the profiles of a workspace lie.

It knows the environment and the workspace's own file; it does not know what is stored.
"""

from __future__ import annotations

import os

from retrieval.workspace_folder import WorkspaceFolder

__all__ = ["store_place"]


def store_place(folder: WorkspaceFolder, named: str | None = None) -> str:
    """Address of the store: the one that was named, ``PALATE_STORE``, or the workspace's file."""
    return named or os.environ.get("PALATE_STORE") or folder.store_url
