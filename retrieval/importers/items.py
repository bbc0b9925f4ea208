"""Import of a catalogue: rows of any supported file become items.

It knows the rules for bad rows and how columns become attributes of a domain; it does not know any
domain.
"""

from __future__ import annotations

from collections.abc import Mapping
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

__all__ = ["ImportedItems", "canonical_name", "load_catalogue"]

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
    path: Path, domain: Domain, *, column_map: Mapping[str, str] | None = None
) -> ImportedItems:
    """Read a catalogue.

    Args:
        path: CSV, TSV, JSON Lines, JSON array, Parquet, MovieLens, Amazon or RecBole; also ``.gz``.
        domain: Its columns are looked for, and its aliases make values canonical.
        column_map: ``item_id``, ``title``, ``description``, ``weight`` or an attribute → column of
            the file, over what is guessed; an empty column leaves the target out.

    Raises:
        DataError: The file cannot be read, lacks an id or title column, or has no usable row.
    """
    source = SourceFile(path)
    table = read_table(source)
    layout = layout_of(table, ITEM_LAYOUTS)
    columns = item_columns(table, domain, layout, column_map or {})
    require(columns, ("item_id", "title"), table, path)
    reader = _ItemReader(table, domain, layout, columns)
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
    report = ImportReport(
        path=path,
        format=f"{table.format}, {layout.name}" if layout else table.format,
        encoding="" if table.format == "Parquet" else source.encoding,
        columns=tuple(map(str, table.columns)),
        column_map=columns,
        rows_read=reader.tally.rows_read,
        rows_kept=len(reader.items),
        skipped=reader.tally.skipped,
        notes=reader.tally.notes,
        examples=reader.tally.examples,
    )
    return ImportedItems(items=tuple(reader.items.values()), weights=reader.weights, report=report)


class _ItemReader:
    """Turns rows into items, one by one."""

    def __init__(
        self, table: Table, domain: Domain, layout: Layout | None, columns: Mapping[str, str]
    ) -> None:
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
        title = title_of(row.values.get(self._columns["title"]))
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
        weight = number_of(self._cell(row, "weight"))
        if weight is not None and weight > 0:
            self.weights[item.item_id] = weight

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
