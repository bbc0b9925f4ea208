"""Import of interactions and reviews: who did what with which item, how much they liked it, when.

It knows the rules for bad rows; it does not know items beyond their ids.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from interest.errors import DataError
from retrieval.importers.cells import id_of, number_of, text_of, time_of
from retrieval.importers.columns import interaction_columns, option, require
from retrieval.importers.layouts import INTERACTION_LAYOUTS, layout_of
from retrieval.importers.reader import read_table
from retrieval.importers.report import ImportReport, Tally
from retrieval.importers.source import SourceFile
from retrieval.importers.table import BadRow, Record, Table
from retrieval.types import Interaction, Review

__all__ = ["ImportedInteractions", "ImportedReviews", "load_interactions", "load_reviews"]

_UNKNOWN_ITEM = "item not in the catalogue"
_REPEATED = "repeated by the same user, the latest kept"


@dataclass(frozen=True, kw_only=True, slots=True)
class ImportedInteractions:
    """Interactions of a file, one per user and item, in the order of the file."""

    interactions: tuple[Interaction, ...]
    report: ImportReport


@dataclass(frozen=True, kw_only=True, slots=True)
class ImportedReviews:
    """Reviews of a file, one per user and item, in the order of the file."""

    reviews: tuple[Review, ...]
    report: ImportReport


def load_interactions(
    path: Path,
    *,
    known_items: Container[str] | None = None,
    column_map: Mapping[str, str] | None = None,
    now: datetime | None = None,
) -> ImportedInteractions:
    """Read interactions.

    Args:
        path: CSV, TSV, JSON Lines, JSON array, Parquet, MovieLens, Amazon or RecBole; also ``.gz``.
        known_items: Ids of the catalogue; rows with other items are counted and skipped.
        column_map: ``user_id``, ``item_id``, ``rating``, ``timestamp`` → column of the file, over
            what is guessed; an empty column leaves the target out.
        now: Times after it are wrong; the present by default.

    Raises:
        DataError: The file cannot be read, lacks users or items, or has no usable row.
    """
    rows = _Rows(path, ("user_id", "item_id"), known_items, column_map, now, "interactions")
    has_ratings = "rating" in rows.columns
    kept: dict[tuple[str, str], Interaction] = {}
    for row, user_id, item_id in rows.usable():
        value = number_of(rows.cell(row, "rating")) if has_ratings else 1.0
        if value is None:
            rows.tally.skip("rating is not a number", row.place, rows.cell(row, "rating"))
            continue
        new = Interaction(user_id=user_id, item_id=item_id, value=value, timestamp=rows.time(row))
        old = kept.get((user_id, item_id))
        if old is not None:
            rows.tally.skip(_REPEATED, row.place, f"{user_id}, {item_id}")
        if old is None or _later(new.timestamp, old.timestamp):
            kept[user_id, item_id] = new
    return ImportedInteractions(
        interactions=tuple(kept.values()), report=rows.report(len(kept), "interaction")
    )


def load_reviews(
    path: Path,
    *,
    known_items: Container[str] | None = None,
    column_map: Mapping[str, str] | None = None,
    now: datetime | None = None,
) -> ImportedReviews:
    """Read review texts, verbatim but for control characters. As :func:`load_interactions`.

    Raises:
        DataError: The file cannot be read, lacks users, items or texts, or has no usable row.
    """
    rows = _Rows(path, ("user_id", "item_id", "text"), known_items, column_map, now, "reviews")
    kept: dict[tuple[str, str], Review] = {}
    for row, user_id, item_id in rows.usable():
        text = text_of(rows.cell(row, "text"))
        if not text:
            rows.tally.skip("no text", row.place, f"{user_id}, {item_id}")
            continue
        new = Review(user_id=user_id, item_id=item_id, text=text, timestamp=rows.time(row))
        old = kept.get((user_id, item_id))
        if old is not None:
            rows.tally.skip(_REPEATED, row.place, f"{user_id}, {item_id}")
        if old is None or _later(new.timestamp, old.timestamp):
            kept[user_id, item_id] = new
    return ImportedReviews(reviews=tuple(kept.values()), report=rows.report(len(kept), "review"))


class _Rows:
    """The rows of one file that name a user and a known item."""

    def __init__(
        self,
        path: Path,
        required: tuple[str, ...],
        known_items: Container[str] | None,
        column_map: Mapping[str, str] | None,
        now: datetime | None,
        file: str,
    ) -> None:
        self._path = path
        self._file = file
        self._known = known_items
        self._now = now or datetime.now(UTC)
        self._source = SourceFile(path)
        self._table: Table = read_table(self._source)
        self._layout = layout_of(self._table, INTERACTION_LAYOUTS)
        self.columns = interaction_columns(self._table, self._layout, column_map or {}, self._now)
        if "text" not in required:
            self.columns.pop("text", None)
        require(self.columns, required, self._table, path, file=file)
        self.tally = Tally()

    def usable(self) -> Iterator[tuple[Record, str, str]]:
        """Rows with the ids of their user and item."""
        for row in self._table.rows:
            self.tally.rows_read += 1
            if isinstance(row, BadRow):
                self.tally.skip(row.reason, row.place, row.shown)
                continue
            user_id = id_of(self.cell(row, "user_id"))
            item_id = id_of(self.cell(row, "item_id"))
            if not user_id or not item_id:
                self.tally.skip("no user id" if not user_id else "no item id", row.place)
            elif self._known is not None and item_id not in self._known:
                self.tally.skip(_UNKNOWN_ITEM, row.place, item_id)
            else:
                yield row, user_id, item_id

    def cell(self, row: Record, target: str) -> object:
        """The value read for a target; None if there is no column for it."""
        return row.values.get(self.columns.get(target, ""))

    def time(self, row: Record) -> float | None:
        """When, in seconds since the epoch; None, and counted, if the file's time is no time."""
        cell = self.cell(row, "timestamp")
        seconds = time_of(cell, self._now)
        if seconds is None and cell not in (None, ""):
            self.tally.note("time cannot be right, left out", row.place, cell)
        return seconds

    def report(self, kept: int, noun: str) -> ImportReport:
        """What was done with the file.

        Raises:
            DataError: Nothing was kept.
        """
        tally, table = self.tally, self._table
        if not kept:
            reasons = ", ".join(f"{reason} ({count})" for reason, count in tally.skipped.items())
            raise DataError(
                f"{self._path} has no usable {noun} in {tally.rows_read} rows: {reasons}.",
                self._remedy(),
            )
        return ImportReport(
            path=self._path,
            format=f"{table.format}, {self._layout.name}" if self._layout else table.format,
            encoding="" if table.format == "Parquet" else self._source.encoding,
            columns=tuple(map(str, table.columns)),
            column_map=self.columns,
            rows_read=tally.rows_read,
            rows_kept=kept,
            skipped=tally.skipped,
            notes=tally.notes,
            examples=tally.examples,
        )

    def _remedy(self) -> str:
        unknown = self.tally.examples.get(_UNKNOWN_ITEM)
        other = option("item_id", self._file)
        if unknown:
            return (
                f"Are these ids of this catalogue? {'; '.join(unknown)}. "
                f"If another column has them: {other}."
            )
        columns = ", ".join(f"{target} ← {column}" for target, column in self.columns.items())
        return f"Name other columns, for example {other}; what was read: {columns}."


def _later(new: float | None, old: float | None) -> bool:
    """Whether the new one replaces the old one; without times the later row does."""
    if new is None or old is None:
        return old is None
    return new >= old
