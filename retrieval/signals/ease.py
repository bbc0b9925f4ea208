"""EASE: every item regressed on all others, in closed form.

It knows interactions and histories; it does not know content. Steck, "Embarrassingly Shallow
Autoencoders for Sparse Data" (WWW 2019), equation 8: with ``P = (X'X + reg I)^-1`` the score of a
user ``x`` for item ``j`` is ``x_j - (x P)_j / P_jj``. With fewer users than items ``P`` is taken
from the smaller system (Woodbury): ``P = (I - X'(X X' + reg I)^-1 X) / reg``.
"""

# SciPy's sparse arrays and solvers are typed in part only.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportAttributeAccessIssue=false

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Protocol, Self

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve

from interest.errors import InputError
from interest.progress import Progress, no_progress
from retrieval.matrix import InteractionMatrix
from retrieval.seams import FloatArray, History, IntArray
from retrieval.signals.history import HistoryWeights, sparse

__all__ = ["EASE", "EASEConfig"]


@dataclass(frozen=True, kw_only=True, slots=True)
class EASEConfig:
    """The regression.

    Attributes:
        reg: L2 penalty (lambda).
        history: What each item of a history counts.
        at_most: Where there are more users *and* more items than this, only so many items take
            part, those with the most interactions: the system to be solved is square in them.
    """

    reg: float = 200.0
    history: HistoryWeights = field(default_factory=HistoryWeights)
    at_most: int = 6_000

    def __post_init__(self) -> None:
        if self.reg <= 0.0 or self.at_most < 1:
            raise InputError(f"{self}: reg must be above 0 and at_most at least 1.")


class _Inverse(Protocol):
    """Products with ``P``, over the items that take part."""

    def product(self, places: IntArray, weights: FloatArray) -> FloatArray: ...

    @property
    def state(self) -> FloatArray:
        """What was solved; with the interactions it makes the same object again."""
        ...

    @property
    def diagonal(self) -> FloatArray: ...


class _Primal:
    """``P`` itself, ``(n, n) float32``."""

    def __init__(self, users: sp.csr_array, reg: float, state: FloatArray | None = None) -> None:
        self.state: FloatArray = _solve_items(users, reg) if state is None else state
        self.diagonal: FloatArray = np.diagonal(self.state).copy()

    def product(self, places: IntArray, weights: FloatArray) -> FloatArray:
        return weights @ self.state[places]


class _Dual:
    """``P`` by way of users: ``(X X' + reg I)^-1 X``, ``(n_users, n) float32``."""

    def __init__(self, users: sp.csr_array, reg: float, state: FloatArray | None = None) -> None:
        self._users, self._reg = users.tocsc(), reg
        self.state: FloatArray = _solve_users(users, reg) if state is None else state
        explained = np.asarray(users.multiply(self.state).sum(axis=0)).ravel()
        self.diagonal: FloatArray = ((1.0 - explained) / reg).astype(np.float32)

    def product(self, places: IntArray, weights: FloatArray) -> FloatArray:
        shared = np.asarray(self._users[:, places] @ weights, dtype=np.float32)
        out = -(shared @ self.state)
        out[places] += weights
        return (out / self._reg).astype(np.float32)


def _solve_items(users: sp.csr_array, reg: float) -> FloatArray:
    gram: NDArray[np.float64] = (users.T @ users).toarray().astype(np.float64)
    gram[np.diag_indices_from(gram)] += reg
    return np.linalg.inv(gram).astype(np.float32)


def _solve_users(users: sp.csr_array, reg: float) -> FloatArray:
    gram: NDArray[np.float64] = (users @ users.T).toarray().astype(np.float64)
    gram[np.diag_indices_from(gram)] += reg
    solved = cho_solve(cho_factor(gram), users.toarray().astype(np.float64))
    return np.asarray(solved, dtype=np.float32)


class EASE:
    """A fitted regression.

    Args:
        inverse: ``P`` over the known items.
        known: ``(n_known,)`` rows with interactions, ascending.
        n_items: Size of the catalogue.
        config: What a history counts.
    """

    def __init__(
        self, inverse: _Inverse, known: IntArray, n_items: int, config: EASEConfig
    ) -> None:
        self._inverse, self._known, self._n_items, self._config = inverse, known, n_items, config
        self._place = np.full(n_items, -1, dtype=np.int64)
        self._place[known] = np.arange(len(known))

    @property
    def name(self) -> str:
        return "EASE" if self._config.history.decay == 1.0 else "recent EASE"

    def weighing(self, history: HistoryWeights) -> EASE:
        """The same regression, asked with other weights."""
        config = replace(self._config, history=history)
        return EASE(self._inverse, self._known, self._n_items, config)

    @classmethod
    def fit(
        cls,
        matrix: InteractionMatrix,
        config: EASEConfig | None = None,
        *,
        progress: Progress = no_progress,
    ) -> Self:
        """Invert the Gram matrix of items or of users, whichever is smaller."""
        fitted = cls.restore(matrix, None, config)
        progress("regressing items on items", 1, 1)
        return fitted

    @property
    def state(self) -> FloatArray:
        """What was solved, see :meth:`restore`."""
        return self._inverse.state

    @classmethod
    def restore(
        cls, matrix: InteractionMatrix, state: FloatArray | None, config: EASEConfig | None = None
    ) -> Self:
        """What :meth:`fit` made of the same matrix, from its ``state``; None solves again."""
        config = config or EASEConfig()
        known = _most_known(matrix, config.at_most)
        users = sparse(matrix)[:, known]
        smaller = _Dual if matrix.n_users < len(known) else _Primal
        return cls(smaller(users, config.reg, state), known, matrix.n_items, config)

    def scores(self, history: History) -> FloatArray:
        """The regression's prediction; 0 for items without interactions."""
        places, weights = self._place[history.rows], self._config.history.of(history)
        there = places >= 0
        places, weights = places[there], weights[there]
        out = np.zeros(self._n_items, dtype=np.float32)
        if len(places):
            found = -self._inverse.product(places, weights) / self._inverse.diagonal
            found[places] += weights
            out[self._known] = found
        return out


def _most_known(matrix: InteractionMatrix, at_most: int) -> IntArray:
    """Rows of the items that take part, ascending."""
    known = np.flatnonzero(matrix.counts).astype(np.int64)
    if min(len(known), matrix.n_users) <= at_most:
        return known
    best = np.lexsort((known, -matrix.counts[known]))[:at_most]
    return np.sort(known[best])
