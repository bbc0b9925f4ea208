"""ExactIndex: maximum inner product search in NumPy, the oracle for every other index.

It knows vectors and rows; it does not know items. It is exact and needs no library, which makes
it the yardstick of the contract tests and good enough for small catalogues.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from interest.errors import InputError, WorkspaceError
from retrieval.seams import BoolArray, FloatArray, IntArray

__all__ = ["ExactIndex", "best_rows", "check_search", "products"]

#: Rows gathered at a time: small enough that the copy stays in the processor's cache.
_GATHERED = 256
#: From this share of allowed rows on, all products cost less than gathering the allowed rows.
_MOST_ALLOWED = 0.25


def check_search(
    queries: FloatArray, n: int, allowed: BoolArray | None, size: int, dim: int
) -> None:
    """Refuse shapes that no index can answer.

    Raises:
        InputError: ``n`` is below 1, or ``queries`` or ``allowed`` do not fit the index.
    """
    if n < 1:
        raise InputError(f"n is {n}; a search asks for at least one row.")
    if queries.ndim != 2 or queries.shape[1] != dim:
        raise InputError(f"Queries of shape {queries.shape} do not fit an index of dim {dim}.")
    if allowed is not None and allowed.shape != (size,):
        raise InputError(f"allowed has shape {allowed.shape}, the index has {size} rows.")


def best_rows(scores: FloatArray, n: int) -> IntArray:
    """The places of the ``n`` largest scores, best first, equal ones by place.

    Args:
        scores: ``(size,) float32``, finite.
        n: How many at most.

    Returns:
        ``(min(n, size),) int64``.
    """
    size = len(scores)
    # Everything at or above the n-th largest; ties at the border are settled by the sort.
    border = np.partition(scores, size - n)[size - n] if n < size else -np.inf
    rows = np.flatnonzero(scores >= border)
    return rows[np.argsort(-scores[rows], kind="stable")][:n].astype(np.int64)


def products(vectors: FloatArray, rows: IntArray, queries: FloatArray) -> FloatArray:
    """Inner products of some rows with queries, without a copy of all those rows.

    Args:
        vectors: ``(size, dim)``.
        rows: ``(m,)``.
        queries: ``(n_queries, dim)``.

    Returns:
        ``(n_queries, m) float32``.
    """
    out = np.empty((len(queries), len(rows)), dtype=np.float32)
    for start in range(0, len(rows), _GATHERED):
        some = rows[start : start + _GATHERED]
        out[:, start : start + len(some)] = queries @ vectors[some].T
    return out


class ExactIndex:
    """Inner products with every row, or with the allowed ones where those are few.

    Args:
        vectors: ``(size, dim) float32``; kept, not copied.
    """

    def __init__(self, vectors: FloatArray) -> None:
        # A plain view: slicing a memory-mapped array costs more than slicing an array.
        self._vectors = np.asarray(vectors)

    @property
    def size(self) -> int:
        return int(self._vectors.shape[0])

    @property
    def dim(self) -> int:
        return int(self._vectors.shape[1])

    @property
    def name(self) -> str:
        """``"exact NumPy index"``, for people."""
        return "exact NumPy index"

    def search(
        self, queries: FloatArray, n: int, *, allowed: BoolArray | None = None
    ) -> tuple[FloatArray, IntArray]:
        """See :class:`retrieval.seams.VectorIndex`."""
        check_search(queries, n, allowed, self.size, self.dim)
        scores = np.full((len(queries), n), -np.inf, dtype=np.float32)
        found = np.full((len(queries), n), -1, dtype=np.int64)
        rows = np.arange(self.size) if allowed is None else np.flatnonzero(allowed)
        for place, row_scores in enumerate(self._products(rows, queries)):
            best = best_rows(row_scores, n)
            scores[place, : len(best)] = row_scores[best]
            found[place, : len(best)] = rows[best]
        return scores, found

    def _products(self, rows: IntArray, queries: FloatArray) -> FloatArray:
        if len(rows) < _MOST_ALLOWED * self.size:
            return products(self._vectors, rows, queries)
        every = queries @ self._vectors.T
        return every if len(rows) == self.size else every[:, rows]

    def save(self, path: Path) -> None:
        """Write the vectors as ``.npy``."""
        with path.open("wb") as file:
            np.save(file, self._vectors, allow_pickle=False)

    @classmethod
    def load(cls, path: Path) -> ExactIndex:
        """Map the vectors into memory.

        Raises:
            WorkspaceError: The file is missing or is not an index.
        """
        try:
            return cls(np.load(path, mmap_mode="r", allow_pickle=False))
        except (OSError, ValueError, EOFError) as error:
            raise WorkspaceError(
                f"The index {path} cannot be read ({error}).", "Run palate build again."
            ) from error
