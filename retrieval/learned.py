"""What other people's choices say about a history, on the scale of the other parts of a score.

It knows the learned blend and predicted vectors; it does not know items or queries. The blend
speaks of items with interactions only. For the others there is the vector that the bridge
predicts, whose likeness to the user is on the same scale: 0 for what is no better than the mean,
about 1 for the best.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from retrieval.exact_index import best_rows
from retrieval.fusion import FusedSpace
from retrieval.seams import BoolArray, FloatArray, IntArray
from retrieval.signals.blend import Blend
from retrieval.signals.history import history_of

__all__ = ["LearnedScores", "LearnedTaste"]


@dataclass(frozen=True, kw_only=True)
class LearnedScores:
    """What was learned about one history: scores of items, worked out where they are asked for.

    Attributes:
        of_warm: ``(n_items,) float32``; scores of items with interactions, 0 for the others.
        warm: ``(n_items,) bool``; items with interactions.
        space: Has predicted vectors of the others.
        user: ``(collaborative_dim,)`` direction of the user, or None.
    """

    of_warm: FloatArray
    warm: BoolArray
    space: FusedSpace
    user: FloatArray | None

    def at(self, rows: IntArray) -> FloatArray:
        """The scores of some items, ``(len(rows),) float32``."""
        out = self.of_warm[rows]
        if self.user is not None:
            cold = np.flatnonzero(~self.warm[rows])
            out[cold] = self.space.collaborative(rows[cold]) @ self.user
        return out

    def best(self, allowed: BoolArray, n: int) -> IntArray:
        """The rows with interactions that score best. The index brings the others: their score
        is an inner product with its vectors."""
        rows = np.flatnonzero(self.warm & allowed)
        return rows[best_rows(self.of_warm[rows], n)] if len(rows) else rows


class LearnedTaste:
    """Scores the catalogue for likes.

    Args:
        blend: Fitted without content signals.
        space: Has predicted vectors of items without interactions; may have items after those
            that the blend knows.
    """

    def __init__(self, blend: Blend, space: FusedSpace) -> None:
        self._blend, self._space = blend, space
        # Items that came after the build have no interactions.
        self._warm: BoolArray = np.zeros(len(space.vectors), dtype=np.bool_)
        self._warm[: len(blend.ingredients.warm)] = blend.ingredients.warm

    def scores(self, liked: IntArray, user: FloatArray | None) -> LearnedScores | None:
        """Scores of items, or None if no liked item has interactions.

        Args:
            liked: Rows, oldest first.
            user: ``(collaborative_dim,)`` direction of the user, for items without interactions.

        Returns:
            Scores of at most about 1. For items with interactions they are a linear function of
            the blend's, so that the blend's parts remain their parts.
        """
        known = liked[self._warm[liked]]
        if len(known) == 0:
            return None
        found = self._blend.scores(history_of(known.tolist()))
        others = found[self._blend.ingredients.warm]
        mean = float(others.mean())
        reach = float(others.max()) - mean
        of_warm = np.zeros(len(self._warm), dtype=np.float32)
        if reach > 0.0:
            of_warm[self._warm] = (others - mean) / reach
        return LearnedScores(of_warm=of_warm, warm=self._warm, space=self._space, user=user)
