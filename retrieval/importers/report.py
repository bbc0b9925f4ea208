"""What an import did: which format, which columns, what was kept, what was not and why.

It knows counts and examples; it does not know any rule.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["MAX_EXAMPLES", "ImportReport", "Tally"]

#: Examples kept per reason.
MAX_EXAMPLES = 3

#: Longest example shown, in characters.
_EXAMPLE_LENGTH = 80


@dataclass(frozen=True, kw_only=True, slots=True)
class ImportReport:
    """What was read from one file.

    Attributes:
        path: The file.
        format: Format and known layout, for people (``"CSV, MovieLens ratings"``).
        encoding: ``"utf-8"``, ``"utf-16"``, … or ``""`` for binary formats. ``"utf-8, latin-1"``
            means that some lines were not UTF-8 and were read as Latin-1.
        columns: Columns of the file.
        column_map: What was read → the column it was read from.
        rows_read: Rows of the file, without header and empty lines.
        rows_kept: Rows that were used.
        skipped: Reason → rows that were not used.
        notes: Reason → rows that were used, but with something changed or left out.
        examples: Reason → the first few cases, with their place in the file.
    """

    path: Path
    format: str
    encoding: str
    columns: tuple[str, ...]
    column_map: Mapping[str, str]
    rows_read: int
    rows_kept: int
    skipped: Mapping[str, int]
    notes: Mapping[str, int]
    examples: Mapping[str, tuple[str, ...]]

    @property
    def ignored(self) -> tuple[str, ...]:
        """Columns of the file that were not read."""
        used = set(self.column_map.values())
        return tuple(column for column in self.columns if column not in used)

    def lines(self) -> Iterator[str]:
        """The report for people, line by line."""
        encoding = f", {self.encoding}" if self.encoding else ""
        kept = f"{self.rows_kept:,} of {self.rows_read:,} rows"
        yield f"{self.path} ({self.format}{encoding}): {kept}"
        yield "  columns: " + ", ".join(
            f"{target} ← {source}" for target, source in self.column_map.items()
        )
        if self.ignored:
            yield f"  not read: {', '.join(self.ignored)}"
        for label, counts in (("skipped", self.skipped), ("note", self.notes)):
            for reason, count in counts.items():
                yield f"  {label}: {reason}: {count:,} ({'; '.join(self.examples[reason])})"

    def as_json(self) -> dict[str, Any]:
        """Counts and columns, for the manifest; without examples, which hold people's data."""
        return {
            "file": self.path.name,
            "format": self.format,
            "encoding": self.encoding,
            "column_map": dict(self.column_map),
            "rows_read": self.rows_read,
            "rows_kept": self.rows_kept,
            "skipped": dict(self.skipped),
            "notes": dict(self.notes),
        }


class Tally:
    """Counts what happens to rows, and keeps the first few examples per reason."""

    def __init__(self) -> None:
        self.rows_read = 0
        self.skipped: dict[str, int] = {}
        self.notes: dict[str, int] = {}
        self._examples: dict[str, list[str]] = {}

    def skip(self, reason: str, place: str, value: object = "") -> None:
        """A row is not used."""
        self._count(self.skipped, reason, place, value)

    def note(self, reason: str, place: str, value: object = "") -> None:
        """A row is used, but not as it stands."""
        self._count(self.notes, reason, place, value)

    @property
    def examples(self) -> dict[str, tuple[str, ...]]:
        return {reason: tuple(found) for reason, found in self._examples.items()}

    def _count(self, counts: dict[str, int], reason: str, place: str, value: object) -> None:
        counts[reason] = counts.get(reason, 0) + 1
        examples = self._examples.setdefault(reason, [])
        if len(examples) < MAX_EXAMPLES:
            shown = str(value)[:_EXAMPLE_LENGTH]
            examples.append(f"{place}: {shown!r}" if shown else place)
