"""Interests get a condition, which is part of their key; what was stored before has none.

A key cannot be changed in place on SQLite, and copying the table in batch mode would drop it with
its quotes cascading away. So both tables are put aside, made anew and filled, which is the same
few statements on every database and part of one transaction.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

__all__ = ["branch_labels", "depends_on", "down_revision", "revision", "upgrade"]

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_INTEREST = (
    "user_id, facet, value, position, preference, confidence, strictness, linked, valid_from, "
    "valid_to"
)
_QUOTE = 'user_id, facet, value, position, source, source_id, start, "end", quote, observed_at'


def upgrade() -> None:
    # The quotes go first: they refer to the interests.
    for table in ("interest_evidence", "interests"):
        op.execute(f"CREATE TABLE {table}_0001 AS SELECT * FROM {table}")
        op.drop_table(table)
    _create_interests()
    _create_evidence()
    for table, columns in (("interests", _INTEREST), ("interest_evidence", _QUOTE)):
        op.execute(
            f"INSERT INTO {table} ({columns}, condition) SELECT {columns}, '' FROM {table}_0001"
        )
        op.drop_table(f"{table}_0001")


def _key() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("facet", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("condition", sa.Text(), server_default="", nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
    )


def _create_interests() -> None:
    op.create_table(
        "interests",
        *_key(),
        sa.Column("preference", sa.Double[float](), nullable=False),
        sa.Column("confidence", sa.Double[float](), nullable=False),
        sa.Column("strictness", sa.Text(), nullable=False),
        sa.Column("linked", sa.Boolean(), nullable=False),
        sa.Column("valid_from", _MOMENT, nullable=False),
        sa.Column("valid_to", _MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("user_id", "facet", "value", "condition", name="pk_interests"),
        sa.ForeignKeyConstraint(
            ["user_id"], ["profiles.user_id"], name="fk_interests_profiles", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_interests_facet_value", "interests", ["facet", "value"])


def _create_evidence() -> None:
    op.create_table(
        "interest_evidence",
        *_key(),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("observed_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint(
            "user_id", "facet", "value", "condition", "position", name="pk_interest_evidence"
        ),
        sa.ForeignKeyConstraint(
            ["user_id", "facet", "value", "condition"],
            [
                "interests.user_id",
                "interests.facet",
                "interests.value",
                "interests.condition",
            ],
            name="fk_interest_evidence_interests",
            ondelete="CASCADE",
        ),
    )
