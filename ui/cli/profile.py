"""``palate profile``: show, edit, export and delete what Palate holds about somebody."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from interest.errors import InputError, PalateError, UnknownNameError
from interest.interests import Strictness, condition_words, interest_key
from ui.cli.bring import bring
from ui.cli.opening import opened
from ui.cli.output import say
from ui.cli.passport import (
    consent,
    export,
    import_profiles,
    passport_opened,
    verify_receipt,
)
from ui.cli.settings import (
    DEFAULT_USER,
    DEFAULT_WORKSPACE,
    UserOption,
    VerboseOption,
    WorkspaceOption,
)
from ui.files import write_new
from ui.words import counted

if TYPE_CHECKING:
    from agent.palate import Palate
    from interest.profile import InterestProfile

__all__ = ["profile_app"]

profile_app = typer.Typer(no_args_is_help=True, help="Show, edit, export or delete a profile.")

#: Reading and editing a profile needs no language model, and loading one takes seconds.
_NO_LLM = "none"
#: How much somebody likes what they add without saying how much.
_NEW_PREFERENCE = 0.8


@profile_app.command()
def show(
    user: UserOption = DEFAULT_USER,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    verbose: VerboseOption = False,
) -> None:
    """Print the profile: each interest, how strong it is, and the words that show it.

    Example:

    \b
      palate profile show --user ada
    """
    from ui.cli.show import profile_text

    with opened(workspace, llm=_NO_LLM) as palate:
        profile = palate.profile(user)
        titles = [title_of(palate, reaction.item_id) for reaction in profile.reactions]
        print(profile_text(profile, palate.domain, titles))


@profile_app.command()
def edit(
    facet: Annotated[str, typer.Option("--facet", help="Facet, such as genre or person.")],
    value: Annotated[str, typer.Option("--value", help="Value of the interest.")],
    user: UserOption = DEFAULT_USER,
    preference: Annotated[
        float | None,
        typer.Option("--preference", min=-1, max=1, help="-1 hates it, 1 loves it."),
    ] = None,
    strictness: Annotated[
        Strictness | None,
        typer.Option("--strictness", help="hard rules things out, soft moves them."),
    ] = None,
    new_value: Annotated[
        str | None, typer.Option("--new-value", help="Correct the value itself.")
    ] = None,
    remove: Annotated[bool, typer.Option("--remove", help="Delete this interest.")] = False,
    condition: Annotated[
        str,
        typer.Option("--condition", help="Under what alone it holds, such as 'with the kids'."),
    ] = "",
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    verbose: VerboseOption = False,
) -> None:
    """Add an interest, change the one that is there, or remove it.

    Examples:

    \b
      palate profile edit --facet genre --value Horror --preference -0.9 --strictness hard
      palate profile edit --facet genre --value Horror --remove
      palate profile edit --facet genre --value Horror --condition "with the kids" --remove
    """
    if remove and (preference is not None or strictness is not None or new_value is not None):
        raise InputError(
            "--remove was given together with a change.", "Use one or the other, not both."
        )
    from ui.cli.show import plain, profile_text
    from ui.hints import unlinked_hint

    with opened(workspace, llm=_NO_LLM) as palate:
        if remove:
            profile = palate.delete_interest(user, facet, value, condition=condition)
        else:
            profile = _edited(
                palate, user, facet, value, new_value, preference, strictness, condition
            )
        titles = [title_of(palate, reaction.item_id) for reaction in profile.reactions]
        print(profile_text(profile, palate.domain, titles))
        hint = unlinked_hint(palate, profile, facet, new_value or value, condition)
        if hint:
            say(f"Warning: {plain(hint)}")


profile_app.command()(export)
profile_app.command("import")(import_profiles)
profile_app.command()(consent)
profile_app.command()(bring)


@profile_app.command()
def delete(
    user: UserOption = DEFAULT_USER,
    yes: Annotated[bool, typer.Option("--yes", help="Do it without asking.")] = False,
    receipt: Annotated[
        Path | None, typer.Option("--receipt", help="File for the signed receipt.")
    ] = None,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    verbose: VerboseOption = False,
) -> None:
    """Delete everything about a person: profile, evidence, events, conversations, consents, what
    waits to be sent, and their ratings and reviews in the build; with a signed receipt.

    Example:

    \b
      palate profile delete --user ada --yes --receipt receipt.json
    """
    if not yes and not _confirmed(user):
        raise InputError(
            f"Nothing was deleted: deleting {user!r} was not confirmed.", "Pass --yes to confirm."
        )
    if receipt is not None and receipt.exists():
        raise InputError(f"{receipt} exists already.", "Nothing was deleted; name another file.")
    with passport_opened(workspace) as passport:
        done = passport.erase(user)
    if not done.total:
        raise UnknownNameError(f"There is nobody named {user!r}.", "Nothing was deleted.")
    print(f"Removed {counted(done.total, 'record')} about {user}.")
    for place, count in sorted(done.removed.items()):
        if count:
            print(f"  {place}: {count}")
    for sentence in done.remaining:
        print(f"Note: {sentence}")
    _hand_over(done.to_json(), receipt)


profile_app.command("verify-receipt")(verify_receipt)


def _hand_over(receipt: dict[str, object], path: Path | None) -> None:
    """Give the receipt to the person; what cannot be written must not be lost."""
    import json

    text = json.dumps(receipt, ensure_ascii=False, indent=2)
    if path is None:
        print(f"Receipt (keep it; palate profile verify-receipt checks it):\n{text}")
        return
    try:
        write_new(path, text + "\n")
    except PalateError:
        print(text)
        raise
    print(f"The signed receipt is in {path}.")


def title_of(palate: Palate, item_id: str) -> str:
    """Title of an item, or its id where the catalogue no longer has it."""
    return palate.catalogue.item(item_id).label if palate.catalogue.has_row(item_id) else item_id


def _edited(
    palate: Palate,
    user: str,
    facet: str,
    value: str,
    new_value: str | None,
    preference: float | None,
    strictness: Strictness | None,
    condition: str,
) -> InterestProfile:
    """Change what the profile has, by what was given alone; add what it has not."""
    profile = palate.profile(user)
    under = condition_words(condition)
    for meant in _meant(palate, profile, facet, value, under):
        if interest_key(facet, meant, under) in profile.by_key:
            profile = palate.change_interest(
                user,
                facet,
                meant,
                preference=preference,
                strictness=strictness,
                new_value=new_value,
                condition=condition,
            )
        else:
            profile = palate.add_interest(
                user,
                facet,
                new_value or meant,
                preference=_NEW_PREFERENCE if preference is None else preference,
                strictness=strictness or Strictness.SOFT,
                condition=condition,
            )
    return profile


def _meant(
    palate: Palate, profile: InterestProfile, facet: str, value: str, condition: str
) -> tuple[str, ...]:
    """The values that were typed: as the profile spells them where it has one of them."""
    held = {i.value for i in profile.interests if (i.facet, i.condition) == (facet, condition)}
    if not held or value in held:
        return (value,)
    from interest.edits import canonical_value
    from interest.linking import Linker

    # Only here: reading the whole vocabulary again is worth it for an edit of what is there.
    linked = Linker(palate.domain, palate.catalogue).link(facet, value)
    values = linked.values if linked else (canonical_value(palate.domain.facet(facet), value)[0],)
    return values if held.intersection(values) else (value,)


def _confirmed(user: str) -> bool:
    """Ask a person; a program that cannot answer has not confirmed."""
    import sys

    if not sys.stdin.isatty():
        return False
    return typer.confirm(f"Delete everything about {user}? This cannot be undone.", err=True)
