"""Changes of items: what one is, and what many amount to.

It knows items and their order in time; it does not know files, rows or vectors' meaning.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from interest.domain import Domain, FacetKind
from interest.errors import DataError
from retrieval.seams import Encoder, FloatArray
from retrieval.types import Item

__all__ = [
    "ItemChange",
    "ItemState",
    "as_changes",
    "check_item",
    "encoded",
    "net_states",
]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class ItemChange:
    """One item that was added, changed or removed.

    Attributes:
        item_id: The item.
        item: All of it as it is from now on; None removes it.
        weight: Its prominence from now on (number of ratings …); None leaves it as it was.
        vector: Unit text vector of the item, ``(text_dim,) float32``; None when it is removed, or
            while nobody has encoded it.
    """

    item_id: str
    item: Item | None = None
    weight: float | None = None
    vector: FloatArray | None = None


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class ItemState:
    """What several changes of one item amount to.

    Attributes:
        item: The item as it was last; None if all that was done is to remove it.
        weight: Its prominence; None where no change named one.
        vector: Unit text vector of ``item``; None if ``item`` is None or nobody has encoded it.
        removed: Whether it is recommended no more.
    """

    item: Item | None = None
    weight: float | None = None
    vector: FloatArray | None = None
    removed: bool = False


def net_states(
    changes: Iterable[ItemChange], before: Mapping[str, ItemState] | None = None
) -> dict[str, ItemState]:
    """The state of every item that was changed, in the order of its first change.

    Args:
        changes: In their order.
        before: What earlier changes amount to.
    """
    states = dict(before or {})
    for change in changes:
        old = states.get(change.item_id, ItemState())
        if change.item is None:
            states[change.item_id] = ItemState(
                item=old.item, weight=old.weight, vector=old.vector, removed=True
            )
        else:
            states[change.item_id] = ItemState(
                item=change.item,
                weight=old.weight if change.weight is None else change.weight,
                vector=change.vector,
            )
    return states


def encoded(
    states: Mapping[str, ItemState], encoder: Encoder, text_of: Callable[[Item], str]
) -> dict[str, ItemState]:
    """The states of items that nobody has encoded yet, with their vectors.

    Args:
        states: Of all items that were changed.
        encoder: Encodes.
        text_of: What it reads about an item.
    """
    missing = {
        item_id: (state, state.item)
        for item_id, state in states.items()
        if state.item is not None and state.vector is None
    }
    vectors = encoder.encode([text_of(item) for _, item in missing.values()]) if missing else ()
    return {
        item_id: replace(state, vector=vector)
        for (item_id, (state, _)), vector in zip(missing.items(), vectors, strict=True)
    }


def as_changes(states: Mapping[str, ItemState]) -> list[ItemChange]:
    """Changes that lead to these states; what was removed after a change takes two."""
    changes: list[ItemChange] = []
    for item_id, state in states.items():
        if state.item is not None:
            changes.append(
                ItemChange(
                    item_id=item_id, item=state.item, weight=state.weight, vector=state.vector
                )
            )
        if state.removed:
            changes.append(ItemChange(item_id=item_id))
    return changes


def check_item(item: Item, weight: float | None, domain: Domain) -> None:
    """Refuse an item that the domain's columns do not allow.

    Raises:
        DataError: Names the item, the column and the value.
    """
    numeric = {column for facet in domain.of_kind(FacetKind.NUMBER) for column in facet.columns}
    named = {column for facet in domain.facets for column in facet.columns} - numeric
    for column, value in item.attributes.items():
        if column in numeric and isinstance(value, tuple):
            raise DataError(f"Item {item.item_id!r}: {column} is {value!r}; it must be a number.")
        if column in named and not isinstance(value, tuple):
            raise DataError(f"Item {item.item_id!r}: {column} is {value!r}; it must be names.")
    if weight is not None and not (math.isfinite(weight) and weight >= 0):
        raise DataError(f"Item {item.item_id!r}: weight is {weight}; it must be 0 or more.")
