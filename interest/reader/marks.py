"""The seam between the trained network and what is made of its marks.

It knows spans of words and probabilities; it does not know tensors. The network is behind
:class:`Marker`; the fake that tests use is here and public.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from interest.extraction import TextUnit
from interest.reader.features import Observed

__all__ = ["FakeMarker", "LazyMarker", "MarkedPair", "MarkedSpan", "Marker", "Marks"]

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class MarkedSpan:
    """Words ``[first, last)`` of a facet.

    Attributes:
        probability: That these words are of this facet.
        signs: ``(4,)``: probability of each :class:`interest.reader.labels.Sign`.
        strength: In [0, 1].
        hard: Probability that it is a demand or a refusal.
    """

    first: int
    last: int
    facet: str
    probability: float
    signs: Floats
    strength: float
    hard: float


@dataclass(frozen=True, slots=True)
class MarkedPair:
    """An aspect and the words that judge it, ``[first, last)`` each, None for no words.

    Attributes:
        signs: ``(3,)``: how likely liked, disliked and neutral are; they sum to 1.
        category: Number of the most likely category of a closed set.
    """

    aspect: tuple[int, int] | None
    opinion: tuple[int, int] | None
    signs: Floats
    category: int = 0


@dataclass(frozen=True, slots=True)
class Marks:
    """What the network marks in one text."""

    spans: tuple[MarkedSpan, ...] = ()
    pairs: tuple[MarkedPair, ...] = ()


class Marker(Protocol):
    """Marks spans in texts."""

    @property
    def categories(self) -> tuple[str, ...]:
        """Aspect categories, where they are a closed set; else empty."""
        ...

    def warm_up(self) -> None:
        """Load now what the first call would load."""
        ...

    def mark(
        self, units: Sequence[TextUnit], observed: Sequence[Observed], *, reviews: bool
    ) -> list[Marks]:
        """Read texts, in one batch.

        Args:
            units: The texts; long ones must have been cut.
            observed: Their words and features.
            reviews: Mark aspects and opinions instead of facets.

        Returns:
            One per text, spans by their first word.
        """
        ...


@dataclass
class LazyMarker:
    """A marker that is opened at its first use, so that naming one imports nothing heavy.

    Args:
        open_marker: Opens the real one; called once.
    """

    open_marker: Callable[[], Marker]
    _opened: Marker | None = field(default=None, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @property
    def categories(self) -> tuple[str, ...]:
        return self._get().categories

    def warm_up(self) -> None:
        self._get().warm_up()

    def mark(
        self, units: Sequence[TextUnit], observed: Sequence[Observed], *, reviews: bool
    ) -> list[Marks]:
        return self._get().mark(units, observed, reviews=reviews)

    def _get(self) -> Marker:
        with self._lock:
            if self._opened is None:
                self._opened = self.open_marker()
            return self._opened


class FakeMarker:
    """Marks what it was told to; the public fake of the seam.

    Args:
        marks: Per text; others have none.
        categories: A closed set, or none.
    """

    def __init__(self, marks: Mapping[str, Marks], categories: tuple[str, ...] = ()) -> None:
        self._marks = marks
        self.categories = categories
        self.read: list[str] = []

    def warm_up(self) -> None:
        return

    def mark(
        self, units: Sequence[TextUnit], observed: Sequence[Observed], *, reviews: bool
    ) -> list[Marks]:
        self.read.extend(unit.text for unit in units)
        return [self._marks.get(unit.text, Marks()) for unit in units]
