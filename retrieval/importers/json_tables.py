"""JSON Lines and JSON arrays as tables.

It knows JSON; it does not know what the fields mean. Lines of Python literals, as the oldest
Amazon metadata have them, are read too.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from typing import Any, cast

from interest.errors import DataError
from retrieval.importers.source import SourceFile
from retrieval.importers.table import BadRow, Record, Table

__all__ = ["json_array", "json_lines"]

#: Longest line of Python literals that is parsed; the parser's memory grows with its input.
_LITERAL_LENGTH = 1_000_000


def json_lines(source: SourceFile) -> Table:
    """A table of one JSON object per line."""
    return _with_columns(Table(format="JSON Lines", columns=(), rows=_lines(source)))


def json_array(source: SourceFile) -> Table:
    """A table of one JSON array of objects.

    Raises:
        DataError: The file is not a JSON array.
    """
    text = "".join(source.lines())
    try:
        values: object = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise DataError(
            f"{source.path} starts like a JSON array but is none: {error}.",
            "Check its end, or write one object per line (JSON Lines).",
        ) from error
    rows = enumerate(cast("list[Any]", values), start=1)
    return _with_columns(
        Table(
            format="JSON",
            columns=(),
            rows=(_record(f"record {number}", value) for number, value in rows),
        )
    )


def _with_columns(table: Table) -> Table:
    table.peek()
    table.columns = tuple(dict.fromkeys(key for row in table.sample for key in row.values))
    return table


def _lines(source: SourceFile) -> Iterator[Record | BadRow]:
    for number, line in enumerate(source.lines(), start=1):
        if not line.strip():
            continue
        place = f"line {number}"
        try:
            value = _parse(line)
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            yield BadRow(place, "not JSON", line.strip())
        else:
            yield _record(place, value)


def _parse(line: str) -> object:
    try:
        return json.loads(line)
    except ValueError:
        if not line.startswith("{'") or len(line) > _LITERAL_LENGTH:
            raise
    return ast.literal_eval(line.strip())


def _record(place: str, value: object) -> Record | BadRow:
    if isinstance(value, dict):
        return Record(place, cast("dict[str, Any]", value))
    return BadRow(place, "not a JSON object", repr(value))
