"""Bring a store's tables up to date when it is opened.

It knows the way from any released schema to the newest; it does not know what is in the tables.
"""

from __future__ import annotations

import threading

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from interest.errors import StoreError
from interest.store_engine import reading, writing

__all__ = ["HEAD", "migrate"]

#: The newest migration. Kept here so that a store that is up to date opens without Alembic.
HEAD = "0004"

# Alembic keeps the migration that is running in a global: one at a time in this process.
_ALEMBIC = threading.Lock()
# Any number, the same in every process: it keeps two of them from migrating at once.
_LOCK = 7_031_592


def migrate(engine: Engine) -> None:
    """Apply the migrations that are missing, all in one transaction.

    Raises:
        StoreError: The store is newer than this program, or cannot be read or written.
    """
    with reading(engine) as connection:
        if _version(connection) == HEAD:
            return
    with writing(engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
        _upgrade(connection)


def _version(connection: Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()


def _upgrade(connection: Connection) -> None:
    # Imported here: a store that is up to date does not need it.
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", "interest:migrations")
    config.attributes["connection"] = connection
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    version = _version(connection)
    if version is not None and version not in known:
        raise StoreError(
            f"The store has schema {version!r}, which this version of Palate does not know.",
            "Install the version that wrote it, or a newer one.",
        )
    with _ALEMBIC:
        command.upgrade(config, "head")
