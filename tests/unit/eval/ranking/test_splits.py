"""Every split on users that can be followed by eye."""

from __future__ import annotations

import numpy as np
import pytest

from eval.ranking.dataset import GivenSplit
from eval.ranking.division import SplitOptions
from eval.ranking.held_out import cold_items, cold_users, strong_generalisation
from eval.ranking.splits import (
    given_split,
    leave_one_out,
    random_holdout,
    time_split,
    user_split,
)
from eval.ranking.trials import Ask, Split, Trial, check_no_leak
from interest.errors import InputError
from retrieval.matrix import InteractionMatrix
from tests.support.rankings import matrix_of

ALL, LIKED = SplitOptions(), SplitOptions(liked_only=True)


def rng() -> np.random.Generator:
    return np.random.default_rng(0)


def pairs(matrix: InteractionMatrix) -> list[tuple[int, int]]:
    return list(zip(matrix.users.tolist(), matrix.items.tolist(), strict=True))


def wanted(split: Split, view: str) -> dict[int, list[int]]:
    return {t.user: t.asks[view].wanted.tolist() for t in split.trials if view in t.asks}


def test_leave_one_out_hides_the_last_of_each() -> None:
    split = leave_one_out(matrix_of([[3, 1, 2], [0], [4, 0]], 120), rng(), ALL)
    assert wanted(split, "full") == {0: [2], 2: [0]}
    assert pairs(split.train) == [(0, 3), (0, 1), (1, 0), (2, 4)]
    assert split.trials[0].history.rows.tolist() == [3, 1]
    assert split.trials[0].asks["full"].removed.tolist() == [3, 1]
    assert split.trials[0].asks["kept"].removed.tolist() == []
    assert sum(split.left_out.values()) == 1  # the user with one interaction, told and trained on
    among = split.trials[0].asks["sampled"].among
    assert among is not None
    assert len(among) == 100
    assert not {1, 3} & set(among.tolist())
    assert 2 in among


def test_leave_one_out_of_likes_drops_what_came_after() -> None:
    matrix = matrix_of([[3, 1, 2, 5], [0, 4]], 120, disliked=[(0, 2), (0, 5), (1, 4)])
    split = leave_one_out(matrix, rng(), LIKED)
    assert wanted(split, "full") == {0: [1]}
    assert pairs(split.train) == [(0, 3), (1, 0), (1, 4)]


def test_too_few_negatives_are_told() -> None:
    split = leave_one_out(matrix_of([[0, 1]], 5), rng(), ALL)
    among = split.trials[0].asks["sampled"].among
    assert among is not None
    assert among.tolist() == [1, 2, 3, 4]
    assert split.notes == ("1 users have fewer than 99 items that they never saw.",)


def test_the_last_fifth_of_each_user() -> None:
    split = user_split(matrix_of([[0, 1, 2, 3, 4], [5, 6, 7], list(range(10))], 12), rng(), ALL)
    assert wanted(split, "full") == {0: [4], 2: [8, 9]}
    assert (0, 4) not in pairs(split.train)
    assert (1, 7) in pairs(split.train)
    assert sum(split.left_out.values()) == 1


def test_only_likes_are_wanted_if_asked_for() -> None:
    matrix = matrix_of([list(range(10)), list(range(5))], 12, disliked=[(0, 9), (1, 4)])
    split = user_split(matrix, rng(), LIKED)
    assert wanted(split, "full") == {0: [8]}
    assert (0, 9) not in pairs(split.train)


def test_one_moment_for_all() -> None:
    matrix = matrix_of([[0, 1, 2], [3, 4, 5, 6, 7], [8, 9]], 12, interleaved=True)
    # in time: 0 3 8 | 1 4 9 | 2 5 | 6 | 7: four fifths end with 5
    split = time_split(matrix, rng(), ALL)
    assert wanted(split, "full") == {1: [6, 7]}
    assert len(split.train.users) == 8
    assert sum(split.left_out.values()) == 2


def test_users_who_are_new_at_the_moment_are_counted_and_tested() -> None:
    split = time_split(matrix_of([list(range(8)), [3, 4]], 12), rng(), ALL)
    assert wanted(split, "full") == {1: [3, 4]}
    assert split.trials[0].history.rows.tolist() == []
    assert split.notes == ("1 of 1 tested users have no history before the moment.",)


def test_no_moment_if_everything_happened_at_once() -> None:
    matrix = matrix_of([[0, 1], [2, 3]], 5, timed=False)
    with pytest.raises(InputError, match="No interaction is later"):
        time_split(matrix, rng(), ALL)


