"""What other people's choices say about a history, on the scale of the other parts of a score.

It knows the learned blend and predicted vectors; it does not know items or queries. The blend
speaks of items with interactions only. For the others there is the vector that the bridge
predicts, whose likeness to the user is on the same scale: 0 for what is no better than the mean,
about 1 for the best.
"""

from __future__ import annotations

import numpy as np

from retrieval.fusion import FusedSpace
from retrieval.seams import BoolArray, FloatArray, IntArray
from retrieval.signals.blend import Blend
from retrieval.signals.history import history_of

__all__ = ["LearnedTaste"]


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

    def scores(self, liked: IntArray, user: FloatArray | None) -> FloatArray | None:
        """One score per item, or None if no liked item has interactions.

        Args:
            liked: Rows, oldest first.
            user: ``(collaborative_dim,)`` direction of the user, for items without interactions.

        Returns:
            ``(n_items,) float32``, at most about 1. For items with interactions it is a linear
            function of the blend's score, so that the blend's parts remain its parts.
        """
        known = liked[self._warm[liked]]
        if len(known) == 0:
            return None
        found = self._blend.scores(history_of(known.tolist()))
        others = found[self._blend.ingredients.warm]
        mean = float(others.mean())
        reach = float(others.max()) - mean
        out = np.zeros(len(self._warm), dtype=np.float32)
        if reach > 0.0:
            out[self._warm] = (others - mean) / reach
        if user is not None:
            cold = np.flatnonzero(~self._warm)
            out[cold] = self._space.collaborative(cold) @ user
        return out
