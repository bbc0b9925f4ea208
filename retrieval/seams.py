"""The seams of retrieval: encoder, collaborative model and vector index.

It knows what each must do and in which shapes; it does not know any library. The contract tests
in ``tests/contract`` run over every implementation and compare values.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from interest.progress import Progress, no_progress

__all__ = [
    "BoolArray",
    "CollaborativeModel",
    "Encoder",
    "FloatArray",
    "History",
    "IntArray",
    "Signal",
    "VectorIndex",
]

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


@dataclass(frozen=True, kw_only=True)
class History:
    """What one user did, oldest first; where the source has no times, in its own order.

    Attributes:
        rows: ``(n,) int64``, rows of the catalogue, each at most once.
        liked: ``(n,) bool``; False is a dislike or a low rating.
        times: ``(n,) float64``, seconds; all 0 where the source has no times.
    """

    rows: IntArray
    liked: BoolArray
    times: NDArray[np.float64]


class Signal(Protocol):
    """One source of scores for the whole catalogue, learned beforehand from other people."""

    @property
    def name(self) -> str:
        """What it is, for tables and explanations: ``"iALS"``, ``"EASE"``."""
        ...

    def scores(self, history: History) -> FloatArray:
        """Score every item for one user, who need not have been there when it was learned.

        An empty history is a cold start: what is best for anybody, or the same score for all
        items where the signal has nothing to say.

        Returns:
            ``(n_items,) float32``, finite; higher is better. Items of the history are scored
            like all others: whoever ranks decides whether they may come back.
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
