"""Series: which items are parts of one whole, by their titles and the people they share.

It knows titles and entities; it does not know franchises. Two items belong together if one title,
cut at its subtitle and number, starts the other ("Alien", "Aliens", "Alien: Resurrection") and
they share an entity; titles alone would join every "Heat" there is.
"""

from __future__ import annotations

import re
from functools import lru_cache

import numpy as np

from retrieval.catalogue import Catalogue
from retrieval.facet_index import FacetIndex
from retrieval.seams import IntArray

__all__ = ["Series", "series_of", "title_stem"]

_SUBTITLE = re.compile(r"\s*(?::|\s[–—-]\s|\s(?:and|&)\sthe\s).*$")
_NUMBERED = re.compile(
    r"\s+(?:part|vol(?:ume)?|chapter|episode|book|season)?\.?\s*(?:\d+|[ivx]+|one|two|three)$"
)
_WORD = re.compile(r"\w+", re.UNICODE)
#: Titles that sort behind one stem and are compared with it; longer runs are common words.
_MOST_FOLLOWERS = 200


@lru_cache(maxsize=65_536)
def title_stem(title: str) -> tuple[str, ...]:
    """The words of a title without subtitle, number and plural.

    >>> title_stem("Aliens")
    ('alien',)
    >>> title_stem("The Godfather Part II")
    ('the', 'godfather')
    """
    lowered = title.casefold()
    cut = _NUMBERED.sub("", _SUBTITLE.sub("", lowered)) or lowered
    return tuple(_singular(word) for word in _WORD.findall(cut)) or (lowered,)


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


class Series:
    """Which items belong together.

    Args:
        catalogue: Gives titles.
        facets: Tell which items share an entity.
    """

    def __init__(self, catalogue: Catalogue, facets: FacetIndex) -> None:
        self._catalogue = catalogue
        self._facets = facets
        self._numbers = series_of(catalogue, facets)
        self._changed: frozenset[int] = frozenset()

    def changed(self, catalogue: Catalogue, facets: FacetIndex, rows: IntArray) -> Series:
        """The series of a catalogue that differs in a few rows; these stay as they are.

        Args:
            catalogue: The same rows in the same order, and maybe new ones after them.
            facets: Of that catalogue.
            rows: Rows that differ or are new.
        """
        other = Series.__new__(Series)
        other._catalogue, other._facets, other._numbers = catalogue, facets, self._numbers
        other._changed = frozenset(map(int, rows))
        return other

    def keys(self, rows: IntArray) -> list[int]:
        """A number per row; rows with one number belong together.

        A row that changed since the whole catalogue was compared belongs with the first of
        ``rows`` that is its like.
        """
        # A changed row's old number says nothing of what it is now; -1 - row is nobody's number.
        keys = [
            -1 - row if row in self._changed else int(self._numbers[row]) for row in map(int, rows)
        ]
        for place, row in enumerate(map(int, rows)):
            if row in self._changed:
                like = (p for p, other in enumerate(map(int, rows)) if self._joined(row, other))
                found = next((p for p in like if p != place), None)
                if found is not None:
                    keys = [keys[found] if key == keys[place] else key for key in keys]
        return keys

    def _joined(self, row: int, other: int) -> bool:
        stem = title_stem(self._catalogue.items[row].title)
        stem_of_other = title_stem(self._catalogue.items[other].title)
        shorter = min(len(stem), len(stem_of_other))
        return stem[:shorter] == stem_of_other[:shorter] and self._facets.share_entity(row, other)


def series_of(catalogue: Catalogue, facets: FacetIndex) -> IntArray:
    """A number per item; items of one series share it.

    Returns:
        ``(n_items,) int64``; the lowest row of each series.
    """
    stems = [title_stem(item.title) for item in catalogue]
    order = sorted(range(len(stems)), key=lambda row: (stems[row], row))
    series = list(range(len(stems)))

    def root(row: int) -> int:
        while series[row] != row:
            series[row] = series[series[row]]
            row = series[row]
        return row

    for place, row in enumerate(order):
        stem = stems[row]
        for other in order[place + 1 : place + 1 + _MOST_FOLLOWERS]:
            if stems[other][: len(stem)] != stem:
                break
            if facets.share_entity(row, other):
                first, second = sorted((root(row), root(other)))
                series[second] = first
    return np.array([root(row) for row in range(len(stems))], dtype=np.int64)
