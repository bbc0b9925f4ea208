"""Metrics of extraction, each small enough to check by hand.

It knows counts, signs and confidences; it does not know texts, matching or reports. Functions of
counts take numbers or arrays of one shape (bootstrap resamples) and give an array of that shape.
What is not defined (nothing predicted, nothing to find) is NaN, never 0 and never 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "CalibrationBin",
    "brier",
    "calibration_bins",
    "expected_calibration_error",
    "f1",
    "macro_f1",
    "precision",
    "ratio",
    "recall",
]

Floats = NDArray[np.float64]


def ratio(numerator: ArrayLike, denominator: ArrayLike) -> Floats:
    """Numerator by denominator; NaN where the denominator is 0."""
    over, under = np.broadcast_arrays(
        np.asarray(numerator, dtype=np.float64), np.asarray(denominator, dtype=np.float64)
    )
    return np.divide(over, under, out=np.full(under.shape, np.nan), where=under != 0)


def precision(n_correct: ArrayLike, n_predicted: ArrayLike) -> Floats:
    """Share of the predictions that are right."""
    return ratio(n_correct, n_predicted)


def recall(n_correct: ArrayLike, n_gold: ArrayLike) -> Floats:
    """Share of the gold that was found."""
    return ratio(n_correct, n_gold)


def f1(n_correct: ArrayLike, n_predicted: ArrayLike, n_gold: ArrayLike) -> Floats:
    """Harmonic mean of precision and recall: ``2·correct / (predicted + gold)``."""
    both = np.asarray(n_predicted, dtype=np.float64) + np.asarray(n_gold, dtype=np.float64)
    return ratio(2 * np.asarray(n_correct, dtype=np.float64), both)


def macro_f1(n_correct: ArrayLike, n_predicted: ArrayLike, n_gold: ArrayLike) -> Floats:
    """Mean of the F1 of the classes that gold has.

    Args:
        n_correct: ``(..., n_classes)``, as are the others.
        n_predicted: Predictions per class.
        n_gold: Gold per class; a class without gold does not enter the mean.

    Returns:
        ``(...) float64``; NaN where no class has gold.
    """
    per_class = f1(n_correct, n_predicted, n_gold)
    counted = np.asarray(n_gold) > 0
    return ratio(np.where(counted, per_class, 0.0).sum(axis=-1), counted.sum(axis=-1))


def brier(confidences: Sequence[float], correct: Sequence[bool]) -> float:
    """Mean squared distance of the confidence from what came true (Brier 1950); lower is better."""
    if not confidences:
        return float("nan")
    return float(np.mean((np.asarray(confidences) - np.asarray(correct, dtype=np.float64)) ** 2))


@dataclass(frozen=True, kw_only=True, slots=True)
class CalibrationBin:
    """Predictions with a confidence in ``[low, high)`` (the last bin includes 1)."""

    low: float
    high: float
    n: int
    confidence: float  #: mean, NaN in an empty bin
    accuracy: float  #: share that is right, NaN in an empty bin


def calibration_bins(
    confidences: Sequence[float], correct: Sequence[bool], *, n_bins: int = 10
) -> tuple[CalibrationBin, ...]:
    """Predictions by confidence, in bins of equal width."""
    sure, right = np.asarray(confidences, dtype=np.float64), np.asarray(correct, dtype=np.float64)
    place = np.minimum((sure * n_bins).astype(np.int64), n_bins - 1)
    counts = np.bincount(place, minlength=n_bins)
    mean_sure = ratio(np.bincount(place, weights=sure, minlength=n_bins), counts)
    mean_right = ratio(np.bincount(place, weights=right, minlength=n_bins), counts)
    return tuple(
        CalibrationBin(
            low=n / n_bins,
            high=(n + 1) / n_bins,
            n=int(counts[n]),
            confidence=float(mean_sure[n]),
            accuracy=float(mean_right[n]),
        )
        for n in range(n_bins)
    )


def expected_calibration_error(
    confidences: Sequence[float], correct: Sequence[bool], *, n_bins: int = 10
) -> float:
    """Mean gap between confidence and accuracy over the bins, weighted by size (Guo et al. 2017,
    equation 5); lower is better."""
    if not confidences:
        return float("nan")
    bins = calibration_bins(confidences, correct, n_bins=n_bins)
    gaps = [b.n * abs(b.confidence - b.accuracy) for b in bins if b.n]
    return sum(gaps) / len(confidences)
