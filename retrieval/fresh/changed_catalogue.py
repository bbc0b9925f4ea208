"""A catalogue with changes: the rows of a built one, some of them replaced, and new ones behind.

It knows how to answer what a catalogue answers from the built one and the few rows that differ; it
does not know where changes come from. The built catalogue stays as it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from interest.domain import FacetKind
from interest.vocabulary import VocabularyChange
from retrieval.catalogue import Catalogue, checked_columns
from retrieval.fresh.changes import ItemState
from retrieval.item_values import vocabulary_entries
from retrieval.seams import BoolArray, IntArray
from retrieval.types import Item

__all__ = ["ChangedCatalogue"]

_T = TypeVar("_T", bound=np.generic)


class ChangedCatalogue(Catalogue):
    """Implements what :class:`Catalogue` does, at the cost of what differs.

    Args:
        base: The built catalogue.
        states: What became of items, by id; ids that the base has not are new ones.
    """

    def __init__(self, base: Catalogue, states: Mapping[str, ItemState]) -> None:
        self.base = base
        items, weights = list(base.items), dict(base.weights)
        removed = set(base.removed)
        touched: list[int] = []
        for item_id, state in states.items():
            known = base.has_row(item_id)
            if state.item is not None and known:
                touched.append(base.row(item_id))
                items[touched[-1]] = state.item
            elif state.item is not None:
                touched.append(len(items))
                items.append(state.item)
            if state.weight is not None:
                weights[item_id] = state.weight
            (removed.add if state.removed else removed.discard)(item_id)
        self.touched: IntArray = np.array(sorted(touched), dtype=np.int64)
        super().__init__(items, base.domain, weights=weights, removed=removed)
        self._new: dict[str, dict[str, list[int]]] = {}
        self._old = np.ones(len(base), dtype=np.bool_)
        self._old[self.touched[self.touched < len(base)]] = False

    def _check_columns(self) -> Mapping[str, bool]:
        """Only what differs: the others were checked when they were built."""
        return checked_columns(
            (self.items[row] for row in map(int, self.touched)), self.base.holds_names
        )

    def numbers(self, column: str) -> NDArray[np.float64]:
        """See :meth:`Catalogue.numbers`."""
        if column not in self._numbers:
            values = self._extended(self.base.numbers(column), np.nan)
            for row in map(int, self.touched):
                number = self.items[row].number(column)
                values[row] = np.nan if number is None else number
            values.flags.writeable = False
            self._numbers[column] = values
        return self._numbers[column]

    def knows(self, column: str) -> BoolArray:
        """See :meth:`Catalogue.knows`."""
        if column not in self._known:
            values = self._extended(self.base.knows(column), False)
            for row in map(int, self.touched):
                values[row] = bool(self.items[row].names(column))
            values.flags.writeable = False
            self._known[column] = values
        return self._known[column]

    def holders(self, column: str, value: str) -> IntArray:
        """See :meth:`Catalogue.holders`."""
        found = self.base.holders(column, value)
        rows = np.sort(np.concatenate((found[self._old[found]], self._new_holders(column, value))))
        rows.flags.writeable = False
        return rows

    def vocabulary_change(self) -> VocabularyChange:
        """How the vocabulary differs from that of the built catalogue.

        What a value counts when several share a name stays as it was built: one item more or
        less hardly moves it.
        """
        changed = [*self._old_versions(), *self._new_versions()]
        labels = {item.label.casefold() for item in changed}
        living = self.living
        at_label = [row for label in sorted(labels) for row in self._labelled(label) if living[row]]
        titles = [self.items[row] for row in dict.fromkeys(at_label)]
        new, gone = self._values(changed)
        entries = [
            entry
            for entry in vocabulary_entries(titles, self.domain, self.weight)
            if self.domain.facet(entry.facet).kind is FacetKind.TITLE
        ]
        entries += [
            entry
            for entry in vocabulary_entries(self._new_versions(), self.domain, self.weight)
            if (entry.facet, entry.value.casefold()) in new
        ]
        gone |= {(f.name, label) for f in self.domain.of_kind(FacetKind.TITLE) for label in labels}
        return VocabularyChange(gone=frozenset(gone), entries=tuple(entries))

    def _extended(self, old: NDArray[_T], fill: object) -> NDArray[_T]:
        values = np.full(len(self), fill, dtype=old.dtype)
        values[: len(old)] = old
        return values

    def _new_holders(self, column: str, value: str) -> IntArray:
        if column not in self._new:
            rows: dict[str, list[int]] = {}
            for row in map(int, self.touched):
                for key in {name.casefold() for name in self.items[row].names(column)}:
                    rows.setdefault(key, []).append(row)
            self._new[column] = rows
        return np.array(self._new[column].get(value.casefold(), ()), dtype=np.int64)

    @cached_property
    def flipped(self) -> list[int]:
        """Rows of the built catalogue that were removed or came back since."""
        ids = self.removed.symmetric_difference(self.base.removed)
        return [self.base.row(item_id) for item_id in ids if self.base.has_row(item_id)]

    def _old_versions(self) -> list[Item]:
        """What differs, as it was built; without what was removed then."""
        rows = {*map(int, self.touched[self.touched < len(self.base)]), *self.flipped}
        return [self.base.items[row] for row in sorted(rows) if self.base.living[row]]

    def _new_versions(self) -> list[Item]:
        """What differs, as it is now; without what is removed."""
        rows = {*map(int, self.touched), *self.flipped}
        return [self.items[row] for row in sorted(rows) if self.living[row]]

    def _labelled(self, label: str) -> list[int]:
        """Rows with a case-folded label."""
        old = [row for row in self.base.rows_by_label.get(label, ()) if self._old[row]]
        return [*old, *self._new_labels.get(label, ())]

    @cached_property
    def _new_labels(self) -> Mapping[str, list[int]]:
        rows: dict[str, list[int]] = {}
        for row in map(int, self.touched):
            rows.setdefault(self.items[row].label.casefold(), []).append(row)
        return rows

    def _values(self, changed: list[Item]) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
        """(facet, case-folded value) of values that some item has now and none had, and the other
        way round."""
        new, gone = set[tuple[str, str]](), set[tuple[str, str]]()
        for facet in self.domain.of_kind(FacetKind.CATEGORY, FacetKind.ENTITY):
            names = {name for item in changed for c in facet.columns for name in item.names(c)}
            for name in names:
                had = _any_living(self.base, facet.columns, name)
                has = _any_living(self, facet.columns, name)
                if has and not had:
                    new.add((facet.name, name.casefold()))
                elif had and not has:
                    gone.add((facet.name, name.casefold()))
        return new, gone


def _any_living(catalogue: Catalogue, columns: Sequence[str], value: str) -> bool:
    return any(
        bool(np.any(catalogue.living[catalogue.holders(column, value)])) for column in columns
    )
