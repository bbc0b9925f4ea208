"""Blend: the learned ranking stage, one linear model over what every signal says.

It knows signals, histories and which items have interactions; it does not know items or people.

A signal's scores are made comparable for each history: standardised over the items that the
signal can tell apart, then ``sign(z) log(1 + |z|)``, because the raw tails are long. The weights
depend on how long the history is, and items without interactions have weights of their own and
an offset: the signals of other people say nothing there. Whatever the weights, the score is a sum
with one summand per signal, and that is what an explanation shows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from interest.errors import InputError
from retrieval.seams import BoolArray, FloatArray, History, IntArray, Signal

__all__ = ["Blend", "Head", "Ingredients", "standardised"]

#: Name of the summand that all items without interactions have in common.
NEW = "new"


@dataclass(frozen=True, kw_only=True)
class Ingredients:
    """The signals of a blend, fitted on one matrix.

    Attributes:
        people: Signals that can only tell apart items with interactions.
        content: Signals that can tell apart all items.
        warm: ``(n_items,) bool``; items with interactions.
    """

    people: Sequence[Signal]
    content: Sequence[Signal]
    warm: BoolArray

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(signal.name for signal in (*self.people, *self.content))

    @cached_property
    def _warm_rows(self) -> IntArray:
        return np.flatnonzero(self.warm)

    def features(self, history: History) -> FloatArray:
        """What every signal says about every item, ``(n_items, n_signals) float32``.

        Signals of people say 0 about items without interactions.
        """
        out = np.zeros((len(self.warm), len(self.names)), dtype=np.float32)
        for place, signal in enumerate(self.people):
            out[self._warm_rows, place] = standardised(signal.scores(history)[self._warm_rows])
        for place, signal in enumerate(self.content, len(self.people)):
            out[:, place] = standardised(signal.scores(history))
        return out


@dataclass(frozen=True, kw_only=True)
class Head:
    """Weights for histories of some lengths.

    Attributes:
        most: Longest history that the head is for; None for any.
        warm: ``(n_signals,) float32``, for items with interactions.
        cold: ``(n_signals,) float32``, for the others; 0 for signals of people.
        offset: Added to the score of the others.
    """

    most: int | None
    warm: FloatArray
    cold: FloatArray
    offset: float


class Blend:
    """A fitted blend.

    Args:
        ingredients: The signals.
        heads: By ``most``, ascending, the last for any length.

    Raises:
        InputError: The heads are out of order, or the last is not for any length.
    """

    name = "learned blend"

    def __init__(self, ingredients: Ingredients, heads: Sequence[Head]) -> None:
        bounds = [head.most for head in heads]
        limits = [bound for bound in bounds if bound is not None]
        if not heads or bounds != [*sorted(limits), None]:
            raise InputError(f"Heads for histories of at most {bounds}: ascending, the last None.")
        self._ingredients, self._heads = ingredients, tuple(heads)

    @property
    def ingredients(self) -> Ingredients:
        return self._ingredients

    @property
    def heads(self) -> tuple[Head, ...]:
        return self._heads

    def head(self, history: History) -> Head:
        """The weights for a history."""
        size = len(history.rows)
        return next(head for head in self._heads if head.most is None or size <= head.most)

    def scores(self, history: History) -> FloatArray:
        """The sum of all summands."""
        head, warm = self.head(history), self._ingredients.warm
        features = self._ingredients.features(history)
        return np.where(warm, features @ head.warm, features @ head.cold + head.offset).astype(
            np.float32
        )

    def parts(self, history: History, rows: IntArray) -> Mapping[str, FloatArray]:
        """The summands of some items' scores by signal, ``(len(rows),)`` each."""
        head, warm = self.head(history), self._ingredients.warm[rows]
        features = self._ingredients.features(history)[rows]
        summands = features * np.where(warm[:, None], head.warm, head.cold)
        parts = {name: summands[:, n] for n, name in enumerate(self._ingredients.names)}
        return parts | {NEW: np.where(warm, 0.0, head.offset).astype(np.float32)}


def standardised(scores: FloatArray) -> FloatArray:
    """``sign(z) log(1 + |z|)`` of the z-scores; all 0 where nothing differs."""
    spread = float(scores.std()) if len(scores) else 0.0
    if spread < 1e-9:
        return np.zeros_like(scores)
    z = (scores - scores.mean()) / spread
    return np.sign(z) * np.log1p(np.abs(z))
