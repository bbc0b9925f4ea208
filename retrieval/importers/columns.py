"""The column map: what is read → the column it is read from, guessed or given.

It knows names, layouts and what values look like; it does not know what is done with them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from interest.domain import Domain, Facet, FacetKind
from interest.errors import DataError
from retrieval.importers.cells import id_of, number_of, time_of
from retrieval.importers.layouts import Layout
from retrieval.importers.names import INTERACTION_NAMES, ITEM_NAMES, normal
from retrieval.importers.table import Table

__all__ = ["ColumnMap", "interaction_columns", "item_columns", "option", "require"]

ColumnMap = dict[str, str]

#: Share of the sample that must look right for a guess by content …
_MOST = 0.8
#: … and for one by name: a column called "rating" that holds a few bad cells is a rating.
_HALF = 0.5
#: More different values than this are no rating scale.
_SCALE = 101


def interaction_columns(
    table: Table, layout: Layout | None, given: Mapping[str, str], now: datetime
) -> ColumnMap:
    """Columns for ``user_id``, ``item_id``, ``rating``, ``timestamp`` and ``text``.

    Guessed by layout, then by name, then by content; ``given`` wins over all of it.
    """
    found = _start(table, layout, given)
    _by_name(found, table, INTERACTION_NAMES)
    checks: dict[str, Callable[[object], bool]] = {
        "rating": lambda value: number_of(value) is not None,
        "timestamp": lambda value: time_of(value, now) is not None,
    }
    for target, looks_right in checks.items():
        column = found.get(target)
        if column and target not in given and not _most(table, column, looks_right, _HALF):
            del found[target]
    _by_content(found, table, now)
    return _finish(found, given)


def item_columns(
    table: Table, domain: Domain, layout: Layout | None, given: Mapping[str, str]
) -> ColumnMap:
    """Columns for ``item_id``, ``title``, ``description``, ``weight`` and the domain's columns."""
    found = _start(table, layout, given)
    names: dict[str, tuple[str, ...]] = {**ITEM_NAMES, **_domain_names(domain)}
    for noun in _nouns(domain):
        names["item_id"] += (f"{noun}id",)
        names["title"] += (f"{noun}title", f"{noun}name")
    names["item_id"] += ("id", "key", "identifier")
    _by_name(found, table, names)
    return _finish(found, given)


def option(target: str, file: str = "") -> str:
    """How ``palate build`` is told which column of a file a target is read from.

    Args:
        target: What is read.
        file: ``"interactions"`` or ``"reviews"``; "" for the catalogue.
    """
    return f"--column {file}.{target}=NAME" if file else f"--column {target}=NAME"


def require(
    found: Mapping[str, str], targets: Iterable[str], table: Table, path: Path, *, file: str = ""
) -> None:
    """Refuse a file in which something that must be there was not found; ``file`` as in option().

    Raises:
        DataError: Names what is missing, the columns there are, and how to say which it is.
    """
    missing = [target for target in targets if target not in found]
    if missing:
        raise DataError(
            f"{path} has no column for {' and '.join(missing)}; "
            f"its columns are: {', '.join(map(str, table.columns))}.",
            f"Say which one it is: {' '.join(option(target, file) for target in missing)}.",
        )


def _start(table: Table, layout: Layout | None, given: Mapping[str, str]) -> ColumnMap:
    for target, column in given.items():
        if column and column not in table.columns:
            raise DataError(
                f"The column map reads {target} from {column!r}, which is no column of the file.",
                f"Name another with --column {target}=NAME; "
                f"its columns are: {', '.join(map(str, table.columns))}.",
            )
    found: ColumnMap = {}
    if layout is not None:
        found.update((key, name) for key, name in layout.targets.items() if name in table.columns)
    found.update(given)
    return found


def _finish(found: ColumnMap, given: Mapping[str, str]) -> ColumnMap:
    """Without what the map says is to be left out (``rating=``)."""
    left_out = {target for target, column in given.items() if not column}
    return {target: column for target, column in found.items() if target not in left_out}


def _by_name(found: ColumnMap, table: Table, names: Mapping[str, Sequence[str]]) -> None:
    """Give every target the column with its best name; no column is given twice."""
    by_normal = {normal(column): column for column in reversed(table.columns)}
    for target, known in names.items():
        if target in found:
            continue
        free = (by_normal.get(name) for name in known)
        column = next((name for name in free if name and name not in found.values()), None)
        if column is not None:
            found[target] = column


def _nouns(domain: Domain) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(normal, (domain.noun, *domain.words.get("noun", ())))))


def _domain_names(domain: Domain) -> dict[str, tuple[str, ...]]:
    """Names that a file may use for the domain's columns: their own, their facet's, its words'."""
    names: dict[str, tuple[str, ...]] = {}
    for facet in domain.facets:
        for column in facet.columns:
            plain = [column, *domain.words.get(f"column.{column}", ())]
            if len(facet.columns) == 1 and facet.kind is not FacetKind.TITLE:
                plain += [facet.name, facet.label]
            names[column] = tuple(dict.fromkeys(form for name in plain for form in _forms(name)))
    first = next(iter(domain.of_kind(FacetKind.CATEGORY)), None)
    if first is not None and first.columns:
        names[first.columns[0]] += ("categories", "category", "class", "tags", "genres", "genre")
    return names


def _forms(name: str) -> tuple[str, ...]:
    """Singular and plural."""
    word = normal(name)
    if word.endswith("y"):
        return (word, word[:-1] + "ies")
    return (word, word + "s")


def _by_content(found: ColumnMap, table: Table, now: datetime) -> None:
    """What names did not tell: times look like times, a rating has few values, ids have many."""

    def free() -> list[str]:
        return [column for column in table.columns if column not in found.values()]

    def take(target: str, fits: Callable[[str], bool]) -> None:
        columns = [column for column in free() if target not in found and fits(column)]
        if len(columns) == 1:
            found[target] = columns[0]

    missing = [target for target in ("user_id", "item_id") if target not in found]
    if not missing:
        return
    take("timestamp", lambda column: _most(table, column, lambda value: _like_a_time(value, now)))
    ids = [column for column in free() if _most(table, column, _like_an_id)]
    if len(ids) == len(missing) + 1 and "rating" not in found:
        take("rating", lambda column: _like_a_rating(table, column))
        ids = [column for column in ids if column not in found.values()]
    if len(ids) == len(missing):
        found.update(zip(missing, ids, strict=True))


def _most(
    table: Table, column: str, looks_right: Callable[[object], bool], share: float = _MOST
) -> bool:
    values = [record.values.get(column) for record in table.sample]
    filled = [value for value in values if value not in (None, "")]
    return bool(filled) and sum(map(looks_right, filled)) >= share * len(filled)


def _like_a_time(value: object, now: datetime) -> bool:
    number = number_of(value) if not isinstance(value, str) or value.isdigit() else None
    plausible = number is None or number > 1e8
    return plausible and time_of(value, now) is not None


def _like_an_id(value: object) -> bool:
    text = id_of(value)
    return bool(text) and " " not in text and len(text) <= 64


def _like_a_rating(table: Table, column: str) -> bool:
    values = {id_of(record.values.get(column)) for record in table.sample}
    fits = _most(table, column, lambda value: number_of(value) is not None)
    return fits and len(values) <= min(_SCALE, max(2, len(table.sample) // 2))


def facet_by_column(domain: Domain) -> dict[str, Facet]:
    """The facet that each of the domain's columns belongs to; the first if there are several."""
    by_column: dict[str, Facet] = {}
    for facet in domain.facets:
        for column in facet.columns:
            by_column.setdefault(column, facet)
    return by_column
