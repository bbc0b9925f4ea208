"""Bootstrap over texts: how far a figure would move had other texts of the kind been drawn.

It knows per-text counts and statistics of their sums; it does not know what is counted.
Several systems measured on the same texts are resampled together, so that their differences
are paired (Efron and Tibshirani 1993, chapters 13 and 16; Koehn 2004 for the paired comparison).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Comparison", "Interval", "compare", "interval", "resampled_sums"]

Floats = NDArray[np.float64]

#: Cells of resampling weights held at once; bounds the memory for large files.
_CELLS = 4_000_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Interval:
    """Where the figure lies in the middle ``level`` of the resamples."""

    low: float
    high: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """A difference between two systems on the same resamples.

    Attributes:
        difference: On the texts as they are.
        interval: Percentile interval of the difference.
        share_better: Share of the resamples in which the first is ahead; ties count half.
    """

    difference: float
    interval: Interval
    share_better: float


def resampled_sums(counts: Floats, n_resamples: int, rng: np.random.Generator) -> Floats:
    """Column sums over texts drawn with replacement.

    Args:
        counts: ``(n_texts, n_columns)``: what each text adds to each count.
        n_resamples: How many draws.
        rng: Source of randomness.

    Returns:
        ``(n_resamples, n_columns) float64``.
    """
    n_texts = counts.shape[0]
    if n_texts == 0:
        return np.zeros((n_resamples, counts.shape[1]))
    rows = max(1, _CELLS // n_texts)
    chunks: list[Floats] = []
    for start in range(0, n_resamples, rows):
        n = min(rows, n_resamples - start)
        weights = [_times_drawn(n_texts, rng) for _ in range(n)]
        chunks.append(np.asarray(weights, dtype=np.float64) @ counts)
    return np.concatenate(chunks)


def _times_drawn(n_texts: int, rng: np.random.Generator) -> NDArray[np.intp]:
    drawn: NDArray[np.int64] = rng.integers(n_texts, size=n_texts, dtype=np.int64)
    return np.bincount(drawn, minlength=n_texts)


def interval(values: Floats, *, level: float = 0.95) -> Interval:
    """The percentile interval; NaN where fewer than half of the resamples define the figure."""
    known = values[~np.isnan(values)]
    if 2 * len(known) < max(len(values), 1):
        return Interval(low=float("nan"), high=float("nan"))
    low, high = np.quantile(known, [(1 - level) / 2, (1 + level) / 2])
    return Interval(low=float(low), high=float(high))


def compare(difference: float, first: Floats, second: Floats, *, level: float = 0.95) -> Comparison:
    """Compare two systems.

    Args:
        difference: First minus second, on all texts.
        first: ``(n_resamples,)``: the figure of the first on every resample.
        second: The figure of the second on the same resamples.
        level: Of the interval.
    """
    gaps = first - second
    known = gaps[~np.isnan(gaps)]
    ahead = float(np.mean((np.sign(known) + 1) / 2)) if len(known) else float("nan")
    return Comparison(
        difference=difference, interval=interval(gaps, level=level), share_better=ahead
    )
