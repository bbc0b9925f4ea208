"""The seams of retrieval: encoder, collaborative model and vector index.

It knows what each must do and in which shapes; it does not know any library. The contract tests
in ``tests/contract`` run over every implementation and compare values.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from interest.progress import Progress, no_progress

__all__ = ["BoolArray", "CollaborativeModel", "Encoder", "FloatArray", "IntArray", "VectorIndex"]

FloatArray = NDArray[np.float32]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


class Encoder(Protocol):
    """Texts to vectors."""

    @property
    def encoder_id(self) -> str:
        """Name and content hash of the model; two encoders with one id give the same vectors."""
        ...

    @property
    def dim(self) -> int: ...

    def encode(self, texts: Sequence[str], *, progress: Progress = no_progress) -> FloatArray:
        """Encode texts.

        Args:
            texts: What to encode; may be empty texts.
            progress: Called while it works.

        Returns:
            ``(len(texts), dim) float32``, rows of length one. An empty text gives the vector
            of the empty string, not NaN.
        """
        ...


class CollaborativeModel(Protocol):
    """Item vectors from interactions, and a closed form for a user it never saw."""

    @property
    def dim(self) -> int: ...

    @property
    def item_vectors(self) -> FloatArray:
        """``(n_items, dim) float32``; all-zero rows for items without interactions."""
        ...

    def fold_in(self, liked: Sequence[int], disliked: Sequence[int] = ()) -> FloatArray | None:
        """The vector of a user with these items, given by row.

        Returns:
            ``(dim,) float32``, or None if nothing in it says anything (cold start).
        """
        ...


class VectorIndex(Protocol):
    """Maximum inner product search over rows with ids."""

    @property
    def name(self) -> str:
        """What searches, and on which device, for people."""
        ...

    @property
    def size(self) -> int: ...

    @property
    def dim(self) -> int: ...

    def search(
        self, queries: FloatArray, n: int, *, allowed: BoolArray | None = None
    ) -> tuple[FloatArray, IntArray]:
        """The rows with the largest inner products.

        Args:
            queries: ``(n_queries, dim) float32``.
            n: How many per query.
            allowed: ``(size,) bool``; rows that may be returned. None allows all. If ``n``
                rows are allowed, ``n`` come back: the filter works inside the search.

        Returns:
            Scores ``(n_queries, n) float32``, best first, and row numbers ``(n_queries, n)
            int64``; places that cannot be filled hold ``-inf`` and ``-1``. Equal scores come in
            order of row number.
        """
        ...

    def save(self, path: Path) -> None:
        """Write the index to a file."""
        ...
