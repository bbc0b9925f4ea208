"""Splits that hide whole items or whole users: what is new to everything that was learned.

They know users and items by number; they do not know methods or measures. They are called like
those in :mod:`eval.ranking.splits`.
"""

from __future__ import annotations

from collections import Counter

import numpy as np

from eval.ranking.dataset import kept
from eval.ranking.division import (
    LEAST,
    SplitOptions,
    by_user,
    cut,
    drawn_from,
    history_of,
    in_order,
    that_count,
    whole_catalogue,
    without_users,
)
from eval.ranking.trials import Ask, Split, Trial
from retrieval.matrix import InteractionMatrix
from retrieval.seams import IntArray

__all__ = ["REVEALED", "cold_items", "cold_users", "strong_generalisation"]

#: Likes of a new user that are revealed, one trial each.
REVEALED = (0, 1, 3, 5, 10)


def cold_items(matrix: InteractionMatrix, rng: np.random.Generator, options: SplitOptions) -> Split:
    """A fifth of the items is never trained; histories are cut at four fifths.

    In the whole catalogue, the last fifth of a history is wanted, and of it the new items alone;
    among the new items, all of them that the user ever came to.
    """
    known = np.flatnonzero(matrix.counts)
    cold = np.zeros(matrix.n_items, dtype=np.bool_)
    cold[known[drawn_from(len(known), rng, "items with interactions")]] = True
    train = ~cold[matrix.items]
    new_items = np.flatnonzero(cold)
    trials: list[Trial] = []
    left_out: Counter[str] = Counter()
    for user, places in by_user(matrix):
        earlier, later = cut(in_order(matrix, places, rng))
        seen = earlier[~cold[matrix.items[earlier]]]
        wanted = that_count(matrix, later, options)
        if len(places) < LEAST or len(seen) == 0 or len(wanted) == 0:
            left_out[f"fewer than {LEAST} interactions, or nothing known or wanted"] += 1
            continue
        train[later] = False
        removed = matrix.items[seen]
        ever = matrix.items[that_count(matrix, places, options)]
        found = matrix.items[wanted]
        asks = {"full": Ask(wanted=found, removed=removed)}
        if np.any(cold[found]):
            asks["full-cold"] = Ask(wanted=found[cold[found]], removed=removed)
        if np.any(cold[ever]):
            asks["among-cold"] = Ask(wanted=ever[cold[ever]], among=new_items)
        trials.append(Trial(user=user, history=history_of(matrix, seen), asks=asks))
    return Split(
        train=kept(matrix, train),
        trials=tuple(trials),
        left_out=left_out,
        cold=cold,
        notes=(f"{len(new_items)} of {len(known)} items with interactions are held out.",),
    )


def cold_users(matrix: InteractionMatrix, rng: np.random.Generator, options: SplitOptions) -> Split:
    """A fifth of the users is never trained; the first few likes of each are revealed.

    What is wanted, and what can be recommended, is the same for every number of revealed likes:
    whatever lies up to the last like that any trial reveals is neither.
    """
    most = max(REVEALED)
    eligible: list[tuple[int, IntArray, IntArray, IntArray]] = []
    left_out: Counter[str] = Counter()
    for user, places in by_user(matrix):
        ordered = in_order(matrix, places, rng)
        likes = np.flatnonzero(matrix.liked[ordered])
        if len(likes) < most:
            left_out[f"fewer than {most} likes"] += 1
            continue
        end = int(likes[most - 1]) + 1
        wanted = that_count(matrix, ordered[end:], options)
        if len(wanted) == 0:
            left_out[f"nothing wanted after {most} likes"] += 1
            continue
        eligible.append((user, ordered[likes[:most]], ordered[:end], wanted))
    drawn = drawn_from(len(eligible), rng, "users with enough interactions")
    trials: list[Trial] = []
    for place in drawn:
        user, likes, before, wanted = eligible[place]
        ask = Ask(wanted=matrix.items[wanted], removed=matrix.items[before])
        trials += [
            Trial(user=user, history=history_of(matrix, likes[:n]), asks={f"likes-{n}": ask})
            for n in REVEALED
        ]
    return Split(
        train=without_users(matrix, [eligible[place][0] for place in drawn]),
        trials=tuple(trials),
        left_out=left_out,
        notes=(f"{len(drawn)} of {len(eligible)} users with enough likes are held out.",),
    )


def strong_generalisation(
    matrix: InteractionMatrix, rng: np.random.Generator, options: SplitOptions
) -> Split:
    """A fifth of the users is never trained; four fifths of each history is revealed
    (Liang et al. 2018, section 4.2; in the order of time where there are times)."""
    eligible: list[tuple[int, IntArray, IntArray]] = []
    left_out: Counter[str] = Counter()
    for user, places in by_user(matrix):
        seen, later = cut(in_order(matrix, places, rng))
        wanted = that_count(matrix, later, options)
        if len(places) < LEAST or len(wanted) == 0:
            left_out[f"fewer than {LEAST} interactions, or no like in the tested part"] += 1
            continue
        eligible.append((user, seen, wanted))
    drawn = drawn_from(len(eligible), rng, "users with enough interactions")
    trials: list[Trial] = []
    for place in drawn:
        user, seen, wanted = eligible[place]
        asks = whole_catalogue(matrix, seen, matrix.items[wanted])
        trials.append(Trial(user=user, history=history_of(matrix, seen), asks=asks))
    return Split(
        train=without_users(matrix, [trial.user for trial in trials]),
        trials=tuple(trials),
        left_out=left_out,
        notes=(f"{len(drawn)} of {len(eligible)} users are held out.",),
    )
