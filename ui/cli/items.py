"""``palate items``: add, change and remove items without building anew."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from interest.errors import InputError
from ui.cli.bars import progress_bars
from ui.cli.item_input import (
    file_edits,
    option_edit,
    plain,
    read_file,
    read_options,
    refuse_both,
)
from ui.cli.output import answers_only, say
from ui.cli.settings import DEFAULT_WORKSPACE, VerboseOption, WorkspaceOption

if TYPE_CHECKING:
    from retrieval.fresh.writer import ItemWriter

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
            refuse_both(item_id, title, settings)
            found = read_file(file, catalogue, column)
        elif item_id and title:
            found = read_options(item_id, title, settings or (), catalogue)
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
            refuse_both(item_id, title, settings)
            edits = file_edits(file, catalogue, column)
        elif item_id and (title is not None or settings):
            edits = [option_edit(item_id, title, settings or (), catalogue)]
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
            **{name: plain(value) for name, value in item.attributes.items()},
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
    from ui.cli.show import plain as printable

    domain = writer.read().domain
    names = ", ".join(labels[:3]) + (", …" if len(labels) > 3 else "")
    noun = domain.noun if len(labels) == 1 else domain.nouns
    print(printable(f"{what} {len(labels):,} {noun}: {names}."))
