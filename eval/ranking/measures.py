"""Measures of recommended lists, one value per list; accuracy by ir-measures, the rest here.

It knows lists of rows and what is wanted; it does not know methods or protocols. What is not
defined is NaN, never 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import ir_measures
import numpy as np
from ir_measures import RR, R, Success, nDCG
from numpy.typing import NDArray

from eval.metrics import ratio
from retrieval.seams import FloatArray, IntArray

__all__ = [
    "ACCURACY",
    "CUTOFFS",
    "accuracy",
    "coverage",
    "gini",
    "mean_distance",
    "popularity_shares",
    "self_information",
    "share_found",
]

Floats = NDArray[np.float64]

CUTOFFS = (10, 20)
_DEEPEST = max(CUTOFFS)
#: Our name → the measure of ir-measures. nDCG's gain is 0 or 1, its ideal is cut at the same
#: place; recall divides by all that is wanted.
_MEASURES = {
    **{f"HR@{n}": Success @ n for n in CUTOFFS},
    **{f"R@{n}": R @ n for n in CUTOFFS},
    **{f"nDCG@{n}": nDCG @ n for n in CUTOFFS},
    f"MRR@{_DEEPEST}": RR @ _DEEPEST,
}
ACCURACY = tuple(_MEASURES)


def accuracy(lists: Sequence[IntArray], wanted: Sequence[IntArray]) -> dict[str, Floats]:
    """Accuracy of lists, best first, as long as the deepest cutoff.

    Args:
        lists: Rows in order, without ties.
        wanted: Rows that are relevant, one or more for each list.

    Returns:
        By name of :data:`ACCURACY`, ``(len(lists),) float64``.
    """
    names = {measure: name for name, measure in _MEASURES.items()}
    found = {name: np.zeros(len(lists)) for name in ACCURACY}
    relevant = {str(n): dict.fromkeys(map(str, rows.tolist()), 1) for n, rows in enumerate(wanted)}
    ranked = {
        str(n): {str(row): float(len(rows) - place) for place, row in enumerate(rows.tolist())}
        for n, rows in enumerate(lists)
    }
    for metric in _calculated(relevant, ranked):
        found[names[metric.measure]][int(metric.query_id)] = metric.value
    return found


def _calculated(
    relevant: dict[str, dict[str, int]], ranked: dict[str, dict[str, float]]
) -> Iterator[ir_measures.Metric]:
    library: Any = ir_measures  # its types name another library that we do not have
    return library.iter_calc(list(_MEASURES.values()), relevant, ranked)


def share_found(top: IntArray, wanted: IntArray) -> float:
    """Share of what is wanted that the list has; NaN where nothing is wanted."""
    return float(ratio(np.count_nonzero(np.isin(wanted, top)), len(wanted)))


def popularity_shares(counts: IntArray, n_users: int) -> Floats:
    """Share of the people in training who came to each item, ``(n_items,)``."""
    return counts / max(n_users, 1)


def self_information(counts: IntArray, n_users: int) -> Floats:
    """How surprising each item is, in bits: ``-log2`` of its share of the people (Zhou et al.
    2010), one person more than there are added everywhere so that new items have a value."""
    return -np.log2((counts + 1) / (n_users + 1))


def mean_distance(likeness: FloatArray) -> float:
    """Mean over all pairs of ``1 - likeness`` (intra-list diversity, Ziegler et al. 2005).

    Args:
        likeness: ``(n, n)``; the diagonal is not read. NaN for fewer than two.
    """
    n = len(likeness)
    if n < 2:
        return float("nan")
    off_diagonal = float(likeness.sum() - np.trace(likeness))
    return 1.0 - off_diagonal / (n * (n - 1))


def coverage(lists: Sequence[IntArray], n_items: int) -> float:
    """Share of the catalogue that comes up in any list."""
    if not lists:
        return float("nan")
    return len(np.unique(np.concatenate(lists))) / n_items


def gini(lists: Sequence[IntArray], n_items: int) -> float:
    """How unevenly the places of lists fall on items: 0 all alike, towards 1 all on one."""
    placed = np.concatenate(lists) if lists else np.empty(0, dtype=np.int64)
    if len(placed) == 0:
        return float("nan")
    counts = np.sort(np.bincount(placed, minlength=n_items))
    places = np.arange(1, n_items + 1)
    weighted = 2.0 * float(np.sum(places * counts)) / (n_items * len(placed))
    return weighted - (n_items + 1) / n_items
