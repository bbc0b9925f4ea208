"""Diversity: choose a varied list among good candidates, and no row of sequels.

It knows scores and likeness; it does not know why a score is what it is. Greedy maximal marginal
relevance (Carbonell and Goldstein, SIGIR 1998), with items of one series kept apart.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["choose"]

#: Gains lie in [-1, 1]: another of a full series comes after everything else, the same thing again
#: after that.
_LATER, _LAST = 10.0, 100.0


def choose(
    scores: NDArray[np.float64],
    likeness: Callable[[int], NDArray[np.float64]],
    n: int,
    *,
    diversity: float,
    series: Sequence[Hashable],
    twins: Sequence[Hashable] = (),
    per_series: int = 1,
) -> list[int]:
    """Choose places of a list, best first.

    Args:
        scores: ``(m,)``, best first.
        likeness: From a place to the likeness of all places to it, ``(m,)`` in [0, 1].
        n: How many to choose.
        diversity: 0 = by score alone, 1 = as varied as possible after the first.
        series: ``(m,)`` keys; items with one key belong together, which matters where the list
            is to be varied at all.
        twins: ``(m,)`` keys; items with one key are the same thing. Without them none is.
        per_series: How many of one series may be chosen while others are left; of the same thing
            one is chosen while anything else is left.

    Returns:
        ``min(n, m)`` places, in the order of their scores.
    """
    spread = float(scores.max() - scores.min()) if len(scores) else 0.0
    relevance = (scores - scores.min()) / spread if spread > 0 else np.ones(len(scores))
    nearest, taken = np.zeros(len(scores)), np.zeros(len(scores), dtype=np.bool_)
    in_series = _Groups(series if diversity > 0.0 else (), len(scores))
    same = _Groups(twins, len(scores))
    chosen: list[int] = []
    while len(chosen) < min(n, len(scores)):
        gain = (1.0 - diversity) * relevance - diversity * nearest
        gain = gain - _LATER * (in_series.counts >= per_series) - _LAST * (same.counts >= 1)
        best = int(np.argmax(np.where(taken, -np.inf, gain)))
        chosen.append(best)
        taken[best] = True
        in_series.take(best)
        same.take(best)
        if diversity > 0.0:
            nearest = np.maximum(nearest, likeness(best))
    return sorted(chosen, key=lambda place: (-scores[place], place))


class _Groups:
    """How many of its group were taken, for every place; without keys nobody has a group."""

    def __init__(self, keys: Sequence[Hashable], size: int) -> None:
        numbers: dict[Hashable, int] = {}
        self._of = np.array([numbers.setdefault(key, len(numbers)) for key in keys], np.int64)
        self.counts = np.zeros(size, dtype=np.int64)

    def take(self, place: int) -> None:
        if len(self._of):
            self.counts[self._of == self._of[place]] += 1
