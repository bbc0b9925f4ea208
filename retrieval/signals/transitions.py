"""Transitions: what people took after what, in closed form.

It knows the order of interactions; it does not know content. Every place in every history gives
one row of a ridge regression: from the items before it, the nearest counting most, to the items
after it, the nearest counting most. The solution is one matrix that answers anybody's history
(Choi et al., "Session-aware Linear Item-Item Models for Session-based Recommendation", WWW 2021,
section 4.2; there over sessions, here over whole histories).
"""

# SciPy's sparse arrays and solvers are typed in part only.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportAttributeAccessIssue=false

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve

from interest.errors import InputError
from interest.progress import Progress, no_progress
from retrieval.matrix import InteractionMatrix
from retrieval.seams import FloatArray, History, IntArray

__all__ = ["Transitions", "TransitionsConfig"]


@dataclass(frozen=True, kw_only=True, slots=True)
class TransitionsConfig:
    """The regression.

    Attributes:
        before: How many items before a place are looked at.
        after: How many items after it.
        decay_before: Weight of the next earlier item beside the later one.
        decay_after: Weight of the next later item beside the earlier one.
        reg: L2 penalty.
        evenly: How much people count alike: a person of ``n`` items has the weight
            ``n ** -evenly`` per place.
        least: Items with fewer interactions than this are left out.
        at_most: Only so many items take part, those with the most interactions.
    """

    before: int = 20
    after: int = 20
    decay_before: float = 0.8
    decay_after: float = 0.8
    reg: float = 20.0
    evenly: float = 0.0
    least: int = 1
    at_most: int = 6_000

    def __post_init__(self) -> None:
        if min(self.before, self.after, self.least, self.at_most) < 1 or self.reg <= 0.0:
            raise InputError(f"{self}: windows and least must be at least 1, reg above 0.")


class Transitions:
    """A fitted regression.

    Args:
        matrix: ``(n_known, n_known) float32``; what follows each item.
        known: ``(n_known,)`` rows that take part, ascending.
        n_items: Size of the catalogue.
        config: What a history counts.
    """

    name = "transitions"

    def __init__(
        self, matrix: FloatArray, known: IntArray, n_items: int, config: TransitionsConfig
    ) -> None:
        self._matrix, self._known, self._n_items, self._config = matrix, known, n_items, config
        self._place = np.full(n_items, -1, dtype=np.int64)
        self._place[known] = np.arange(len(known))

    @classmethod
    def fit(
        cls,
        matrix: InteractionMatrix,
        config: TransitionsConfig | None = None,
        *,
        progress: Progress = no_progress,
    ) -> Self:
        """Solve the normal equations."""
        config = config or TransitionsConfig()
        known = _part_takers(matrix, config)
        place = np.full(matrix.n_items, -1, dtype=np.int64)
        place[known] = np.arange(len(known))
        keep = place[matrix.items] >= 0
        users, items = matrix.users[keep], place[matrix.items[keep]]
        n = len(items)
        taken = sp.csr_array((np.ones(n, np.float32), (np.arange(n), items)), (n, len(known)))
        sizes = np.bincount(users, minlength=matrix.n_users)[users].astype(np.float64)
        weights = sizes ** (-0.5 * config.evenly)
        earlier = _window(users, config.before, config.decay_before, 0, weights)
        later = _window(users, config.after, config.decay_after, 1, weights)
        states = (earlier @ taken).tocsr()
        gram = (states.T @ states).toarray().astype(np.float64)
        side = (states.T @ (later @ taken)).toarray().astype(np.float32)
        gram[np.diag_indices_from(gram)] += config.reg
        solved = cho_solve(cho_factor(gram.astype(np.float32)), side) if n else side
        progress("learning what follows what", 1, 1)
        return cls(solved.astype(np.float32), known, matrix.n_items, config)

    @property
    def state(self) -> FloatArray:
        """What was solved, see :meth:`restore`."""
        return self._matrix

    @classmethod
    def restore(
        cls, matrix: InteractionMatrix, state: FloatArray, config: TransitionsConfig
    ) -> Self:
        """What :meth:`fit` made of the same matrix, from its ``state``."""
        return cls(state, _part_takers(matrix, config), matrix.n_items, config)

    def scores(self, history: History) -> FloatArray:
        """What follows the last items; 0 for items that were left out."""
        places = self._place[history.rows]
        places = places[places >= 0][-self._config.before :]
        out = np.zeros(self._n_items, dtype=np.float32)
        if len(places):
            ages = np.arange(len(places))[::-1]
            weights = (self._config.decay_before**ages).astype(np.float32)
            out[self._known] = weights @ self._matrix[places]
        return out


def _part_takers(matrix: InteractionMatrix, config: TransitionsConfig) -> IntArray:
    """Rows of the items that take part, ascending."""
    known = np.flatnonzero(matrix.counts >= config.least).astype(np.int64)
    best = np.lexsort((known, -matrix.counts[known]))[: config.at_most]
    return np.sort(known[best])


def _window(
    users: IntArray, length: int, decay: float, first: int, weights: NDArray[np.float64]
) -> sp.csr_array:
    """From places to the places around them of the same user, ``(n, n)``, banded.

    Args:
        users: ``(n,)`` ascending; who owns each place.
        length: How many places.
        decay: Weight from one place to the next further one.
        first: 0 looks back and includes the place itself, 1 looks ahead and leaves it out.
        weights: ``(n,)`` weight of each place.
    """
    n = len(users)
    rows: list[IntArray] = []
    columns: list[IntArray] = []
    values: list[NDArray[np.float64]] = []
    for step in range(first, min(first + length, n)):
        here = np.arange(n - step)
        both = here[users[: n - step] == users[step:]]
        source, target = (both, both + step) if first else (both + step, both)
        rows.append(source)
        columns.append(target)
        values.append(weights[source] * decay ** (step - first))
    if not rows:  # nothing lies ahead of a single place
        return sp.csr_array((n, n), dtype=np.float32)
    together = (np.concatenate(rows), np.concatenate(columns))
    return sp.csr_array((np.concatenate(values).astype(np.float32), together), shape=(n, n))
