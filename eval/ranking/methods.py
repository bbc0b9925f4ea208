"""Methods: what can be measured, by name; each learns a signal from a training set.

It knows names and what each learns from; it does not know how it is measured. A signal of
``retrieval`` becomes a method by one line in :data:`METHODS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, TypeVar, cast, runtime_checkable

import numpy as np

from eval.ranking.reviews import Reviews
from eval.ranking.trials import Split
from interest.errors import InputError, UnknownNameError
from interest.progress import Progress, no_progress
from retrieval.catalogue import Catalogue
from retrieval.matrix import InteractionMatrix
from retrieval.seams import FloatArray, History, IntArray, Signal

__all__ = [
    "Fit",
    "Method",
    "PersonalSignal",
    "TrainingSet",
    "binary",
    "choose_methods",
    "from_matrix",
    "scores_for",
]

_T = TypeVar("_T")


def _nothing() -> dict[str, object]:
    return {}


@dataclass(frozen=True, kw_only=True)
class TrainingSet:
    """All that a method may learn from.

    Attributes:
        matrix: Interactions; users and items that are tested may be missing from it.
        catalogue: What is known of the items; it says nothing about the tested users.
        text: ``(n_items, text_dim) float32``, raw unit text vectors; None where there are none.
        seed: For whatever is drawn while learning.
        liked_only: Whether only likes are wanted; otherwise every interaction is.
        reviews: What was written with the interactions in ``matrix``, if the data has it.
        inner: Makes a validation split inside ``matrix``, of the same kind as the test: to choose
            settings, or to learn how to combine signals.
        progress: Told how far learning is.
    """

    matrix: InteractionMatrix
    catalogue: Catalogue
    text: FloatArray | None
    seed: int
    liked_only: bool
    inner: Callable[[], Split]
    reviews: Reviews | None = None
    progress: Progress = no_progress
    _shared: dict[str, object] = field(default_factory=_nothing)

    def shared(self, key: str, make: Callable[[], _T]) -> _T:
        """Something that several methods need, made once."""
        if key not in self._shared:
            self._shared[key] = make()
        return cast("_T", self._shared[key])

    def on(self, split: Split) -> TrainingSet:
        """The same with the training part of an inner split, which has no validation part."""

        def none() -> Split:
            raise RuntimeError("An inner training set has no validation part of its own.")

        return TrainingSet(
            matrix=split.train,
            catalogue=self.catalogue,
            text=self.text,
            seed=self.seed,
            liked_only=self.liked_only,
            inner=none,
            reviews=None if self.reviews is None else self.reviews.within(split.train),
            progress=self.progress,
        )

    def vectors(self) -> FloatArray:
        """The text vectors.

        Raises:
            InputError: There are none.
        """
        if self.text is None:
            raise InputError("There are no text vectors to learn from.", "Choose another method.")
        return self.text

    def positives(self, history: History) -> IntArray:
        """Rows of a history that stand for what is wanted: likes, or everything."""
        return history.rows[history.liked] if self.liked_only else history.rows

    def negatives(self, history: History) -> IntArray:
        """Rows of a history that stand for what is not wanted."""
        return history.rows[~history.liked] if self.liked_only else history.rows[:0]


@runtime_checkable
class PersonalSignal(Signal, Protocol):
    """A signal that may also have learned something of the user in person: from reviews, say.

    It is asked by the number of the user; of users who were not in the training set it knows
    nothing but the history.
    """

    def scores_of(self, user: int, history: History) -> FloatArray:
        """As :meth:`Signal.scores`, for a user by number."""
        ...


Fit = Callable[[TrainingSet], Signal]


@dataclass(frozen=True, kw_only=True)
class Method:
    """Something to measure.

    Attributes:
        name: On the command line and in figures.
        line: What it is, in a line.
        fit: Learns it with its usual settings.
        baseline: Whether it is there to be beaten.
        needs_text: Whether it needs text vectors.
        settings: Other settings to choose among on the validation part, by what they change.
    """

    name: str
    line: str
    fit: Fit
    baseline: bool = False
    needs_text: bool = False
    settings: Mapping[str, Fit] = field(default_factory=dict[str, Fit])


def scores_for(signal: Signal, user: int, history: History) -> FloatArray:
    """The scores of a signal, asked as it wants to be."""
    if isinstance(signal, PersonalSignal):
        return signal.scores_of(user, history)
    return signal.scores(history)


def from_matrix(learn: Callable[..., Signal], *, signed: bool = False, **options: Any) -> Fit:
    """A fit that learns from interactions alone.

    Args:
        learn: ``EASE.fit``: takes the interactions and options.
        signed: Let it see what is a dislike, in training and in histories, also where every
            interaction is wanted.
        options: What ``learn`` takes beside the interactions.
    """

    def fit(training: TrainingSet) -> Signal:
        if signed or training.liked_only:
            return learn(training.matrix, **options)
        return _Unsigned(learn(binary(training), **options))

    return fit


class _Unsigned:
    """A signal to which every item of a history is a like, as in its training."""

    def __init__(self, signal: Signal) -> None:
        self._signal = signal

    @property
    def name(self) -> str:
        return self._signal.name

    def scores(self, history: History) -> FloatArray:
        return self._signal.scores(replace(history, liked=np.ones_like(history.liked)))


def binary(training: TrainingSet) -> InteractionMatrix:
    """The interactions with signs as they are wanted: all likes, unless only likes are wanted."""
    matrix = training.matrix
    if training.liked_only:
        return matrix
    return InteractionMatrix(
        n_users=matrix.n_users,
        n_items=matrix.n_items,
        users=matrix.users,
        items=matrix.items,
        liked=np.ones(len(matrix.users), dtype=np.bool_),
        times=matrix.times,
    )


def choose_methods(
    names: Sequence[str], known: Sequence[Method], *, with_text: bool
) -> tuple[tuple[Method, ...], dict[str, str]]:
    """Methods by name, in the order of ``known``; without names all that the data allows.

    Returns:
        The methods, and why others are left out.

    Raises:
        UnknownNameError: There is no such method.
        InputError: One that was named needs text vectors, and there are none.
    """
    by_name = {method.name: method for method in known}
    for name in names:
        if name not in by_name:
            raise UnknownNameError(
                f"There is no method {name!r}.", f"Choose among: {', '.join(by_name)}."
            )
    if with_text:
        return tuple(m for m in known if not names or m.name in names), {}
    able = [method.name for method in known if not method.needs_text]
    for name in names:
        if name not in able:
            raise InputError(
                f"{name} needs what the catalogue tells about the items, and there is nothing.",
                f"Give a catalogue, or choose among: {', '.join(able)}.",
            )
    chosen = tuple(m for m in known if m.name in able and (not names or m.name in names))
    reason = "needs what the catalogue tells about the items"
    return chosen, {} if names else {m.name: reason for m in known if m.needs_text}
