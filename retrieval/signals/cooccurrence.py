"""Co-occurrence: how often one item was taken soon after another.

It knows the order and the times of interactions; it does not know content. The pairs are
directed; one taken later counts the less, the more items lie between, and may count the less, the
more time lies between.
"""

# SciPy's sparse arrays and solvers are typed in part only.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportAttributeAccessIssue=false

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import scipy.sparse as sp

from interest.errors import InputError
from interest.progress import Progress, no_progress
from retrieval.matrix import InteractionMatrix
from retrieval.seams import FloatArray, History

__all__ = ["CoOccurrence", "CoOccurrenceConfig"]


@dataclass(frozen=True, kw_only=True, slots=True)
class CoOccurrenceConfig:
    """Which pairs count.

    Attributes:
        window: Most places from one item to the other.
        decay: A pair counts ``decay ** (places between)``.
        memory: The ``k``-th last item of a history counts ``memory ** k``.
        last: How many items of a history are looked at.
        popular: Scores are divided by ``count ** popular`` of the item that follows.
        minutes: Pairs further apart than this count a tenth; None if times do not matter.
    """

    window: int = 10
    decay: float = 0.8
    memory: float = 0.7
    last: int = 10
    popular: float = 0.3
    minutes: float | None = None

    def __post_init__(self) -> None:
        if self.window < 1 or self.last < 1:
            raise InputError(f"{self}: window and last must be at least 1.")


class CoOccurrence:
    """Counted pairs.

    Args:
        pairs: ``(n_items, n_items) float32``; from an item to what came after it.
        config: What a history counts.
    """

    name = "co-occurrence"

    def __init__(self, pairs: sp.csr_array, config: CoOccurrenceConfig) -> None:
        self._pairs, self._config = pairs, config

    @classmethod
    def fit(
        cls,
        matrix: InteractionMatrix,
        config: CoOccurrenceConfig | None = None,
        *,
        progress: Progress = no_progress,
    ) -> Self:
        """Count pairs, one distance after the other."""
        config = config or CoOccurrenceConfig()
        shape = (matrix.n_items, matrix.n_items)
        pairs = sp.csr_array(shape, dtype=np.float32)
        for step in range(1, config.window + 1):
            same = np.flatnonzero(matrix.users[:-step] == matrix.users[step:])
            values = np.full(len(same), config.decay ** (step - 1), dtype=np.float32)
            if config.minutes is not None:
                gaps = matrix.times[same + step] - matrix.times[same]
                values[gaps > 60.0 * config.minutes] *= 0.1
            both = (matrix.items[same], matrix.items[same + step])
            pairs = pairs + sp.csr_array((values, both), shape=shape)
            progress("counting what follows what", step, config.window)
        scale = np.maximum(matrix.counts, 1).astype(np.float32) ** -config.popular
        return cls(sp.csr_array(pairs.multiply(scale[None, :]), dtype=np.float32), config)

    def scores(self, history: History) -> FloatArray:
        """Weighted sum over the last items of the history."""
        rows = history.rows[-self._config.last :]
        ages = np.arange(len(rows))[::-1]
        weights = (self._config.memory**ages).astype(np.float32)
        return np.asarray(self._pairs[rows].T @ weights, dtype=np.float32)
