"""``palate user`` and ``palate key``: who can sign in, and which programs may ask."""

from __future__ import annotations

import sys
from collections.abc import Generator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from interest.accounts import Role, Scope, read_scopes
from interest.errors import InputError
from ui.cli.output import say
from ui.cli.settings import (
    DEFAULT_USER,
    DEFAULT_WORKSPACE,
    UserOption,
    VerboseOption,
    WorkspaceOption,
)

if TYPE_CHECKING:
    from ui.auth.accounts import Accounts

__all__ = ["key_app", "opened_accounts", "user_app"]

user_app = typer.Typer(no_args_is_help=True, help="Accounts: who can sign in.")
key_app = typer.Typer(no_args_is_help=True, help="Keys: which programs may ask, and for whom.")

NameArgument = Annotated[str, typer.Argument(help="Name of the account; also of the profile.")]
#: What a key may do unless somebody chooses: everything about its own user.
_OWN_SCOPES = ",".join((Scope.CHAT, Scope.RECOMMEND, Scope.PROFILE_READ, Scope.PROFILE_WRITE))


@user_app.command("add")
def add_user(
    name: NameArgument,
    role: Annotated[
        Role, typer.Option("--role", help="An operator also sees who is there.")
    ] = Role.USER,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    verbose: VerboseOption = False,
) -> None:
    """Add an account. The password is asked for, or read from standard input.

    Whoever has the account sees the profile of the same name. As soon as there is an account,
    ?user=NAME in the page's address chooses nothing any more, and programs need a key.

    Examples:

    \b
      palate user add ada --role operator
      palate user add ada < password.txt
    """
    with opened_accounts(workspace) as accounts:
        accounts.add(name, _new_password(), role)
    say(f"Added {name} ({role.value}).")


@user_app.command("list")
def list_users(
    workspace: WorkspaceOption = DEFAULT_WORKSPACE, verbose: VerboseOption = False
) -> None:
    """List all accounts: name, role, since when."""
    with opened_accounts(workspace) as accounts:
        found = accounts.all()
    if not found:
        say("There are no accounts. Add one: palate user add NAME")
    for account in found:
        print(f"{account.user_id}\t{account.role.value}\t{account.created_at:%Y-%m-%d}")


@user_app.command("passwd")
def set_password(
    name: NameArgument,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    verbose: VerboseOption = False,
) -> None:
    """Set a new password; whoever is signed in with the old one is signed out."""
    with opened_accounts(workspace) as accounts:
        accounts.set_password(name, _new_password())
    say(f"{name} has a new password.")


@user_app.command("remove")
def remove_user(
    name: NameArgument,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    verbose: VerboseOption = False,
) -> None:
    """Remove an account with its sign-ins and keys. The profile stays.

    To delete what is known of the person: palate profile delete --user NAME
    """
    with opened_accounts(workspace) as accounts:
        accounts.remove(name)
    say(f"Removed the account {name}. The profile stays: palate profile delete --user {name}")


@key_app.command("add")
def add_key(
    user: UserOption = DEFAULT_USER,
    scopes: Annotated[
        str,
        typer.Option("--scopes", help=f"What it may do, with commas: {', '.join(Scope)}."),
    ] = _OWN_SCOPES,
    label: Annotated[str, typer.Option("--label", help="What you call it.")] = "",
    days: Annotated[
        int | None, typer.Option("--days", min=1, max=36500, help="After how many days it ends.")
    ] = None,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    verbose: VerboseOption = False,
) -> None:
    """Make a key and print it, once: only its hash is kept.

    Examples:

    \b
      palate key add --user ada --label phone
      palate key add --user shop --scopes chat,recommend,act-as --days 90
    """
    chosen = read_scopes(scopes)
    lasts = None if days is None else timedelta(days=days)
    with opened_accounts(workspace) as accounts:
        kept, key = accounts.add_key(user, chosen, label=label, lasts=lasts)
    print(key)
    say(f"This is shown once. It speaks for {kept.user_id}: {', '.join(sorted(chosen))}.")


@key_app.command("list")
def list_keys(
    workspace: WorkspaceOption = DEFAULT_WORKSPACE, verbose: VerboseOption = False
) -> None:
    """List all keys: id, user, state, scopes, label. The keys themselves are not kept."""
    from agent.palate import utc_now
    from ui.cli.show import plain

    with opened_accounts(workspace) as accounts:
        found = accounts.keys()
    if not found:
        say("There are no keys. Make one: palate key add --user NAME")
    for key in found:
        state = "works" if key.works_at(utc_now()) else "revoked" if key.revoked_at else "expired"
        until = f" until {key.expires_at:%Y-%m-%d}" if key.expires_at and state == "works" else ""
        columns = (key.key_id, key.user_id, state + until, ",".join(sorted(key.scopes)), key.label)
        print("\t".join(map(plain, columns)))


@key_app.command("revoke")
def revoke_key(
    key_id: Annotated[str, typer.Argument(help="Id of the key, as palate key list prints it.")],
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    verbose: VerboseOption = False,
) -> None:
    """End a key now; a server that is running heeds it at once."""
    with opened_accounts(workspace) as accounts:
        accounts.revoke_key(key_id)
    say(f"Revoked {key_id}.")


@contextmanager
def opened_accounts(workspace: Path) -> Generator[Accounts]:
    """The accounts of a workspace, without loading what is in it.

    Raises:
        InputError: There is no such folder.
    """
    from agent.palate import utc_now
    from agent.store_place import store_place
    from retrieval.workspace_folder import WorkspaceFolder
    from ui.auth.accounts import Accounts

    folder = WorkspaceFolder(workspace)
    place = store_place(folder)
    if place == folder.store_url and not workspace.is_dir():
        raise InputError(
            f"There is no workspace in {workspace}.", f"Build one: {folder.demo_command}"
        )
    accounts = Accounts.open(place, clock=utc_now)
    try:
        yield accounts
    finally:
        accounts.close()


def _new_password() -> str:
    """Ask twice, unseen; a program writes it to standard input, on one line."""
    if not sys.stdin.isatty():
        password = sys.stdin.readline().rstrip("\r\n")
        if not password:
            raise InputError(
                "No password came from standard input.", "Write it there, or use a terminal."
            )
        return password
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True))
