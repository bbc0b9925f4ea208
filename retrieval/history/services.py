"""Services whose exports are understood, told by content: Letterboxd, IMDb, Goodreads, Trakt.

It knows their columns and keys; it does not know the catalogue. What is only planned (watch lists,
"to-read") is no history and is counted, not brought.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any, cast

from interest.errors import DataError, InputError
from retrieval.history.files import read_texts
from retrieval.history.records import History, HistoryRecord
from retrieval.history.tables import (
    date_of,
    header_of,
    number_of,
    plain_text,
    rows_of,
    year_of,
)

__all__ = ["read_history"]

_PROBLEMS_KEPT = 100
_DIGITS = re.compile(r"[^0-9Xx]")
_SERIES = re.compile(r"\s*\([^()]*#[^()]*\)\s*$")


@dataclass(kw_only=True, slots=True)
class _Found:
    """What has been read so far; records of one thing are joined."""

    records: dict[tuple[str, ...], HistoryRecord] = field(
        default_factory=dict[tuple[str, ...], HistoryRecord]
    )
    passed_over: Counter[str] = field(default_factory=Counter[str])
    problems: list[str] = field(default_factory=list[str])

    def add(self, key: tuple[str, ...], record: HistoryRecord) -> None:
        held = self.records.get(key)
        self.records[key] = record if held is None else _joined(held, record)

    def problem(self, place: str, reason: str) -> None:
        if len(self.problems) < _PROBLEMS_KEPT:
            self.problems.append(f"{place}: {reason}")


def _joined(held: HistoryRecord, other: HistoryRecord) -> HistoryRecord:
    """What two rows say of one thing; the later rating and the longer review count."""
    zero = datetime.min.replace(tzinfo=UTC)
    newer = (other.at or zero) >= (held.at or zero)
    rated = other if other.rating is not None and (newer or held.rating is None) else held
    return replace(
        held,
        ids=held.ids or other.ids,
        rating=rated.rating,
        rating_words=rated.rating_words,
        at=max((moment for moment in (held.at, other.at) if moment), default=None),
        favourite=held.favourite or other.favourite,
        review=max(held.review, other.review, key=len),
    )


def read_history(path: Path) -> History:
    """Read what a service exported.

    Raises:
        InputError: There is no such file, it is too large, or of no service that is known.
        DataError: The file is damaged or a trap.
    """
    texts = read_texts(path)
    for service, recognise, read in _SERVICES:
        mine = {name: text for name, text in texts.items() if recognise(name, text)}
        if mine:
            found = _Found()
            for name, text in mine.items():
                read(name, text, found)
            return History(
                service=service,
                records=tuple(found.records.values()),
                passed_over=dict(found.passed_over),
                problems=tuple(found.problems),
            )
    raise InputError(
        f"{path} is of no service that is known here.",
        "Bring a Letterboxd zip, an IMDb ratings CSV, a Goodreads library CSV or Trakt JSON.",
    )


def _is_letterboxd(name: str, text: str) -> bool:
    return name.lower().endswith(".csv") and {"Name", "Letterboxd URI"} <= header_of(text)


def _read_letterboxd(name: str, text: str, found: _Found) -> None:
    path = PurePosixPath(name)
    if path.name == "watchlist.csv" or path.parts[:1] in (("lists",), ("deleted",), ("orphaned",)):
        found.passed_over["only planned, in a list or deleted"] += sum(
            1 for _ in rows_of(name, text)
        )
        return
    favourite = path.parent.name == "likes"
    for place, row in _rows(name, text, found, "Name"):
        with_rating = _rating(place, row.get("Rating", ""), 5.0, found)
        found.add(
            (row["Name"], row.get("Year", "")),
            HistoryRecord(
                place=place,
                title=row["Name"],
                year=year_of(row.get("Year", "")),
                rating=with_rating[0],
                rating_words=with_rating[1],
                at=date_of(row.get("Watched Date") or row.get("Date", "")),
                favourite=favourite,
                review=plain_text(row.get("Review", "")),
            ),
        )


def _is_imdb(name: str, text: str) -> bool:
    return name.lower().endswith(".csv") and {"Const", "Your Rating"} <= header_of(text)


def _read_imdb(name: str, text: str, found: _Found) -> None:
    for place, row in _rows(name, text, found, "Title"):
        if "episode" in row.get("Title Type", "").lower():
            found.passed_over["episodes of series"] += 1
            continue
        rating, words = _rating(place, row.get("Your Rating", ""), 10.0, found)
        found.add(
            (row.get("Const") or row["Title"],),
            HistoryRecord(
                place=place,
                title=row["Title"],
                year=year_of(row.get("Year", "")),
                ids=(row["Const"],) if row.get("Const") else (),
                rating=rating,
                rating_words=words,
                at=date_of(row.get("Date Rated", "")),
            ),
        )


def _is_goodreads(name: str, text: str) -> bool:
    columns = {"Book Id", "My Rating", "Exclusive Shelf"}
    return name.lower().endswith(".csv") and columns <= header_of(text)


def _read_goodreads(name: str, text: str, found: _Found) -> None:
    for place, row in _rows(name, text, found, "Title"):
        rating, words = _rating(place, row.get("My Rating", ""), 5.0, found)
        if row.get("Exclusive Shelf") != "read" and rating is None:
            found.passed_over["not read yet"] += 1
            continue
        isbns = (_DIGITS.sub("", row.get(column, "")) for column in ("ISBN13", "ISBN"))
        found.add(
            (row.get("Book Id") or row["Title"],),
            HistoryRecord(
                place=place,
                # Goodreads adds the series: "The Hobbit (The Lord of the Rings, #0)".
                title=_SERIES.sub("", row["Title"]),
                year=year_of(row.get("Original Publication Year") or row.get("Year Published", "")),
                ids=tuple(isbn for isbn in isbns if isbn),
                rating=rating,
                rating_words=words,
                at=date_of(row.get("Date Read") or row.get("Date Added", "")),
                review=plain_text(row.get("My Review", "")),
            ),
        )


def _is_trakt(name: str, text: str) -> bool:
    return name.lower().endswith(".json") and any(
        bool({"movie", "show", "episode"} & entry.keys()) for _, entry in _trakt_entries(name, text)
    )


def _trakt_entries(name: str, text: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Entries of a list, or of the lists ``history``, ``watched`` and ``ratings`` of an object."""
    try:
        data: object = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise DataError(f"{name} is not JSON: {error}.", "Get the file again.") from error
    lists: dict[str, Any] = cast("dict[str, Any]", data) if isinstance(data, dict) else {"": data}
    for key, entries in lists.items():
        if not isinstance(entries, list) or "watchlist" in f"{name}{key}":
            continue
        for number, entry in enumerate(cast("list[object]", entries), start=1):
            if isinstance(entry, dict):
                place = f"{name}, {key} entry {number}".replace(",  ", ", ")
                yield place, cast("dict[str, Any]", entry)


