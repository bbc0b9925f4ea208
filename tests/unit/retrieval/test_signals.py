"""Signals against sums done by hand and by brute force."""

from __future__ import annotations

import numpy as np
import pytest

from interest.errors import InputError
from retrieval.matrix import InteractionMatrix
from retrieval.seams import History
from retrieval.signals.cooccurrence import CoOccurrence, CoOccurrenceConfig
from retrieval.signals.ease import EASE, EASEConfig
from retrieval.signals.history import HistoryWeights, histories, history_of
from retrieval.signals.popularity import Popularity, Trend, TrendConfig
from retrieval.signals.transitions import Transitions, TransitionsConfig
from retrieval.types import Interaction

DAY = 86_400.0


def sequences(*rows: list[int], n_items: int = 6) -> InteractionMatrix:
    """One user per list, items in order, a day apart."""
    interactions = [
        Interaction(user_id=f"u{user:03}", item_id=str(item), timestamp=DAY * (place + 1))
        for user, items in enumerate(rows)
        for place, item in enumerate(items)
    ]
    return InteractionMatrix.of(interactions, int, n_items)


def random_matrix(n_users: int, n_items: int) -> InteractionMatrix:
    rng = np.random.default_rng(3)
    rows = [rng.permutation(n_items)[: rng.integers(2, n_items)].tolist() for _ in range(n_users)]
    return sequences(*rows, n_items=n_items)


def test_recent_items_count_more_and_dislikes_less() -> None:
    weights = HistoryWeights(decay=0.5, floor=0.2, disliked=0.1)
    history = History(
        rows=np.arange(4), liked=np.array([True, True, False, True]), times=np.zeros(4)
    )
    np.testing.assert_allclose(weights.of(history), [0.2, 0.25, 0.05, 1.0])


@pytest.mark.parametrize(("decay", "floor"), [(0.0, 0.0), (1.1, 0.0), (0.5, -0.1), (0.5, 1.1)])
def test_weights_that_make_no_sense_are_refused(decay: float, floor: float) -> None:
    with pytest.raises(InputError, match="decay"):
        HistoryWeights(decay=decay, floor=floor)


def test_popularity_counts() -> None:
    scores = Popularity.fit(sequences([0, 1], [0])).scores(history_of([3]))
    np.testing.assert_allclose(scores[:3], np.log1p([2, 1, 0]), rtol=1e-6)


def test_a_trend_ends_when_the_history_ends() -> None:
    # Item 0 on days 1 and 1, item 1 on day 2, item 2 on day 3.
    trend = Trend.fit(sequences([0, 1, 2], [0]), TrendConfig(days=0.5))
    history = History(
        rows=np.array([5]), liked=np.ones(1, dtype=np.bool_), times=np.array([2 * DAY])
    )
    np.testing.assert_allclose(trend.scores(history)[:3], np.log1p([0, 1, 0]), rtol=1e-6)
    np.testing.assert_allclose(
        trend.scores(history_of([]))[:3], np.log1p([0, 0, 1]), rtol=1e-6
    )  # without a history: the last days of all


@pytest.mark.parametrize(("n_users", "n_items"), [(30, 8), (5, 12)], ids=["items", "users"])
def test_ease_is_the_regression_without_a_diagonal(n_users: int, n_items: int) -> None:
    matrix, reg = random_matrix(n_users, n_items), 3.0
    x = np.zeros((n_users, n_items))
    x[matrix.users, matrix.items] = 1.0
    weights = np.zeros((n_items, n_items))
    for item in range(n_items):  # each item on all others, one ridge at a time
        others = [o for o in range(n_items) if o != item]
        a = x[:, others]
        weights[others, item] = np.linalg.solve(
            a.T @ a + reg * np.eye(n_items - 1), a.T @ x[:, item]
        )
    expected = np.array([1.0, 0.0, 1.0] + [0.0] * (n_items - 3)) @ weights
    found = EASE.fit(matrix, EASEConfig(reg=reg)).scores(history_of([0, 2]))
    np.testing.assert_allclose(found[matrix.counts > 0], expected[matrix.counts > 0], atol=1e-4)


