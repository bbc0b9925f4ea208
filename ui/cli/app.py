"""The command line as one object: which commands there are, and what ``--help`` says of them.

It knows names and order; the commands themselves know what they do. Importing this stays cheap:
heavy libraries are imported inside the commands that need them.
"""

from __future__ import annotations

from typing import Annotated

import typer

from ui.cli.accounts import key_app, user_app
from ui.cli.build import build
from ui.cli.doctor import doctor
from ui.cli.evaluate import eval_app
from ui.cli.extract import extract
from ui.cli.items import items_app
from ui.cli.mcp import mcp
from ui.cli.profile import profile_app
from ui.cli.serve import serve
from ui.cli.settings import VerboseOption
from ui.cli.talk import ask, chat
from ui.cli.webhook import retention_app, webhook_app

__all__ = ["app"]

app = typer.Typer(
    name="palate",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


def _version(value: bool) -> None:
    if value:
        from importlib.metadata import version

        print(f"palate {version('palate')}")
        raise typer.Exit


@app.callback()
def palate(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Print the version."),
    ] = False,
    verbose: VerboseOption = False,
) -> None:
    """A conversational recommender that keeps an interest profile you can read and correct.

    First steps:

    \b
      palate build --demo        get the demo catalogue and models, and index them
      palate serve --open        chat in the browser
      palate chat                chat in the terminal
      palate doctor              see what is installed and what is missing
    """


app.command()(build)
app.command()(serve)
app.command()(chat)
app.command()(ask)
app.command()(extract)
app.add_typer(eval_app, name="eval")
app.add_typer(items_app, name="items")
app.add_typer(profile_app, name="profile")
app.add_typer(user_app, name="user")
app.add_typer(key_app, name="key")
app.command()(mcp)
app.add_typer(webhook_app, name="webhook")
app.add_typer(retention_app, name="retention")
app.command()(doctor)
