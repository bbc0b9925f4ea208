"""The tables of the passport: who may receive a profile, what waits to be sent, what is kept.

It knows columns and keys, as :mod:`interest.store_models` does for profiles; it does not know how
anything is exported. Whatever has a ``user_id`` goes when the person goes.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from interest.store_models import SERIAL, Base, ProfileRow

__all__ = [
    "AuditRow",
    "Base",
    "ConsentRow",
    "CounterRow",
    "DestinationRow",
    "OutboxRow",
    "RetentionRow",
    "profiles_table",
]

#: The people themselves, for queries that join them.
profiles_table: sa.Table = ProfileRow.metadata.tables[ProfileRow.__tablename__]


class ConsentRow(Base):
    """Whether one person's profile may go to one destination; no row means that nobody asked."""

    __tablename__ = "consents"

    user_id: Mapped[str] = mapped_column(primary_key=True)
    destination: Mapped[str] = mapped_column(primary_key=True)
    granted: Mapped[bool]
    at: Mapped[datetime]


class DestinationRow(Base):
    """One receiver of webhooks. The secret signs what is sent there."""

    __tablename__ = "destinations"

    name: Mapped[str] = mapped_column(primary_key=True)
    url: Mapped[str]
    secret: Mapped[str]
    created_at: Mapped[datetime]


class OutboxRow(Base):
    """One event for one destination. The body is emptied once it was delivered."""

    __tablename__ = "outbox"
    __table_args__ = (
        sa.Index(None, "destination", "state", "position"),
        sa.Index(None, "user_id"),
        sa.UniqueConstraint("event_id"),
        {"sqlite_autoincrement": True},
    )

    position: Mapped[int] = mapped_column(SERIAL, primary_key=True)
    event_id: Mapped[str]
    destination: Mapped[str] = mapped_column(sa.ForeignKey("destinations.name", ondelete="CASCADE"))
    user_id: Mapped[str]
    kind: Mapped[str]
    body: Mapped[str]
    created_at: Mapped[datetime]
    state: Mapped[str]
    attempts: Mapped[int]
    due_at: Mapped[datetime | None]
    leased_until: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    problem: Mapped[str]


class CounterRow(Base):
    """A number that only grows, raised in the transaction that uses it."""

    __tablename__ = "counters"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[int] = mapped_column(sa.BigInteger())


class RetentionRow(Base):
    """How many days one kind of record is kept."""

    __tablename__ = "retention"

    kind: Mapped[str] = mapped_column(primary_key=True)
    days: Mapped[int]


class AuditRow(Base):
    """What was done with people's data, without any of it: people are keyed hashes here."""

    __tablename__ = "audit_trail"
    __table_args__ = ({"sqlite_autoincrement": True},)

    position: Mapped[int] = mapped_column(SERIAL, primary_key=True)
    at: Mapped[datetime]
    action: Mapped[str]
    subject: Mapped[str]
    details: Mapped[dict[str, Any]]
