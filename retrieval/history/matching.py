"""Matching: which item of the catalogue a record of somebody's history means.

It knows ids, titles, years and spelling; it does not know services. An id decides; else title and
year together. What is not beyond doubt is a question to the person, never a guess.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from interest.domain import FacetKind
from retrieval.catalogue import Catalogue
from retrieval.history.records import HistoryRecord

__all__ = ["Match", "Matcher"]

#: Spelling alike from here on (0 to 100) is the same title with a slip; from the lower one on it
#: is worth asking.
_SAME, _NEAR = 90.0, 78.0
#: Services disagree on premieres and releases by a year.
_YEARS = 1
_CANDIDATES = 4
_ARTICLES = frozenset({"the", "a", "an", "le", "la", "les", "der", "die", "das", "el", "il"})
_WORDS = re.compile(r"[^\W_]+")
_ID_COLUMNS = ("imdb_id", "imdb", "isbn", "isbn13", "isbn10")


@dataclass(frozen=True, kw_only=True, slots=True)
class Match:
    """What a record means.

    Attributes:
        item_id: The item, or "" where it is not certain.
        candidates: Items it could be, most likely first, where it is not certain.
        how: ``"id"``, ``"title and year"``, ``"spelling"``; or why there is no item.
    """

    item_id: str = ""
    candidates: tuple[str, ...] = ()
    how: str


class Matcher:
    """Finds records in a catalogue.

    Args:
        catalogue: Its ids, titles and other titles are compared.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        others = [c for f in catalogue.domain.of_kind(FacetKind.TITLE) for c in f.columns]
        self._ids: dict[str, int] = {}
        self._titles: dict[str, list[int]] = {}
        for row, item in enumerate(catalogue.items):
            self._ids.setdefault(item.item_id.casefold(), row)
            for column in _ID_COLUMNS:
                for name in item.names(column):
                    self._ids.setdefault(name.replace("-", "").casefold(), row)
            names = [item.title, *(name for column in others for name in item.names(column))]
            for key in {_key(name) for name in names}:
                self._titles.setdefault(key, []).append(row)
        self._keys = list(self._titles)
        years = [self._year(row) for row in range(len(catalogue))]
        known = [year for year in years if year is not None]
        self._last_year = max(known, default=None)

    def match(self, record: HistoryRecord) -> Match:
        """The item of a record, or what it could be."""
        for name in record.ids:
            row = self._ids.get(name.casefold())
            if row is not None:
                return self._found(row, "id")
        exact = self._titles.get(_key(record.title), [])
        fitting = self._in_year(exact, record.year)
        if len(fitting) == 1 and (record.year is None or self._year(fitting[0]) is not None):
            return self._found(fitting[0], "title and year" if record.year else "title")
        same_year = [row for row in fitting if self._year(row) == record.year]
        if len(same_year) == 1:
            return self._found(same_year[0], "title and year")
        if fitting:
            return self._unsure(fitting, "several have this title")
        return self._by_spelling(record, exact)

    def _by_spelling(self, record: HistoryRecord, exact: list[int]) -> Match:
        near = process.extract(
            _key(record.title), self._keys, scorer=fuzz.ratio, score_cutoff=_NEAR, limit=20
        )
        scored = [(score, row) for key, score, _ in near for row in self._titles[key]]
        fitting = [(s, row) for s, row in scored if row in self._in_year([row], record.year)]
        sure = {
            row for score, row in fitting if score >= _SAME and self._numbers_agree(row, record)
        }
        if len(sure) == 1 and record.year is not None:
            return self._found(sure.pop(), "spelling")
        rows = list(dict.fromkeys([*(row for _, row in fitting), *exact]))
        if rows:
            reason = "another year" if exact and not fitting else "a title that is spelled alike"
            return self._unsure(rows, reason)
        if record.year and self._last_year and record.year > self._last_year + _YEARS:
            return Match(how=f"newer than the catalogue, which ends in {self._last_year}")
        return Match(how="not in the catalogue")

    def _numbers_agree(self, row: int, record: HistoryRecord) -> bool:
        """ "Rocky 2" is not a slip for "Rocky 3"."""
        mine, theirs = (
            [word for word in _key(title).split() if word.isdigit()]
            for title in (self._catalogue.items[row].title, record.title)
        )
        return mine == theirs

    def _in_year(self, rows: list[int], year: int | None) -> list[int]:
        def fits(row: int) -> bool:
            known = self._year(row)
            return year is None or known is None or abs(known - year) <= _YEARS

        return [row for row in rows if fits(row)]

    def _year(self, row: int) -> int | None:
        year = self._catalogue.items[row].number("year")
        return None if year is None else int(year)

    def _found(self, row: int, how: str) -> Match:
        return Match(item_id=self._catalogue.items[row].item_id, how=how)

    def _unsure(self, rows: list[int], how: str) -> Match:
        items = self._catalogue.items
        known = sorted(rows, key=lambda row: -self._catalogue.weight(items[row].item_id))
        return Match(candidates=tuple(items[row].item_id for row in known[:_CANDIDATES]), how=how)


def _key(title: str) -> str:
    """A title as it is compared: no case, accents, punctuation, or article at either end."""
    plain = unicodedata.normalize("NFKD", title.casefold().replace("&", " and "))
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    words = _WORDS.findall(plain.replace("'", "").replace("’", ""))
    if len(words) > 1 and words[0] in _ARTICLES:
        words = words[1:]
    elif len(words) > 1 and words[-1] in _ARTICLES and "," in title:
        words = words[:-1]
    return " ".join(words)
