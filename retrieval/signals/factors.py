"""iALS as a signal: folded-in histories against item vectors.

It knows a fitted factorisation; it does not know how it was fitted.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Self

import numpy as np

from interest.errors import InputError
from interest.progress import Progress, no_progress
from retrieval.ials import IALS, IALSConfig
from retrieval.matrix import InteractionMatrix
from retrieval.seams import CollaborativeModel, FloatArray, History

__all__ = ["Factors", "FactorsConfig"]


@dataclass(frozen=True, kw_only=True, slots=True)
class FactorsConfig:
    """What is folded in.

    Attributes:
        ials: The factorisation.
        last: Only so many of the most recent items; None takes all.
        signs: Whether dislikes are folded in as dislikes; if not, like everything else.
    """

    ials: IALSConfig = field(default_factory=IALSConfig)
    last: int | None = None
    signs: bool = False

    def __post_init__(self) -> None:
        if self.last is not None and self.last < 1:
            raise InputError(f"last = {self.last}: at least one item must be folded in.")


class Factors:
    """Scores by inner products.

    Args:
        model: The factorisation.
        config: What is folded in.
    """

    def __init__(self, model: CollaborativeModel, config: FactorsConfig) -> None:
        self._model, self._config = model, config
        # Most items of a large catalogue have no factors: their scores are 0 without a product.
        self._known = np.flatnonzero(np.any(model.item_vectors != 0.0, axis=1))
        self._vectors = np.ascontiguousarray(model.item_vectors[self._known])

    @property
    def name(self) -> str:
        return "iALS" if self._config.last is None else "recent iALS"

    @property
    def model(self) -> CollaborativeModel:
        return self._model

    def of_last(self, last: int) -> Factors:
        """The same factorisation, asked with the most recent items only."""
        return Factors(self._model, replace(self._config, last=last))

    @classmethod
    def fit(
        cls,
        matrix: InteractionMatrix,
        config: FactorsConfig | None = None,
        *,
        progress: Progress = no_progress,
    ) -> Self:
        """Factorise."""
        config = config or FactorsConfig()
        return cls(IALS.fit(matrix, config.ials, progress=progress), config)

    def scores(self, history: History) -> FloatArray:
        """Inner products with the folded-in user; all 0 for a cold start."""
        rows, liked = history.rows, history.liked
        if self._config.last is not None:
            rows, liked = rows[-self._config.last :], liked[-self._config.last :]
        if not self._config.signs:
            liked = np.ones(len(rows), dtype=np.bool_)
        user = self._model.fold_in(rows[liked].tolist(), rows[~liked].tolist())
        out = np.zeros(len(self._model.item_vectors), dtype=np.float32)
        if user is not None:
            out[self._known] = self._vectors @ user
        return out
