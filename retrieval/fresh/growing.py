"""Growing: the parts of an engine after some items were added, changed or removed.

It knows which parts an item touches; it does not know where changes come from. Nothing that was
learned is learned again: a changed item keeps what people did with it, a new one gets the place
that its text and attributes suggest. The parts of before stay as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from retrieval.encoder import unit_rows
from retrieval.engine_parts import EngineParts
from retrieval.facet_index import FacetIndex
from retrieval.fresh.changed_catalogue import ChangedCatalogue
from retrieval.fresh.changes import ItemState
from retrieval.fresh.grown_model import GrownModel
from retrieval.fresh.overlaid_index import OverlaidIndex
from retrieval.prominence import scaled
from retrieval.seams import FloatArray, IntArray

__all__ = ["grow"]


def grow(base: EngineParts, states: Mapping[str, ItemState]) -> EngineParts:
    """The parts after changes.

    Args:
        base: The parts as they were built.
        states: What became of items since; each ``item`` comes with its ``vector``.

    Raises:
        DataError: An attribute is empty, or of another kind than in other items.
    """
    catalogue = ChangedCatalogue(base.catalogue, states)
    rows = catalogue.touched
    facets = base.facets.changed(catalogue, rows)
    vectors = _vectors(base, catalogue, facets, states)
    new = len(catalogue) - len(base.catalogue)
    fused = np.concatenate((base.space.vectors, np.empty((new, vectors.shape[1]), np.float32)))
    fused[rows] = vectors
    titled = np.array(sorted({*map(int, rows), *catalogue.flipped}), dtype=np.int64)
    return replace(
        base,
        catalogue=catalogue,
        space=replace(base.space, vectors=fused),
        index=OverlaidIndex(base.index, rows, vectors),
        model=GrownModel(base.model, len(catalogue)),
        facets=facets,
        titles=base.titles.changed(catalogue, titled),
        series=base.series.changed(catalogue, facets, rows),
        twins=base.twins.changed(catalogue, facets, rows),
    )


def _vectors(
    base: EngineParts,
    catalogue: ChangedCatalogue,
    facets: FacetIndex,
    states: Mapping[str, ItemState],
) -> FloatArray:
    """The vectors of the rows that differ, ``(n, dim) float32``."""
    rows = catalogue.touched
    raw = [states[catalogue.items[row].item_id].vector for row in map(int, rows)]
    text = np.zeros((len(rows), base.space.text_dim), dtype=np.float32)
    for place, vector in enumerate(raw):
        if vector is not None:
            text[place] = vector
    text = unit_rows(text - base.space.text_mean)
    others = base.newcomers.predict(text, facets, rows, base.space.collaborative_dim)
    warm = np.array([not base.is_cold(row) for row in map(int, rows)], dtype=np.bool_)
    others[warm] = base.space.collaborative(rows[warm])
    known = _prominence(base, catalogue, rows)
    return np.hstack((text, others, known[:, None])).astype(np.float32)


def _prominence(base: EngineParts, catalogue: ChangedCatalogue, rows: IntArray) -> FloatArray:
    """How well known the items are, measured by the best known of the build."""
    counts = base.interactions.counts
    own = [0 if base.is_cold(row) else int(counts[row]) for row in map(int, rows)]
    weights = [catalogue.weight(catalogue.items[row].item_id) for row in map(int, rows)]
    top = max(base.catalogue.weights.values(), default=0.0)
    return np.maximum(
        scaled(np.array(weights, dtype=np.float64), top),
        scaled(np.array(own, dtype=np.float64), float(counts.max(initial=0))),
    ).astype(np.float32)
