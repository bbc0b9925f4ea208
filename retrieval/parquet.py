"""Parquet files as plain Python columns: the one place that speaks to pyarrow.

It knows columns of text, numbers and lists of names; it does not know what they mean. pyarrow ships
no types, so what comes back from it is given its type here and nowhere else.
"""

from __future__ import annotations

import importlib
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Literal

from interest.errors import DataError

__all__ = ["Column", "ColumnKind", "Row", "iter_rows", "read_columns", "write_columns"]

ColumnKind = Literal["text", "number", "names", "vector"]

#: One row of a table, by column name.
Row = dict[str, Any]

_BATCH_ROWS = 16_384


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """Values of one column; None where unknown.

    Attributes:
        kind: ``text`` (str), ``number`` (float), ``names`` (sequences of str), ``vector``
            (sequences of float, kept as float32).
        values: One per row.
    """

    kind: ColumnKind
    values: Sequence[Any]


def write_columns(path: Path, columns: Mapping[str, Column]) -> None:
    """Write columns of equal length to a Parquet file."""
    arrow = _arrow()
    types = {
        "text": arrow.string(),
        "number": arrow.float64(),
        "names": arrow.list_(arrow.string()),
        "vector": arrow.list_(arrow.float32()),
    }
    arrays = {
        name: arrow.array(column.values, type=types[column.kind])
        for name, column in columns.items()
    }
    _parquet().write_table(arrow.table(arrays), path, compression="zstd")


def read_columns(path: Path) -> dict[str, list[Any]]:
    """All columns of a Parquet file.

    Raises:
        DataError: The file is missing or is not Parquet.
    """
    with _open(path) as file:
        return file.read().to_pydict()


def iter_rows(path: Path, content: IO[bytes] | None = None) -> Iterator[Row]:
    """The rows of a Parquet file, read in batches.

    Args:
        path: The file; named in errors.
        content: What to read instead, for files that had to be unpacked first.

    Raises:
        DataError: The file is missing or is not Parquet.
    """
    with _open(path, content) as file:
        for batch in file.iter_batches(_BATCH_ROWS):
            yield from batch.to_pylist()


@contextmanager
def _open(path: Path, content: IO[bytes] | None = None) -> Generator[Any]:
    try:
        with _parquet().ParquetFile(content or path) as file:
            yield file
    except (OSError, ValueError) as error:  # pyarrow's own errors are subclasses of these
        reason = str(error).partition("\n")[0]
        raise DataError(f"{path} cannot be read as a Parquet file: {reason}") from error


def _arrow() -> Any:
    return importlib.import_module("pyarrow")


def _parquet() -> Any:
    return importlib.import_module("pyarrow.parquet")
