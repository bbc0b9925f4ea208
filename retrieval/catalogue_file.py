"""The catalogue as a Parquet file that reads back exactly.

It knows the columns of the file; it does not know a domain. Attributes stand in columns of their
own, named ``attributes.genre``, ``attributes.year`` …, so any Parquet reader can use them. A column
``removed`` is there if items were removed, and holds 1 for those.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from interest.errors import DataError
from retrieval.parquet import Column, read_columns, write_columns
from retrieval.types import AttributeValue, Item

__all__ = ["read_items", "write_items"]

_FIXED = ("item_id", "title", "description", "weight")
_PREFIX = "attributes."
_REMOVED = "removed"


def write_items(
    path: Path,
    items: Sequence[Item],
    weights: Mapping[str, float],
    removed: Container[str] = (),
) -> None:
    """Write items, in their order, with their weights, and which of them are removed."""
    columns = {
        "item_id": Column(kind="text", values=[item.item_id for item in items]),
        "title": Column(kind="text", values=[item.title for item in items]),
        "description": Column(kind="text", values=[item.description for item in items]),
        "weight": Column(kind="number", values=[weights.get(item.item_id, 0.0) for item in items]),
    }
    holds_names = {
        name: isinstance(value, tuple) for item in items for name, value in item.attributes.items()
    }
    for name, is_names in holds_names.items():
        columns[_PREFIX + name] = Column(
            kind="names" if is_names else "number",
            values=[item.attributes.get(name) for item in items],
        )
    gone = [float(item.item_id in removed) for item in items]
    if any(gone):
        columns[_REMOVED] = Column(kind="number", values=gone)
    write_columns(path, columns)


def read_items(path: Path) -> tuple[list[Item], dict[str, float], frozenset[str]]:
    """Read what :func:`write_items` wrote: the items, their weights, the ids of removed ones.

    Raises:
        DataError: The file is missing or is not a catalogue.
    """
    columns = read_columns(path)
    missing = [name for name in _FIXED if name not in columns]
    if missing:
        raise DataError(f"{path} is not a catalogue: it has no column {missing[0]!r}.")
    attributes = {
        name.removeprefix(_PREFIX): values
        for name, values in columns.items()
        if name.startswith(_PREFIX)
    }
    items = [
        Item(
            item_id=item_id,
            title=columns["title"][row],
            attributes=dict(_known(attributes, row)),
            description=columns["description"][row],
        )
        for row, item_id in enumerate(columns["item_id"])
    ]
    ids = columns["item_id"]
    gone = columns.get(_REMOVED, [0.0] * len(ids))
    removed = frozenset(item_id for item_id, flag in zip(ids, gone, strict=True) if flag)
    return items, dict(zip(ids, columns["weight"], strict=True)), removed


def _known(
    attributes: Mapping[str, Sequence[Any]], row: int
) -> Iterator[tuple[str, AttributeValue]]:
    for name, values in attributes.items():
        value = values[row]
        if value is not None:
            yield name, tuple(cast("list[str]", value)) if isinstance(value, list) else value