def test_cold_items_are_never_trained() -> None:
    histories = [[(3 * user + step) % 20 for step in range(10)] for user in range(12)]
    split = cold_items(matrix_of(histories, 25), rng(), ALL)
    assert split.cold is not None
    assert int(split.cold.sum()) == 4  # a fifth of the 20 that anybody came to
    assert split.train.counts[split.cold].tolist() == [0] * 4
    for trial in split.trials:
        own = histories[trial.user]
        cold = [item for item in own if split.cold[item]]
        assert sorted(trial.asks["full"].wanted.tolist()) == sorted(own[8:])
        if cold:
            assert sorted(trial.asks["among-cold"].wanted.tolist()) == sorted(cold)
        assert trial.history.rows.tolist() == [item for item in own[:8] if not split.cold[item]]
        late = [item for item in own[8:] if split.cold[item]]
        assert ("full-cold" in trial.asks) == bool(late)


def test_cold_users_reveal_likes_and_want_the_same() -> None:
    own = list(range(15))
    matrix = matrix_of(
        [own, own, own, own, own, [0, 1, 2]], 20, disliked=[(u, 1) for u in range(6)]
    )
    split = cold_users(matrix, rng(), ALL)
    assert len({trial.user for trial in split.trials}) == 1
    user = split.trials[0].user
    assert user not in split.train.users
    assert [t.history.rows.tolist() for t in split.trials] == [
        [],
        [0],
        [0, 2, 3],
        [0, 2, 3, 4, 5],
        [0, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    ]
    for trial, n in zip(split.trials, (0, 1, 3, 5, 10), strict=True):
        ask = trial.asks[f"likes-{n}"]
        assert ask.wanted.tolist() == [11, 12, 13, 14]
        assert ask.removed.tolist() == list(range(11))
    assert split.left_out == {"fewer than 10 likes": 1}


def test_strong_generalisation_holds_out_users() -> None:
    split = strong_generalisation(matrix_of([list(range(10))] * 10, 12), rng(), ALL)
    held_out = {trial.user for trial in split.trials}
    assert len(held_out) == 2
    assert not held_out & set(split.train.users.tolist())
    assert all(t.history.rows.tolist() == list(range(8)) for t in split.trials)
    assert all(t.asks["full"].wanted.tolist() == [8, 9] for t in split.trials)


def test_without_times_the_order_is_drawn() -> None:
    split = strong_generalisation(matrix_of([list(range(30))] * 4, 40, timed=False), rng(), ALL)
    assert split.trials[0].history.rows.tolist() != list(range(24))


def test_the_given_split_with_its_negatives() -> None:
    matrix = matrix_of([[0, 1, 2], [3, 4]], 9, timed=False)
    given = GivenSplit(
        tested=np.array([False, False, True, False, True]),
        negatives=np.array([[5, 6], [7, 8]], dtype=np.int64),
    )
    split = given_split(matrix, rng(), SplitOptions(given=given))
    assert wanted(split, "sampled") == {0: [2], 1: [4]}
    among = [trial.asks["sampled"].among for trial in split.trials]
    assert [None if one is None else one.tolist() for one in among] == [[2, 5, 6], [4, 7, 8]]
    assert pairs(split.train) == [(0, 0), (0, 1), (1, 3)]
    with pytest.raises(InputError, match="without a split"):
        given_split(matrix, rng(), ALL)


def test_a_random_one_is_hidden_for_validation() -> None:
    split = random_holdout(matrix_of([[0, 1, 2], [3]], 9, timed=False), rng(), ALL)
    assert len(split.trials) == 1
    assert len(split.train.users) == 3
    check_no_leak(split)


@pytest.mark.parametrize(
    "ask",
    [
        Ask(wanted=np.array([0])),  # in the training data and in the history
        Ask(wanted=np.array([], dtype=np.int64)),
        Ask(wanted=np.array([3]), removed=np.array([3])),
        Ask(wanted=np.array([3]), among=np.array([1, 2])),
    ],
)
def test_a_leak_is_refused(ask: Ask) -> None:
    good = user_split(matrix_of([[0, 1, 2, 4, 3]], 5), rng(), ALL)
    check_no_leak(good)
    trial = Trial(user=0, history=good.trials[0].history, asks={"full": ask})
    with pytest.raises(RuntimeError):
        check_no_leak(Split(train=good.train, trials=(trial,)))


def test_training_on_what_is_wanted_is_refused() -> None:
    matrix = matrix_of([[0, 1, 2, 4, 3]], 5)
    good = user_split(matrix, rng(), ALL)
    with pytest.raises(RuntimeError, match="trained on"):
        check_no_leak(Split(train=matrix, trials=good.trials))
    cold = np.array([True, False, False, False, False])
    with pytest.raises(RuntimeError, match="should be new"):
        check_no_leak(Split(train=matrix, trials=(), cold=cold))
