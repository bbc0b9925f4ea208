"""``palate profile`` beyond reading and editing: export, import, consent, receipts.

It parses, calls :class:`agent.passport.Passport` and prints; it decides nothing.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from interest.errors import DataError, InputError
from interest.exports.choices import Existing, ExportFormat
from ui.cli.output import answers_only, say, write_json
from ui.cli.settings import (
    DEFAULT_USER,
    DEFAULT_WORKSPACE,
    UserOption,
    VerboseOption,
    WorkspaceOption,
)
from ui.words import counted

if TYPE_CHECKING:
    from agent.passport import Passport
    from interest.exports.run import ExportReport

__all__ = ["consent", "export", "import_profiles", "passport_opened", "verify_receipt"]

_PROBLEMS_SHOWN = 10


@contextmanager
def passport_opened(workspace: Path) -> Generator[Passport]:
    """Open the profiles of a workspace, without engine and model."""
    with answers_only():
        from agent.passport import Passport

        passport = Passport.open(workspace)
    try:
        yield passport
    finally:
        passport.close()


def export(
    user: UserOption = DEFAULT_USER,
    everybody: Annotated[
        bool, typer.Option("--all", help="Everybody who agrees, not one person.")
    ] = False,
    form: Annotated[
        ExportFormat | None,
        typer.Option("--format", help="Form of the export; one JSON document without it."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="File, or with --format folder; standard output without it."),
    ] = None,
    destination: Annotated[
        str | None,
        typer.Option("--destination", help="What people consented to; by default the format."),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(
            "--since", help="Only what changed after this change number, or since this time."
        ),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume/--no-resume", help="Go on with an interrupted export.")
    ] = True,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace the export.")] = False,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    verbose: VerboseOption = False,
) -> None:
    """Export one profile, or everybody's, with all evidence.

    One person's own copy asks nobody. With --all, feast, gorse and segment take only those who
    allowed it, and the other formats leave out those who refused; with --destination everybody
    must have allowed that destination. See: palate profile consent.

    Examples:

    \b
      palate profile export --user ada --out ada.json
      palate profile export --all --format parquet --out profiles
      palate profile export --all --format segment --since 1234 --out calls
    """
    if form is None:
        if everybody or since or destination:
            raise InputError(
                "--all, --since and --destination need a form.", "Add --format, such as jsonl."
            )
        _one_document(user, out, workspace, overwrite=overwrite)
        return
    if out is None:
        raise InputError("An export with --format needs a folder.", "Add --out FOLDER.")
    if not everybody:
        _require(user, workspace)
    report = _export(
        workspace,
        out,
        form,
        destination=destination,
        user=None if everybody else user,
        since=_since(since),
        resume=resume,
        overwrite=overwrite,
    )
    say(f"Wrote {counted(report.profiles, 'profile')} to {out}.")
    if report.left_out:
        say(f"Left out for want of consent: {report.left_out}.")
    say(f"The next export of what changed: --since {report.until}")


def import_profiles(
    path: Annotated[Path, typer.Argument(help="A .jsonl, .json or .parquet file, or a folder.")],
    existing: Annotated[
        Existing, typer.Option("--existing", help="What happens to those who are there already.")
    ] = Existing.KEEP,
    strict: Annotated[
        bool, typer.Option("--strict", help="One bad profile, and nothing is imported.")
    ] = False,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    verbose: VerboseOption = False,
) -> None:
    """Import profiles in the published form; lines that cannot be used are named.

    Importing the same again changes nothing.

    Example:

    \b
      palate profile import profiles --existing merge
    """
    with passport_opened(workspace) as passport:
        report = passport.import_from(path, existing=existing, strict=strict)
    print(
        f"{report.added} new, {report.changed} changed, {report.unchanged} as they were, "
        f"{report.kept} kept, {report.bad} bad."
    )
    for problem in report.problems[:_PROBLEMS_SHOWN]:
        say(f"  {problem}")
    hidden = report.bad + report.kept - _PROBLEMS_SHOWN
    if hidden > 0:
        say(f"  … and {hidden} more")
    if report.bad and not (report.added or report.changed or report.unchanged or report.kept):
        raise DataError("Nothing could be imported.", f"Check that {path} is an export.")


def consent(
    user: UserOption = DEFAULT_USER,
    allow: Annotated[
        list[str] | None, typer.Option("--allow", help="Destination that may have the profile.")
    ] = None,
    refuse: Annotated[
        list[str] | None, typer.Option("--refuse", help="Destination that may not have it.")
    ] = None,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    verbose: VerboseOption = False,
) -> None:
    """Show where a profile may go, allow a destination or refuse it.

    A destination is a format of exports (segment, feast …), a webhook, or a name that exports are
    made for. Nothing goes to webhooks, feast, gorse or segment without a yes.

    Example:

    \b
      palate profile consent --user ada --allow segment --refuse parquet
    """
    both = set(allow or ()) & set(refuse or ())
    if both:
        raise InputError(f"{sorted(both)[0]!r} is both allowed and refused.", "Choose one.")
    with passport_opened(workspace) as passport:
        for name in allow or ():
            passport.consent(user, name, granted=True)
        for name in refuse or ():
            passport.consent(user, name, granted=False)
        said = passport.consents(user)
    for entry in said:
        word = "allowed" if entry.granted else "refused"
        print(f"{entry.destination}: {word} on {entry.at:%Y-%m-%d}")
    if not said:
        print(f"{user} has said nothing: webhooks, feast, gorse and segment get nothing.")


def verify_receipt(
    path: Annotated[Path, typer.Argument(help="The receipt, as JSON.")],
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    verbose: VerboseOption = False,
) -> None:
    """Check that a receipt of a deletion is genuine, and that nothing came back since.

    Example:

    \b
      palate profile verify-receipt receipt.json
    """
    import json

    try:
        data: object = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{path} cannot be read as JSON: {error}.", "Check the path.") from error
    with passport_opened(workspace) as passport:
        receipt, gone = passport.check_receipt(data)
    print(f"Genuine: {counted(receipt.total, 'record')} of {receipt.user_id} removed {receipt.at}.")
    print("There is no profile now." if gone else "There is a profile again: it was made later.")


def _one_document(user: str, out: Path | None, workspace: Path, *, overwrite: bool) -> None:
    import json

    from ui.files import write_new

    with passport_opened(workspace) as passport:
        exported = passport.document(user)
    if out is None:
        write_json(exported)
        return
    write_new(out, json.dumps(exported, ensure_ascii=False, indent=2) + "\n", overwrite=overwrite)
    say(f"Wrote the profile of {user} to {out}.")


def _require(user: str, workspace: Path) -> None:
    from interest.errors import UnknownNameError

    with passport_opened(workspace) as passport:
        if user not in passport.users():
            raise UnknownNameError(f"There is nobody named {user!r}.", "Nothing was exported.")


def _export(
    workspace: Path,
    out: Path,
    form: ExportFormat,
    *,
    destination: str | None,
    user: str | None,
    since: int | datetime | None,
    resume: bool,
    overwrite: bool,
) -> ExportReport:
    from ui.cli.bars import progress_bars

    with passport_opened(workspace) as passport, progress_bars() as progress:
        factory, facts = None, None
        if form is ExportFormat.VECTORS:
            from agent.user_vectors import vector_writer

            factory, facts = vector_writer(workspace)
        return passport.export(
            out,
            form,
            destination=destination,
            user_id=user,
            since=since,
            factory=factory,
            facts=facts,
            resume=resume,
            overwrite=overwrite,
            progress=progress,
        )


def _since(text: str | None) -> int | datetime | None:
    if text is None:
        return None
    if text.isdigit():
        return int(text)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise InputError(
            f"--since {text!r} is neither a change number nor a time.",
            "Use the number that the last export printed, or a time such as 2026-05-01.",
        ) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
