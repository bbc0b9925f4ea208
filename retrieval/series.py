"""Series: which items are parts of one whole, by their titles and the people they share.

It knows titles and entities; it does not know franchises. Two items belong together if one title,
cut at its subtitle and number, starts the other ("Alien", "Aliens", "Alien: Resurrection") and
they share an entity; titles alone would join every "Heat" there is.
"""

from __future__ import annotations

import re

import numpy as np

from retrieval.catalogue import Catalogue
from retrieval.facet_index import FacetIndex
from retrieval.seams import IntArray

__all__ = ["series_of", "title_stem"]

_SUBTITLE = re.compile(r"\s*(?::|\s[–—-]\s|\s(?:and|&)\sthe\s).*$")
_NUMBERED = re.compile(
    r"\s+(?:part|vol(?:ume)?|chapter|episode|book|season)?\.?\s*(?:\d+|[ivx]+|one|two|three)$"
)
_WORD = re.compile(r"\w+", re.UNICODE)
#: Titles that sort behind one stem and are compared with it; longer runs are common words.
_MOST_FOLLOWERS = 200


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
