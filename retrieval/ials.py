"""iALS: item and user vectors from implicit feedback, with a closed form for new users.

It knows interactions by row; it does not know items or texts. The objective is that of Rendle,
Krichene, Zhang and Koren, "Revisiting the Performance of iALS on Item Recommendation Benchmarks"
(RecSys 2022, section 3): squared error on what was observed, ``unobserved`` times the squared
score everywhere, and an L2 penalty that grows with the number of interactions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from interest.errors import InputError
from interest.progress import Progress, no_progress
from retrieval.matrix import Grouped, InteractionMatrix
from retrieval.seams import FloatArray

__all__ = ["IALS", "ColdModel", "IALSConfig"]

_Doubles = NDArray[np.float64]

#: Rows solved in one batch; 256 systems of 64 x 64 doubles are 8 MiB.
_BATCH = 256


@dataclass(frozen=True, kw_only=True, slots=True)
class IALSConfig:
    """How to factorise.

    Attributes:
        dim: Length of the vectors.
        unobserved: Weight of a pair that was not observed (the paper's alpha_0).
        reg: L2 penalty (lambda).
        reg_exponent: How the penalty grows with the number of interactions (nu, in [0, 1]).
        epochs: Passes over users and items.
        scale: Standard deviation of the start values times ``sqrt(dim)``.
        disliked_target: Score that an observed dislike should get in training. Even a dislike
            tells what somebody looks at: 0.5 ranked likes better than 1 or 0 did on ml-100k.
        fold_in_disliked_target: The same for a folded-in user. Below 0 ranked worse there;
            pushing away is the business of ranking, not of this vector.
        seed: Of the start values.
    """

    dim: int = 64
    unobserved: float = 0.3
    reg: float = 0.01
    reg_exponent: float = 1.0
    epochs: int = 12
    scale: float = 0.1
    disliked_target: float = 0.5
    fold_in_disliked_target: float = 0.0
    seed: int = 0

    def __post_init__(self) -> None:
        if self.dim < 1 or self.epochs < 1 or self.unobserved <= 0 or self.reg <= 0:
            raise InputError(f"{self} is no configuration: dim, epochs, weights must be above 0.")


class ColdModel:
    """A collaborative model that was never shown an interaction: everybody is a cold start.

    Args:
        n_items: Size of the catalogue.
    """

    def __init__(self, n_items: int) -> None:
        self._vectors = np.zeros((n_items, 0), dtype=np.float32)

    @property
    def dim(self) -> int:
        return 0

    @property
    def item_vectors(self) -> FloatArray:
        return self._vectors

    def fold_in(self, liked: Sequence[int], disliked: Sequence[int] = ()) -> FloatArray | None:
        """None: nothing was learned."""
        del liked, disliked
        return None


class IALS:
    """A fitted factorisation.

    Args:
        item_vectors: ``(n_items, dim) float32``; all-zero rows for items that say nothing.
        config: What it was fitted with; the fold-in uses its weights.
    """

    def __init__(self, item_vectors: FloatArray, config: IALSConfig) -> None:
        self._vectors = item_vectors
        self._config = config
        self._known = np.any(item_vectors != 0.0, axis=1)
        vectors = item_vectors[self._known].astype(np.float64)
        self._gram = vectors.T @ vectors
        self._n_known = int(np.count_nonzero(self._known))

    @property
    def dim(self) -> int:
        return int(self._vectors.shape[1])

    @property
    def item_vectors(self) -> FloatArray:
        return self._vectors

    @property
    def config(self) -> IALSConfig:
        return self._config

    def fold_in(self, liked: Sequence[int], disliked: Sequence[int] = ()) -> FloatArray | None:
        """Solve the normal equations of one user, the items fixed.

        An item in both lists counts as liked. Items without a vector say nothing.

        Returns:
            ``(dim,) float32``, or None if no item is left.
        """
        likes = [row for row in dict.fromkeys(liked) if self._known[row]]
        dislikes = [r for r in dict.fromkeys(disliked) if self._known[r] and r not in set(likes)]
        if not likes and not dislikes:
            return None
        rows = self._vectors[likes + dislikes].astype(np.float64)
        targets = np.concatenate(
            (np.ones(len(likes)), np.full(len(dislikes), self._config.fold_in_disliked_target))
        )
        matrix, side = _equations(rows, targets, self._gram, self._n_known, self._config)
        return np.linalg.solve(matrix, side).astype(np.float32)

    @classmethod
    def fit(
        cls,
        interactions: InteractionMatrix,
        config: IALSConfig | None = None,
        *,
        progress: Progress = no_progress,
    ) -> IALS:
        """Alternate between users and items. The same input gives the same vectors.

        Raises:
            InputError: There are no interactions; use :class:`ColdModel`.
        """
        config = config or IALSConfig()
        if len(interactions.users) == 0:
            raise InputError("There are no interactions to factorise.")
        rng = np.random.default_rng(config.seed)
        shape = (interactions.n_items, config.dim)
        items = rng.normal(0.0, config.scale / np.sqrt(config.dim), shape)
        items[interactions.counts == 0] = 0.0
        for epoch in range(config.epochs):
            users = _half_step(interactions.by_user, items, config)
            items = _half_step(interactions.by_item, users, config)
            progress("learning from interactions", epoch + 1, config.epochs)
        return cls(items.astype(np.float32), config)


def _half_step(rows: Grouped, fixed: _Doubles, config: IALSConfig) -> _Doubles:
    """Solve every row with the other side fixed; rows without interactions become zero."""
    gram = fixed.T @ fixed
    n_fixed = int(np.count_nonzero(np.any(fixed != 0.0, axis=1)))
    solved = np.zeros((rows.n_rows, config.dim))
    busy = np.flatnonzero(np.diff(rows.starts))
    for start in range(0, len(busy), _BATCH):
        numbers = busy[start : start + _BATCH]
        matrices = np.empty((len(numbers), config.dim, config.dim))
        sides = np.empty((len(numbers), config.dim))
        for place, number in enumerate(numbers):
            others, liked = rows.row(int(number))
            targets = np.where(liked, 1.0, config.disliked_target)
            matrices[place], sides[place] = _equations(
                fixed[others], targets, gram, n_fixed, config
            )
        solved[numbers] = np.linalg.solve(matrices, sides[:, :, None])[:, :, 0]
    return solved


def _equations(
    rows: _Doubles, targets: _Doubles, gram: _Doubles, n_fixed: int, config: IALSConfig
) -> tuple[_Doubles, _Doubles]:
    """The normal equations of one user or item.

    Args:
        rows: ``(n, dim)`` vectors of the observed other side.
        targets: ``(n,)`` score that each should get.
        gram: ``(dim, dim)`` Gram matrix of the whole other side.
        n_fixed: How many the other side has.

    Returns:
        Matrix ``(dim, dim)`` and right-hand side ``(dim,)``.
    """
    size = len(rows) + config.unobserved * n_fixed
    matrix = config.unobserved * gram + rows.T @ rows
    matrix[np.diag_indices_from(matrix)] += config.reg * size**config.reg_exponent
    return matrix, rows.T @ targets
