"""Popularity: what most people took, over all time or in the days before.

It knows counts and times; it does not look at what is in a history, only at when it ended.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from interest.errors import InputError
from interest.progress import Progress, no_progress
from retrieval.matrix import InteractionMatrix
from retrieval.seams import FloatArray, History, IntArray

__all__ = ["Popularity", "Trend", "TrendConfig"]

_DAY = 86_400.0


class Popularity:
    """Interactions per item, on a logarithmic scale.

    Args:
        counts: ``(n_items,)``.
    """

    name = "popularity"

    def __init__(self, counts: IntArray) -> None:
        self._scores = np.log1p(counts).astype(np.float32)

    @classmethod
    def fit(cls, matrix: InteractionMatrix, *, progress: Progress = no_progress) -> Self:
        """Count."""
        del progress
        return cls(matrix.counts)

    def scores(self, history: History) -> FloatArray:
        """The same for everybody."""
        del history
        return self._scores


@dataclass(frozen=True, kw_only=True, slots=True)
class TrendConfig:
    """Which days count.

    Attributes:
        days: Length of the window that ends with the history.
    """

    days: float = 30.0

    def __post_init__(self) -> None:
        if self.days <= 0.0:
            raise InputError(f"A trend over {self.days} days is none; give more than 0.")


class Trend:
    """Interactions per item in the days before a history ends; nothing later counts.

    Without times, or for somebody without a history, the last days of all interactions count.

    Args:
        times: ``(n,)`` ascending.
        items: ``(n,)`` rows, in the order of ``times``.
        n_items: Size of the catalogue.
        config: The window.
    """

    name = "trend"

    def __init__(
        self, times: NDArray[np.float64], items: IntArray, n_items: int, config: TrendConfig
    ) -> None:
        self._times, self._items, self._n_items, self._config = times, items, n_items, config

    @classmethod
    def fit(
        cls,
        matrix: InteractionMatrix,
        config: TrendConfig | None = None,
        *,
        progress: Progress = no_progress,
    ) -> Self:
        """Sort by time."""
        del progress
        order = np.argsort(matrix.times, kind="stable")
        return cls(
            matrix.times[order], matrix.items[order], matrix.n_items, config or TrendConfig()
        )

    def scores(self, history: History) -> FloatArray:
        """Logarithm of the counts within the window."""
        if len(self._times) == 0:
            return np.zeros(self._n_items, dtype=np.float32)
        end = float(history.times.max(initial=0.0)) or float(self._times[-1])
        first = np.searchsorted(self._times, end - self._config.days * _DAY, "left")
        last = np.searchsorted(self._times, end, "right")
        counts = np.bincount(self._items[first:last], minlength=self._n_items)
        return np.log1p(counts).astype(np.float32)
