"""First places: ties, cuts, candidates."""

from __future__ import annotations

import numpy as np
import pytest

from eval.ranking.order import checked, first_places
from eval.ranking.trials import Ask
from interest.errors import ModelError


def scores(*values: float) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    return np.array(values, dtype=np.float32)


def rows(*numbers: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.array(numbers, dtype=np.int64)


def test_best_first_without_what_was_removed() -> None:
    ask = Ask(wanted=rows(1), removed=rows(3))
    against, shown = first_places(scores(1, 2, 3, 9), ask, 2)
    assert against.tolist() == shown.tolist() == [2, 1]


def test_ties_count_against_what_is_wanted() -> None:
    against, shown = first_places(scores(5, 5, 5, 7), Ask(wanted=rows(0)), 4)
    assert against.tolist() == [3, 1, 2, 0]
    assert shown.tolist() == [3, 0, 1, 2]


def test_who_cannot_tell_items_apart_finds_nothing() -> None:
    against, _ = first_places(np.zeros(50, dtype=np.float32), Ask(wanted=rows(0, 7)), 10)
    assert against.tolist() == [1, 2, 3, 4, 5, 6, 8, 9, 10, 11]


def test_only_the_items_among_which_it_is_ranked() -> None:
    ask = Ask(wanted=rows(4), among=rows(0, 2, 4))
    assert first_places(scores(1, 9, 2, 9, 3), ask, 10)[0].tolist() == [4, 2, 0]


def test_as_a_full_sort() -> None:
    rng = np.random.default_rng(3)
    for _ in range(50):
        values = rng.integers(0, 6, 30).astype(np.float32)
        wanted = rng.choice(30, 4, replace=False)
        order = sorted(range(30), key=lambda n: (-values[n], n in wanted, n))
        found, _ = first_places(values, Ask(wanted=wanted), 8)
        assert found.tolist() == order[:8]


def test_scores_that_cannot_be_ranked_are_refused() -> None:
    with pytest.raises(ModelError, match="shape"):
        checked(scores(1, 2), 3, "odd")
    with pytest.raises(ModelError, match="item 1 the score nan"):
        checked(scores(1, float("nan")), 2, "odd")
