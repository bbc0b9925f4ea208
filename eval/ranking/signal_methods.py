"""The signals of ``retrieval/signals`` and their learned blend, as methods.

It knows how each is learned from interactions; it does not know how they are measured.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from eval.ranking.methods import Fit, Method, from_matrix
from interest.progress import Progress, no_progress
from retrieval.matrix import InteractionMatrix
from retrieval.seams import Signal
from retrieval.signals.cooccurrence import CoOccurrence
from retrieval.signals.ease import EASE, EASEConfig
from retrieval.signals.neighbours import ItemKNN, UserKNN
from retrieval.signals.popularity import Trend
from retrieval.signals.recipe import Recipe
from retrieval.signals.training import BlendConfig, fit_blend
from retrieval.signals.transitions import Transitions

__all__ = ["SIGNAL_METHODS", "learned_blend"]


def learned_blend(matrix: InteractionMatrix, *, progress: Progress = no_progress) -> Signal:
    """The blend as the engine learns it, from histories alone.

    Weights are learned on what is held back of the training part; nothing of the test takes part.
    """
    recipe = Recipe(timed=bool(np.any(matrix.times)))
    return fit_blend(
        matrix,
        lambda part, told: recipe.fit(part, progress=told),
        BlendConfig(hidden=0.0),
        progress=progress,
    )


def _ease_settings() -> Mapping[str, Fit]:
    return {
        f"reg={reg:g}": from_matrix(EASE.fit, config=EASEConfig(reg=reg))
        for reg in (100.0, 200.0, 300.0, 500.0)
    }


SIGNAL_METHODS: tuple[Method, ...] = (
    Method(
        name="trend",
        line="how many people came to an item in the last 30 days",
        fit=from_matrix(Trend.fit),
        baseline=True,
    ),
    Method(
        name="item-knn",
        line="items by the cosine of who came to them",
        fit=from_matrix(ItemKNN.fit),
        baseline=True,
    ),
    Method(
        name="user-knn",
        line="what the most similar people came to",
        fit=from_matrix(UserKNN.fit),
        baseline=True,
    ),
    Method(
        name="ease",
        line="EASE, a regression of items on items (Steck 2019)",
        fit=from_matrix(EASE.fit),
        baseline=True,
        settings=_ease_settings(),
    ),
    Method(
        name="co-occurrence",
        line="what came soon after, in other histories",
        fit=from_matrix(CoOccurrence.fit),
    ),
    Method(
        name="transitions",
        line="a regression of what follows on what came before (Choi et al. 2021)",
        fit=from_matrix(Transitions.fit),
    ),
    Method(
        name="blend",
        line="the learned blend of signals, from histories alone",
        fit=from_matrix(learned_blend),
    ),
)
