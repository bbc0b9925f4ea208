"""Support: how many people liked two items, the count that an explanation may quote.

It knows likes by item; it does not know scores.
"""

from __future__ import annotations

import numpy as np

from retrieval.matrix import InteractionMatrix
from retrieval.seams import IntArray

__all__ = ["Support"]


class Support:
    """Counts of people.

    Args:
        interactions: Likes are taken from it.
    """

    def __init__(self, interactions: InteractionMatrix) -> None:
        self._by_item = interactions.by_item

    def likers(self, row: int) -> IntArray:
        """The users who liked an item, ascending; nobody liked what came later."""
        if row >= self._by_item.n_rows:
            return np.empty(0, dtype=np.int64)
        users, liked = self._by_item.row(row)
        return users[liked]

    def both(self, row: int, other: int) -> int:
        """How many users liked both items."""
        return len(np.intersect1d(self.likers(row), self.likers(other), assume_unique=True))
