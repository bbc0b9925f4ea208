"""Attributes as numbers: which values an item has, and where its numbers lie.

It knows columns and their kinds by the domain; it does not know any column itself.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from interest.domain import FacetKind
from retrieval.catalogue import Catalogue
from retrieval.facet_index import FacetIndex
from retrieval.seams import BoolArray, FloatArray

__all__ = ["attribute_features"]

#: Bumps per numeric column, at quantiles of the items that are counted.
_BUMPS = 9


def attribute_features(
    catalogue: Catalogue, facets: FacetIndex, among: BoolArray, *, least: int = 4
) -> FloatArray:
    """One column per frequent value, and bumps over each numeric column.

    Args:
        catalogue: The items.
        facets: Their values.
        among: ``(n_items,)``; the items that quantiles and frequencies are taken from.
        least: How many of them must share a value.

    Returns:
        ``(n_items, n_features) float32`` in [0, 1]; all 0 where a number is not known.
    """
    blocks = [facets.features(least, among)]
    for facet in catalogue.domain.of_kind(FacetKind.NUMBER):
        for column in facet.columns:
            numbers = catalogue.numbers(column)
            if np.count_nonzero(~np.isnan(numbers[among])) >= _BUMPS:
                blocks.append(_bumps(numbers, numbers[among]))
    return np.hstack(blocks).astype(np.float32)


def _bumps(numbers: NDArray[np.float64], known: NDArray[np.float64]) -> FloatArray:
    """How near each number is to each of the knots; they overlap by half."""
    knots = np.unique(np.nanquantile(known, np.linspace(0.0, 1.0, _BUMPS)))
    widths = np.maximum(np.gradient(knots) if len(knots) > 1 else np.ones(1), 1e-6)
    near = np.exp(-0.5 * ((numbers[:, None] - knots) / widths) ** 2)
    return np.nan_to_num(near).astype(np.float32)
