"""``palate items``: add, change and remove items without building anew."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from interest.errors import DataError, InputError
from ui.cli.bars import progress_bars
from ui.cli.columns import parse_columns
from ui.cli.output import answers_only, say
from ui.cli.settings import DEFAULT_WORKSPACE, VerboseOption, WorkspaceOption
from ui.words import counted

if TYPE_CHECKING:
    from retrieval.catalogue import Catalogue
    from retrieval.fresh.writer import ItemEdit, ItemWriter
    from retrieval.importers import ImportedItems

__all__ = ["items_app"]

items_app = typer.Typer(
    no_args_is_help=True, help="Add, change and remove items without building anew."
)

#: Encoding so few items is quicker done by whoever answers next than loading an encoder here.
_FEW = 32

FileOption = Annotated[
    Path | None,
    typer.Option("--from", help="File with many items: CSV, JSON Lines, Parquet …"),
]
ColumnOption = Annotated[
    list[str] | None,
    typer.Option("--column", metavar="OURS=THEIRS", help="Name a column instead of guessing it."),
]
TitleOption = Annotated[str | None, typer.Option("--title", help="Title of the item.")]
SetOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="COLUMN=VALUE",
        help="A value: year=1999, genre='Crime, Drama', description=…, weight=120.",
    ),
]


@items_app.command()
def add(
    item_id: Annotated[str | None, typer.Option("--id", help="Id of the new item.")] = None,
    title: TitleOption = None,
    settings: SetOption = None,
    file: FileOption = None,
    column: ColumnOption = None,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    verbose: VerboseOption = False,
) -> None:
    """Add an item, or all of a file; it can be recommended at once.

    All of a file is added or, if a row cannot be used, nothing. What serves the workspace takes it
    over at the next question.

    Examples:

    \b
      palate items add --id x1 --title "Heat 2" --set year=2026 --set genre="Crime, Drama"
      palate items add --from new-films.csv
    """
    with answers_only(), progress_bars() as progress:
        from retrieval.fresh.writer import ItemWriter

        writer = ItemWriter(workspace, later=_FEW, progress=progress)
        catalogue = writer.read()
        if file is not None:
            _refuse_both(item_id, title, settings)
            found = _read_file(file, catalogue, column)
        elif item_id and title:
            found = _read_options(item_id, title, settings or (), catalogue)
        else:
            raise InputError(
                "A new item needs an id and a title.",
                "Pass --id and --title, or --from FILE for many.",
            )
        writer.add(found.items, found.weights)
    _tell("Added", [item.label for item in found.items], writer)


@items_app.command()
def change(
    item_id: Annotated[str | None, typer.Argument(help="Id of the item.")] = None,
    title: TitleOption = None,
    settings: SetOption = None,
    file: FileOption = None,
    column: ColumnOption = None,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    verbose: VerboseOption = False,
) -> None:
    """Change an item, or those of a file; what is not named stays as it is.

    A column without a value (--set year=) is taken out; empty cells of a file leave it as it is.

    Examples:

    \b
      palate items change x1 --set year=2027 --set runtime=
      palate items change --from corrections.csv
    """
    with answers_only(), progress_bars() as progress:
        from retrieval.fresh.writer import ItemWriter

        writer = ItemWriter(workspace, later=_FEW, progress=progress)
        catalogue = writer.read()
        if file is not None:
            _refuse_both(item_id, title, settings)
            edits = _file_edits(file, catalogue, column)
        elif item_id and (title is not None or settings):
            edits = [_option_edit(item_id, title, settings or (), catalogue)]
        else:
            raise InputError(
                "Nothing to change was named.",
                "Pass an id with --title or --set, or --from FILE for many.",
            )
        writer.change(edits)
        catalogue = writer.read()
    _tell("Changed", [catalogue.item(edit.item_id).label for edit in edits], writer)


@items_app.command()
def remove(
    item_ids: Annotated[list[str], typer.Argument(help="Ids of the items.")],
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    verbose: VerboseOption = False,
) -> None:
    """Remove items; they are recommended no more. What people did with them is kept.

    Example:

    \b
      palate items remove x1 x2
    """
    with answers_only():
        from retrieval.fresh.writer import ItemWriter

        writer = ItemWriter(workspace)
        catalogue = writer.read()
        writer.remove(item_ids)
    _tell("Removed", [catalogue.item(one).label for one in dict.fromkeys(item_ids)], writer)


@items_app.command()
def show(
    item_id: Annotated[str, typer.Argument(help="Id of the item.")],
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    verbose: VerboseOption = False,
) -> None:
    """Print what the catalogue knows of an item, as JSON.

    Example:

    \b
      palate items show x1
    """
    from ui.cli.output import write_json

    with answers_only():
        from retrieval.fresh.writer import ItemWriter

        catalogue = ItemWriter(workspace).read()
        item = catalogue.item(item_id)
    write_json(
        {
            "item_id": item.item_id,
            "title": item.title,
            **{name: _plain(value) for name, value in item.attributes.items()},
            "description": item.description,
            "weight": catalogue.weight(item_id),
            "removed": item_id not in catalogue,
        }
    )


@items_app.command()
def fold(
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    verbose: VerboseOption = False,
) -> None:
    """Build the workspace again from its own data, with all changes of items in it.

    Thousands of changes make a workspace slower to open; this makes it quick again. Whoever uses
    it goes on meanwhile.

    Example:

    \b
      palate items fold
    """
    with answers_only(), progress_bars() as progress:
        from retrieval.fresh.folding import fold as build_again

        built = build_again(workspace, progress=progress)
    nouns = built.catalogue.domain.nouns
    say(f"Built {workspace} again: {built.catalogue.n_living:,} {nouns}.")


def _tell(what: str, labels: list[str], writer: ItemWriter) -> None:
    from ui.cli.show import plain

    domain = writer.read().domain
    names = ", ".join(labels[:3]) + (", …" if len(labels) > 3 else "")
    noun = domain.noun if len(labels) == 1 else domain.nouns
    print(plain(f"{what} {len(labels):,} {noun}: {names}."))


def _refuse_both(item_id: str | None, title: str | None, settings: list[str] | None) -> None:
    if item_id or title or settings:
        raise InputError("--from was given together with an item.", "Use one or the other.")


def _read_file(
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


def _file_edits(file: Path, catalogue: Catalogue, column: list[str] | None) -> list[ItemEdit]:
    from retrieval.fresh.writer import ItemEdit

    found = _read_file(file, catalogue, column, partly=True)
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


def _read_options(
    item_id: str, title: str, settings: list[str] | tuple[str, ...], catalogue: Catalogue
) -> ImportedItems:
    from retrieval.importers.items import read_record
    from retrieval.importers.table import Record

    values: dict[str, object] = {"item_id": item_id, "title": title}
    values |= {name: value for name, value in _pairs(settings).items() if value}
    return read_record(Record("--set", values), catalogue.domain)


def _option_edit(
    item_id: str,
    title: str | None,
    settings: list[str] | tuple[str, ...],
    catalogue: Catalogue,
) -> ItemEdit:
    from retrieval.fresh.writer import ItemEdit

    if title is not None and not title.strip():
        raise InputError("The title is empty.", "Every item has a title; remove it instead.")
    filled = [pair for pair in settings if pair.partition("=")[2].strip()]
    emptied = [name for name, value in _pairs(settings).items() if not value]
    label = title or catalogue.item(item_id).title
    found = _read_options(item_id, label, filled, catalogue)
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
    found = _read_options(item_id, title, [f"{name}=0" for name in known], catalogue)
    return dict.fromkeys(found.items[0].attributes)


def _pairs(settings: list[str] | tuple[str, ...]) -> dict[str, str]:
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


def _plain(value: tuple[str, ...] | float) -> list[str] | float:
    return list(value) if isinstance(value, tuple) else value
