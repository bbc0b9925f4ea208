"""What a protocol makes of the data: a training set, and users to recommend to with what is hidden.

It knows rows of users and items; it does not know how the data is divided
(:mod:`eval.ranking.splits`) or how anything is scored.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from retrieval.matrix import InteractionMatrix
from retrieval.seams import BoolArray, History, IntArray

__all__ = ["Ask", "Split", "Trial", "check_no_leak"]


def _nobody() -> dict[str, int]:
    return {}


@dataclass(frozen=True, kw_only=True)
class Ask:
    """One ranking that is asked for.

    Attributes:
        wanted: ``(k,) int64``, rows that should come first; at least one.
        among: ``(m,) int64``, rows to rank, ascending; None is the whole catalogue.
        removed: ``(r,) int64``, rows that must not come back.
    """

    wanted: IntArray
    among: IntArray | None = None
    removed: IntArray = field(default_factory=lambda: np.empty(0, dtype=np.int64))

    def candidates(self, n_items: int) -> IntArray:
        """The rows to rank, ascending."""
        if self.among is not None:
            return np.setdiff1d(self.among, self.removed)
        open_rows = np.ones(n_items, dtype=np.bool_)
        open_rows[self.removed] = False
        return np.flatnonzero(open_rows)


@dataclass(frozen=True, kw_only=True)
class Trial:
    """One user at one moment.

    Attributes:
        user: Number of the user.
        history: What is known of the user.
        asks: By the name of the view, what is to be ranked.
    """

    user: int
    history: History
    asks: Mapping[str, Ask]


@dataclass(frozen=True, kw_only=True)
class Split:
    """Training data and trials.

    Attributes:
        train: All that anything may be learned from.
        trials: Whom to recommend to.
        left_out: Why users are not tested → how many.
        cold: ``(n_items,) bool``, items held out of training; None where none were.
        notes: What people should know, one sentence each.
    """

    train: InteractionMatrix
    trials: tuple[Trial, ...]
    left_out: Mapping[str, int] = field(default_factory=_nobody)
    cold: BoolArray | None = None
    notes: tuple[str, ...] = ()


def check_no_leak(split: Split) -> None:
    """Refuse a split that lets anything be learned from what is tested.

    Raises:
        RuntimeError: A wanted item of a user is in that user's training data, a wanted item can
            not be ranked, or an item that should never be trained was.
    """
    train, n_items = split.train, split.train.n_items
    if split.cold is not None and np.any(train.counts[split.cold]):
        raise RuntimeError("An item that should be new has interactions in the training data.")
    hidden: list[IntArray] = []
    for trial in split.trials:
        for view, ask in trial.asks.items():
            where = f"User {trial.user}, {view}"
            if len(ask.wanted) == 0 or np.any(np.isin(ask.wanted, trial.history.rows)):
                raise RuntimeError(f"{where}: nothing is wanted, or what is in the history.")
            if np.any(np.isin(ask.wanted, ask.removed)):
                raise RuntimeError(f"{where}: a wanted item may not come back.")
            if ask.among is not None and not np.all(np.isin(ask.wanted, ask.among)):
                raise RuntimeError(f"{where}: a wanted item is not ranked.")
            hidden.append(trial.user * n_items + ask.wanted)
    known = train.users * n_items + train.items
    if hidden and np.any(np.isin(np.concatenate(hidden), known)):
        raise RuntimeError("A wanted item was trained on by its own user.")
