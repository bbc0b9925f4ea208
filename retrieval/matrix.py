"""InteractionMatrix: who did what with which item, as sorted arrays over users and items.

It knows rows, targets and times; it does not know models. Explicit ratings are read as likes and
dislikes by one rule (:func:`liked_from`); implicit feedback is all likes.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from retrieval.seams import BoolArray, IntArray
from retrieval.types import Interaction

__all__ = ["Grouped", "InteractionMatrix", "liked_from"]

#: Scales that end above this are counts (plays, minutes), not ratings: every one is a like.
_LARGEST_RATING = 10.0
#: Share of the scale from which a rating is a like: 4 of 5, 7 of 10.
_LIKED_SHARE = 0.7


def liked_from(values: NDArray[np.float64]) -> float:
    """The value from which an interaction is a like.

    All values equal (implicit feedback) or a scale beyond 10 (counts): everything is a like.
    Otherwise it is a like from 70 % of the highest value on.
    """
    if values.size == 0 or values.min() == values.max() or values.max() > _LARGEST_RATING:
        return -math.inf
    return _LIKED_SHARE * float(values.max())


@dataclass(frozen=True, kw_only=True)
class Grouped:
    """Interactions by user or by item, in compressed rows.

    Attributes:
        starts: ``(n_rows + 1,) int64``; row ``r`` owns places ``starts[r]:starts[r + 1]``.
        others: ``(n,) int64``; the other side of each interaction.
        liked: ``(n,) bool``.
    """

    starts: IntArray
    others: IntArray
    liked: BoolArray

    @property
    def n_rows(self) -> int:
        return len(self.starts) - 1

    def row(self, number: int) -> tuple[IntArray, BoolArray]:
        """The other side and the signs of one row."""
        part = slice(int(self.starts[number]), int(self.starts[number + 1]))
        return self.others[part], self.liked[part]


@dataclass(frozen=True, kw_only=True)
class InteractionMatrix:
    """One interaction at most per user and item, by user and then by time.

    Attributes:
        n_users: Users with an interaction.
        n_items: Items of the catalogue, with or without interactions.
        users: ``(n,) int64``, ascending.
        items: ``(n,) int64``, rows of the catalogue.
        liked: ``(n,) bool``.
        times: ``(n,) float64``, seconds; all 0 where the source has no times.
    """

    n_users: int
    n_items: int
    users: IntArray
    items: IntArray
    liked: BoolArray
    times: NDArray[np.float64]

    @classmethod
    def of(
        cls, interactions: Sequence[Interaction], row: Callable[[str], int], n_items: int
    ) -> InteractionMatrix:
        """Sort interactions; of several with one user and item the last one counts.

        Args:
            interactions: Items must be in the catalogue.
            row: From an item id to its row (``Catalogue.row``).
            n_items: Size of the catalogue.

        Raises:
            UnknownNameError: An interaction names an item that ``row`` does not know.
        """
        names = sorted({interaction.user_id for interaction in interactions})
        number = {name: place for place, name in enumerate(names)}
        users = np.array([number[i.user_id] for i in interactions], dtype=np.int64)
        items = np.array([row(i.item_id) for i in interactions], dtype=np.int64)
        values = np.array([i.value for i in interactions], dtype=np.float64)
        times = np.array([i.timestamp or 0.0 for i in interactions], dtype=np.float64)
        order = np.lexsort((times, users))
        users, items, times = users[order], items[order], times[order]
        liked = values[order] >= liked_from(values)
        last = _last_of_each(users * max(n_items, 1) + items)
        return cls(
            n_users=len(names),
            n_items=n_items,
            users=users[last],
            items=items[last],
            liked=liked[last],
            times=times[last],
        )

    @cached_property
    def by_user(self) -> Grouped:
        return Grouped(
            starts=_starts(self.users, self.n_users), others=self.items, liked=self.liked
        )

    @cached_property
    def by_item(self) -> Grouped:
        """By item, users ascending."""
        order = np.argsort(self.items, kind="stable")
        return Grouped(
            starts=_starts(self.items[order], self.n_items),
            others=self.users[order],
            liked=self.liked[order],
        )

    @cached_property
    def counts(self) -> IntArray:
        """Interactions per item, ``(n_items,) int64``."""
        return np.bincount(self.items, minlength=self.n_items).astype(np.int64)

    @cached_property
    def likes(self) -> IntArray:
        """Likes per item, ``(n_items,) int64``."""
        return np.bincount(self.items[self.liked], minlength=self.n_items).astype(np.int64)


def _starts(rows: IntArray, n_rows: int) -> IntArray:
    counts = np.bincount(rows, minlength=n_rows)
    return np.concatenate(([0], np.cumsum(counts))).astype(np.int64)


def _last_of_each(keys: IntArray) -> IntArray:
    """Places of the last occurrence of every key, ascending."""
    _, places = np.unique(keys[::-1], return_index=True)
    return np.sort(len(keys) - 1 - places).astype(np.int64)
