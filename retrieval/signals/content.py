"""Content: what items are, for those that nobody has interacted with yet.

It knows text vectors, facets and the scores of other signals; it does not know words.
"""

# SciPy's sparse arrays and solvers are typed in part only.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportAttributeAccessIssue=false

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Self

import numpy as np
from scipy.linalg import cho_factor, cho_solve

from interest.errors import InputError
from interest.progress import Progress, no_progress
from retrieval.encoder import unit_rows
from retrieval.facet_index import FacetIndex
from retrieval.matrix import InteractionMatrix
from retrieval.seams import FloatArray, History, IntArray, Signal
from retrieval.signals.history import HistoryWeights

__all__ = ["Bridged", "BridgedConfig", "FacetSignal", "TextConfig", "TextSignal"]


@dataclass(frozen=True, kw_only=True, slots=True)
class TextConfig:
    """What is compared.

    Attributes:
        history: What each item of a history counts.
        nearest: Share of the nearest item of the history in the likeness; the rest is the mean.
    """

    history: HistoryWeights = field(
        default_factory=lambda: HistoryWeights(decay=0.95, floor=0.1, disliked=0.5)
    )
    nearest: float = 0.0


class TextSignal:
    """Likeness of mean-centred text vectors to those of the history.

    Args:
        vectors: ``(n_items, dim) float32``, unit and mean-centred.
        config: What is compared.
    """

    name = "text"

    def __init__(self, vectors: FloatArray, config: TextConfig) -> None:
        self._vectors, self._config = vectors, config

    @classmethod
    def fit(
        cls,
        matrix: InteractionMatrix,
        vectors: FloatArray,
        config: TextConfig | None = None,
        *,
        progress: Progress = no_progress,
    ) -> Self:
        """Centre the vectors; interactions are not looked at.

        Args:
            matrix: Its number of items must be that of the vectors.
            vectors: ``(n_items, dim)``, raw unit text vectors.
            config: What is compared.
            progress: Not called.

        Raises:
            InputError: There are more or fewer vectors than items.
        """
        del progress
        if len(vectors) != matrix.n_items:
            raise InputError(f"{len(vectors)} text vectors for {matrix.n_items} items.")
        return cls(unit_rows(vectors - vectors.mean(axis=0)), config or TextConfig())

    def scores(self, history: History) -> FloatArray:
        """Inner products with the weighted mean, and with the nearest item."""
        if len(history.rows) == 0:
            return np.zeros(len(self._vectors), dtype=np.float32)
        weights, own = self._config.history.of(history), self._vectors[history.rows]
        centre = weights @ own / max(float(weights.sum()), 1e-6)
        mean: FloatArray = np.asarray(self._vectors @ centre, dtype=np.float32)
        if self._config.nearest == 0.0:
            return mean
        near = (self._vectors @ own[history.liked].T).max(axis=1, initial=0.0)
        share = self._config.nearest
        return np.asarray((1.0 - share) * mean + share * near, dtype=np.float32)


class FacetSignal:
    """Facets shared with the last items of the history.

    Args:
        facets: Values of all items.
        n_items: Size of the catalogue.
        last: How many items are compared with.
    """

    name = "facets"

    def __init__(self, facets: FacetIndex, n_items: int, last: int) -> None:
        self._facets, self._everything, self._last = facets, np.arange(n_items), last

    @classmethod
    def fit(
        cls,
        matrix: InteractionMatrix,
        facets: FacetIndex,
        last: int = 5,
        *,
        progress: Progress = no_progress,
    ) -> Self:
        """Nothing is learned: facets are given.

        Raises:
            InputError: ``last`` is below 1.
        """
        del progress
        if last < 1:
            raise InputError(f"last = {last}: at least one item must be compared with.")
        return cls(facets, matrix.n_items, last)

    def scores(self, history: History) -> FloatArray:
        """Mean likeness to the last liked items."""
        examples: IntArray = history.rows[history.liked][-self._last :]
        if len(examples) == 0:
            return np.zeros(len(self._everything), dtype=np.float32)
        return self._facets.alike(examples, self._everything).mean(axis=0)


@dataclass(frozen=True, kw_only=True, slots=True)
class BridgedConfig:
    """The regression from content to scores.

    Attributes:
        reg: L2 penalty.
        trusted: An item with ``n`` interactions weighs ``n / (n + trusted)``.
    """

    reg: float = 10.0
    trusted: float = 5.0

    def __post_init__(self) -> None:
        if self.reg <= 0.0 or self.trusted < 0.0:
            raise InputError(f"{self}: reg must be above 0 and trusted at least 0.")


class Bridged:
    """Another signal's scores of items with interactions, carried over to all items.

    For each history the scores are regressed on what the items are, in closed form (ridge with an
    intercept): what is like that which scores high scores high. The regression is the same for
    everybody, so it is solved once and each history costs two products.

    Args:
        base: The signal.
        features: ``(n_items, n_features) float32``, centred on the warm items.
        solver: ``(n_features, n_warm) float32``, from scores to weights.
        warm: ``(n_warm,)`` rows with interactions.
        trust: ``(n_warm,) float32``, sums to 1; what each counts in the mean.
    """

    def __init__(
        self,
        base: Signal,
        features: FloatArray,
        solver: FloatArray,
        warm: IntArray,
        trust: FloatArray,
    ) -> None:
        self._base, self._features, self._solver = base, features, solver
        self._warm, self._trust = warm, trust

    @property
    def name(self) -> str:
        return f"{self._base.name} by content"

    def over(self, base: Signal) -> Bridged:
        """The same regression for another signal."""
        return Bridged(base, self._features, self._solver, self._warm, self._trust)

    @classmethod
    def fit(
        cls,
        matrix: InteractionMatrix,
        base: Signal,
        features: FloatArray,
        config: BridgedConfig | None = None,
        *,
        progress: Progress = no_progress,
    ) -> Bridged:
        """Solve the regression.

        Args:
            matrix: Tells which items have interactions, and how many.
            base: The signal that is carried over, fitted on the same matrix.
            features: ``(n_items, n_features)``, what the items are.
            config: Penalty.
            progress: Not called.

        Raises:
            InputError: No item has interactions.
        """
        del progress
        config = config or BridgedConfig()
        warm = np.flatnonzero(matrix.counts).astype(np.int64)
        if len(warm) == 0:
            raise InputError("A bridge needs at least one item with interactions.")
        counts = matrix.counts[warm].astype(np.float64)
        trust = counts / (counts + config.trusted)
        mean = trust @ features[warm] / trust.sum()
        centred = (features - mean).astype(np.float32)
        x = centred[warm].astype(np.float64)
        gram = (x.T * trust) @ x
        gram[np.diag_indices_from(gram)] += config.reg
        solver = cho_solve(cho_factor(gram), x.T * trust)
        share = (trust / trust.sum()).astype(np.float32)
        return cls(base, centred, solver.astype(np.float32), warm, share)

    def scores(self, history: History) -> FloatArray:
        """The regression's prediction for all items, warm ones too."""
        known = self._base.scores(history)[self._warm]
        spread = float(known.std()) or 1.0
        known = (known - self._trust @ known) / spread
        return np.asarray(self._features @ (self._solver @ known), dtype=np.float32)
