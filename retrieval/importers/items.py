"""Import of a catalogue: rows of any supported file become items.

It knows the rules for bad rows and how columns become attributes of a domain; it does not know any
domain.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from interest.domain import Domain, Facet, FacetKind
from interest.errors import DataError
from retrieval.importers.cells import (
    id_of,
    list_separator,
    names_of,
    number_of,
    text_of,
    title_of,
)
from retrieval.importers.columns import facet_by_column, item_columns, option, require
from retrieval.importers.layouts import ITEM_LAYOUTS, Layout, layout_of
from retrieval.importers.reader import read_table
from retrieval.importers.report import ImportReport, Tally
from retrieval.importers.source import SourceFile
from retrieval.importers.table import BadRow, Record, Table
from retrieval.importers.titles import split_title
from retrieval.types import AttributeValue, Item

__all__ = ["ImportedItems", "TitleOfId", "canonical_name", "load_catalogue", "read_record"]

TitleOfId = Callable[[str], str]

_ROLES = ("item_id", "title", "description", "weight")


@dataclass(frozen=True, kw_only=True, slots=True)
class ImportedItems:
    """Items of a file.

    Attributes:
        items: In the order of the file, ids unique.
        weights: Prominence by item id, for those where the file tells.
        report: What was read and what was not.
    """

    items: tuple[Item, ...]
    weights: Mapping[str, float]
    report: ImportReport


def load_catalogue(
    path: Path,
    domain: Domain,
    *,
    column_map: Mapping[str, str] | None = None,
    title_of_id: TitleOfId | None = None,
) -> ImportedItems:
    """Read a catalogue.

    Args:
        path: CSV, TSV, JSON Lines, JSON array, Parquet, MovieLens, Amazon or RecBole; also ``.gz``.
        domain: Its columns are looked for, and its aliases make values canonical.
        column_map: ``item_id``, ``title``, ``description``, ``weight`` or an attribute → column of
            the file, over what is guessed; an empty column leaves the target out.
        title_of_id: The title of an item whose row gives none; then no column has to.

    Raises:
        DataError: The file cannot be read, lacks an id or title column, or has no usable row.
    """
    source = SourceFile(path)
    table = read_table(source)
    layout = layout_of(table, ITEM_LAYOUTS)
    columns = item_columns(table, domain, layout, column_map or {})
    require(columns, ("item_id",) if title_of_id else ("item_id", "title"), table, path)
    reader = _ItemReader(table, domain, layout, columns, title_of_id)
    for row in table.rows:
        reader.take(row)
    if not reader.items:
        raise DataError(
            f"{path} has no usable item in {reader.tally.rows_read} rows: "
            f"{_reasons(reader.tally)}.",
            f"Name other columns, for example {option('title')}; what was read: "
            + ", ".join(f"{target} ← {column}" for target, column in columns.items())
            + ".",
        )
    encoding = "" if table.format == "Parquet" else source.encoding
    report = _report(path, table, layout, encoding, columns, reader)
    return ImportedItems(items=tuple(reader.items.values()), weights=reader.weights, report=report)


def read_record(record: Record, domain: Domain) -> ImportedItems:
    """Read one item that was typed and not read from a file, by the same rules.

    Args:
        record: ``item_id``, ``title`` and whatever else a file could give.
        domain: Its columns are looked for.

    Raises:
        DataError: A column is none of the domain's, or a value is not what it should be; names
            both.
    """
    names = tuple(record.values)
    table = Table(format="options", columns=names, rows=iter((record,)), sample=(record,))
    columns = item_columns(table, domain, None, {})
    unread = [name for name in names if name not in columns.values()]
    if unread:
        known = [*_ROLES[1:], *facet_by_column(domain)]
        raise DataError(
            f"{domain.nouns.capitalize()} have no column {unread[0]!r}.",
            f"Their columns are: {', '.join(known)}.",
        )
    reader = _ItemReader(table, domain, None, columns, None)
    reader.take(record)
    for reason in (*reader.tally.skipped, *reader.tally.notes):
        raise DataError(f"{'; '.join(reader.tally.examples[reason])}: {reason}.")
    return ImportedItems(
        items=tuple(reader.items.values()),
        weights=reader.weights,
        report=_report(Path(record.place), table, None, "", columns, reader),
    )


def _report(
    path: Path,
    table: Table,
    layout: Layout | None,
    encoding: str,
    columns: Mapping[str, str],
    reader: _ItemReader,
) -> ImportReport:
    return ImportReport(
        path=path,
        format=f"{table.format}, {layout.name}" if layout else table.format,
        encoding=encoding,
        columns=tuple(map(str, table.columns)),
        column_map=columns,
        rows_read=reader.tally.rows_read,
        rows_kept=len(reader.items),
        skipped=reader.tally.skipped,
        notes=reader.tally.notes,
        examples=reader.tally.examples,
    )


class _ItemReader:
    """Turns rows into items, one by one."""

    def __init__(
        self,
        table: Table,
        domain: Domain,
        layout: Layout | None,
        columns: Mapping[str, str],
        title_of_id: TitleOfId | None,
    ) -> None:
        self._title_of_id = title_of_id
        self.items: dict[str, Item] = {}
        self.weights: dict[str, float] = {}
        self.tally = Tally()
        self._columns = columns
        self._movielens = layout is not None and layout.movielens_titles
        self._facets = facet_by_column(domain)
        title_facet = next(iter(domain.of_kind(FacetKind.TITLE)), None)
        self._others = title_facet.columns[0] if title_facet and title_facet.columns else ""
        self._separators = {
            column: table.separators.get(column)
            or list_separator(record.values.get(column) for record in table.sample)
            for target, column in columns.items()
            if target not in _ROLES
        }

    def take(self, row: Record | BadRow) -> None:
        """Use a row, or count why not."""
        self.tally.rows_read += 1
        if isinstance(row, BadRow):
            self.tally.skip(row.reason, row.place, row.shown)
            return
        item_id = id_of(row.values.get(self._columns["item_id"]))
        title = title_of(self._cell(row, "title"))
        if item_id and not title and self._title_of_id is not None:
            title = self._title_of_id(item_id)
        if not item_id:
            self.tally.skip("no id", row.place, title)
        elif not title:
            self.tally.skip("no title", row.place, item_id)
        else:
            self._keep(row, self._item(row, item_id, title))

    def _keep(self, row: Record, item: Item) -> None:
        first = self.items.get(item.item_id)
        if first is not None:
            same = "repeated" if first == item else "same id as another, different item"
            self.tally.skip(same, row.place, item.item_id)
            return
        self.items[item.item_id] = item
        cell = self._cell(row, "weight")
        weight = number_of(cell)
        if weight is not None and weight > 0:
            self.weights[item.item_id] = weight
        elif weight is None and names_of(cell, ""):
            self.tally.note("weight is not a number, left out", row.place, cell)
        elif weight is not None and weight < 0:
            self.tally.note("weight is below 0, left out", row.place, cell)

    def _item(self, row: Record, item_id: str, title: str) -> Item:
        attributes: dict[str, AttributeValue] = {}
        for target, column in self._columns.items():
            if target not in _ROLES:
                value = self._attribute(row, target, column)
                if value is not None:
                    attributes[target] = value
        if self._movielens:
            title = self._take_apart(title, attributes)
        return Item(
            item_id=item_id,
            title=title,
            attributes=attributes,
            description=text_of(self._cell(row, "description")),
        )

    def _take_apart(self, text: str, attributes: dict[str, AttributeValue]) -> str:
        parts = split_title(text)
        if parts.year is not None:
            attributes.setdefault("year", float(parts.year))
        if parts.others and self._others:
            attributes.setdefault(self._others, parts.others)
        return parts.title

    def _attribute(self, row: Record, target: str, column: str) -> AttributeValue | None:
        cell = row.values.get(column)
        facet = self._facets.get(target)
        if facet is not None and facet.kind is FacetKind.NUMBER:
            number = number_of(cell, unit=facet.unit)
            if number is None and names_of(cell, ""):
                self.tally.note(f"{target} is not a number, left out", row.place, cell)
            return number
        names = names_of(cell, self._separators[column])
        return tuple(dict.fromkeys(canonical_name(name, facet) for name in names)) or None

    def _cell(self, row: Record, target: str) -> object:
        return row.values.get(self._columns.get(target, ""))


def canonical_name(name: str, facet: Facet | None) -> str:
    """The domain's own spelling of a category ("science fiction" → "Sci-Fi")."""
    if facet is None or facet.kind is not FacetKind.CATEGORY:
        return name
    return facet.aliases.get(name.lower(), name)


def _reasons(tally: Tally) -> str:
    return ", ".join(f"{reason} ({count})" for reason, count in tally.skipped.items())
