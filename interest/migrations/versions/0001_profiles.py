"""Profiles, interests with their evidence, reactions, events and turns."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

__all__ = ["branch_labels", "depends_on", "down_revision", "revision", "upgrade"]

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def _json() -> Any:
    return sa.JSON().with_variant(JSONB(), "postgresql")


def _serial() -> Any:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _user_id(table: str) -> tuple[sa.Column[Any], sa.ForeignKeyConstraint]:
    return (
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["profiles.user_id"],
            name=f"fk_{table}_profiles",
            ondelete="CASCADE",
        ),
    )


def _evidence_columns() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("observed_at", _MOMENT, nullable=False),
    )


def upgrade() -> None:
    op.create_table(
        "profiles",
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("domain", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("schema_version", sa.Integer(), nullable=False),
        sa.Column("updated_at", _MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("user_id", name="pk_profiles"),
    )
    _create_interests()
    _create_reactions()
    _create_log()


def _create_interests() -> None:
    op.create_table(
        "interests",
        *_user_id("interests"),
        sa.Column("facet", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("preference", sa.Double[float](), nullable=False),
        sa.Column("confidence", sa.Double[float](), nullable=False),
        sa.Column("strictness", sa.Text(), nullable=False),
        sa.Column("linked", sa.Boolean(), nullable=False),
        sa.Column("valid_from", _MOMENT, nullable=False),
        sa.Column("valid_to", _MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("user_id", "facet", "value", name="pk_interests"),
    )
    op.create_index("ix_interests_facet_value", "interests", ["facet", "value"])
    op.create_table(
        "interest_evidence",
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("facet", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        *_evidence_columns(),
        sa.PrimaryKeyConstraint(
            "user_id", "facet", "value", "position", name="pk_interest_evidence"
        ),
        sa.ForeignKeyConstraint(
            ["user_id", "facet", "value"],
            ["interests.user_id", "interests.facet", "interests.value"],
            name="fk_interest_evidence_interests",
            ondelete="CASCADE",
        ),
    )


def _create_reactions() -> None:
    op.create_table(
        "reactions",
        *_user_id("reactions"),
        sa.Column("item_id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("user_id", "item_id", name="pk_reactions"),
    )
    op.create_index("ix_reactions_item_id", "reactions", ["item_id"])
    op.create_table(
        "reaction_evidence",
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("item_id", sa.Text(), nullable=False),
        *_evidence_columns(),
        sa.PrimaryKeyConstraint("user_id", "item_id", "position", name="pk_reaction_evidence"),
        sa.ForeignKeyConstraint(
            ["user_id", "item_id"],
            ["reactions.user_id", "reactions.item_id"],
            name="fk_reaction_evidence_reactions",
            ondelete="CASCADE",
        ),
    )


def _create_log() -> None:
    op.create_table(
        "events",
        sa.Column("event_id", _serial(), nullable=False),
        *_user_id("events"),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("payload", _json(), nullable=False),
        sa.PrimaryKeyConstraint("event_id", name="pk_events"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_events_user_id_event_id", "events", ["user_id", "event_id"])
    op.create_table(
        "turns",
        sa.Column("position", _serial(), nullable=False),
        *_user_id("turns"),
        sa.Column("conversation_id", sa.Text(), nullable=False),
        sa.Column("turn_id", sa.Text(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("user_text", sa.Text(), nullable=False),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("record", _json(), nullable=False),
        sa.PrimaryKeyConstraint("position", name="pk_turns"),
        sa.UniqueConstraint(
            "user_id", "conversation_id", "turn_id", name="uq_turns_user_id_conversation_id_turn_id"
        ),
        sqlite_autoincrement=True,
    )