def _read_trakt(name: str, text: str, found: _Found) -> None:
    for place, entry in _trakt_entries(name, text):
        film = entry.get("movie")
        if not isinstance(film, dict):
            found.passed_over["series and episodes"] += 1
            continue
        facts = cast("dict[str, Any]", film)
        title, ids = facts.get("title"), facts.get("ids")
        if not isinstance(title, str) or not title.strip():
            found.problem(place, "no title")
            continue
        known = cast("dict[str, Any]", ids) if isinstance(ids, dict) else {}
        imdb = known.get("imdb")
        rating, words = _rating(place, str(entry.get("rating") or ""), 10.0, found)
        moments = (entry.get(key) for key in ("rated_at", "watched_at", "last_watched_at"))
        found.add(
            (str(known.get("trakt") or imdb or title), str(facts.get("year"))),
            HistoryRecord(
                place=place,
                title=title,
                year=year_of(str(facts.get("year"))),
                ids=(imdb,) if isinstance(imdb, str) else (),
                rating=rating,
                rating_words=words,
                at=next((date_of(str(moment)) for moment in moments if moment), None),
            ),
        )


def _rows(name: str, text: str, found: _Found, title: str) -> Iterator[tuple[str, dict[str, str]]]:
    for place, row in rows_of(name, text):
        if row.get(title):
            yield place, row
        elif any(row.values()):
            found.problem(place, "no title")


def _rating(place: str, text: str, best: float, found: _Found) -> tuple[float | None, str]:
    """A rating as a share of the best one, and in words."""
    try:
        number = number_of(text)
    except ValueError:
        number = -1.0
    if number is None:
        return None, ""
    if not 0 < number <= best:
        found.problem(place, f"the rating {text[:20]!r} is not one of 1 to {best:g}")
        return None, ""
    return number / best, f"{number:g} of {best:g}"


_Recognise = Callable[[str, str], bool]
_Read = Callable[[str, str, _Found], None]
_SERVICES: tuple[tuple[str, _Recognise, _Read], ...] = (
    ("Letterboxd", _is_letterboxd, _read_letterboxd),
    ("IMDb", _is_imdb, _read_imdb),
    ("Goodreads", _is_goodreads, _read_goodreads),
    ("Trakt", _is_trakt, _read_trakt),
)
