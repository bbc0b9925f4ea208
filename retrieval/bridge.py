"""The bridge: collaborative vectors for items without interactions, predicted from what they are.

It knows features and targets; it does not know where either comes from. Ridge regression,
closed form; the intercept is not penalised (Hoerl and Kennard 1970; for cold items Gantner et
al., "Learning Attribute-to-Feature Mappings for Cold-Start Recommendations", ICDM 2010).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from interest.errors import InputError
from retrieval.seams import FloatArray

__all__ = ["Bridge"]

_Doubles = NDArray[np.float64]

#: Rows predicted at once, to bound the memory for doubles.
_BLOCK = 4096


@dataclass(frozen=True, kw_only=True)
class Bridge:
    """A fitted linear map.

    Attributes:
        weights: ``(n_features, dim) float32``.
        offset: ``(dim,) float32``.
    """

    weights: FloatArray
    offset: FloatArray

    @classmethod
    def fit(cls, features: FloatArray, targets: FloatArray, *, reg: float = 10.0) -> Bridge:
        """Least squares with an L2 penalty.

        Args:
            features: ``(n, n_features)``.
            targets: ``(n, dim)``.
            reg: Penalty on the weights.

        Raises:
            InputError: There are no rows to learn from.
        """
        if len(features) == 0:
            raise InputError("A bridge needs at least one item with interactions.")
        x, y = features.astype(np.float64), targets.astype(np.float64)
        x_mean, y_mean = x.mean(axis=0), y.mean(axis=0)
        weights = _ridge(x - x_mean, y - y_mean, reg)
        return cls(
            weights=weights.astype(np.float32),
            offset=(y_mean - x_mean @ weights).astype(np.float32),
        )

    def predict(self, features: FloatArray) -> FloatArray:
        """``(n, dim) float32`` for ``(n, n_features)``."""
        blocks = [
            features[start : start + _BLOCK] @ self.weights + self.offset
            for start in range(0, max(len(features), 1), _BLOCK)
        ]
        return np.concatenate(blocks).astype(np.float32)


def _ridge(x: _Doubles, y: _Doubles, reg: float) -> _Doubles:
    """Ridge weights ``(n_features, dim)`` for centred data."""
    if len(x) < x.shape[1]:  # fewer items than features: the dual system is the smaller one
        return x.T @ np.linalg.solve(x @ x.T + reg * np.eye(len(x)), y)
    solved = np.linalg.solve(x.T @ x + reg * np.eye(x.shape[1]), x.T @ y)
    return solved.astype(np.float64)
