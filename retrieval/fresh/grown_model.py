"""A collaborative model for a catalogue that has more rows than it was learned from.

It knows that new rows say nothing; it does not know how the model works.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from retrieval.seams import CollaborativeModel, FloatArray

__all__ = ["GrownModel"]


class GrownModel:
    """Implements :class:`retrieval.seams.CollaborativeModel`.

    Args:
        base: What was learned.
        n_items: Rows that there are now, at least as many as ``base`` has.
    """

    def __init__(self, base: CollaborativeModel, n_items: int) -> None:
        self._base = base
        self._known = len(base.item_vectors)
        new = np.zeros((n_items - self._known, base.dim), dtype=np.float32)
        self._vectors = np.concatenate((base.item_vectors, new))

    @property
    def dim(self) -> int:
        return self._base.dim

    @property
    def item_vectors(self) -> FloatArray:
        """``(n_items, dim) float32``; all-zero rows for items without interactions."""
        return self._vectors

    def fold_in(self, liked: Sequence[int], disliked: Sequence[int] = ()) -> FloatArray | None:
        """See :class:`retrieval.seams.CollaborativeModel`; new rows are passed over."""
        return self._base.fold_in(
            [row for row in liked if row < self._known],
            [row for row in disliked if row < self._known],
        )
