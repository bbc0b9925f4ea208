"""``palate profile bring``: a history from another service, previewed and then brought.

It parses, calls :class:`agent.palate.Palate` and prints; it decides nothing.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from interest.errors import InputError
from ui.cli.opening import opened
from ui.cli.output import say
from ui.cli.settings import (
    DEFAULT_USER,
    DEFAULT_WORKSPACE,
    LlmOption,
    UserOption,
    VerboseOption,
    WorkspaceOption,
)
from ui.words import counted

if TYPE_CHECKING:
    from agent.bringing import HistoryPreview
    from agent.palate import Palate

__all__ = ["bring"]

_SHOWN = 15


def bring(
    path: Annotated[
        Path,
        typer.Argument(help="Letterboxd zip, IMDb ratings CSV, Goodreads CSV or Trakt JSON."),
    ],
    user: UserOption = DEFAULT_USER,
    yes: Annotated[bool, typer.Option("--yes", help="Bring it without asking.")] = False,
    choose: Annotated[
        list[str] | None,
        typer.Option("--choose", help="PLACE=ITEM for a record that is unsure, as shown."),
    ] = None,
    llm: LlmOption = None,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    verbose: VerboseOption = False,
) -> None:
    """Bring your history from another service: ratings become likes and dislikes, your reviews
    become interests with your own words, and what you have seen is not recommended again.

    What would happen is shown first. Bringing the same file again changes nothing.

    Example:

    \b
      palate profile bring letterboxd-ada-2026-05-01.zip --user ada
    """
    choices = dict(_choice(text) for text in choose or ())
    with opened(workspace, llm=llm) as palate:
        preview = palate.preview_history(path)
        unknown = set(choices) - {entry.record.place for entry in preview.unsure}
        if unknown:
            raise InputError(
                f"Nothing unsure stands at {sorted(unknown)[0]!r}.", "Copy the place as shown."
            )
        _show(palate, preview)
        if not yes and not _confirmed(user):
            raise InputError("Nothing was brought.", "Pass --yes to bring it.")
        before = palate.profile(user)
        after = palate.bring_history(user, preview, choices=choices)
    if after.revision == before.revision:
        print("Nothing changed: all of it was there already.")
        return
    new = set(after.by_key) - set(before.by_key)
    fresh = set(after.reactions) - set(before.reactions)
    brought = f"{counted(len(fresh), 'reaction')} and {counted(len(new), 'new interest')}"
    print(f"Brought {brought}.")


def _choice(text: str) -> tuple[str, str]:
    place, found, item_id = text.rpartition("=")
    if not found or not place or not item_id:
        raise InputError(f"--choose {text!r} is not PLACE=ITEM.", "Copy the place as shown.")
    return place, item_id


def _show(palate: Palate, preview: HistoryPreview) -> None:
    from ui.cli.profile import title_of
    from ui.cli.show import plain

    kinds = Counter(entry.kind.value for entry in preview.matched)
    counts = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items())) or "nothing"
    reviews = sum(bool(entry.record.review) for entry in preview.matched)
    print(f"{preview.service}: {len(preview.matched)} matched ({counts}; {reviews} with a review)")
    if preview.unsure:
        print(f"Unsure, not brought unless chosen: {len(preview.unsure)}")
    for entry in preview.unsure[:_SHOWN]:
        could = ", ".join(f"{item}: {title_of(palate, item)}" for item in entry.match.candidates)
        title = f"{entry.record.title} ({entry.record.year or 'no year'})"
        print(plain(f"  {entry.record.place}: {title}, {entry.match.how}: {could}"))
    if preview.missing:
        print(f"Not matched: {len(preview.missing)}")
    for entry in preview.missing[:_SHOWN]:
        title = f"{entry.record.title} ({entry.record.year or 'no year'})"
        print(plain(f"  {entry.record.place}: {title}, {entry.match.how}"))
    hidden = max(len(preview.unsure) - _SHOWN, 0) + max(len(preview.missing) - _SHOWN, 0)
    if hidden:
        print(f"  … and {hidden} more")
    for reason, count in preview.passed_over.items():
        print(f"Passed over: {count}, {reason}")
    for problem in preview.problems[:_SHOWN]:
        say(plain(f"Not readable: {problem}"))


def _confirmed(user: str) -> bool:
    """Ask a person; a program that cannot answer has not confirmed."""
    if not sys.stdin.isatty():
        return False
    return typer.confirm(f"Bring this into the profile of {user}?", err=True)
