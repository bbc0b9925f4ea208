"""Prominence: how well known an item is, in [0, 1], from interactions and catalogue weights.

It knows counts; it does not know taste. Counts are taken on a logarithmic scale: the difference
between 10 and 100 people says as much as that between 100 and 1,000.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from retrieval.catalogue import Catalogue
from retrieval.seams import FloatArray, IntArray

__all__ = ["prominence", "scaled"]


def prominence(catalogue: Catalogue, counts: IntArray) -> FloatArray:
    """The larger of two scales, so that an item known from either source counts as known.

    Args:
        catalogue: Gives the weights.
        counts: ``(n_items,)`` interactions per item.

    Returns:
        ``(n_items,) float32`` in [0, 1].
    """
    weights = np.array([catalogue.weight(item.item_id) for item in catalogue], dtype=np.float64)
    numbers = counts.astype(np.float64)
    return np.maximum(
        scaled(weights, float(weights.max(initial=0.0))),
        scaled(numbers, float(numbers.max(initial=0.0))),
    ).astype(np.float32)


def scaled(values: NDArray[np.float64], top: float) -> NDArray[np.float64]:
    """Counts on the logarithmic scale of the best known, in [0, 1]."""
    return np.minimum(np.log1p(values) / max(float(np.log1p(top)), 1.0), 1.0)
