"""RefinedIndex: a coarse search names rows, exact inner products order them.

It knows vectors, rows and masks; it does not know how the coarse search works. A coarse search may
be wrong about the order and blind to filters. So more rows are asked for than are wanted, the
filter thins them inside the search, and where too few are left, or few are allowed at all, the
exact products of the allowed rows answer instead: if ``n`` rows are allowed, ``n`` come back.
"""

from __future__ import annotations

from math import ceil
from pathlib import Path
from typing import Protocol

import numpy as np

from retrieval.exact_index import best_rows, check_search, products
from retrieval.seams import BoolArray, FloatArray, IntArray

__all__ = ["Coarse", "RefinedIndex"]

#: Rows that exact products alone take no longer for than a coarse search and its refinement.
_FEW = 3_000
#: A filter that would need more rows than this from a coarse search is answered exactly.
_MOST_FETCHED = 20_000
#: How many rows are looked at exactly: these, and so many for each one that is wanted.
_LEAST, _PER_ROW = 160, 6


class Coarse(Protocol):
    """A search that is fast and nearly right."""

    @property
    def name(self) -> str:
        """What searches, for people."""
        ...

    @property
    def size(self) -> int: ...

    def nearest(self, queries: FloatArray, n: int) -> IntArray:
        """Rows with probably the largest inner products, ``(n_queries, n) int64``, -1 for none.

        Args:
            queries: ``(n_queries, dim) float32``.
            n: How many per query; at most the size.
        """
        ...

    def save(self, path: Path) -> None:
        """Write it to a file."""
        ...


class RefinedIndex:
    """Implements :class:`retrieval.seams.VectorIndex` over a coarse search.

    Equal scores among the rows that were looked at come in order of row number.

    Args:
        coarse: Over the same rows.
        vectors: ``(size, dim) float32``; kept, not copied: they may be mapped into memory.
        effort: Multiplies the number of rows that are looked at exactly; at least 1.
    """

    def __init__(self, coarse: Coarse, vectors: FloatArray, *, effort: float = 1.0) -> None:
        self._coarse = coarse
        self._vectors = np.asarray(vectors)
        self._effort = effort

    @property
    def size(self) -> int:
        return int(self._vectors.shape[0])

    @property
    def dim(self) -> int:
        return int(self._vectors.shape[1])

    @property
    def name(self) -> str:
        """``"FAISS PQ150x4fs, refined"``, for people."""
        return f"{self._coarse.name}, refined"

    def search(
        self, queries: FloatArray, n: int, *, allowed: BoolArray | None = None
    ) -> tuple[FloatArray, IntArray]:
        """See :class:`retrieval.seams.VectorIndex`; rows that the coarse search misses are missed.

        Raises:
            InputError: Shapes do not fit, or ``n`` is below 1.
        """
        check_search(queries, n, allowed, self.size, self.dim)
        scores = np.full((len(queries), n), -np.inf, dtype=np.float32)
        found = np.full((len(queries), n), -1, dtype=np.int64)
        there = self.size if allowed is None else int(np.count_nonzero(allowed))
        coarse = self._fetch(queries, n, there)
        if not len(queries):
            return scores, found
        looked = [
            self._rows(None if coarse is None else coarse[place], n, there, allowed)
            for place in range(len(queries))
        ]
        # Queries of one person look at much the same rows: gathering them is what costs.
        union = looked[0]
        if len(looked) > 1:
            marked = np.zeros(self.size, dtype=np.bool_)
            marked[np.concatenate(looked)] = True
            union = np.flatnonzero(marked)
        everything = products(self._vectors, union, queries)
        for place, rows in enumerate(looked):
            exact = everything[place]
            if len(rows) < len(union):
                exact = exact[np.searchsorted(union, rows)]
            best = best_rows(exact, n)
            scores[place, : len(best)] = exact[best]
            found[place, : len(best)] = rows[best]
        return scores, found

    def save(self, path: Path) -> None:
        """Write the coarse search; the vectors are somebody else's file."""
        self._coarse.save(path)

    def _wanted(self, n: int) -> int:
        """How many allowed rows are looked at exactly."""
        return ceil(self._effort * (_LEAST + _PER_ROW * n))

    def _fetch(self, queries: FloatArray, n: int, there: int) -> IntArray | None:
        """What the coarse search brings, or None where the allowed rows are few enough."""
        wanted = self._wanted(n)
        if not len(queries) or there <= max(_FEW, wanted):
            return None
        fetched = ceil(wanted * self.size / there)
        if fetched > max(_MOST_FETCHED, wanted):
            return None
        return self._coarse.nearest(queries, min(fetched, self.size))

    def _rows(
        self, coarse: IntArray | None, n: int, there: int, allowed: BoolArray | None
    ) -> IntArray:
        """The rows to look at exactly, ascending."""
        if coarse is not None:
            rows = coarse[coarse >= 0]
            if allowed is not None:
                rows = rows[allowed[rows]]
            # Where the filter is against the query, its best rows lie deeper than was fetched.
            if len(rows) >= max(self._wanted(n) // 2, n):
                return np.sort(rows)
        return np.arange(self.size) if allowed is None else np.flatnonzero(allowed)
