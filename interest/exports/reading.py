"""Profiles out of files that an export wrote: JSON Lines, JSON, Parquet, or a folder of them.

It knows files and where in them something is wrong; it does not know a store. One profile is in
memory at a time (Parquet: some hundred).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from interest.errors import DataError, InputError
from interest.exports.parquet_form import profile_from_row
from interest.exports.parquet_parts import arrow
from interest.jsonl import JsonLines, LineProblem
from interest.passport import profile_from_json
from interest.profile import InterestProfile

__all__ = ["BadProfile", "read_profiles"]

_ROWS = 256
_LINES = (".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz")
#: A file that begins like a document of one profile over many lines.
_LARGEST_DOCUMENT = 64 * 1024 * 1024


@dataclass(frozen=True, kw_only=True, slots=True)
class BadProfile:
    """A profile that cannot be used: where it stands, and why."""

    place: str
    reason: str

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}"


def read_profiles(path: Path) -> Iterator[InterestProfile | BadProfile]:
    """The profiles of a file or of a folder's files, in order of names.

    Raises:
        InputError: There is no such file, or it is of no form that is known.
        DataError: The file as a whole cannot be read.
    """
    files = _files(path)
    for file in files:
        name = f"{file.name}, " if len(files) > 1 else ""
        for found in _read(file):
            yield (
                BadProfile(place=f"{name}{found.place}", reason=found.reason)
                if isinstance(found, BadProfile)
                else found
            )


def _files(path: Path) -> list[Path]:
    if not path.exists():
        raise InputError(f"There is no file or folder {path}.", "Check the path.")
    if not path.is_dir():
        return [path]
    known = (*_LINES, ".parquet", ".json")
    found = sorted(
        file
        for file in path.iterdir()
        if file.name.endswith(known) and not file.name.startswith((".", "_"))
    )
    if not found:
        raise InputError(
            f"{path} holds no profiles.", "Name a folder with .jsonl or .parquet files."
        )
    return found


def _read(path: Path) -> Iterator[InterestProfile | BadProfile]:
    if path.name.endswith(".parquet"):
        return _rows(path)
    if path.name.endswith(_LINES):
        return _lines(path)
    if path.name.endswith(".json"):
        return _document(path)
    raise InputError(
        f"{path} is of no form that profiles come in.",
        "Name a .jsonl, .json or .parquet file, or a folder of them.",
    )


def _lines(path: Path) -> Iterator[InterestProfile | BadProfile]:
    with JsonLines(path) as lines:
        for line in lines:
            if isinstance(line, LineProblem):
                yield BadProfile(place=f"line {line.number}", reason=line.reason)
                continue
            try:
                yield profile_from_json(line.value)
            except InputError as error:
                yield BadProfile(place=f"line {line.number}", reason=str(error))


def _document(path: Path) -> Iterator[InterestProfile | BadProfile]:
    if path.stat().st_size > _LARGEST_DOCUMENT:
        raise InputError(
            f"{path} has {path.stat().st_size:,} bytes, too many for one document.",
            "Write one profile per line and name it .jsonl.",
        )
    try:
        value: object = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise DataError(f"{path} is not a JSON document: {error}.") from error
    entries = cast("list[object]", value) if isinstance(value, list) else [value]
    for number, entry in enumerate(entries, start=1):
        place = f"profile {number}"
        if not isinstance(entry, dict):
            yield BadProfile(place=place, reason=f"not an object but {type(entry).__name__}")
            continue
        try:
            yield profile_from_json(cast("dict[str, Any]", entry))
        except InputError as error:
            yield BadProfile(place=place, reason=str(error))


def _rows(path: Path) -> Iterator[InterestProfile | BadProfile]:
    try:
        with arrow("pyarrow.parquet").ParquetFile(path) as file:
            number = 0
            for batch in file.iter_batches(_ROWS):
                for row in batch.to_pylist():
                    number += 1
                    try:
                        yield profile_from_row(row)
                    except InputError as error:
                        yield BadProfile(place=f"row {number}", reason=str(error))
    except (OSError, ValueError) as error:  # pyarrow's own errors are subclasses of these
        reason = str(error).partition("\n")[0]
        raise DataError(f"{path} cannot be read as a Parquet file: {reason}") from error
