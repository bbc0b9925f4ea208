"""User vectors: one vector per person in the space of the item vectors, and ``.npy`` files of them.

It knows likes, phrases and vectors; it does not know profiles. A vector is

    unit centroid of the texts  ⊕  fold-in into the collaborative factors

so that its inner product with an item's vector without the last place says how well both go
together. A side of which nothing is known is zero.
"""

from __future__ import annotations

import io
import json
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from retrieval.encoder import unit_rows
from retrieval.fusion import FusedSpace
from retrieval.seams import CollaborativeModel, FloatArray, IntArray
from retrieval.taste import fold_in

__all__ = ["NpyVectors", "user_vector"]

_HEADER = 128
_IDS = "users.jsonl"
_VECTORS = "vectors.npy"


def user_vector(
    space: FusedSpace,
    model: CollaborativeModel,
    *,
    liked: IntArray,
    disliked: IntArray,
    phrases: FloatArray,
) -> FloatArray:
    """A person's vector.

    Args:
        space: The item vectors.
        model: Folds likes in.
        liked: Rows of liked items, oldest first.
        disliked: Rows.
        phrases: ``(n, text_dim)``; raw text vectors of what the person likes in words.

    Returns:
        ``(text_dim + collaborative_dim,) float32``.
    """
    texts = np.vstack((space.text(liked), unit_rows(phrases - space.text_mean)))
    out = np.zeros(space.text_dim + space.collaborative_dim, dtype=np.float32)
    if len(texts):
        out[: space.text_dim] = unit_rows(texts.mean(axis=0, keepdims=True))[0]
    folded = fold_in(model, space, liked, disliked)
    if folded is not None:
        out[space.text_dim :] = folded
    return out


class NpyVectors:
    """``vectors.npy`` and ``users.jsonl`` beside it, row by row; a killed run can go on.

    Args:
        folder: Where the files go.
        dim: Length of a vector.
        vector: Of one profile.
        user_id: Of one profile.
        done: Sizes of the files that an earlier run committed.
    """

    def __init__(
        self,
        folder: Path,
        dim: int,
        vector: Callable[[Any], FloatArray],
        user_id: Callable[[Any], str],
        done: Mapping[str, int],
    ) -> None:
        self._dim, self._vector, self._user_id = dim, vector, user_id
        self._ids = (folder / _IDS).open("ab")
        self._ids.truncate(done.get(_IDS, 0))
        path = folder / _VECTORS
        path.touch()
        self._rows = path.open("r+b")
        self._rows.truncate(done.get(_VECTORS, 0))
        self._rows.seek(max(done.get(_VECTORS, 0), _HEADER))

    def write(self, profiles: Sequence[Any]) -> None:
        """Add a page of profiles."""
        vectors = np.array([self._vector(p) for p in profiles], dtype="<f4")
        self._rows.write(vectors.tobytes())
        lines = (json.dumps(self._user_id(p), ensure_ascii=False) + "\n" for p in profiles)
        self._ids.write("".join(lines).encode())

    def commit(self) -> Mapping[str, int]:
        """Put everything on the disk; the header then says how many rows there are."""
        end = self._rows.tell()
        header = io.BytesIO()
        shape = ((end - _HEADER) // (4 * self._dim), self._dim)
        facts = {"descr": "<f4", "fortran_order": False, "shape": shape}
        np.lib.format.write_array_header_1_0(header, facts)
        if len(header.getvalue()) != _HEADER:
            raise AssertionError("NumPy pads its headers to 128 bytes")
        self._rows.seek(0)
        self._rows.write(header.getvalue())
        self._rows.seek(end)
        for file in (self._rows, self._ids):
            file.flush()
            os.fsync(file.fileno())
        return {_VECTORS: end, _IDS: self._ids.tell()}

    def close(self) -> None:
        """Let go of the files."""
        self._rows.close()
        self._ids.close()
