"""Intent: a query read into rows, phrases and strengths that vectors can be asked with.

It knows the rules by which interests count; it does not know scores. Every interest becomes one
of three things: a *want* (a column tells which items have it), a *phrase* (compared by meaning),
or both where the domain gives hints (a mood that speaks for a genre). Rare values count more
than common ones, this turn's wishes more than standing interests.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from interest.domain import FacetKind
from interest.interests import Interest
from interest.ranges import NumberRange
from retrieval.catalogue import Catalogue
from retrieval.constraints import Constraints
from retrieval.facet_index import FacetIndex
from retrieval.seams import BoolArray, FloatArray, IntArray
from retrieval.types import Query

__all__ = ["Intent", "IntentReader", "Phrase", "Want"]

#: What a standing interest counts beside a wish of this turn.
_STANDING = 0.6
#: What a hint ("funny" speaks for comedies) counts beside the value itself.
_HINT = 0.6
#: The same for what is not wanted: who is tired of slashers need not be tired of horror.
_AVERSE_HINT = 0.3
#: Least that a common value counts; a value that one item has counts 1.
_COMMON = 0.4
#: Numbers outside a soft range fade over this share of the column's standard deviation.
_FADE = 0.25
#: How fast a category counts less, the more categories an item has: ``count ** -_DILUTION``.
_DILUTION = 0.2
#: Best known items that stand for one wished entity.
_ECHOES = 3

Encode = Callable[[Sequence[str]], FloatArray]


@dataclass(frozen=True, kw_only=True)
class Want:
    """Something that a column tells.

    Attributes:
        strength: ``(n_items,) float32`` in [0, 1]; how much each item has it.
        weight: What it counts; at least 0.
    """

    strength: FloatArray
    weight: float


@dataclass(frozen=True, kw_only=True)
class Phrase:
    """Something to be compared by meaning.

    Attributes:
        vector: ``(text_dim,) float32``, of length one.
        weight: What it counts; at least 0.
    """

    vector: FloatArray
    weight: float


@dataclass(frozen=True, kw_only=True)
class Intent:
    """What a query asks for, in the terms of vectors and rows.

    Attributes:
        references: Rows to start from in this turn, most important first.
        liked: Rows of liked items, oldest first.
        disliked: Rows of disliked items, oldest first.
        wishes: Wants of this turn.
        interests: Wants that stand.
        refusals: What is not wanted, softly.
        phrases: What to be near to by meaning.
        averse: What to be far from by meaning.
        echoes: Rows that stand for wished entities: their best known items. What is like
            them follows when nothing that has the entity is left.
        allowed: ``(n_items,) bool``; what may be returned.
    """

    references: IntArray
    liked: IntArray
    disliked: IntArray
    wishes: tuple[Want, ...]
    interests: tuple[Want, ...]
    refusals: tuple[Want, ...]
    phrases: tuple[Phrase, ...]
    averse: tuple[Phrase, ...]
    echoes: IntArray
    allowed: BoolArray


@dataclass(frozen=True, slots=True)
class _Reading:
    """One interest of the query and what its place counts."""

    interest: Interest
    standing: bool

    @property
    def weight(self) -> float:
        interest = self.interest
        sure = abs(interest.preference) * (0.5 + 0.5 * interest.confidence)
        return sure * (_STANDING if self.standing else 1.0)


class IntentReader:
    """Reads queries.

    Args:
        catalogue: Gives columns and the domain's hints.
        facets: Tell how rare a value is.
        constraints: Tell which items have a value.
        prominence: ``(n_items,)``, how well known items are.
        encode: Texts to unit vectors.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        facets: FacetIndex,
        constraints: Constraints,
        *,
        prominence: FloatArray,
        encode: Encode,
    ) -> None:
        self._catalogue = catalogue
        self._facets = facets
        self._constraints = constraints
        self._prominence = prominence
        self._encode = encode
        #: Facet → what one of its values counts in each item; 100,000 powers take a while.
        self._shares: dict[str, FloatArray] = {}

    def read(self, query: Query) -> Intent:
        """Read a query; items that the catalogue never had are passed over.

        What somebody liked tells about them, whether or not it was removed since.
        """
        readings = [
            *(_Reading(wish, False) for wish in query.wishes if wish.polarity),
            *(_Reading(interest, True) for interest in query.interests if interest.polarity),
        ]
        wanted, averse = _split(readings)
        references, liked = self._rows(query.like), self._rows(query.liked)
        dear = np.concatenate((references, liked))
        return Intent(
            references=references,
            liked=liked,
            disliked=self._rows(query.disliked),
            wishes=self._wants(reading for reading in wanted if not reading.standing),
            interests=self._wants(reading for reading in wanted if reading.standing),
            refusals=self._refusals(averse, dear),
            phrases=self._phrases(wanted, query.text),
            averse=self._phrases(averse, ""),
            echoes=self._echoes(wanted),
            allowed=self.returnable(query)
            & self._constraints.allowed((*query.interests, *query.wishes)),
        )

    def _rows(self, item_ids: Iterable[str]) -> IntArray:
        known = [self._catalogue.row(i) for i in item_ids if self._catalogue.has_row(i)]
        return np.array(list(dict.fromkeys(known)), dtype=np.int64)

    def returnable(self, query: Query) -> BoolArray:
        """The items that constraints apart could be returned, ``(n_items,) bool``."""
        returnable = np.ones(len(self._catalogue), dtype=np.bool_)
        gone = {*query.exclude, *query.like, *query.liked, *query.disliked}
        returnable[self._rows(gone)] = False
        return returnable

    def _wants(self, readings: Iterable[_Reading]) -> tuple[Want, ...]:
        return tuple(want for reading in readings for want in self._wants_of(reading))

    def _wants_of(self, reading: _Reading) -> Iterable[Want]:
        strength = self._strength(reading.interest)
        if strength is not None:
            yield Want(strength=strength, weight=reading.weight * self._telling(reading.interest))
        for hint, share in self._hints(reading.interest):
            yield Want(strength=hint, weight=reading.weight * _HINT * share)

    def _echoes(self, readings: Sequence[_Reading]) -> IntArray:
        found: list[int] = []
        for reading in readings:
            facet = self._catalogue.domain.by_name.get(reading.interest.facet)
            has = self._constraints.has(reading.interest)
            if has is None or facet is None or facet.kind is not FacetKind.ENTITY:
                continue
            rows = np.flatnonzero(has)
            known = self._prominence[rows]
            found += rows[np.lexsort((rows, -known))][:_ECHOES].tolist()
        return np.array(list(dict.fromkeys(found)), dtype=np.int64)

    def _refusals(self, readings: Sequence[_Reading], dear: IntArray) -> tuple[Want, ...]:
        """What to push away; a hint counts the less, the more liked items have what it names."""
        found: list[Want] = []
        for reading in readings:
            strength = self._strength(reading.interest)
            if strength is not None and not reading.interest.is_hard:  # hard ones filter
                weight = reading.weight * self._telling(reading.interest)
                found.append(Want(strength=strength, weight=weight))
            for hint, share in self._hints(reading.interest):
                spared = float(hint[dear].mean()) if len(dear) else 0.0
                weight = reading.weight * _AVERSE_HINT * share * (1.0 - spared)
                found.append(Want(strength=hint, weight=weight))
        return tuple(found)

    def _hints(self, interest: Interest) -> Iterable[tuple[FloatArray, float]]:
        """Which items have what an open value speaks for, and what each hint counts."""
        facet = self._catalogue.domain.by_name.get(interest.facet)
        if facet is None:
            return
        for hinted, values in facet.hints.get(interest.value, {}).items():
            for value in values:
                has = np.zeros(len(self._catalogue), dtype=np.bool_)
                for column in self._catalogue.domain.facet(hinted).columns:
                    has[self._catalogue.holders(column, value)] = True
                yield self._diluted(hinted, has), 1.0 / len(values) ** 0.5

    def _diluted(self, facet: str, has: BoolArray) -> FloatArray:
        """An item that is nothing but a comedy is more of a comedy than one of seven genres."""
        if facet not in self._shares:
            many = np.maximum(self._facets.count(facet), 1)
            self._shares[facet] = (many**-_DILUTION).astype(np.float32)
        return has * self._shares[facet]

    def _strength(self, interest: Interest) -> FloatArray | None:
        has = self._constraints.has(interest)
        if has is None:
            return None
        facet = self._catalogue.domain.facet(interest.facet)
        if facet.kind is FacetKind.CATEGORY and interest.polarity > 0:
            return self._diluted(facet.name, has)
        if facet.kind is not FacetKind.NUMBER or interest.polarity < 0:
            return has.astype(np.float32)
        numbers = self._catalogue.numbers(facet.columns[0])
        wanted = NumberRange.parse(interest.value)
        below = 0.0 if wanted.low is None else np.maximum(wanted.low - numbers, 0.0)
        above = 0.0 if wanted.high is None else np.maximum(numbers - wanted.high, 0.0)
        known = numbers[~np.isnan(numbers)]
        scale = _FADE * (float(known.std()) if len(known) else 0.0)
        scale = scale or _FADE  # all the same, or unknown throughout
        return np.nan_to_num(np.exp(-(below + above) / scale)).astype(np.float32)

    def _telling(self, interest: Interest) -> float:
        value = self._facets.value(interest.facet, interest.value)
        rarity = 0.5 if value is None else self._facets.rarity(value)
        return _COMMON + (1.0 - _COMMON) * rarity

    def _phrases(self, readings: Sequence[_Reading], text: str) -> tuple[Phrase, ...]:
        """What no column can tell, in words; the free text counts like a certain wish."""
        spoken = [r for r in readings if self._spoken(r.interest)]
        words = [r.interest.value for r in spoken] + ([text] if text.strip() else [])
        weights = [r.weight for r in spoken] + ([1.0] if text.strip() else [])
        if not words:
            return ()
        return tuple(
            Phrase(vector=vector, weight=weight)
            for vector, weight in zip(self._encode(words), weights, strict=True)
        )

    def _spoken(self, interest: Interest) -> bool:
        facet = self._catalogue.domain.by_name.get(interest.facet)
        titled = facet is not None and facet.kind is FacetKind.TITLE
        return not titled and self._constraints.has(interest) is None


def _split(readings: Sequence[_Reading]) -> tuple[list[_Reading], list[_Reading]]:
    """Liked and averse."""
    return (
        [reading for reading in readings if reading.interest.polarity > 0],
        [reading for reading in readings if reading.interest.polarity < 0],
    )
