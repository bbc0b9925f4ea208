"""Choosing: the list that people see, out of many ranked candidates.

It knows likeness, series and twins; it does not know why a score is what it is. What somebody knows
already does not come back under another id, and who asks for n gets n if there are n.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from retrieval.diversity import choose
from retrieval.engine_parts import EngineParts
from retrieval.exact_index import best_rows
from retrieval.seams import BoolArray, IntArray
from retrieval.types import Query

__all__ = ["Chooser"]


class Chooser:
    """Chooses lists over one catalogue.

    Args:
        parts: Of the engine.
    """

    def __init__(self, parts: EngineParts) -> None:
        self._parts = parts

    def new(self, query: Query) -> BoolArray:
        """False for what the person knows already, standing in the catalogue a second time.

        Returns:
            ``(n_items,) bool``.
        """
        catalogue = self._parts.catalogue
        rows = [
            catalogue.row(item_id)
            for item_id in {*query.exclude, *query.like, *query.liked, *query.disliked}
            if catalogue.has_row(item_id)
        ]
        new = np.ones(len(catalogue), dtype=np.bool_)
        new[self._parts.twins.of(np.array(rows, dtype=np.int64))] = False
        return new

    def filled_up(self, rows: IntArray, allowed: BoolArray, n: int) -> IntArray:
        """Rows, with the best known allowed ones besides where they are too few to choose from.

        Args:
            rows: Candidates, ascending; all of them allowed.
            allowed: ``(n_items,) bool``.
            n: How long the list is to be.

        Returns:
            Rows, ascending.
        """
        there = np.flatnonzero(allowed)
        missing = min(self._pool(n), len(there)) - len(rows)
        if missing <= 0:
            return rows
        rest = np.setdiff1d(there, rows, assume_unique=True)
        return np.union1d(rows, rest[best_rows(self._parts.space.prominence(rest), missing)])

    def choose(
        self, scores: NDArray[np.float64], rows: IntArray, n: int, *, diversity: float
    ) -> NDArray[np.intp]:
        """Places of the chosen rows, best first.

        Args:
            scores: ``(len(rows),)``.
            rows: Candidates.
            n: How many to choose.
            diversity: See :func:`retrieval.diversity.choose`.
        """
        pool = np.lexsort((rows, -scores))[: self._pool(n)]
        near = rows[pool]
        picked = choose(
            scores[pool],
            lambda place: self._likeness(near, place),
            n,
            diversity=diversity,
            series=self._parts.series.keys(near),
            twins=self._parts.twins.keys(near),
        )
        return pool[picked]

    def _pool(self, n: int) -> int:
        """How many of the best candidates there are to choose from."""
        return max(self._parts.config.pool, 4 * n)

    def _likeness(self, rows: IntArray, place: int) -> NDArray[np.float64]:
        """How much rows are like one of them: half text, half facets; in [0, 1]."""
        text = self._parts.space.text(rows)
        meaning = np.maximum(text @ text[place], 0.0)
        return 0.5 * meaning + 0.5 * self._parts.facets.alike(rows[place : place + 1], rows)[0]
