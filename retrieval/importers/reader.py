"""Any supported file as a table: the format is told by the content, not by the name.

It knows which formats there are; it does not know what the columns mean.
"""

from __future__ import annotations

import io
from collections.abc import Iterator

from interest.errors import DataError
from retrieval.importers.delimited import delimited
from retrieval.importers.json_tables import json_array, json_lines
from retrieval.importers.source import SourceFile
from retrieval.importers.table import BadRow, Record, Table
from retrieval.parquet import iter_rows

__all__ = ["read_table"]


def read_table(source: SourceFile) -> Table:
    """The table in a file, with its first rows in ``sample``.

    Raises:
        DataError: The file is not what it looks like, or none of its first rows can be read.
    """
    table = _open(source)
    if not table.sample:
        first = next(table.rows, None)
        why = f" {first.place}: {first.reason}." if isinstance(first, BadRow) else ""
        raise DataError(
            f"{source.path} has no rows that can be read as {table.format}.{why}",
            "Give CSV or TSV with a header, JSON Lines, a JSON array or Parquet.",
        )
    return table


def _open(source: SourceFile) -> Table:
    if source.head.startswith(b"PAR1"):
        return _parquet(source)
    start = source.head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"["):
        return json_array(source)
    if start.startswith(b"{"):
        return json_lines(source)
    return delimited(source)


def _parquet(source: SourceFile) -> Table:
    table = Table(format="Parquet", columns=(), rows=_parquet_rows(source))
    table.peek()
    table.columns = tuple(table.sample[0].values) if table.sample else ()
    return table


def _parquet_rows(source: SourceFile) -> Iterator[Record | BadRow]:
    content = None
    if source.compressed:
        with source.open() as unpacked:
            content = io.BytesIO(unpacked.read())
    for number, row in enumerate(iter_rows(source.path, content), start=1):
        yield Record(f"row {number}", row)
