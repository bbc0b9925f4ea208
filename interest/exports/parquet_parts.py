"""Parquet in parts: each commit ends a file, each page of profiles is a row group in it.

It knows pyarrow, files and the disk; it does not know what the columns mean. A Parquet file is
worth nothing before its end is written, so that a run that can be killed writes many of them; all
readers of Parquet take a folder of files as one table.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from interest.exports.writing import Progressed
from interest.profile import InterestProfile

__all__ = ["ParquetParts", "arrow"]

Row = dict[str, Any]


def arrow(module: str = "pyarrow") -> Any:
    """pyarrow ships no types, so that it comes in here and nowhere else in this package."""
    return importlib.import_module(module)


class ParquetParts:
    """Implements :class:`interest.exports.writing.ProfileWriter` with rows of a table.

    Args:
        folder: Where the parts go.
        stem: Their names are ``STEM-00000.parquet`` and so on.
        schema: Of pyarrow.
        row: A profile's row.
        done: What an earlier run committed.
    """

    def __init__(
        self,
        folder: Path,
        stem: str,
        schema: Any,
        row: Callable[[InterestProfile], Row],
        done: Progressed,
    ) -> None:
        self._folder, self._stem, self._schema, self._row = folder, stem, schema, row
        self._done = dict(done)
        self._writer: Any = None
        for path in folder.glob(f"{stem}-*.parquet*"):
            if path.name not in done:
                path.unlink()

    def write(self, profiles: Sequence[InterestProfile]) -> None:
        if not profiles:
            return
        rows = [self._row(profile) for profile in profiles]
        table = arrow().Table.from_pylist(rows, schema=self._schema)
        if self._writer is None:
            self._writer = arrow("pyarrow.parquet").ParquetWriter(
                self._part, self._schema, compression="zstd"
            )
        self._writer.write_table(table)

    def commit(self) -> Progressed:
        if self._writer is None and not self._done:
            # Nobody at all is an empty table, not a missing one.
            empty = self._schema.empty_table()
            arrow("pyarrow.parquet").write_table(empty, self._part, compression="zstd")
            self._keep()
        elif self._writer is not None:
            self.close()
            self._keep()
        return dict(self._done)

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    @property
    def _name(self) -> str:
        return f"{self._stem}-{len(self._done):05}.parquet"

    @property
    def _part(self) -> Path:
        return self._folder / f"{self._name}.part"

    def _keep(self) -> None:
        """Give the finished part its name."""
        part, name = self._part, self._name
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.replace(self._folder / name)
        self._done[name] = (self._folder / name).stat().st_size
