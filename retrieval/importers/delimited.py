"""Delimited text as tables: CSV, TSV, ``::`` and RecBole's atomic files, with or without header.

It knows delimiters, quotes and headers; it does not know what the columns mean.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import chain

from interest.errors import DataError
from retrieval.importers.headers import HeaderRow, read_header
from retrieval.importers.source import SourceFile
from retrieval.importers.table import BadRow, Record, Table

__all__ = ["delimited"]

_NAMES = {",": "CSV", "\t": "TSV", ";": "CSV with ;", "|": "CSV with |", "::": "DAT with ::"}
_ATOMIC = re.compile(r"^[^\t]+:(token|token_seq|float|float_seq)(\t|\s*$)")

#: A row: the line it starts on, the line it ends on, its cells; or None for cells with bad quotes.
_Cells = tuple[int, int, list[str] | None]


def delimited(source: SourceFile) -> Table:
    """A table of delimited text.

    Raises:
        DataError: Two columns have one name.
    """
    lines = source.lines()
    opening: list[str] = []
    for line in lines:
        opening.append(line)
        if len([kept for kept in opening if kept.strip()]) == 2:
            break
    first = next(line for line in opening if line.strip())
    delimiter = _delimiter(first)
    atomic = delimiter == "\t" and bool(_ATOMIC.match(first))
    plain = atomic or delimiter == "::"  # formats that know no quotes
    split = _plain_rows if plain else _quoted_rows
    start = [cells for _, _, cells in split(iter(opening), delimiter) if cells is not None]
    header = read_header(start, delimiter=delimiter, atomic=atomic)
    if len(set(header.columns)) < len(header.columns):
        twice = next(name for name in header.columns if header.columns.count(name) > 1)
        raise DataError(f"{source.path} has two columns {twice!r}.", "Rename one of them.")
    rows = split(chain(opening, lines), delimiter)
    table = Table(
        format="RecBole atomic file" if atomic else header.format or _NAMES[delimiter],
        columns=header.columns,
        rows=_records(rows, header),
        separators=header.separators,
        layout=header.layout,
    )
    table.peek()
    return table


def _delimiter(line: str) -> str:
    """The one that stands most often in the first line, outside of quotes."""
    if "::" in line and "\t" not in line:
        return "::"
    bare = re.sub(r'"[^"]*"', "", line)
    return max(("\t", ",", ";", "|"), key=bare.count) if bare.strip() else ","


def _plain_rows(lines: Iterator[str], delimiter: str) -> Iterator[_Cells]:
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield number, number, line.rstrip("\r\n").split(delimiter)


def _quoted_rows(lines: Iterator[str], delimiter: str) -> Iterator[_Cells]:
    """Rows by the rules of RFC 4180; a row with wrong quotes does not end the reading."""
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        start = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield start, reader.line_num, None
        else:
            if any(cell.strip() for cell in cells):
                yield start, reader.line_num, cells


def _records(rows: Iterator[_Cells], header: HeaderRow) -> Iterator[Record | BadRow]:
    width = len(header.columns)
    convert: Callable[[Sequence[str]], Sequence[str]] = header.convert
    for position, (start, end, cells) in enumerate(rows):
        if position == 0 and header.is_row:
            continue
        place = f"line {start}" if start == end else f"lines {start}-{end}"
        if cells is None:
            yield BadRow(place, "quotes that do not match")
            continue
        values = convert(cells)
        if len(values) != width:
            yield BadRow(place, f"not {width} columns", header.delimiter.join(cells))
        else:
            yield Record(place, dict(zip(header.columns, values, strict=True)))
