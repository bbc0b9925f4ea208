"""Passport: profiles that travel, and are forgotten, for every face and program.

It knows what may be asked about leaving, coming and going of profiles; it does not know files'
forms, HTTP or a terminal. It opens without engine and model, since moving profiles needs neither.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from agent.erasure import erase, finish_erasures
from agent.receipts import Receipt, check_receipt
from agent.store_place import store_place
from interest.errors import WorkspaceError
from interest.exports.choices import Existing, ExportFormat
from interest.exports.cloudevents import check_secret, new_secret
from interest.exports.formats import WriterFactory
from interest.exports.importing import ImportReport, import_profiles
from interest.exports.reading import read_profiles
from interest.exports.relay import Delivered, Post, Relay, check_url
from interest.exports.run import ExportReport, export_profiles, selection_for
from interest.passport import profile_to_json
from interest.progress import Progress, no_progress
from interest.sql_consents import Consent, Consents, check_destination
from interest.sql_outbox import Destination, Outbox, Standing
from interest.sql_pages import ProfilePages
from interest.sql_retention import AuditEntry, AuditTrail, Kept, Retention
from interest.sql_store import SqlStore
from retrieval.workspace_folder import WorkspaceFolder
from retrieval.workspace_key import WorkspaceKey

__all__ = ["Passport"]


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Passport:
    """What happens to whole profiles in one workspace.

    Args:
        path: The workspace.
        store: Its store.
        clock: The time, as a parameter.
    """

    def __init__(
        self, path: Path, store: SqlStore, *, clock: Callable[[], datetime] = _utc_now
    ) -> None:
        self._path = path
        self._store = store
        self._clock = clock
        self._pages = ProfilePages(store.engine)
        self._consents = Consents(store.engine)
        self._outbox = Outbox(store.engine)
        self._retention = Retention(store.engine)
        self._audit = AuditTrail(store.engine)

    @classmethod
    def open(cls, path: Path, *, clock: Callable[[], datetime] = _utc_now) -> Passport:
        """Open the profiles of a workspace, and finish deletions that a kill interrupted.

        Raises:
            WorkspaceError: There is no workspace.
            StoreError: The store cannot be opened.
        """
        folder = WorkspaceFolder(path)
        if folder.current() is None:
            raise WorkspaceError(
                f"There is no workspace in {path}.", f"Build one: {folder.demo_command}"
            )
        store = SqlStore.open(store_place(folder))
        finish_erasures(path, store, now=clock())
        return cls(path, store, clock=clock)

    def close(self) -> None:
        """Let go of files and connections."""
        self._store.close()

    def export(
        self,
        folder: Path,
        form: ExportFormat,
        *,
        destination: str | None = None,
        user_id: str | None = None,
        since: int | datetime | None = None,
        factory: WriterFactory | None = None,
        facts: Mapping[str, Any] | None = None,
        resume: bool = True,
        overwrite: bool = False,
        progress: Progress = no_progress,
    ) -> ExportReport:
        """Export profiles into a folder; see :func:`interest.exports.run.export_profiles`.

        Raises:
            InputError: The folder holds something else, or the destination cannot be one.
            DataError: It holds an interrupted export that was made otherwise.
            SetupError: The files cannot be written.
        """
        check_destination(destination or form.value)
        selection = selection_for(form, destination=destination, user_id=user_id, since=since)
        report = export_profiles(
            self._pages,
            folder,
            form,
            selection,
            now=self._clock(),
            factory=factory,
            facts=facts,
            resume=resume,
            overwrite=overwrite,
            progress=progress,
        )
        self._note(
            "exported",
            {
                "destination": destination or form.value,
                "format": form.value,
                "profiles": report.profiles,
                "left_out": report.left_out,
            },
        )
        return report

    def document(self, user_id: str) -> dict[str, Any]:
        """One profile in its published form; an empty one if nothing is known."""
        return profile_to_json(self._store.load(user_id))

    def users(self) -> tuple[str, ...]:
        """Everybody with a profile."""
        return self._store.users()

    def import_from(
        self, path: Path, *, existing: Existing = Existing.KEEP, strict: bool = False
    ) -> ImportReport:
        """Import profiles that an export wrote; see
        :func:`interest.exports.importing.import_profiles`.

        Raises:
            InputError: There is no such file, or it is of no form that is known.
            DataError: It cannot be read, or ``strict`` and a profile cannot be used.
        """
        report = import_profiles(
            partial(read_profiles, path),
            self._store,
            self._pages,
            now=self._clock(),
            existing=existing,
            strict=strict,
        )
        counts = {"added": report.added, "changed": report.changed, "bad": report.bad}
        self._note("imported", counts)
        return report

    def consents(self, user_id: str) -> tuple[Consent, ...]:
        """What somebody said about destinations."""
        return self._consents.of(user_id)

    def consent(self, user_id: str, destination: str, *, granted: bool) -> tuple[Consent, ...]:
        """Allow or refuse that somebody's profile goes to a destination: a format of exports, a
        webhook, or any name that exports are made for.

        Raises:
            InputError: The name cannot be one.
        """
        self._consents.say(user_id, destination, granted=granted, now=self._clock())
        subject = WorkspaceKey(self._path).name_hash(user_id)
        self._note("consent", {"destination": destination, "granted": granted}, subject)
        return self._consents.of(user_id)

    def add_webhook(self, name: str, url: str, *, secret: str | None = None) -> Destination:
        """Add a receiver of webhooks; without a secret it gets a fresh one.

        Raises:
            InputError: Name, address or secret cannot be used, or the name is taken.
        """
        check_destination(name)
        check_url(url)
        made = secret or new_secret()
        check_secret(made)
        return self._outbox.add(name, url, made, now=self._clock())

    def remove_webhook(self, name: str) -> int:
        """Remove a receiver with all consents to it; how many events it was owed.

        Raises:
            UnknownNameError: There is none.
        """
        return self._outbox.remove(name)

    def webhooks(self) -> tuple[Standing, ...]:
        """How each receiver stands."""
        return self._outbox.standings()

    def retry_webhooks(self, name: str | None = None) -> int:
        """Make everything that waits due now; how many events."""
        return self._outbox.retry(name)

    def deliver(self, *, post: Post | None = None, limit: int = 1000) -> Delivered:
        """Send what is due; see :class:`interest.exports.relay.Relay`."""
        return Relay(self._outbox, post=post, clock=self._clock).run(limit=limit)

    def erase(self, user_id: str) -> Receipt:
        """Remove somebody from everything in the workspace; see :func:`agent.erasure.erase`."""
        return erase(self._path, self._store, user_id, now=self._clock())

    def check_receipt(self, data: object) -> tuple[Receipt, bool]:
        """A receipt that this workspace signed, and whether nothing of its person is there now.

        Raises:
            InputError: It is none, was changed, or another workspace signed it.
        """
        receipt = check_receipt(WorkspaceKey(self._path), data)
        return receipt, receipt.user_id not in self._store.users()

    def retention(self) -> Mapping[Kept, int]:
        """The kinds of records that have an end, and after how many days it comes."""
        return self._retention.days()

    def keep(self, kind: Kept, days: int | None) -> None:
        """Set after how many days records of a kind go; None keeps them without end.

        Raises:
            InputError: That is no number of days.
        """
        self._retention.keep(kind, days)
        self._note("retention", {"kind": kind.value, "days": days})

    def apply_retention(self) -> Mapping[Kept, int]:
        """Delete what is past its time, for good; how many records of each kind."""
        gone = self._retention.apply(now=self._clock())
        if any(gone.values()):
            self._note("retention", {kind.value: count for kind, count in gone.items()})
        return gone

    def audit(self, *, limit: int = 100) -> Sequence[AuditEntry]:
        """What was done with people's data, oldest first."""
        return self._audit.entries(limit=limit)

    def _note(self, action: str, details: Mapping[str, Any], subject: str = "") -> None:
        entry = AuditEntry(at=self._clock(), action=action, subject=subject, details=details)
        self._audit.note(entry)
