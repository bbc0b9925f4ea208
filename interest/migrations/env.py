"""Alembic's entry: migrate over the connection that :mod:`interest.store_migrate` passes in.

It does not configure logging and opens no connection of its own, so that a migration is part of
the caller's transaction.
"""

from __future__ import annotations

from alembic import context
from sqlalchemy.engine import Connection

from interest.account_models import AccountBase
from interest.passport_tables import Base

__all__: list[str] = []


def _migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=[Base.metadata, AccountBase.metadata],
        # SQLite cannot alter most columns in place: batch mode copies the table.
        render_as_batch=connection.dialect.name == "sqlite",
    )
    with context.begin_transaction():
        context.run_migrations()


_migrate(context.config.attributes["connection"])
