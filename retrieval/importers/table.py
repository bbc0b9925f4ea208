"""Tables: what every format becomes before anybody asks what its columns mean.

It knows rows with named values and their place in the file; it does not know files or meanings.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

__all__ = ["SAMPLE_ROWS", "BadRow", "Record", "Table"]

#: Rows looked at before columns are guessed.
SAMPLE_ROWS = 500


@dataclass(frozen=True, slots=True)
class Record:
    """One row: its place for people (``"line 7"``) and its values by column."""

    place: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class BadRow:
    """One row that is not what the format asks for."""

    place: str
    reason: str
    shown: str = ""


def _no_separators() -> dict[str, str]:
    return {}


@dataclass(kw_only=True)
class Table:
    """Rows of one file, to be read once.

    Attributes:
        format: Name of the format, for people.
        columns: Names of the columns; for JSON those of the first rows.
        rows: The rows, good and bad, in order.
        sample: Good rows from the start of the file. They come again in ``rows``.
        separators: Column → what stands between its values, where the format says so.
        layout: Name of the well-known layout that the format itself implies, or "".
    """

    format: str
    columns: tuple[str, ...]
    rows: Iterator[Record | BadRow]
    sample: tuple[Record, ...] = ()
    separators: Mapping[str, str] = field(default_factory=_no_separators)
    layout: str = ""

    def peek(self) -> None:
        """Fill ``sample`` from the first rows, without losing them."""
        first = list(islice(self.rows, SAMPLE_ROWS))
        self.rows = _chain(first, self.rows)
        self.sample = tuple(row for row in first if isinstance(row, Record))


def _chain(
    first: list[Record | BadRow], rest: Iterator[Record | BadRow]
) -> Iterator[Record | BadRow]:
    yield from first
    first.clear()
    yield from rest
