"""What all splits are made of: users and their interactions by place, cut, drawn and hidden.

It knows the interactions by place in their matrix; it does not know any protocol.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from eval.ranking.dataset import GivenSplit, has_times, kept
from eval.ranking.trials import Ask
from interest.errors import InputError
from retrieval.matrix import InteractionMatrix
from retrieval.seams import BoolArray, History, IntArray

__all__ = [
    "HELD_OUT_SHARE",
    "LEAST",
    "N_NEGATIVES",
    "TRAIN_SHARE",
    "SplitOptions",
    "by_user",
    "cut",
    "drawn_from",
    "history_of",
    "in_order",
    "never_seen",
    "that_count",
    "whole_catalogue",
    "without_users",
]

#: Items that were never seen, ranked beside the one that was (He et al. 2017).
N_NEGATIVES = 99
#: Share of a history, or of all interactions, that is learned from.
TRAIN_SHARE = 0.8
#: Share of the items, or of the users, that is held out as a whole.
HELD_OUT_SHARE = 0.2
#: Shorter histories cannot be divided 80 to 20.
LEAST = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class SplitOptions:
    """What all splits share.

    Attributes:
        liked_only: Only likes are wanted; otherwise every interaction is, as is usual where
            feedback is read as implicit.
        given: The split that came with the data.
    """

    liked_only: bool = False
    given: GivenSplit | None = None


def by_user(matrix: InteractionMatrix) -> Iterator[tuple[int, IntArray]]:
    """Users that did anything, with the places of their interactions in order of time."""
    starts = matrix.by_user.starts
    for user in range(matrix.n_users):
        if starts[user + 1] > starts[user]:
            yield user, np.arange(starts[user], starts[user + 1])


def that_count(matrix: InteractionMatrix, places: IntArray, options: SplitOptions) -> IntArray:
    """Places of interactions that are wanted."""
    return places[matrix.liked[places]] if options.liked_only else places


def cut(places: IntArray) -> tuple[IntArray, IntArray]:
    """The first four fifths, at least one, and the rest."""
    cut = max(1, int(TRAIN_SHARE * len(places)))
    return places[:cut], places[cut:]


def in_order(matrix: InteractionMatrix, places: IntArray, rng: np.random.Generator) -> IntArray:
    """In order of time; without times in a drawn order: an order that means something could
    otherwise hide in the file."""
    return places if has_times(matrix) else rng.permutation(places)


def drawn_from(n: int, rng: np.random.Generator, what: str) -> list[int]:
    """A fifth of the numbers below ``n``, at least one, ascending.

    Raises:
        InputError: There are fewer than two.
    """
    if n < 2:
        raise InputError(
            f"{n} {what}: too few to hold a fifth of them out.",
            "Choose another protocol, or give more interactions.",
        )
    drawn: IntArray = rng.choice(n, max(1, int(HELD_OUT_SHARE * n)), replace=False)
    return sorted(drawn.tolist())


def without_users(matrix: InteractionMatrix, users: list[int]) -> InteractionMatrix:
    """The interactions of everybody else; users keep their numbers."""
    held_out: BoolArray = np.zeros(matrix.n_users, dtype=np.bool_)
    held_out[users] = True
    return kept(matrix, ~held_out[matrix.users])


def never_seen(matrix: InteractionMatrix, places: IntArray, rng: np.random.Generator) -> IntArray:
    """Negatives: items that the user never came to, tested ones included."""
    others = np.setdiff1d(np.arange(matrix.n_items), matrix.items[places], assume_unique=True)
    return rng.choice(others, min(N_NEGATIVES, len(others)), replace=False)


def history_of(matrix: InteractionMatrix, places: IntArray) -> History:
    """What is known of a user from some interactions, in the order of their places."""
    return History(
        rows=matrix.items[places], liked=matrix.liked[places], times=matrix.times[places]
    )


def whole_catalogue(matrix: InteractionMatrix, seen: IntArray, wanted: IntArray) -> dict[str, Ask]:
    """The views ``full`` and ``kept``: without the items at the places seen, and with them."""
    return {
        "full": Ask(wanted=wanted, removed=matrix.items[seen]),
        "kept": Ask(wanted=wanted),
    }
