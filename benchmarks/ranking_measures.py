"""Measures of the ranking benchmarks, per user, and intervals of their ratios.

It knows scores and wanted items; it does not know who made the scores.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from retrieval.seams import BoolArray, FloatArray, History, IntArray

Values = NDArray[np.float64]
_RESAMPLES = 2000


def among(scores: FloatArray, positive: IntArray, negatives: IntArray, n: int = 10) -> Values:
    """nDCG@n of one wanted item among others, per user; ties count against it."""
    users = np.arange(len(positive))
    own = scores[users, positive]
    place = (scores[users[:, None], negatives] >= own[:, None]).sum(axis=1)
    return np.where(place < n, 1.0 / np.log2(place + 2.0), 0.0)


def top(scores: FloatArray, n: int, allowed: BoolArray | None = None) -> IntArray:
    """The rows with the highest scores, best first; of equal ones the first."""
    open_scores = scores if allowed is None else np.where(allowed, scores, -np.inf)
    return np.argsort(-open_scores, kind="stable")[:n]


def full_ndcg(
    scores: FloatArray,
    known: Sequence[History],
    wanted: Sequence[IntArray],
    n: int = 20,
    only: BoolArray | None = None,
) -> Values:
    """nDCG@n over the whole catalogue, what is known of a user removed; NaN without wanted."""
    out = np.full(len(wanted), np.nan)
    discounts = 1.0 / np.log2(np.arange(2, n + 2))
    for user, (history, rows) in enumerate(zip(known, wanted, strict=True)):
        if len(rows):
            gains = np.isin(top(scores[user], n, _open(scores[user], history, only)), rows)
            out[user] = (gains * discounts[: len(gains)]).sum() / discounts[: len(rows)].sum()
    return out


def recall(
    scores: FloatArray, known: Sequence[History], wanted: Sequence[IntArray], n: int = 20
) -> Values:
    """Found of the wanted, of at most ``n``; NaN for users without wanted items."""
    out = np.full(len(wanted), np.nan)
    for user, (history, rows) in enumerate(zip(known, wanted, strict=True)):
        if len(rows):
            best = top(scores[user], n, _open(scores[user], history, None))
            out[user] = np.isin(best, rows).sum() / min(n, len(rows))
    return out


def _open(scores: FloatArray, history: History, only: BoolArray | None) -> BoolArray:
    allowed = np.ones(len(scores), dtype=np.bool_) if only is None else only.copy()
    allowed[history.rows] = False
    return allowed


def mean(values: Values) -> float:
    return round(float(np.nanmean(values)), 4)


def ratio(ours: Values, theirs: Values, seed: int = 0) -> dict[str, float]:
    """Ratio of means with its paired 95 % bootstrap interval over users."""
    there = ~np.isnan(ours) & ~np.isnan(theirs)
    a, b = ours[there], theirs[there]
    draws = np.random.default_rng(seed).integers(0, len(a), (_RESAMPLES, len(a)))
    ratios = a[draws].mean(axis=1) / b[draws].mean(axis=1)
    low, high = np.quantile(ratios, (0.025, 0.975))
    return {
        "ratio": round(float(a.mean() / b.mean()), 3),
        "low": round(float(low), 3),
        "high": round(float(high), 3),
    }
