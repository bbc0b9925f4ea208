"""What each item of a history counts: recent ones more, disliked ones less.

It knows places in a history and signs; it does not know what the weights are used for.
"""

# SciPy's sparse arrays and solvers are typed in part only.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportAttributeAccessIssue=false

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from interest.errors import InputError
from retrieval.matrix import InteractionMatrix
from retrieval.seams import FloatArray, History

__all__ = ["HistoryWeights", "histories", "history_of", "sparse"]


@dataclass(frozen=True, kw_only=True, slots=True)
class HistoryWeights:
    """Weights of the items of a history.

    Attributes:
        decay: An item counts ``decay ** k`` times, ``k`` being how many came after it; 1 counts
            all alike.
        floor: Least that an item counts, however long ago.
        disliked: What a disliked item counts beside a liked one. Whoever rates a film low has
            still chosen to see it: where *what comes next* is predicted, 1 ranks best.
    """

    decay: float = 1.0
    floor: float = 0.0
    disliked: float = 1.0

    def __post_init__(self) -> None:
        if not 0.0 < self.decay <= 1.0 or not 0.0 <= self.floor <= 1.0:
            raise InputError(f"{self}: decay must be in (0, 1] and floor in [0, 1].")

    def of(self, history: History) -> FloatArray:
        """One weight per item, ``(n,) float32``; the most recent liked item counts 1."""
        ages = np.arange(len(history.rows))[::-1]
        recent = np.maximum(self.decay**ages, self.floor)
        return (recent * np.where(history.liked, 1.0, self.disliked)).astype(np.float32)


def history_of(rows: Sequence[int], disliked: Sequence[int] = ()) -> History:
    """A history without times: likes in order, then dislikes."""
    every = np.array([*disliked, *rows], dtype=np.int64)
    return History(
        rows=every, liked=np.arange(len(every)) >= len(disliked), times=np.zeros(len(every))
    )


def histories(matrix: InteractionMatrix) -> list[History]:
    """The history of every user, oldest first."""
    starts = matrix.by_user.starts
    return [
        History(rows=matrix.items[a:b], liked=matrix.liked[a:b], times=matrix.times[a:b])
        for a, b in zip(starts[:-1].tolist(), starts[1:].tolist(), strict=True)
    ]


def sparse(matrix: InteractionMatrix, disliked: float = 1.0) -> sp.csr_array:
    """Users by items, ``(n_users, n_items) float32``; a dislike has the value ``disliked``."""
    values: NDArray[np.float32] = np.where(matrix.liked, 1.0, disliked).astype(np.float32)
    shape = (matrix.n_users, matrix.n_items)
    return sp.csr_array((values, (matrix.users, matrix.items)), shape=shape)
