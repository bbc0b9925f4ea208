"""The films of the demo: rows of Bokeh's ``movies.db`` become items.

It knows that database; it does not know ratings.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from interest.domain import Domain, Facet
from interest.errors import DataError
from retrieval.importers.columns import facet_by_column
from retrieval.importers.items import canonical_name
from retrieval.types import AttributeValue, Item

__all__ = ["Films", "read_films"]

_QUERY = """
    SELECT o.ID, o.imdbID, o.Title, o.Year, o.Runtime, o.Genre, o.Director, o."Cast", o.Writer,
           o.Language, o.Country, o.Rating, t.Meter, t.Reviews
    FROM omdb AS o LEFT JOIN tomatoes AS t USING (ID)
    ORDER BY o.ID
"""

#: Attribute → column of the database.
_NAMES = {
    "genre": "Genre",
    "director": "Director",
    "cast": "Cast",
    "writer": "Writer",
    "language": "Language",
    "country": "Country",
    "certificate": "Rating",
}
_NUMBERS = {"year": "Year", "runtime": "Runtime", "critics_score": "Meter"}

#: A comma between names, not the one before "Jr.".
_COMMA = re.compile(r", (?!(?:Jr|Sr)\.|III\b|PhD\b)")
#: What Wikidata's labels carry to tell films from other things: "Faust (2011 film)".
_LABEL_NOTE = re.compile(r" \((?:\d{4} )?film\)$")


@dataclass(frozen=True, kw_only=True, slots=True)
class Films:
    """The films and the number of critics' reviews of each."""

    items: tuple[Item, ...]
    weights: Mapping[str, float]


def read_films(path: Path, domain: Domain) -> Films:
    """Read ``movies.db``.

    The id is the one of IMDb. Two versions of a film share it in two cases; the later ones keep
    their Wikidata number instead (``"Q3620669"``).

    Raises:
        DataError: The file is not that database.
    """
    facets = facet_by_column(domain)
    items: dict[str, Item] = {}
    weights: dict[str, float] = {}
    for row in _rows(path):
        item_id = row["imdbID"] if row["imdbID"] not in items else f"Q{row['ID']}"
        items[item_id] = Item(
            item_id=item_id,
            title=_LABEL_NOTE.sub("", row["Title"]),
            attributes=dict(_attributes(row, facets)),
        )
        weights[item_id] = float(row["Reviews"] or 0)
    return Films(items=tuple(items.values()), weights=weights)


def _rows(path: Path) -> Iterator[Mapping[str, Any]]:
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as database:
            database.row_factory = sqlite3.Row
            for row in database.execute(_QUERY):
                yield cast("Mapping[str, Any]", row)
    except sqlite3.Error as error:
        raise DataError(f"{path} is not the film database of the demo: {error}.") from error


def _attributes(
    row: Mapping[str, Any], facets: Mapping[str, Facet]
) -> Iterator[tuple[str, AttributeValue]]:
    for attribute, column in _NAMES.items():
        parts = _COMMA.split(row[column] or "")
        names = (canonical_name(part.strip(), facets.get(attribute)) for part in parts)
        known = tuple(dict.fromkeys(name for name in names if name))
        if known:
            yield attribute, known
    for attribute, column in _NUMBERS.items():
        if row[column] is not None:
            yield attribute, float(row[column])
