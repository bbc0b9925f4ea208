"""Cells of the tables that services export: rows, ratings, dates, years and plain text.

It knows how values are written; it does not know what they are of.
"""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime

from interest.errors import DataError

__all__ = ["date_of", "header_of", "number_of", "plain_text", "rows_of", "year_of"]

#: Characters of one cell; reviews are long, but not a book.
_LONGEST_CELL = 1_000_000
_BREAKS = re.compile(r"<br\s*/?>|</p>", re.IGNORECASE)
_TAGS = re.compile(r"<[^<>]{1,200}>")
_DATES = ("%Y-%m-%d", "%Y/%m/%d", "%d %b %Y", "%m/%d/%Y")


def header_of(text: str) -> frozenset[str]:
    """The column names of a CSV text; empty if it has none."""
    lines = csv.reader(io.StringIO(text.split("\n", 1)[0]))
    return frozenset(cell.strip() for line in lines for cell in line)


def rows_of(name: str, text: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Rows by column, with their place for people.

    Raises:
        DataError: A cell is longer than anything anybody wrote.
    """
    csv.field_size_limit(_LONGEST_CELL)
    reader = csv.DictReader(io.StringIO(text, newline=""))
    try:
        for row in reader:
            cells = {
                str(key).strip(): value.strip()
                for key, value in row.items()
                if isinstance(value, str)  # cells beyond the header come as a list
            }
            yield f"{name}, line {reader.line_num}", cells
    except csv.Error as error:
        raise DataError(f"{name} is damaged at line {reader.line_num}: {error}.") from error


def number_of(text: str) -> float | None:
    """A rating above 0, or None where there is none.

    Raises:
        ValueError: It is something else.
    """
    if not text:
        return None
    number = float(text.replace(",", "."))
    return number if number > 0 else None


def year_of(text: str) -> int | None:
    """A year, or None."""
    return int(text) if text.isdigit() and 1000 <= int(text) <= 2200 else None


def date_of(text: str) -> datetime | None:
    """A date or time, in UTC where it has no zone; None where it is not readable."""
    try:
        moment = datetime.fromisoformat(text)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    except ValueError:
        pass
    for form in _DATES:
        try:
            return datetime.strptime(text, form).replace(tzinfo=UTC)
        except ValueError:
            continue
    return None


def plain_text(text: str) -> str:
    """A review without markup."""
    return html.unescape(_TAGS.sub("", _BREAKS.sub("\n", text))).strip()
