"""Splits that keep every user: the last interactions of a history are hidden.

They know users, items and times by number; they do not know methods or measures. Every function
takes the interactions, a source of randomness and options and gives a :class:`Split`; applied to
the training part of another split it gives a validation part inside it.
"""

from __future__ import annotations

from collections import Counter

import numpy as np

from eval.ranking.dataset import kept
from eval.ranking.division import (
    LEAST,
    N_NEGATIVES,
    TRAIN_SHARE,
    SplitOptions,
    by_user,
    cut,
    history_of,
    never_seen,
    that_count,
    whole_catalogue,
)
from eval.ranking.trials import Ask, Split, Trial
from interest.errors import InputError
from retrieval.matrix import InteractionMatrix

__all__ = ["given_split", "leave_one_out", "random_holdout", "time_split", "user_split"]


def leave_one_out(
    matrix: InteractionMatrix, rng: np.random.Generator, options: SplitOptions
) -> Split:
    """The last interaction of every user; what came before is learned from.

    With ``liked_only`` it is the last like, and whatever came after it is neither learned from
    nor wanted.
    """
    train = np.ones(len(matrix.users), dtype=np.bool_)
    trials: list[Trial] = []
    left_out: Counter[str] = Counter()
    few_negatives = 0
    for user, places in by_user(matrix):
        wanted = that_count(matrix, places, options)
        if len(places) < 2 or len(wanted) == 0 or wanted[-1] == places[0]:
            left_out["fewer than 2 interactions, or no like after the first"] += 1
            continue
        last = int(wanted[-1])
        train[last : int(places[-1]) + 1] = False
        negatives = never_seen(matrix, places, rng)
        few_negatives += len(negatives) < N_NEGATIVES
        seen, item = places[places < last], matrix.items[[last]]
        asks = whole_catalogue(matrix, seen, item)
        asks["sampled"] = Ask(wanted=item, among=np.sort(np.concatenate((item, negatives))))
        trials.append(Trial(user=user, history=history_of(matrix, seen), asks=asks))
    notes = [f"{few_negatives} users have fewer than {N_NEGATIVES} items that they never saw."]
    return Split(
        train=kept(matrix, train),
        trials=tuple(trials),
        left_out=left_out,
        notes=tuple(notes if few_negatives else ()),
    )


def given_split(
    matrix: InteractionMatrix, rng: np.random.Generator, options: SplitOptions
) -> Split:
    """The split that came with the data, with its own negatives.

    Raises:
        InputError: The data came without one.
    """
    del rng  # nothing is drawn
    if options.given is None:
        raise InputError("The data came without a split.", "Choose another protocol.")
    tested, trials = options.given.tested, list[Trial]()
    left_out: Counter[str] = Counter()
    for user, places in by_user(matrix):
        seen = places[~tested[places]]
        wanted = that_count(matrix, places[tested[places]], options)
        if len(wanted) == 0:
            left_out["nothing that counts in the tested part"] += 1
            continue
        items = matrix.items[wanted]
        asks = whole_catalogue(matrix, seen, items)
        among = np.union1d(items, options.given.negatives[user])
        asks["sampled"] = Ask(wanted=items, among=among)
        trials.append(Trial(user=user, history=history_of(matrix, seen), asks=asks))
    return Split(train=kept(matrix, ~tested), trials=tuple(trials), left_out=left_out)


def random_holdout(
    matrix: InteractionMatrix, rng: np.random.Generator, options: SplitOptions
) -> Split:
    """One interaction of every user, drawn; a validation part where there are no times."""
    train = np.ones(len(matrix.users), dtype=np.bool_)
    trials: list[Trial] = []
    left_out: Counter[str] = Counter()
    for user, places in by_user(matrix):
        wanted = that_count(matrix, places, options)
        if len(places) < 2 or len(wanted) == 0:
            left_out["fewer than 2 interactions, or no like"] += 1
            continue
        drawn = int(rng.choice(wanted))
        train[drawn] = False
        seen, item = places[places != drawn], matrix.items[[drawn]]
        asks = whole_catalogue(matrix, seen, item)
        among = np.sort(np.concatenate((item, never_seen(matrix, places, rng))))
        asks["sampled"] = Ask(wanted=item, among=among)
        trials.append(Trial(user=user, history=history_of(matrix, seen), asks=asks))
    return Split(train=kept(matrix, train), trials=tuple(trials), left_out=left_out)


def user_split(matrix: InteractionMatrix, rng: np.random.Generator, options: SplitOptions) -> Split:
    """The last fifth of every user's interactions, in time."""
    del rng  # nothing is drawn
    train = np.ones(len(matrix.users), dtype=np.bool_)
    trials: list[Trial] = []
    left_out: Counter[str] = Counter()
    for user, places in by_user(matrix):
        seen, later = cut(places)
        wanted = that_count(matrix, later, options)
        if len(places) < LEAST or len(wanted) == 0:
            left_out[f"fewer than {LEAST} interactions, or no like in the tested part"] += 1
            continue
        train[later] = False
        asks = whole_catalogue(matrix, seen, matrix.items[wanted])
        trials.append(Trial(user=user, history=history_of(matrix, seen), asks=asks))
    return Split(train=kept(matrix, train), trials=tuple(trials), left_out=left_out)


def time_split(matrix: InteractionMatrix, rng: np.random.Generator, options: SplitOptions) -> Split:
    """Everything after one moment, the same for all, is tested; users may be new by then.

    Raises:
        InputError: Too many interactions share one time to find such a moment.
    """
    del rng  # nothing is drawn
    if len(matrix.times) == 0:
        raise InputError("There are no interactions to divide.", "Choose another protocol.")
    times = np.sort(matrix.times)
    moment = times[max(int(TRAIN_SHARE * len(times)) - 1, 0)]
    train = matrix.times <= moment
    if train.all():
        raise InputError(
            f"No interaction is later than {moment:.0f}, before which four fifths lie.",
            "Choose another protocol.",
        )
    trials: list[Trial] = []
    left_out: Counter[str] = Counter()
    for user, places in by_user(matrix):
        seen = places[train[places]]
        wanted = that_count(matrix, places[~train[places]], options)
        if len(wanted) == 0:
            left_out["nothing that counts after the moment"] += 1
            continue
        asks = whole_catalogue(matrix, seen, matrix.items[wanted])
        trials.append(Trial(user=user, history=history_of(matrix, seen), asks=asks))
    new = sum(len(trial.history.rows) == 0 for trial in trials)
    note = f"{new} of {len(trials)} tested users have no history before the moment."
    return Split(train=kept(matrix, train), trials=tuple(trials), left_out=left_out, notes=(note,))
