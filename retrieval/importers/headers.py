"""The first row of delimited text: names of columns, or data already.

It knows the names that common files use and the files that have none; it does not know what is
done with the columns.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from retrieval.importers.names import is_known_name

__all__ = ["HeaderRow", "read_header"]

_NUMBER = re.compile(r"^-?\d+(\.\d+)?$")
_ASIN = re.compile(r"^(B[0-9A-Z]{9}|\d{9}[\dX])$")
_AMAZON_USER = re.compile(r"^A[0-9A-Z]{9,20}$")

#: Columns of MovieLens 100K's u.item after the first five, by its u.genre.
_UITEM_GENRES = (
    *("unknown", "Action", "Adventure", "Animation", "Children's", "Comedy", "Crime"),
    *("Documentary", "Drama", "Fantasy", "Film-Noir", "Horror", "Musical", "Mystery"),
    *("Romance", "Sci-Fi", "Thriller", "War", "Western"),
)


def _same(cells: Sequence[str]) -> Sequence[str]:
    return cells


def _no_separators() -> dict[str, str]:
    return {}


@dataclass(frozen=True, kw_only=True, slots=True)
class HeaderRow:
    """What the first row tells.

    Attributes:
        columns: Names of the columns.
        is_row: Whether the first row holds names and no data.
        delimiter: Between cells, for showing bad rows.
        separators: Column → what stands between its values.
        convert: Cells of the file → cells in the order of ``columns``.
        format: Name of the format if it is a special one.
        layout: Name of the layout that this first row implies, or "".
    """

    columns: tuple[str, ...]
    is_row: bool
    delimiter: str
    separators: Mapping[str, str] = field(default_factory=_no_separators)
    convert: Callable[[Sequence[str]], Sequence[str]] = _same
    format: str = ""
    layout: str = ""


def read_header(rows: Sequence[Sequence[str]], *, delimiter: str, atomic: bool) -> HeaderRow:
    """Judge the first row.

    Args:
        rows: The first one or two rows, as cells.
        delimiter: What stands between cells.
        atomic: Whether names carry RecBole's types (``user_id:token``).
    """
    first = [cell.strip() for cell in rows[0]] if rows else []
    if atomic:
        return _atomic(first, delimiter)
    if delimiter == "|" and len(first) == 5 + len(_UITEM_GENRES) and set(first[5:]) <= {"0", "1"}:
        return _uitem(delimiter)
    if not _is_data(first, [cell.strip() for cell in rows[1]] if len(rows) > 1 else []):
        return HeaderRow(columns=tuple(first), is_row=True, delimiter=delimiter)
    columns, layout = _nameless(first, delimiter)
    return HeaderRow(columns=columns, is_row=False, delimiter=delimiter, layout=layout)


def _atomic(first: Sequence[str], delimiter: str) -> HeaderRow:
    typed = [cell.rpartition(":") for cell in first]
    return HeaderRow(
        columns=tuple(name for name, _, _ in typed),
        is_row=True,
        delimiter=delimiter,
        separators={name: " " for name, _, kind in typed if kind.endswith("_seq")},
    )


def _uitem(delimiter: str) -> HeaderRow:
    def convert(cells: Sequence[str]) -> Sequence[str]:
        flags = zip(_UITEM_GENRES[1:], cells[6:], strict=False)
        return [cells[0], cells[1], "|".join(name for name, flag in flags if flag == "1")]

    return HeaderRow(
        columns=("movie_id", "title", "genres"),
        is_row=False,
        delimiter=delimiter,
        separators={"genres": "|"},
        convert=convert,
        format="u.item",
        layout="MovieLens films",
    )


def _is_data(first: Sequence[str], second: Sequence[str]) -> bool:
    """Names never look like numbers; a number in both rows shows that the first is data."""
    if any(is_known_name(cell) for cell in first):
        return False
    if all(_NUMBER.match(cell) for cell in first):
        return True
    pairs = zip(first, second or first, strict=False)
    return any(_NUMBER.match(one) and _NUMBER.match(other) for one, other in pairs)


def _nameless(first: Sequence[str], delimiter: str) -> tuple[tuple[str, ...], str]:
    """Names for the columns of files that are known to come without."""
    if delimiter == "::" and len(first) == 3 and not _NUMBER.match(first[1]):
        return ("movie_id", "title", "genres"), "MovieLens films"
    if len(first) in (3, 4) and all(_NUMBER.match(cell) for cell in first[2:]):
        ids = ("user_id", "item_id")
        if _ASIN.match(first[0]) and _AMAZON_USER.match(first[1]):  # Amazon 2018: item first
            ids = ("item_id", "user_id")
        return (*ids, "rating", "timestamp")[: len(first)], "ratings without header"
    if len(first) == 2 and delimiter != "::":
        return ("user_id", "item_id"), "pairs without header"
    return tuple(f"column {number}" for number in range(1, len(first) + 1)), ""
