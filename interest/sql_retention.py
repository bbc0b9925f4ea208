"""Retention and the audit trail: how long records are kept, and what was done with them.

It knows kinds of records and days; it does not know what the records say. Interests and reactions
are kept until somebody deletes them: they are what the person sees and edits. What only shows how
they came about may be given an end.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from interest.errors import InputError
from interest.passport_tables import AuditRow, OutboxRow, RetentionRow
from interest.store_engine import reading, scrub, writing
from interest.store_models import EventRow, TurnRow

__all__ = ["AuditEntry", "AuditTrail", "Kept", "Retention"]

_LONGEST_DAYS = 36_500


class Kept(StrEnum):
    """A kind of record that can be given an end."""

    CONVERSATIONS = "conversations"  #: what was said and answered, turn by turn
    EVENTS = "events"  #: the log of what changed a profile
    DELIVERIES = "deliveries"  #: notes of webhooks that were delivered (without their content)
    AUDIT = "audit"  #: the audit trail


@dataclass(frozen=True, kw_only=True, slots=True)
class AuditEntry:
    """One line of the audit trail.

    Attributes:
        at: When.
        action: What was done: ``erased``, ``exported``, ``imported``, ``consent``, ``retention``.
        subject: Keyed hash of the person, or "" where it was nobody in particular.
        details: Counts and names of destinations; never anything that somebody said.
    """

    at: datetime
    action: str
    subject: str
    details: Mapping[str, Any]


class Retention:
    """How long records are kept; by default without end."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def days(self) -> Mapping[Kept, int]:
        """The kinds that have an end, and after how many days it comes."""
        query = sa.select(RetentionRow.kind, RetentionRow.days)
        with reading(self._engine) as connection:
            found = {str(kind): int(days) for kind, days in connection.execute(query)}
        return {kind: found[kind.value] for kind in Kept if kind.value in found}

    def keep(self, kind: Kept, days: int | None) -> None:
        """Set after how many days records of a kind go; None keeps them without end.

        Raises:
            InputError: That is no number of days.
        """
        if days is not None and not 1 <= days <= _LONGEST_DAYS:
            raise InputError(
                f"{days} days cannot be a retention time.", f"Use 1 to {_LONGEST_DAYS}, or forever."
            )
        with writing(self._engine) as connection:
            connection.execute(sa.delete(RetentionRow).where(RetentionRow.kind == kind.value))
            if days is not None:
                connection.execute(sa.insert(RetentionRow).values(kind=kind.value, days=days))

    def apply(self, *, now: datetime) -> Mapping[Kept, int]:
        """Delete what is past its time, for good; how many records of each kind went.

        Raises:
            StoreError: The records are gone, but their words may still be in the file: somebody
                else is using it.
        """
        days = self.days()
        gone: dict[Kept, int] = {}
        with writing(self._engine) as connection:
            for kind, keep in days.items():
                gone[kind] = _purge(connection, kind, now - timedelta(days=keep))
        if any(gone.values()):
            scrub(self._engine, [table.__tablename__ for table in (TurnRow, EventRow, OutboxRow)])
        return gone


def _purge(connection: Connection, kind: Kept, before: datetime) -> int:
    match kind:
        case Kept.CONVERSATIONS:
            query = sa.delete(TurnRow).where(TurnRow.at < before)
        case Kept.EVENTS:
            query = sa.delete(EventRow).where(EventRow.at < before)
        case Kept.DELIVERIES:
            # The last note of each stays: it says who has to be told if the person is deleted.
            last = sa.select(sa.func.max(OutboxRow.position)).group_by(
                OutboxRow.destination, OutboxRow.user_id
            )
            old = OutboxRow.delivered_at < before
            query = sa.delete(OutboxRow).where(old, OutboxRow.position.not_in(last))
        case Kept.AUDIT:
            query = sa.delete(AuditRow).where(AuditRow.at < before)
    return connection.execute(query).rowcount


class AuditTrail:
    """What was done with people's data, oldest first."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def note(self, entry: AuditEntry) -> None:
        """Append a line."""
        with writing(self._engine) as connection:
            connection.execute(
                sa.insert(AuditRow).values(
                    at=entry.at,
                    action=entry.action,
                    subject=entry.subject,
                    details=dict(entry.details),
                )
            )

    def entries(self, *, action: str | None = None, limit: int = 100) -> tuple[AuditEntry, ...]:
        """The last lines, oldest first."""
        query = sa.select(AuditRow.at, AuditRow.action, AuditRow.subject, AuditRow.details)
        if action is not None:
            query = query.where(AuditRow.action == action)
        query = query.order_by(AuditRow.position.desc()).limit(limit)
        with reading(self._engine) as connection:
            rows = connection.execute(query).mappings().all()
        return tuple(AuditEntry(**row) for row in reversed(rows))
