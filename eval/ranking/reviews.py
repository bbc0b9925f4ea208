"""Reviews beside interactions: what somebody wrote about an item, and only where it may be read.

It knows users and items by number; it does not know what is read out of the words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from retrieval.matrix import InteractionMatrix
from retrieval.seams import IntArray
from retrieval.types import Review

__all__ = ["Reviews"]


@dataclass(frozen=True, kw_only=True)
class Reviews:
    """Texts of interactions.

    Attributes:
        users: ``(n,) int64``, ascending.
        items: ``(n,) int64``, rows of the catalogue.
        texts: ``(n,)``, verbatim; data, never instruction.
    """

    users: IntArray
    items: IntArray
    texts: tuple[str, ...]

    @classmethod
    def of(
        cls, reviews: Iterable[Review], users: Mapping[str, int], items: Mapping[str, int]
    ) -> Reviews:
        """From single reviews; those of unknown users or items are left out.

        Args:
            reviews: At most one per user and item.
            users: Number of each user.
            items: Row of each item.
        """
        known = sorted(
            (users[one.user_id], items[one.item_id], one.text)
            for one in reviews
            if one.user_id in users and one.item_id in items
        )
        return cls(
            users=np.array([user for user, _, _ in known], dtype=np.int64),
            items=np.array([item for _, item, _ in known], dtype=np.int64),
            texts=tuple(text for _, _, text in known),
        )

    def __len__(self) -> int:
        return len(self.texts)

    def within(self, matrix: InteractionMatrix) -> Reviews:
        """The reviews of interactions that are in the matrix: what was written about a tested
        item tells what is asked for."""
        keep = np.isin(
            self.users * matrix.n_items + self.items, matrix.users * matrix.n_items + matrix.items
        )
        return Reviews(
            users=self.users[keep],
            items=self.items[keep],
            texts=tuple(text for text, kept in zip(self.texts, keep, strict=True) if kept),
        )
