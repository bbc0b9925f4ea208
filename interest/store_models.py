"""The tables of the profile store, as SQLAlchemy models.

It knows columns and keys; it does not know profiles. Only :mod:`interest.sql_store`, the
passport's tables and the migrations import it. Interests and their quotes are rows, so that they
can be queried.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

__all__ = [
    "SERIAL",
    "AnswerRow",
    "Base",
    "EventRow",
    "InterestEvidenceRow",
    "InterestRow",
    "ProfileRow",
    "ReactionEvidenceRow",
    "ReactionRow",
    "TurnRow",
    "UtcDateTime",
]


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """A moment, kept in UTC: SQLite has no time zones and PostgreSQL answers in its own."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


#: Ids that only grow: 64 bits on PostgreSQL, SQLite's own row id there.
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


class Base(DeclarativeBase):
    """All tables; constraints have names, so that later migrations can change them."""

    metadata = sa.MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "fk": "fk_%(table_name)s_%(referred_table_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        str: sa.Text(),
        float: sa.Double[float](),
        datetime: UtcDateTime(),
        dict[str, Any]: sa.JSON().with_variant(JSONB(), "postgresql"),
    }


def _owner() -> Mapped[str]:
    """The user id as first part of a key; rows go when the profile goes."""
    return mapped_column(sa.ForeignKey("profiles.user_id", ondelete="CASCADE"), primary_key=True)


class ProfileRow(Base):
    """One person."""

    __tablename__ = "profiles"

    user_id: Mapped[str] = mapped_column(primary_key=True)
    domain: Mapped[str]
    revision: Mapped[int]
    schema_version: Mapped[int]
    updated_at: Mapped[datetime | None]
    #: Number of the save among all saves of the store: "what changed since".
    change: Mapped[int] = mapped_column(sa.BigInteger(), server_default="0", index=True)


class InterestRow(Base):
    """One interest of one person."""

    __tablename__ = "interests"
    __table_args__ = (sa.Index(None, "facet", "value"),)

    user_id: Mapped[str] = _owner()
    facet: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(primary_key=True)
    condition: Mapped[str] = mapped_column(primary_key=True, server_default="")
    position: Mapped[int]
    preference: Mapped[float]
    confidence: Mapped[float]
    strictness: Mapped[str]
    linked: Mapped[bool]
    valid_from: Mapped[datetime]
    valid_to: Mapped[datetime | None]


class InterestEvidenceRow(Base):
    """One quote that shows an interest."""

    __tablename__ = "interest_evidence"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["user_id", "facet", "value", "condition"],
            [
                "interests.user_id",
                "interests.facet",
                "interests.value",
                "interests.condition",
            ],
            ondelete="CASCADE",
        ),
    )

    user_id: Mapped[str] = mapped_column(primary_key=True)
    facet: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(primary_key=True)
    condition: Mapped[str] = mapped_column(primary_key=True, server_default="")
    position: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str]
    source_id: Mapped[str]
    start: Mapped[int]
    end: Mapped[int]
    quote: Mapped[str]
    observed_at: Mapped[datetime]


class ReactionRow(Base):
    """What one person did with one item."""

    __tablename__ = "reactions"
    __table_args__ = (sa.Index(None, "item_id"),)

    user_id: Mapped[str] = _owner()
    item_id: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    kind: Mapped[str]
    at: Mapped[datetime]


class ReactionEvidenceRow(Base):
    """One quote or act that shows a reaction."""

    __tablename__ = "reaction_evidence"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["user_id", "item_id"], ["reactions.user_id", "reactions.item_id"], ondelete="CASCADE"
        ),
    )

    user_id: Mapped[str] = mapped_column(primary_key=True)
    item_id: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str]
    source_id: Mapped[str]
    start: Mapped[int]
    end: Mapped[int]
    quote: Mapped[str]
    observed_at: Mapped[datetime]


class EventRow(Base):
    """One line of the append-only log. Ids rise over all users and are never given twice."""

    __tablename__ = "events"
    __table_args__ = (sa.Index(None, "user_id", "event_id"), {"sqlite_autoincrement": True})

    event_id: Mapped[int] = mapped_column(SERIAL, primary_key=True)
    user_id: Mapped[str] = mapped_column(sa.ForeignKey("profiles.user_id", ondelete="CASCADE"))
    kind: Mapped[str]
    at: Mapped[datetime]
    payload: Mapped[dict[str, Any]]


class TurnRow(Base):
    """One turn of a conversation."""

    __tablename__ = "turns"
    __table_args__ = (
        sa.UniqueConstraint("user_id", "conversation_id", "turn_id"),
        {"sqlite_autoincrement": True},
    )

    position: Mapped[int] = mapped_column(SERIAL, primary_key=True)
    user_id: Mapped[str] = mapped_column(sa.ForeignKey("profiles.user_id", ondelete="CASCADE"))
    conversation_id: Mapped[str]
    turn_id: Mapped[str]
    at: Mapped[datetime]
    user_text: Mapped[str]
    reply: Mapped[str]
    record: Mapped[dict[str, Any]]


class AnswerRow(Base):
    """The answer to a request that may be sent again; without a status while it is worked on.

    It holds words of the profile, so it goes when the person is deleted.
    """

    __tablename__ = "answers"
    __table_args__ = (sa.Index(None, "started_at"),)

    user_id: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[str]
    started_at: Mapped[datetime]
    status: Mapped[int | None]
    media_type: Mapped[str]
    body: Mapped[str]
