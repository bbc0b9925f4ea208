"""Diversity: choose a varied list among good candidates, and no row of sequels.

It knows scores and likeness; it does not know why a score is what it is. Greedy maximal marginal
relevance (Carbonell and Goldstein, SIGIR 1998), with items of one series kept apart.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["choose"]


def choose(
    scores: NDArray[np.float64],
    likeness: Callable[[int], NDArray[np.float64]],
    n: int,
    *,
    diversity: float,
    series: Sequence[Hashable],
    per_series: int = 1,
) -> list[int]:
    """Choose places of a list, best first.

    Args:
        scores: ``(m,)``, best first.
        likeness: From a place to the likeness of all places to it, ``(m,)`` in [0, 1].
        n: How many to choose.
        diversity: 0 = by score alone, 1 = as varied as possible after the first.
        series: ``(m,)`` keys; items with one key belong together.
        per_series: How many of one series may be chosen while others are left.

    Returns:
        ``min(n, m)`` places, in the order of their scores.
    """
    spread = float(scores.max() - scores.min()) if len(scores) else 0.0
    relevance = (scores - scores.min()) / spread if spread > 0 else np.ones(len(scores))
    nearest, taken = np.zeros(len(scores)), np.zeros(len(scores), dtype=np.bool_)
    counts: dict[Hashable, int] = {}
    chosen: list[int] = []
    while len(chosen) < min(n, len(scores)):
        gain = (1.0 - diversity) * relevance - diversity * nearest
        full = np.array([counts.get(key, 0) >= per_series for key in series])
        # Another of a full series comes only when nothing else is left.
        gain = np.where(taken, -np.inf, np.where(full, gain - 10.0, gain))
        best = int(np.argmax(gain))
        chosen.append(best)
        taken[best] = True
        counts[series[best]] = counts.get(series[best], 0) + 1
        if diversity > 0.0:
            nearest = np.maximum(nearest, likeness(best))
    return sorted(chosen, key=lambda place: (-scores[place], place))
