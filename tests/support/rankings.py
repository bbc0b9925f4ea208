"""Tiny data sets with a time for everything, for tests of the ranking evaluation."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from eval.ranking.dataset import Dataset
from interest.domain import load_domain
from retrieval.catalogue import Catalogue
from retrieval.matrix import InteractionMatrix
from retrieval.types import Interaction, Item

__all__ = ["dataset", "matrix_of"]

_GENRES = ("Drama", "Comedy", "Horror")


def matrix_of(
    histories: Sequence[Sequence[int]],
    n_items: int,
    *,
    disliked: Sequence[tuple[int, int]] = (),
    timed: bool = True,
    interleaved: bool = False,
) -> InteractionMatrix:
    """Users' items in order of time.

    Args:
        histories: Per user, rows of items.
        n_items: Size of the catalogue.
        disliked: (user, item) pairs; all others are likes.
        timed: Whether there are times.
        interleaved: The n-th interactions of all users lie together in time, instead of one user
            after the other.
    """
    rows = [(user, item, place) for user, h in enumerate(histories) for place, item in enumerate(h)]
    order = sorted(range(len(rows)), key=lambda n: (rows[n][2], rows[n][0]) if interleaved else n)
    times = np.zeros(len(rows))
    if timed:
        times[order] = np.arange(1.0, len(rows) + 1)
    return InteractionMatrix(
        n_users=len(histories),
        n_items=n_items,
        users=np.array([user for user, _, _ in rows], dtype=np.int64),
        items=np.array([item for _, item, _ in rows], dtype=np.int64),
        liked=np.array([(user, item) not in disliked for user, item, _ in rows], dtype=np.bool_),
        times=times,
    )


def dataset(
    *,
    n_users: int = 30,
    n_items: int = 20,
    length: int = 12,
    name: str = "tiny",
    timed: bool = True,
) -> Dataset:
    """Two tastes, even and odd items: who likes one kind comes to little else.

    The first item of each kind is the most popular.
    """
    rng = np.random.default_rng(7)
    interactions: list[Interaction] = []
    for user in range(n_users):
        own = np.arange(user % 2, n_items, 2)
        others = np.arange(1 - user % 2, n_items, 2)
        weights = 1.0 / np.arange(1, len(own) + 1)
        mine = rng.choice(own, min(length - 2, len(own)), replace=False, p=weights / weights.sum())
        both = np.concatenate((mine, rng.choice(others, 2, replace=False)))
        for place, item in enumerate(rng.permutation(both).tolist()):
            interactions.append(
                Interaction(
                    user_id=f"u{user:02}",
                    item_id=f"i{item:02}",
                    value=5.0 if item % 2 == user % 2 else 2.0,
                    timestamp=1000.0 * user + place + 1 if timed else None,
                )
            )
    items = [
        Item(
            item_id=f"i{n:02}",
            title=f"Film {n}",
            attributes={"genre": (_GENRES[n % 2], _GENRES[2 - n % 3 % 2]), "year": 1980.0 + n},
        )
        for n in range(n_items)
    ]
    return Dataset.of(name, Catalogue(items, load_domain("movies")), interactions)
