"""FacetIndex: which item has which value, as compressed rows with how telling each value is.

It knows the category, entity and number facets of a catalogue; it does not know what anybody
likes. A value that few items have tells more than one that half of them have: its weight is its
inverse document frequency, scaled to [0, 1] (Spärck Jones 1972).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from interest.domain import FacetKind
from retrieval.catalogue import Catalogue
from retrieval.seams import BoolArray, FloatArray, IntArray
from retrieval.types import Item

__all__ = ["FacetIndex"]

#: How much each further column of a facet counts: the domain names the most telling one first.
_COLUMN_DECAY = 0.7
#: Numbers this many standard deviations apart have nothing in common any more.
_NUMBER_REACH = 1.0

_NAMED = (FacetKind.CATEGORY, FacetKind.ENTITY)


class FacetIndex:
    """The values of all items.

    Args:
        catalogue: Its domain names the facets and their columns.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._facets = catalogue.domain.of_kind(*_NAMED)
        self._ids: dict[tuple[str, str], int] = {}
        lengths, self._values, self._weights = self._compressed(catalogue)
        self._starts = _starts(lengths)
        self._weigh_values()

    def changed(self, catalogue: Catalogue, rows: IntArray) -> FacetIndex:
        """The index of a catalogue that differs in a few rows; this one stays as it is.

        Args:
            catalogue: The same rows in the same order, and maybe new ones after them.
            rows: Rows that differ or are new, ascending.
        """
        other = FacetIndex.__new__(FacetIndex)
        other._catalogue, other._facets, other._ids = catalogue, self._facets, dict(self._ids)
        lengths, values, weights = other._compressed(catalogue.items[row] for row in map(int, rows))
        old = np.repeat(np.arange(len(self._starts) - 1), np.diff(self._starts))
        kept = ~np.isin(old, rows)
        owners = np.concatenate((old[kept], np.repeat(rows, lengths)))
        order = np.argsort(owners, kind="stable")
        other._values = np.concatenate((self._values[kept], values))[order]
        other._weights = np.concatenate((self._weights[kept], weights))[order]
        other._starts = _starts(np.bincount(owners, minlength=len(catalogue)))
        other._weigh_values()
        return other

    def _compressed(self, items: Iterable[Item]) -> tuple[IntArray, IntArray, NDArray[np.float64]]:
        """How many values each item has, all their ids one after the other, and their weights."""
        lengths, values, weights = list[int](), list[int](), list[float]()
        for item in items:
            found = self._values_of(item)
            lengths.append(len(found))
            values.extend(found)
            weights.extend(found.values())
        return (
            np.array(lengths, dtype=np.int64),
            np.array(values, dtype=np.int64),
            np.array(weights, dtype=np.float64),
        )

    def _weigh_values(self) -> None:
        """What each value counts, from how many items have it and which facet it is of."""
        self._counts: dict[str, IntArray] = {}
        self._entities: dict[int, frozenset[int]] = {}
        counts = np.bincount(self._values, minlength=len(self._ids))
        size = len(self._catalogue) + 1
        self._rarity = np.log(size / (counts + 1)) / np.log(max(size, 2))
        entity = {facet.name: facet.kind is FacetKind.ENTITY for facet in self._facets}
        place = {facet.name: self._place_weight(facet.name) for facet in self._facets}
        self._is_entity = np.array([entity[name] for name, _ in self._ids], dtype=np.bool_)
        self._facet_weight = np.array([place[name] for name, _ in self._ids], dtype=np.float64)

    def _values_of(self, item: Item) -> dict[int, float]:
        """Value ids of an item with the weight of the best column that holds each."""
        found: dict[int, float] = {}
        for facet in self._facets:
            for place, column in enumerate(facet.columns):
                for name in item.names(column):
                    value = self._ids.setdefault((facet.name, name.casefold()), len(self._ids))
                    found.setdefault(value, _COLUMN_DECAY**place)
        return found

    def _place_weight(self, facet: str) -> float:
        """Facets of one kind weigh 1, 1/2, 1/3 … in the order of the domain."""
        kind = self._catalogue.domain.facet(facet).kind
        names = [other.name for other in self._facets if other.kind is kind]
        return 1.0 / (1 + names.index(facet))

    @property
    def n_values(self) -> int:
        return len(self._ids)

    def value(self, facet: str, name: str) -> int | None:
        """The id of a value, or None if no item has it."""
        return self._ids.get((facet, name.casefold()))

    def rarity(self, value: int) -> float:
        """0 for a value that every item has, towards 1 for one that a single item has."""
        return float(self._rarity[value])

    def values(self, row: int) -> IntArray:
        """Ids of the values that an item has."""
        return self._values[self._starts[row] : self._starts[row + 1]]

    def count(self, facet: str) -> IntArray:
        """How many values of a facet each item has, ``(n_items,) int64``."""
        if facet not in self._counts:
            inside = np.array([name == facet for name, _ in self._ids], dtype=np.float64)
            rows = np.arange(len(self._catalogue))
            self._counts[facet] = self.sums(rows, inside).astype(np.int64)
        return self._counts[facet]

    def share_entity(self, row: int, other: int) -> bool:
        """Whether two items have an entity in common."""
        return not self.entities(row).isdisjoint(self.entities(other))

    def entities(self, row: int) -> frozenset[int]:
        """Ids of the entities that an item has."""
        if row not in self._entities:
            values = self.values(row)
            self._entities[row] = frozenset(values[self._is_entity[values]].tolist())
        return self._entities[row]

    def sums(self, rows: IntArray, weights: NDArray[np.float64]) -> NDArray[np.float64]:
        """Per item, the summed weights of the values that it has.

        Args:
            rows: ``(n,)`` rows of items.
            weights: ``(n_values,)``.

        Returns:
            ``(n,) float64``.
        """
        places, owners = self._places(rows)
        found = weights[self._values[places]]
        return np.bincount(owners, found, minlength=len(rows)).astype(np.float64)

    def _places(self, rows: IntArray) -> tuple[IntArray, IntArray]:
        """Places in the compressed rows, and for each which of ``rows`` owns it."""
        lengths = self._starts[rows + 1] - self._starts[rows]
        owners = np.repeat(np.arange(len(rows)), lengths)
        offsets = np.arange(len(owners)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        return np.repeat(self._starts[rows], lengths) + offsets, owners

    def alike(self, examples: IntArray, rows: IntArray) -> FloatArray:
        """How much items have in common with each of some examples, in [0, 1].

        The weighted mean of three: rarity-weighted Jaccard overlap of the categories; entities in
        common (saturating, because casts differ in length); nearness of the numbers.

        Args:
            examples: ``(k,)`` rows to compare with.
            rows: ``(n,)`` rows to compare.

        Returns:
            ``(k, n) float32``.
        """
        places, owners = self._places(rows)
        values, weights = self._values[places], self._weights[places]
        out = np.empty((len(examples), len(rows)), dtype=np.float32)
        for place, example in enumerate(examples.tolist()):
            own = slice(int(self._starts[example]), int(self._starts[example + 1]))
            mine = np.zeros(self.n_values)
            mine[self._values[own]] = self._weights[own]
            common = np.flatnonzero(mine[values])
            shared, by = values[common], owners[common]
            category = np.bincount(by, self._category_worth[shared], minlength=len(rows))
            union = self._category_mass[rows] + self._category_mass[example] - category
            told = np.minimum(mine[shared], weights[common]) * self._entity_worth[shared]
            entity = np.bincount(by, told, minlength=len(rows))
            out[place] = (
                0.45 * category / np.where(union > 0.0, union, 1.0)
                + 0.35 * entity / (entity + 1.0)
                + 0.20 * self._number_nearness(example, rows)
            )
        return out

    @cached_property
    def _category_worth(self) -> NDArray[np.float64]:
        """What sharing a category tells, ``(n_values,)``; 0 for entities."""
        return np.where(self._is_entity, 0.0, self._rarity * self._facet_weight)

    @cached_property
    def _entity_worth(self) -> NDArray[np.float64]:
        """What sharing an entity tells, ``(n_values,)``; 0 for categories."""
        return np.where(self._is_entity, self._rarity, 0.0)

    @cached_property
    def _category_mass(self) -> NDArray[np.float64]:
        return self.sums(np.arange(len(self._catalogue)), self._category_worth)

    def _number_nearness(self, row: int, rows: IntArray) -> NDArray[np.float64]:
        """Mean over the number columns that are known for both; 0 where none is."""
        total, known = np.zeros(len(rows)), np.zeros(len(rows))
        for numbers, spread in self._number_columns:
            near = np.exp(-np.abs(numbers[rows] - numbers[row]) / (_NUMBER_REACH * spread))
            there = ~np.isnan(near)
            total += np.where(there, near, 0.0)
            known += there
        return total / np.maximum(known, 1.0)

    @cached_property
    def _number_columns(self) -> Sequence[tuple[NDArray[np.float64], float]]:
        """Each numeric column with its standard deviation."""
        return [
            (numbers, float(np.nanstd(numbers)) or 1.0)
            for facet in self._catalogue.domain.of_kind(FacetKind.NUMBER)
            for column in facet.columns
            if not np.all(np.isnan(numbers := self._catalogue.numbers(column)))
        ]

    def features(self, least: int, among: BoolArray) -> FloatArray:
        """One column of zeros and ones per value that enough items have, for regression.

        Args:
            least: How many items must have a value.
            among: ``(n_items,)``; the items that are counted.

        Returns:
            ``(n_items, n_frequent) float32``.
        """
        return self.one_hot(self.frequent(least, among))

    def frequent(self, least: int, among: BoolArray) -> tuple[tuple[str, str], ...]:
        """(facet, case-folded value) of the values that enough of some items have.

        Args:
            least: How many items must have a value.
            among: ``(n_items,)``; the items that are counted.
        """
        owners = np.repeat(np.arange(len(self._catalogue)), np.diff(self._starts))
        counts = np.bincount(self._values[among[owners]], minlength=self.n_values)
        names = list(self._ids)
        return tuple(names[value] for value in np.flatnonzero(counts >= least).tolist())

    def one_hot(self, names: Sequence[tuple[str, str]], rows: IntArray | None = None) -> FloatArray:
        """Which items have which of some values.

        Args:
            names: (facet, case-folded value) of each column.
            rows: ``(n,)`` rows of items; None takes all.

        Returns:
            ``(n, len(names)) float32`` of zeros and ones.
        """
        rows = np.arange(len(self._catalogue)) if rows is None else rows
        column = np.full(self.n_values, -1)
        for place, name in enumerate(names):
            if name in self._ids:
                column[self._ids[name]] = place
        places, owners = self._places(rows)
        columns = column[self._values[places]]
        chosen = columns >= 0
        out = np.zeros((len(rows), len(names)), dtype=np.float32)
        out[owners[chosen], columns[chosen]] = 1.0
        return out


def _starts(lengths: IntArray) -> IntArray:
    """Where the values of each item begin, and where those of the last one end."""
    return np.concatenate(([0], np.cumsum(lengths))).astype(np.int64)
