"""``palate webhook`` and ``palate retention``: whom an operator tells, and what ends when.

It parses, calls :class:`agent.passport.Passport` and prints; it decides nothing.
"""

from __future__ import annotations

from typing import Annotated

import typer

from interest.errors import InputError
from ui.cli.output import say
from ui.cli.passport import passport_opened
from ui.cli.settings import DEFAULT_WORKSPACE, VerboseOption, WorkspaceOption
from ui.words import counted

__all__ = ["retention_app", "webhook_app"]

webhook_app = typer.Typer(
    no_args_is_help=True, help="Send changes of profiles, signed, to those who may have them."
)
retention_app = typer.Typer(no_args_is_help=True, help="How long records are kept.")

_KINDS = "conversations, events, deliveries or audit"


@webhook_app.command()
def add(
    name: Annotated[str, typer.Argument(help="What people consent to.")],
    url: Annotated[str, typer.Argument(help="Where events are posted; https.")],
    secret: Annotated[
        str | None,
        typer.Option("--secret", envvar="PALATE_WEBHOOK_SECRET", help="whsec_…; made if left out."),
    ] = None,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    verbose: VerboseOption = False,
) -> None:
    """Add a receiver. It gets nothing until people allow it: palate profile consent --allow NAME.

    Example:

    \b
      palate webhook add shop https://shop.example/palate
    """
    with passport_opened(workspace) as passport:
        made = passport.add_webhook(name, url, secret=secret)
    say(f"Added {name}. The receiver checks signatures with this secret, shown only now:")
    print(made.secret)


@webhook_app.command("list")
def list_webhooks(
    workspace: WorkspaceOption = DEFAULT_WORKSPACE, verbose: VerboseOption = False
) -> None:
    """Show receivers, and how many events wait, were delivered or given up."""
    with passport_opened(workspace) as passport:
        standings = passport.webhooks()
    for one in standings:
        trouble = f" (last: {one.problem})" if one.problem else ""
        print(
            f"{one.name} {one.url}: {one.waiting} waiting, {one.delivered} delivered, "
            f"{one.failed} given up{trouble}"
        )
    if not standings:
        print("There are no webhooks. Add one: palate webhook add NAME URL")


@webhook_app.command()
def remove(
    name: Annotated[str, typer.Argument(help="The receiver.")],
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    verbose: VerboseOption = False,
) -> None:
    """Remove a receiver, everything it was owed, and all consents to it."""
    with passport_opened(workspace) as passport:
        owed = passport.remove_webhook(name)
    print(f"Removed {name}; {counted(owed, 'event')} that it was owed will not be sent.")


@webhook_app.command()
def deliver(
    again: Annotated[
        bool, typer.Option("--retry", help="First make due what waits or was given up.")
    ] = False,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    verbose: VerboseOption = False,
) -> None:
    """Send what is due. Run it every minute; what fails is tried again later and later."""
    with passport_opened(workspace) as passport:
        if again:
            passport.retry_webhooks()
        done = passport.deliver()
    print(f"{done.delivered} delivered, {done.put_off} put off, {done.given_up} given up.")


@retention_app.command("show")
def show_retention(
    workspace: WorkspaceOption = DEFAULT_WORKSPACE, verbose: VerboseOption = False
) -> None:
    """Show after how many days records go."""
    from interest.sql_retention import Kept

    with passport_opened(workspace) as passport:
        days = passport.retention()
    for kind in Kept:
        print(f"{kind.value}: {counted(days[kind], 'day') if kind in days else 'without end'}")


@retention_app.command("set")
def set_retention(
    kind: Annotated[str, typer.Argument(help=f"{_KINDS.capitalize()}.")],
    days: Annotated[str, typer.Argument(help="How many days, or forever.")],
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    verbose: VerboseOption = False,
) -> None:
    """Set after how many days records of a kind go; palate retention apply deletes them.

    Example:

    \b
      palate retention set conversations 90
    """
    from interest.sql_retention import Kept

    if kind not in [known.value for known in Kept]:
        raise InputError(f"There are no records of the kind {kind!r}.", f"Name {_KINDS}.")
    if days != "forever" and not days.isdigit():
        raise InputError(f"{days!r} is not a number of days.", "Use a number, or forever.")
    with passport_opened(workspace) as passport:
        passport.keep(Kept(kind), None if days == "forever" else int(days))
    print(f"{kind}: {days if days == 'forever' else counted(int(days), 'day')}")


@retention_app.command("apply")
def apply_retention(
    workspace: WorkspaceOption = DEFAULT_WORKSPACE, verbose: VerboseOption = False
) -> None:
    """Delete what is past its time, for good. Run it every day."""
    with passport_opened(workspace) as passport:
        gone = passport.apply_retention()
    for kind, count in gone.items():
        print(f"{kind.value}: {counted(count, 'record')} deleted")
    if not gone:
        print("Everything is kept without end: palate retention set KIND DAYS")
