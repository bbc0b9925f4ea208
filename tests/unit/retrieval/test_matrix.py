"""InteractionMatrix: signs, order, repetition."""

from __future__ import annotations

import math

import numpy as np
import pytest

from retrieval.matrix import InteractionMatrix, liked_from
from retrieval.types import Interaction


def acts(*rows: tuple[str, int, float, float]) -> list[Interaction]:
    return [
        Interaction(user_id=user, item_id=str(item), value=value, timestamp=time)
        for user, item, value, time in rows
    ]


@pytest.mark.parametrize(
    ("values", "expected"),
    [([], -math.inf), ([1, 1], -math.inf), ([1, 5], 3.5), ([2, 10], 7.0), ([1, 250], -math.inf)],
)
def test_scale_decides_what_a_like_is(values: list[float], expected: float) -> None:
    assert liked_from(np.array(values, dtype=np.float64)) == pytest.approx(expected)


def test_sorted_by_user_and_time_and_the_last_act_counts() -> None:
    matrix = InteractionMatrix.of(
        acts(("b", 0, 5, 3), ("a", 2, 5, 9), ("a", 0, 1, 1), ("a", 0, 4, 10)), int, 3
    )
    assert matrix.users.tolist() == [0, 0, 1]
    assert matrix.items.tolist() == [2, 0, 0]
    assert matrix.liked.tolist() == [True, True, True]
    assert matrix.times.tolist() == [9, 10, 3]
    assert matrix.counts.tolist() == [2, 0, 1]


def test_both_groupings() -> None:
    matrix = InteractionMatrix.of(
        acts(("a", 1, 5, 1), ("a", 0, 2, 2), ("b", 1, 1, 1), ("c", 1, 4, 1)), int, 3
    )
    items, liked = matrix.by_user.row(0)
    assert (items.tolist(), liked.tolist()) == ([1, 0], [True, False])
    users, liked = matrix.by_item.row(1)
    assert (users.tolist(), liked.tolist()) == ([0, 1, 2], [True, False, True])
    assert matrix.by_item.row(2)[0].tolist() == []
    assert matrix.likes.tolist() == [0, 2, 0]


def test_empty() -> None:
    matrix = InteractionMatrix.of([], int, 2)
    assert (matrix.n_users, matrix.counts.tolist(), matrix.by_user.n_rows) == (0, [0, 0], 0)
