"""Twins: one thing that stands in the catalogue twice.

It knows titles, years and shared values; it does not know why somebody entered it again. Two items
are the same thing if their titles read alike, their years do not speak against it (releases differ
by a year between countries), and they share an entity where both have any; where one has none,
their years must be known and equal, or all that is known of them. "King Kong" of 1933 and of 2005
are two films; so are two of one title in one year by other people.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from interest.tokens import keys_of
from retrieval.catalogue import Catalogue
from retrieval.facet_index import FacetIndex
from retrieval.seams import IntArray

__all__ = ["Twins"]

_YEAR_SLACK = 1


class Twins:
    """Finds the items that are the same thing as another.

    Args:
        catalogue: Gives titles and years.
        facets: Tell which items share an entity.
    """

    def __init__(self, catalogue: Catalogue, facets: FacetIndex) -> None:
        self._catalogue = catalogue
        self._facets = facets
        self._by_title: dict[str, tuple[int, ...]] = {}
        self._titles = [""] * len(catalogue)
        self._shared = np.zeros(len(catalogue), dtype=np.bool_)
        self._add(range(len(catalogue)))

    def changed(self, catalogue: Catalogue, facets: FacetIndex, rows: IntArray) -> Twins:
        """The twins in a catalogue that differs in a few rows; these stay as they are.

        Args:
            catalogue: The same rows in the same order, and maybe new ones after them.
            facets: Of that catalogue.
            rows: Rows that differ or are new.
        """
        other = Twins.__new__(Twins)
        other._catalogue, other._facets = catalogue, facets
        other._by_title = dict(self._by_title)
        for row in map(int, rows[rows < len(self._catalogue)]):
            title = self._titles[row]
            other._by_title[title] = tuple(r for r in other._by_title[title] if r != row)
        new = len(catalogue) - len(self._catalogue)
        other._titles = self._titles + [""] * new
        other._shared = np.concatenate((self._shared, np.zeros(new, dtype=np.bool_)))
        other._add(map(int, rows))
        return other

    def of(self, rows: IntArray) -> IntArray:
        """The rows that are the same thing as any of these, without these, ascending."""
        found = {
            other
            for row in map(int, rows[self._shared[rows]])
            for other in self._by_title[self._titles[row]]
            if other != row and self.same(row, other)
        }
        return np.array(sorted(found.difference(map(int, rows))), dtype=np.int64)

    def keys(self, rows: IntArray) -> list[int]:
        """A number per row; rows with one number are the same thing."""
        shared = rows[self._shared[rows]]
        wanted, keys = set(map(int, shared)), dict[int, int]()
        for row in map(int, shared):
            if row not in keys:
                twins = self.of(np.array([row], dtype=np.int64)).tolist()
                keys |= dict.fromkeys((row, *wanted.intersection(twins)), row)
        return [keys.get(row, row) for row in map(int, rows)]

    def same(self, row: int, other: int) -> bool:
        """Whether two items with one title are the same thing."""
        one, two = self._catalogue.items[row], self._catalogue.items[other]
        year, other_year = one.number("year"), two.number("year")
        apart = None if year is None or other_year is None else abs(year - other_year)
        if apart is not None and apart > _YEAR_SLACK:
            return False
        if self._facets.entities(row) and self._facets.entities(other):
            return self._facets.share_entity(row, other)
        return apart == 0 or one.attributes == two.attributes

    def _add(self, rows: Iterable[int]) -> None:
        """Note titles, and which rows have one that another has as well."""
        for row in rows:
            title = _key(self._catalogue.items[row].title)
            sharing = (*self._by_title.get(title, ()), row)
            self._by_title[title], self._titles[row] = sharing, title
            self._shared[list(sharing)] = len(sharing) > 1


def _key(title: str) -> str:
    """A title as it is compared; one without any word is compared as it stands."""
    return " ".join(keys_of(title)) or title
