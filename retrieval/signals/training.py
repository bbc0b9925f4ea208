"""Training a blend without leaks.

It knows the order of the steps; it does not know which signals there are. The signals are fitted
on everybody's history without its last items, and without any interaction with a random share of
the items, which so play the new items. The weights are learned on the items that were held back.
Then the signals are fitted again, on everything.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from interest.errors import InputError
from interest.progress import Progress, no_progress
from retrieval.matrix import InteractionMatrix
from retrieval.seams import BoolArray, FloatArray, History, IntArray
from retrieval.signals.blend import Blend, Head, Ingredients
from retrieval.signals.choice import fit_choice
from retrieval.signals.history import histories

__all__ = ["BlendConfig", "FitSignals", "fit_blend"]

#: Fits all signals on one matrix.
FitSignals = Callable[[InteractionMatrix, Progress], Ingredients]


@dataclass(frozen=True, kw_only=True, slots=True)
class BlendConfig:
    """How the weights are learned.

    Attributes:
        held: Share of each history that is held back, at least one item.
        at_most: Most items that are held back of one history.
        hidden: Share of the items that play new ones; 0 if there are no content signals.
        lengths: Longest history of each head but the last.
        offered: Items that compete with those that were taken.
        people: Most people whose choices are looked at, per head.
        reg: L2 penalty of the weights.
        liked_only: Whether only liked items are known of a person and count as taken; the
            signals learn from everything all the same.
        seed: Of the hidden items, the people and the lengths.
    """

    held: float = 0.2
    at_most: int = 50
    hidden: float = 0.2
    lengths: tuple[int, ...] = (0, 2, 5, 15)
    offered: int = 300
    people: int = 1000
    reg: float = 0.01
    liked_only: bool = False
    seed: int = 0

    def __post_init__(self) -> None:
        if not 0.0 < self.held < 1.0 or not 0.0 <= self.hidden < 1.0:
            raise InputError(f"{self}: held must be in (0, 1), hidden in [0, 1).")
        if min(self.at_most, self.offered, self.people) < 1:
            raise InputError(f"{self}: at_most, offered and people must be at least 1.")
        if list(self.lengths) != sorted(set(self.lengths)):
            raise InputError(f"lengths {self.lengths} must ascend.")


def fit_blend(
    matrix: InteractionMatrix,
    fit_signals: FitSignals,
    config: BlendConfig | None = None,
    *,
    progress: Progress = no_progress,
    refit: Callable[[Progress], Ingredients] | None = None,
) -> Blend:
    """Learn the weights on what was held back, then fit the signals on everything.

    Args:
        matrix: All interactions that may be learned from.
        fit_signals: Fits the signals; called twice, or once if there is ``refit``.
        config: How.
        progress: Called while it works.
        refit: Fits the signals on all of ``matrix``, where a part of that is done already.

    Raises:
        InputError: There are no interactions.
    """
    config = config or BlendConfig()
    if len(matrix.users) == 0:
        raise InputError("There are no interactions to learn a ranking from.")
    rng = np.random.default_rng(config.seed)
    late = _late(matrix, config)
    hidden = np.zeros(matrix.n_items, dtype=np.bool_)
    count = int(config.hidden * np.count_nonzero(matrix.counts))
    hidden[rng.choice(np.flatnonzero(matrix.counts), count, replace=False)] = True
    shown = _only(matrix, ~late & ~hidden[matrix.items])
    ingredients = fit_signals(shown, progress)
    taken = _taken(matrix, late & (matrix.liked | (not config.liked_only)))
    usable = matrix.counts > 0
    known = histories(_only(shown, shown.liked) if config.liked_only else shown)
    heads: list[Head] = []
    for place, most in enumerate((*config.lengths, None)):
        least = config.lengths[place - 1] + 1 if place else 0
        trials = _trials(known, taken, (least, most), config.people, rng)
        heads.append(_head(ingredients, trials, usable, most, config))
        progress("learning the ranking", place + 1, len(config.lengths) + 1)
    return Blend(refit(progress) if refit else fit_signals(matrix, progress), heads)


def _late(matrix: InteractionMatrix, config: BlendConfig) -> BoolArray:
    """The last interactions of everybody who has at least two."""
    starts = matrix.by_user.starts
    sizes = np.diff(starts)
    held = np.clip((config.held * sizes).astype(np.int64), 1, config.at_most)
    held[sizes < 2] = 0
    places = np.arange(len(matrix.users)) - starts[matrix.users]
    return places >= (sizes - held)[matrix.users]


def _only(matrix: InteractionMatrix, keep: BoolArray) -> InteractionMatrix:
    """Some of the interactions; users and items keep their numbers."""
    return InteractionMatrix(
        n_users=matrix.n_users,
        n_items=matrix.n_items,
        users=matrix.users[keep],
        items=matrix.items[keep],
        liked=matrix.liked[keep],
        times=matrix.times[keep],
    )


def _taken(matrix: InteractionMatrix, late: BoolArray) -> list[IntArray]:
    kept = _only(matrix, late)
    return [history.rows for history in histories(kept)]


_Trial = tuple[History, IntArray]


def _trials(
    known: Sequence[History],
    taken: Sequence[IntArray],
    lengths: tuple[int, int | None],
    people: int,
    rng: np.random.Generator,
) -> list[_Trial]:
    """Histories of the right lengths, shortened where need be, with what was taken after them."""
    least, most = lengths
    able = [n for n, rows in enumerate(taken) if len(rows) and len(known[n].rows) >= least]
    chosen = rng.permutation(np.array(able, dtype=np.int64))[:people]
    trials: list[_Trial] = []
    for number in map(int, np.sort(chosen)):
        whole = known[number]
        size = len(whole.rows)
        keep = size if most is None else int(rng.integers(least, min(most, size) + 1))
        last = slice(size - keep, size)
        part = History(rows=whole.rows[last], liked=whole.liked[last], times=whole.times[last])
        trials.append((part, taken[number]))
    return trials


def _head(
    ingredients: Ingredients,
    trials: Sequence[_Trial],
    usable: BoolArray,
    most: int | None,
    config: BlendConfig,
) -> Head:
    """Learn one head's weights; all 0 if there is nobody to learn from."""
    n, n_people = len(ingredients.names), len(ingredients.people)
    lists: list[FloatArray] = []
    signs: list[BoolArray] = []
    for history, taken in trials:
        features = ingredients.features(history)
        rows = _offered(features, history, ingredients.warm, usable, config.offered)
        lists.append(_sides(features[rows], ingredients.warm[rows], n_people))
        signs.append(np.isin(rows, taken))
    if not lists:
        return Head(most=most, warm=np.zeros(n, np.float32), cold=np.zeros(n, np.float32), offset=0)
    weights = fit_choice(np.array(lists), np.array(signs), reg=config.reg)
    cold = np.zeros(n, dtype=np.float32)
    cold[n_people:] = weights[n:-1]
    return Head(most=most, warm=weights[:n], cold=cold, offset=float(weights[-1]))


def _offered(
    features: FloatArray, history: History, warm: BoolArray, usable: BoolArray, count: int
) -> IntArray:
    """The items that the signals together find best: as many warm ones as are asked for, and
    of the hidden ones in proportion to their share."""
    rough = features.sum(axis=1)
    rough[history.rows] = -np.inf
    found: list[IntArray] = []
    for side in (np.flatnonzero(warm), np.flatnonzero(usable & ~warm)):
        share = min(len(side), max(1, count * len(side) // max(1, np.count_nonzero(usable))))
        if share:
            found.append(side[np.argpartition(-rough[side], share - 1)[:share]])
    return np.concatenate(found)


def _sides(features: FloatArray, warm: BoolArray, n_people: int) -> FloatArray:
    """Features of warm items, content features of cold ones, and whether cold, side by side."""
    cold = ~warm[:, None]
    return np.hstack((features * ~cold, features[:, n_people:] * cold, cold)).astype(np.float32)
