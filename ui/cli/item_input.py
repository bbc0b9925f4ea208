"""What ``palate items`` is given: files and options become items and edits, or a clear error.

It knows the form of options and that a file counts as a whole; the importers know everything else.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from interest.errors import DataError, InputError
from ui.cli.columns import parse_columns
from ui.words import counted

if TYPE_CHECKING:
    from retrieval.catalogue import Catalogue
    from retrieval.fresh.writer import ItemEdit
    from retrieval.importers import ImportedItems

__all__ = ["file_edits", "option_edit", "plain", "read_file", "read_options", "refuse_both"]


def refuse_both(item_id: str | None, title: str | None, settings: list[str] | None) -> None:
    """Refuse one item beside a file of them.

    Raises:
        InputError: Any of these was given.
    """
    if item_id or title or settings:
        raise InputError("--from was given together with an item.", "Use one or the other.")


def read_file(
    file: Path, catalogue: Catalogue, column: list[str] | None, *, partly: bool = False
) -> ImportedItems:
    """All rows of a file.

    Raises:
        DataError: A row cannot be used as it stands; names row, column and value.
    """
    from retrieval.importers import load_catalogue

    def title_of_id(item_id: str) -> str:
        return catalogue.item(item_id).title

    found = load_catalogue(
        file,
        catalogue.domain,
        column_map=parse_columns(column or ()).catalog,
        title_of_id=title_of_id if partly else None,
    )
    report = found.report
    problems = {**report.skipped, **report.notes}
    if problems:
        reason, count = next(iter(problems.items()))
        raise DataError(
            f"{file}: {reason}: {'; '.join(report.examples[reason])} "
            f"({counted(count, 'row')} like this).",
            "Correct the file and run it again; nothing was changed.",
        )
    return found


def file_edits(file: Path, catalogue: Catalogue, column: list[str] | None) -> list[ItemEdit]:
    """The edits that a file asks for; raises as :func:`read_file` does."""
    from retrieval.fresh.writer import ItemEdit

    found = read_file(file, catalogue, column, partly=True)
    return [
        ItemEdit(
            item_id=item.item_id,
            title=item.title,
            attributes=item.attributes,
            description=item.description or None,
            weight=found.weights.get(item.item_id),
        )
        for item in found.items
    ]


def read_options(
    item_id: str, title: str, settings: Sequence[str], catalogue: Catalogue
) -> ImportedItems:
    """One item from ``["year=1999", …]``; what is empty is left out.

    Raises:
        InputError: A setting has another form.
        DataError: There is no such column, or the value is not what it holds.
    """
    from retrieval.importers.items import read_record
    from retrieval.importers.table import Record

    values: dict[str, object] = {"item_id": item_id, "title": title}
    values |= {name: value for name, value in _pairs(settings).items() if value}
    return read_record(Record("--set", values), catalogue.domain)


def option_edit(
    item_id: str,
    title: str | None,
    settings: Sequence[str],
    catalogue: Catalogue,
) -> ItemEdit:
    """An edit from ``["year=1999", …]``; what is empty is taken out. Raises as
    :func:`read_options` does, and for an empty title."""
    from retrieval.fresh.writer import ItemEdit

    if title is not None and not title.strip():
        raise InputError("The title is empty.", "Every item has a title; remove it instead.")
    filled = [pair for pair in settings if pair.partition("=")[2].strip()]
    emptied = [name for name, value in _pairs(settings).items() if not value]
    label = title or catalogue.item(item_id).title
    found = read_options(item_id, label, filled, catalogue)
    (item,) = found.items
    # Their names are checked and read as columns in the same way, with any value in them.
    cleared = _cleared(item_id, label, emptied, catalogue)
    return ItemEdit(
        item_id=item_id,
        title=title,
        attributes={**cleared, **item.attributes},
        description="" if "description" in emptied else item.description or None,
        weight=0.0 if "weight" in emptied else found.weights.get(item_id),
    )


def _cleared(item_id: str, title: str, names: list[str], catalogue: Catalogue) -> dict[str, None]:
    known = [name for name in names if name not in ("description", "weight")]
    if not known:
        return {}
    found = read_options(item_id, title, [f"{name}=0" for name in known], catalogue)
    return dict.fromkeys(found.items[0].attributes)


def _pairs(settings: Sequence[str]) -> dict[str, str]:
    """``["year=1999"]`` → ``{"year": "1999"}``; one that comes again adds names."""
    values: dict[str, str] = {}
    for pair in settings:
        name, equals, value = (part.strip() for part in pair.partition("="))
        if not equals or not name:
            raise InputError(
                f"--set {pair!r} is not COLUMN=VALUE.", "Write --set year=1999, for example."
            )
        values[name] = f"{values[name]}|{value}" if values.get(name) and value else value
    return values


def plain(value: tuple[str, ...] | float) -> list[str] | float:
    """An attribute as JSON has it."""
    return list(value) if isinstance(value, tuple) else value
