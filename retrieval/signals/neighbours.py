"""Neighbours: items that the same people took, and people who took the same items.

It knows cosines between rows and columns of the interactions; it does not know content. Item and
user based collaborative filtering as in Sarwar et al., "Item-based Collaborative Filtering
Recommendation Algorithms" (WWW 2001), with shrinkage towards 0 for what few people tell.
"""

# SciPy's sparse arrays and solvers are typed in part only.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportAttributeAccessIssue=false

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Self

import numpy as np
import scipy.sparse as sp

from interest.errors import InputError
from interest.progress import Progress, no_progress
from retrieval.matrix import InteractionMatrix
from retrieval.seams import FloatArray, History
from retrieval.signals.history import HistoryWeights, sparse

__all__ = ["ItemKNN", "ItemKNNConfig", "UserKNN", "UserKNNConfig"]

#: Rows of a similarity matrix that are dense at one time.
_BLOCK = 1024


@dataclass(frozen=True, kw_only=True, slots=True)
class ItemKNNConfig:
    """How items are compared.

    Attributes:
        neighbours: Most similar items that are kept per item.
        shrink: Added to the denominator of the cosine.
        history: What each item of a history counts.
    """

    neighbours: int = 100
    shrink: float = 20.0
    history: HistoryWeights = field(default_factory=HistoryWeights)

    def __post_init__(self) -> None:
        if self.neighbours < 1 or self.shrink < 0.0:
            raise InputError(f"{self}: neighbours must be at least 1 and shrink at least 0.")


class ItemKNN:
    """Sums the similarities to the items of a history.

    Args:
        similarity: ``(n_items, n_items) float32``, row by row the nearest items.
        config: What a history counts.
    """

    name = "itemKNN"

    def __init__(self, similarity: sp.csr_array, config: ItemKNNConfig) -> None:
        self._similarity, self._config = similarity, config

    @classmethod
    def fit(
        cls,
        matrix: InteractionMatrix,
        config: ItemKNNConfig | None = None,
        *,
        progress: Progress = no_progress,
    ) -> Self:
        """Compare every item with every other, in blocks."""
        config = config or ItemKNNConfig()
        users = sparse(matrix)
        norms = np.sqrt(matrix.counts.astype(np.float32))
        items = users.T.tocsr()
        blocks: list[sp.csr_array] = []
        for start in range(0, matrix.n_items, _BLOCK):
            rows = slice(start, min(start + _BLOCK, matrix.n_items))
            both = (items[rows] @ users).toarray()
            near = both / (norms[rows, None] * norms[None, :] + config.shrink + 1e-6)
            near[np.arange(len(near)), np.arange(rows.start, rows.stop)] = 0.0
            blocks.append(_keep_largest(near, config.neighbours))
            progress("comparing items", rows.stop, matrix.n_items)
        return cls(sp.csr_array(sp.vstack(blocks)), config)

    def scores(self, history: History) -> FloatArray:
        """Weighted sum of the rows of the history."""
        weights = self._config.history.of(history)
        return np.asarray(self._similarity[history.rows].T @ weights, dtype=np.float32)


@dataclass(frozen=True, kw_only=True, slots=True)
class UserKNNConfig:
    """How people are compared.

    Attributes:
        neighbours: Most similar people who are asked.
        shrink: Added to the denominator of the cosine.
        history: What each item of a history counts.
    """

    neighbours: int = 100
    shrink: float = 10.0
    history: HistoryWeights = field(default_factory=HistoryWeights)

    def __post_init__(self) -> None:
        if self.neighbours < 1 or self.shrink < 0.0:
            raise InputError(f"{self}: neighbours must be at least 1 and shrink at least 0.")


class UserKNN:
    """What the most similar people took, weighted by how similar they are.

    Args:
        users: ``(n_users, n_items) float32``.
        config: How they are compared.
    """

    name = "userKNN"

    def __init__(self, users: sp.csr_array, config: UserKNNConfig) -> None:
        self._users, self._config = users, config
        sizes = np.asarray(users.sum(axis=1), dtype=np.float32).ravel()
        self._norms = np.sqrt(sizes)
        # Rare items tell more of likeness between people than what everybody has seen.
        counts = np.asarray(users.sum(axis=0), dtype=np.float32).ravel()
        self._rarity: FloatArray = np.log1p(len(sizes) / np.maximum(counts, 1.0))

    @classmethod
    def fit(
        cls,
        matrix: InteractionMatrix,
        config: UserKNNConfig | None = None,
        *,
        progress: Progress = no_progress,
    ) -> Self:
        """Keep the rows; the comparing is done when somebody asks."""
        del progress
        return cls(sparse(matrix), config or UserKNNConfig())

    def scores(self, history: History) -> FloatArray:
        """Weighted sum of the neighbours' rows; all 0 where nobody is similar."""
        profile = np.zeros_like(self._rarity)
        profile[history.rows] = self._config.history.of(history) * self._rarity[history.rows]
        norm = float(np.linalg.norm(profile))
        near = (self._users @ profile) / (self._norms * norm + self._config.shrink)
        count = min(self._config.neighbours, len(near))
        if count == 0:
            return np.zeros_like(self._rarity)
        nearest = np.sort(np.argpartition(-near, count - 1)[:count])
        return np.asarray(self._users[nearest].T @ near[nearest], dtype=np.float32)


def _keep_largest(block: FloatArray, count: int) -> sp.csr_array:
    """Set all but the ``count`` largest values of each row to zero."""
    if count < block.shape[1]:
        least = np.partition(block, -count, axis=1)[:, -count][:, None]
        block = np.where(block >= np.maximum(least, 1e-12), block, 0.0)
    return sp.csr_array(block.astype(np.float32))
