"""The engine's files: vectors, factors, interactions and index in one folder.

It knows arrays and file names; it does not know what they mean. Vectors are mapped into memory,
not read.

=====================  ==========================================================
``vectors.npy``        item vectors, ``(n_items, dim) float32``
``text_mean.npy``      mean text vector
``factors.npy``        collaborative item vectors as they were learned
``interactions.npz``   users, items, likes and times
``newcomers.npz``      what places items that come later
``index.json``         which search index, and what it was measured to find
``index.faiss``        the search index, unless it is the exact one
``engine.json``        encoder, sizes, configuration
=====================  ==========================================================
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from interest.errors import WorkspaceError
from retrieval.matrix import InteractionMatrix
from retrieval.seams import FloatArray

__all__ = ["EngineArrays", "read_arrays", "write_arrays", "write_matrix"]


@dataclass(frozen=True, kw_only=True)
class EngineArrays:
    """What is written besides the index.

    Attributes:
        vectors: ``(n_items, dim) float32``.
        text_mean: ``(text_dim,) float32``.
        factors: ``(n_items, collaborative_dim) float32``.
        interactions: What the factors were learned from.
        facts: JSON-serialisable: encoder, sizes, configuration.
    """

    vectors: FloatArray
    text_mean: FloatArray
    factors: FloatArray
    interactions: InteractionMatrix
    facts: Mapping[str, Any]


def write_arrays(folder: Path, arrays: EngineArrays) -> None:
    """Write all files but the index; the folder is made if need be."""
    folder.mkdir(parents=True, exist_ok=True)
    np.save(folder / "vectors.npy", arrays.vectors, allow_pickle=False)
    np.save(folder / "text_mean.npy", arrays.text_mean, allow_pickle=False)
    np.save(folder / "factors.npy", arrays.factors, allow_pickle=False)
    write_matrix(folder / "interactions.npz", arrays.interactions)
    (folder / "engine.json").write_text(json.dumps(arrays.facts, indent=2), encoding="utf-8")


def write_matrix(path: Path, matrix: InteractionMatrix) -> None:
    """Write ``interactions.npz`` alone."""
    np.savez(
        path,
        size=np.array([matrix.n_users, matrix.n_items], dtype=np.int64),
        users=matrix.users,
        items=matrix.items,
        liked=matrix.liked,
        times=matrix.times,
    )


def read_arrays(folder: Path) -> EngineArrays:
    """Read what :func:`write_arrays` wrote; the vectors stay on disk until they are touched.

    Raises:
        WorkspaceError: A file is missing or damaged.
    """
    try:
        with np.load(folder / "interactions.npz", allow_pickle=False) as kept:
            matrix = InteractionMatrix(
                n_users=int(kept["size"][0]),
                n_items=int(kept["size"][1]),
                users=kept["users"],
                items=kept["items"],
                liked=kept["liked"],
                times=kept["times"],
            )
        return EngineArrays(
            vectors=np.load(folder / "vectors.npy", mmap_mode="r", allow_pickle=False),
            text_mean=np.load(folder / "text_mean.npy", allow_pickle=False),
            factors=np.load(folder / "factors.npy", allow_pickle=False),
            interactions=matrix,
            facts=json.loads((folder / "engine.json").read_text(encoding="utf-8")),
        )
    except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
        raise WorkspaceError(
            f"The vectors in {folder} cannot be read ({error}).", "Run palate build again."
        ) from error
