"""OverlaidIndex: a built index with some rows replaced, and new rows behind.

It knows two indexes and how to merge what they find; it does not know items. The built index is
searched with the filter that it takes anyway, the few rows that differ are searched exactly.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from interest.errors import InputError
from retrieval.exact_index import ExactIndex, check_search
from retrieval.seams import BoolArray, FloatArray, IntArray, VectorIndex

__all__ = ["OverlaidIndex"]


class OverlaidIndex:
    """Implements :class:`retrieval.seams.VectorIndex` over another index and a few rows.

    Args:
        base: The built index.
        rows: Rows that differ from it, ascending; those from ``base.size`` on are new.
        vectors: ``(len(rows), dim) float32``, what these rows hold.
    """

    def __init__(self, base: VectorIndex, rows: IntArray, vectors: FloatArray) -> None:
        new = rows[rows >= base.size]
        if not np.array_equal(new, np.arange(base.size, base.size + len(new))):
            raise InputError(f"New rows must follow on {base.size - 1}; they are {new.tolist()}.")
        self._base = base
        self._rows = rows
        self._exact = ExactIndex(vectors)
        self._size = base.size + len(new)
        self._old = np.ones(base.size, dtype=np.bool_)
        self._old[rows[rows < base.size]] = False

    @property
    def size(self) -> int:
        return self._size

    @property
    def dim(self) -> int:
        return self._base.dim

    @property
    def name(self) -> str:
        """``"FAISS IndexFlatIP on the CPU, with 3 changed rows"``, for people."""
        return f"{self._base.name}, with {len(self._rows)} changed rows"

    def search(
        self, queries: FloatArray, n: int, *, allowed: BoolArray | None = None
    ) -> tuple[FloatArray, IntArray]:
        """See :class:`retrieval.seams.VectorIndex`."""
        check_search(queries, n, allowed, self.size, self.dim)
        old = None if self._old.all() else self._old
        if allowed is not None:
            old = self._old & allowed[: self._base.size]
        scores, rows = self._base.search(queries, n, allowed=old)
        new_scores, places = self._exact.search(
            queries, n, allowed=None if allowed is None else allowed[self._rows]
        )
        new_rows = np.append(self._rows, -1)[places]  # the place -1 holds nothing
        scores, rows = np.hstack((scores, new_scores)), np.hstack((rows, new_rows))
        # Places that hold nothing come last: their score is -inf.
        order = np.lexsort((rows, -scores))[:, :n]
        return np.take_along_axis(scores, order, 1), np.take_along_axis(rows, order, 1)

    def save(self, path: Path) -> None:
        """Refused: changes are kept in the journal until the next build.

        Raises:
            InputError: Always.
        """
        raise InputError(f"An index with changes is not saved to {path}.", "Build it again.")
