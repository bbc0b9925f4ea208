"""Choice: a linear model of which of several items people take.

It knows features of alternatives and which were taken; it does not know what the features mean.
McFadden's conditional logit ("Conditional Logit Analysis of Qualitative Choice Behavior", 1974):
the probability of an alternative is the softmax of its linear score among all that were offered.
Its gradient looks at the whole list, so it learns what matters at the top; logistic regression on
single pairs learns what tells most items from most others and ranked worse.
"""

# SciPy's optimisers are typed in part only.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from interest.errors import InputError
from retrieval.seams import BoolArray, FloatArray

__all__ = ["fit_choice"]

_Doubles = NDArray[np.float64]


def fit_choice(features: FloatArray, taken: BoolArray, *, reg: float = 0.01) -> FloatArray:
    """Weights with the largest penalised likelihood.

    Args:
        features: ``(n, n_alternatives, n_features)``.
        taken: ``(n, n_alternatives)``; lists of which nothing was taken say nothing.
        reg: L2 penalty per list.

    Returns:
        ``(n_features,) float32``; all 0 if no list says anything.

    Raises:
        InputError: ``reg`` is not above 0.
    """
    if reg <= 0.0:
        raise InputError(f"reg = {reg}: the penalty must be above 0.")
    says = taken.any(axis=1)
    x = features[says]
    target = taken[says] / np.maximum(taken[says].sum(axis=1, keepdims=True), 1)
    target = target.astype(np.float32)
    if len(x) == 0:
        return np.zeros(features.shape[2], dtype=np.float32)
    chosen = np.einsum("nk,nkf->f", target, x).astype(np.float64)

    def loss(weights: _Doubles) -> tuple[float, _Doubles]:
        scores = (x @ weights.astype(np.float32)).astype(np.float64)
        top = scores.max(axis=1, keepdims=True)
        shares = np.exp(scores - top)
        total = shares.sum(axis=1, keepdims=True)
        log_total = (np.log(total) + top).sum()
        value = (log_total - chosen @ weights) / len(x) + 0.5 * reg * weights @ weights
        expected = np.einsum("nk,nkf->f", (shares / total).astype(np.float32), x)
        return float(value), (expected - chosen) / len(x) + reg * weights

    found = minimize(loss, np.zeros(x.shape[2]), jac=True, method="L-BFGS-B")
    return np.asarray(found.x, dtype=np.float32)
