"""The catalogue: the items that can be recommended, by id, by row and by value.

It knows items, the columns that a domain's facets name, and how prominent items are. It does not
know what the items are, what anybody likes, or vectors.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process, utils

from interest.domain import Domain, FacetKind
from interest.errors import DataError, UnknownNameError
from interest.vocabulary import VocabularyEntry
from retrieval.catalogue_file import read_items, write_items
from retrieval.item_text import item_text
from retrieval.item_values import vocabulary_entries
from retrieval.types import Item

__all__ = ["Catalogue", "checked_columns"]

_T = TypeVar("_T", bound=np.generic)

#: Below this similarity (0 to 100) a suggestion would only confuse.
_NEAR = 60.0


class Catalogue:
    """Items in a fixed order. Immutable; implements :class:`interest.vocabulary.Vocabulary`.

    Args:
        items: In the order of their rows.
        domain: Names the facets and the columns that hold their values.
        weights: Prominence per item id (number of ratings, of reviews …), not negative; items
            that are not named have 0.
        removed: Ids of items that are recommended no more. They keep their rows: what people did
            with them still tells about others, and "the second one" still has a name. They are no
            longer ``in`` the catalogue, and no value and no title is named for their sake.

    Raises:
        DataError: Two items share an id, an attribute is empty or not finite, a column holds
            names for one item and a number for another, or a weight is not a count.
    """

    def __init__(
        self,
        items: Sequence[Item],
        domain: Domain,
        *,
        weights: Mapping[str, float] | None = None,
        removed: Iterable[str] = (),
    ) -> None:
        self.items: tuple[Item, ...] = tuple(items)
        self.domain = domain
        self._rows = {item.item_id: row for row, item in enumerate(self.items)}
        self.weights: Mapping[str, float] = {
            item_id: float(weight)
            for item_id, weight in (weights or {}).items()
            if item_id in self._rows and weight != 0
        }
        self.removed = frozenset(removed) & self._rows.keys()
        self._numbers: dict[str, NDArray[np.float64]] = {}
        self._known: dict[str, NDArray[np.bool_]] = {}
        self._holders: dict[str, dict[str, NDArray[np.int64]]] = {}
        self._check()
        #: Whether a column holds names, for every column that an item has.
        self.holds_names = self._check_columns()

    def __len__(self) -> int:
        """The number of rows, those of removed items among them."""
        return len(self.items)

    def __contains__(self, item_id: object) -> bool:
        """Whether there is such an item that was not removed."""
        return item_id in self._rows and item_id not in self.removed

    def __iter__(self) -> Iterator[Item]:
        """The items of all rows, in their order."""
        return iter(self.items)

    def has_row(self, item_id: str) -> bool:
        """Whether there is such an item, removed or not."""
        return item_id in self._rows

    @cached_property
    def living(self) -> NDArray[np.bool_]:
        """Which rows were not removed, ``(n_items,) bool``. Read-only."""
        living = np.ones(len(self), dtype=np.bool_)
        living[[self._rows[item_id] for item_id in self.removed]] = False
        return _frozen(living)

    @property
    def n_living(self) -> int:
        """How many items can be recommended."""
        return len(self) - len(self.removed)

    def row(self, item_id: str) -> int:
        """The row of an item, also of a removed one.

        Raises:
            UnknownNameError: The catalogue has no such item; names the nearest one.
        """
        try:
            return self._rows[item_id]
        except KeyError:
            raise UnknownNameError(
                f"There is no {self.domain.noun} with the id {item_id!r} in the catalogue.",
                self._nearest(item_id),
            ) from None

    def item(self, item_id: str) -> Item:
        """The item with this id, also a removed one.

        Raises:
            UnknownNameError: The catalogue has no such item; names the nearest one.
        """
        return self.items[self.row(item_id)]

    def weight(self, item_id: str) -> float:
        """How prominent the item is, at least 0; 0 where nothing is known."""
        return self.weights.get(item_id, 0.0)

    def entries(self) -> Iterable[VocabularyEntry]:
        """All titles, and all values of the category and entity facets.

        The weight of a title is its item's prominence, that of a category its number of items,
        that of an entity its number of items, each counted as ``1 + log(1 + prominence)``.
        """
        living = [item for item in self.items if item.item_id not in self.removed]
        return vocabulary_entries(living, self.domain, self.weight)

    def numbers(self, column: str) -> NDArray[np.float64]:
        """A numeric column, ``(n_items,) float64``, NaN where it is not known. Read-only."""
        if column not in self._numbers:
            found = (item.number(column) for item in self.items)
            values = np.array([math.nan if number is None else number for number in found])
            self._numbers[column] = _frozen(values.astype(np.float64))
        return self._numbers[column]

    def holders(self, column: str, value: str) -> NDArray[np.int64]:
        """Rows of the items that have this value in this column, whatever its case.

        Returns:
            ``(n,) int64``, ascending; empty if nothing has it. Read-only.
        """
        if column not in self._holders:
            self._holders[column] = self._invert(column)
        return self._holders[column].get(value.casefold(), _NOBODY)

    def knows(self, column: str) -> NDArray[np.bool_]:
        """Which items have any name in a column, ``(n_items,) bool``. Read-only."""
        if column not in self._known:
            known = [bool(item.names(column)) for item in self.items]
            self._known[column] = _frozen(np.array(known, dtype=np.bool_))
        return self._known[column]

    @cached_property
    def rows_by_label(self) -> Mapping[str, Sequence[int]]:
        """Case-folded label (title with year) → the rows that have it."""
        rows: dict[str, list[int]] = {}
        for row, item in enumerate(self.items):
            rows.setdefault(item.label.casefold(), []).append(row)
        return rows

    def warm_up(self) -> None:
        """Work out what is worked out on first use."""
        _ = self.rows_by_label
        for facet in self.domain.of_kind(FacetKind.CATEGORY, FacetKind.ENTITY):
            for column in facet.columns:
                self.holders(column, "")

    def text_of(self, item: Item) -> str:
        """What the encoder reads about an item."""
        return item_text(item, self.domain)

    @cached_property
    def content_hash(self) -> str:
        """SHA-256 over everything that a catalogue holds, in its order."""
        digest = hashlib.sha256()
        for item in self.items:
            content = [
                item.item_id,
                item.title,
                sorted(item.attributes.items()),
                item.description,
                self.weight(item.item_id),
            ]
            digest.update(json.dumps(content).encode())
            digest.update(b"\n")
        for item_id in sorted(self.removed):
            digest.update(json.dumps(["removed", item_id]).encode())
        return digest.hexdigest()

    def save(self, path: Path) -> None:
        """Write the catalogue to a Parquet file."""
        write_items(path, self.items, self.weights, self.removed)

    @classmethod
    def load(cls, path: Path, domain: Domain) -> Catalogue:
        """Read what :meth:`save` wrote.

        Raises:
            DataError: The file is missing or is not a catalogue.
        """
        items, weights, removed = read_items(path)
        return cls(items, domain, weights=weights, removed=removed)

    def _invert(self, column: str) -> dict[str, NDArray[np.int64]]:
        rows: dict[str, list[int]] = {}
        for row, item in enumerate(self.items):
            for key in {name.casefold() for name in item.names(column)}:
                rows.setdefault(key, []).append(row)
        return {key: _frozen(np.array(found, dtype=np.int64)) for key, found in rows.items()}

    def _nearest(self, item_id: str) -> str:
        """A suggestion: people mistype ids, and give titles where an id is asked for."""
        if not self.items:
            return "The catalogue is empty."
        labels = [item.label for item in self.items]
        _, id_score, id_row = process.extractOne(item_id, list(self._rows), scorer=fuzz.ratio)
        _, label_score, label_row = process.extractOne(
            item_id, labels, scorer=fuzz.token_set_ratio, processor=utils.default_process
        )
        near = self.items[label_row if label_score > id_score else id_row]
        if max(id_score, label_score) < _NEAR or near.item_id in self.removed:
            return ""
        return f"The nearest is {near.item_id!r} ({near.label})."

    def _check(self) -> None:
        if len(self._rows) != len(self.items):
            seen: set[str] = set()
            twice = next(i.item_id for i in self.items if i.item_id in seen or seen.add(i.item_id))
            raise DataError(f"Two items have the id {twice!r}.")
        for item_id, weight in self.weights.items():
            if not (math.isfinite(weight) and weight >= 0):
                raise DataError(f"The weight of {item_id!r} is {weight}; it must be 0 or more.")

    def _check_columns(self) -> Mapping[str, bool]:
        return checked_columns(self.items, {})


def checked_columns(items: Iterable[Item], known: Mapping[str, bool]) -> dict[str, bool]:
    """Whether each column holds names, once all items agree on it.

    Args:
        items: Whose columns are checked.
        known: What is known of columns from other items.

    Raises:
        DataError: An attribute is empty or not finite, or is of another kind than elsewhere.
    """
    kinds = dict(known)
    for item in items:
        _check_attributes(item, kinds)
    return kinds


def _check_attributes(item: Item, kinds: dict[str, bool]) -> None:
    """``kinds``: whether a column holds names, as the items before this one have it."""
    for column, value in item.attributes.items():
        is_names = isinstance(value, tuple)
        if not column or (is_names and (not value or not all(value))):
            raise DataError(f"Item {item.item_id!r}: the attribute {column!r} is empty.")
        if not is_names and not math.isfinite(value):
            raise DataError(f"Item {item.item_id!r}: {column} is {value}, not a number.")
        if kinds.setdefault(column, is_names) != is_names:
            raise DataError(
                f"Item {item.item_id!r}: {column} is {value!r}; other items have "
                f"{'names' if kinds[column] else 'a number'} there."
            )


def _frozen(array: NDArray[_T]) -> NDArray[_T]:
    array.flags.writeable = False
    return array


_NOBODY = _frozen(np.empty(0, dtype=np.int64))