def test_ease_comes_back_from_its_state() -> None:
    for matrix in (random_matrix(30, 8), random_matrix(5, 12)):
        fitted = EASE.fit(matrix)
        again = EASE.restore(matrix, fitted.state)
        history = history_of([1, 3])
        assert again.scores(history).tolist() == fitted.scores(history).tolist()


def test_only_the_most_known_items_take_part_where_there_are_too_many() -> None:
    matrix = sequences([0, 1, 2], [0, 1], [0, 1, 3], [0, 1])
    scores = EASE.fit(matrix, EASEConfig(reg=1.0, at_most=2)).scores(history_of([0]))
    assert scores[1] > 0.0
    assert scores[[2, 3, 4, 5]].tolist() == [0.0] * 4
    limited = Transitions.fit(matrix, TransitionsConfig(at_most=2))
    assert limited.scores(history_of([0]))[[2, 3, 4, 5]].tolist() == [0.0] * 4


def test_transitions_solve_the_ridge_of_what_follows_on_what_came_before() -> None:
    matrix = sequences([0, 1, 2, 3], [2, 1, 0], [3, 0])
    config = TransitionsConfig(
        before=2, after=2, decay_before=0.5, decay_after=0.25, reg=2.0, evenly=1.0
    )
    states: list[np.ndarray[tuple[int], np.dtype[np.float64]]] = []
    follow: list[np.ndarray[tuple[int], np.dtype[np.float64]]] = []
    for items in ([0, 1, 2, 3], [2, 1, 0], [3, 0]):
        for place in range(len(items)):
            state, later = np.zeros(4), np.zeros(4)
            for step in range(2):
                if place - step >= 0:
                    state[items[place - step]] = 0.5**step
                if place + 1 + step < len(items):
                    later[items[place + 1 + step]] = 0.25**step
            weight = len(items) ** -0.5
            states.append(weight * state)
            follow.append(weight * later)
    s, y = np.array(states), np.array(follow)
    solved = np.linalg.solve(s.T @ s + 2.0 * np.eye(4), s.T @ y)
    found = Transitions.fit(matrix, config).scores(history_of([3, 1, 2]))
    np.testing.assert_allclose(found[:4], solved[2] + 0.5 * solved[1], atol=1e-5)


def test_transitions_know_the_direction() -> None:
    matrix = sequences(*[[0, 1]] * 5, *[[2, 3]] * 5)
    scores = Transitions.fit(matrix, TransitionsConfig(reg=1.0))
    assert int(np.argmax(scores.scores(history_of([0])))) == 1
    assert scores.scores(history_of([1])).max() == 0.0


def test_co_occurrence_counts_by_distance() -> None:
    matrix = sequences([0, 1, 2], [0, 2])
    config = CoOccurrenceConfig(window=2, decay=0.5, memory=0.1, last=2, popular=0.0)
    pairs = CoOccurrence.fit(matrix, config)
    # 0 → 1 once next; 0 → 2 once next and once after another; 1 → 2 once next.
    np.testing.assert_allclose(pairs.scores(history_of([0]))[:3], [0.0, 1.0, 1.5])
    np.testing.assert_allclose(pairs.scores(history_of([0, 1]))[:3], [0.0, 0.1, 1.15], rtol=1e-6)


def test_pairs_far_apart_in_time_count_a_tenth() -> None:
    config = CoOccurrenceConfig(window=1, popular=0.0, minutes=60.0)
    scores = CoOccurrence.fit(sequences([0, 1]), config).scores(history_of([0]))
    assert scores[1] == pytest.approx(0.1)


def test_histories_are_those_of_the_users() -> None:
    found = histories(sequences([3, 1], [2]))
    assert [history.rows.tolist() for history in found] == [[3, 1], [2]]
    assert found[0].times.tolist() == [DAY, 2 * DAY]
