"""Finding MovieLens films in the catalogue by title and year.

It knows how titles of one film differ between two sources: articles, accents, spelled numbers,
subtitles, possessives, a letter. It does not know ratings. The rules, strictest first; a weaker one
is only asked where all stronger ones found nothing:

0. same title, same year; 1. same title, a year apart;
2. one title is a part of the other ("Star Wars: Episode V – The Empire Strikes Back"), same year;
3. nearly the same letters, same digits, same year.

The last two also need a genre in common.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from retrieval.types import Item

__all__ = ["join_films", "title_key"]

_ARTICLE = re.compile(r"^(?:the|a|an|les|le|la|las|los|el|il|lo|gli|une?|una|der|die|das|den)\s+")
_PARTS = re.compile(r":\s|\s[-–—]\s|\sor:\s|\s(?:presents):?\s", re.IGNORECASE)
_POSSESSIVE = re.compile(r"^.{3,}?['’]s\s+")
_DIGITS = re.compile(r"\d")
_NUMBERS = {
    word: str(number)
    for number, words in enumerate(
        (
            *(("one", "i"), ("two", "ii"), ("three", "iii"), ("four", "iv"), ("five", "v")),
            *(("six", "vi"), ("seven", "vii"), ("eight", "viii"), ("nine", "ix"), ("ten", "x")),
            *(("eleven", "xi"), ("twelve", "xii")),
        ),
        start=1,
    )
    for word in words
}

#: Shorter parts of titles ("Boys", "Fire") stand for too many films.
_PART_LENGTH = 6
#: Similarity (0 to 100) from which two titles are one with a slip of the pen.
_SAME = 90.0
_YEARS = (0, -1, 1)


def title_key(title: str) -> str:
    """A title without articles, accents, case, spaces and punctuation, numbers as digits.

    >>> title_key("Twelve Monkeys") == title_key("12 Monkeys")
    True
    """
    text = unicodedata.normalize("NFKD", title.casefold().replace("ß", "ss"))
    text = "".join(mark for mark in text if not unicodedata.combining(mark))
    text = re.sub(r"[&+]", " and ", re.sub(r"['’`.*⁄]", "", text))
    text = _ARTICLE.sub("", re.sub(r"[^\w]+", " ", text).strip())
    return "".join(_NUMBERS.get(word, word) for word in text.split())


def join_films(
    wanted: Sequence[Item], catalogue: Sequence[Item], weights: Mapping[str, float]
) -> dict[str, str]:
    """Match films of one source to those of another.

    Args:
        wanted: With their years; those without are not matched. ``other_title`` is used.
        catalogue: Where to find them.
        weights: Prominence of the catalogue's items, to choose between equals.

    Returns:
        Id of the wanted film → id of the catalogue's; without those not found.
    """
    shelves = _Shelves(catalogue, weights)
    found = ((item.item_id, shelves.find(item)) for item in wanted)
    return {item_id: match.item_id for item_id, match in found if match is not None}


@dataclass(frozen=True, slots=True)
class _Entry:
    """One film on a shelf, under one of its names."""

    item: Item
    key: str


class _Shelves:
    """The catalogue by year, and in it by whole titles and by parts of titles."""

    def __init__(self, catalogue: Sequence[Item], weights: Mapping[str, float]) -> None:
        self._weights = weights
        self._whole: dict[tuple[int, str], list[Item]] = defaultdict(list)
        self._parts: dict[tuple[int, str], list[Item]] = defaultdict(list)
        self._years: dict[int, list[_Entry]] = defaultdict(list)
        for item in catalogue:
            year = item.number("year")
            if year is None:
                continue
            whole, parts = _keys([item.title])
            for key in whole:
                self._whole[int(year), key].append(item)
                self._years[int(year)].append(_Entry(item, key))
            for key in parts:
                self._parts[int(year), key].append(item)

    def find(self, film: Item) -> Item | None:
        """The same film here, or None."""
        year = film.number("year")
        if year is None:
            return None
        whole, parts = _keys([film.title, *film.names("other_title")])
        for shift in _YEARS:
            exact = self._on(self._whole, int(year) + shift, whole)
            if exact:
                return self._best(film, exact)
        in_part = [
            *self._on(self._parts, int(year), whole),
            *self._on(self._whole, int(year), parts),
            *self._on(self._parts, int(year), parts),
        ]
        similar = in_part or self._alike(int(year), whole)
        return self._best(film, [item for item in similar if _share_genre(film, item)])

    def _on(
        self, shelf: Mapping[tuple[int, str], list[Item]], year: int, keys: Iterable[str]
    ) -> list[Item]:
        return [item for key in keys for item in shelf.get((year, key), ())]

    def _alike(self, year: int, keys: Sequence[str]) -> list[Item]:
        return [
            entry.item
            for key in keys
            if len(key) >= _PART_LENGTH
            for entry in self._years[year]
            if _DIGITS.findall(entry.key) == _DIGITS.findall(key)
            and fuzz.ratio(entry.key, key) >= _SAME
        ]

    def _best(self, film: Item, found: Sequence[Item]) -> Item | None:
        """Of several, the one whose genres fit best, then the best known."""

        def fit(item: Item) -> tuple[int, float]:
            shared = set(film.names("genre")) & set(item.names("genre"))
            return len(shared), self._weights.get(item.item_id, 0.0)

        return max(found, key=fit, default=None)


def _keys(titles: Iterable[str]) -> tuple[list[str], list[str]]:
    """Keys of whole titles, and of parts long enough to say something."""
    names = list(titles)
    whole = [key for key in map(title_key, names) if key]
    parts = (title_key(part) for name in names for part in _parts(name))
    return whole, [key for key in parts if len(key) >= _PART_LENGTH and key not in whole]


def _parts(title: str) -> Iterator[str]:
    split = _PARTS.split(title)
    if len(split) > 1:
        yield from split
    bare = _POSSESSIVE.sub("", title)
    if bare != title:
        yield bare


def _share_genre(one: Item, other: Item) -> bool:
    mine, theirs = set(one.names("genre")), set(other.names("genre"))
    return not mine or not theirs or bool(mine & theirs)
