"""The migrations lead from nothing to exactly the tables that the models describe."""

from __future__ import annotations

import logging
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from interest.account_models import AccountBase
from interest.account_store import AccountStore
from interest.accounts import Account, Role
from interest.evidence import Evidence, Source
from interest.interests import Interest, Strictness
from interest.profile import ReactionKind
from interest.sql_pages import ProfilePages, Selection
from interest.sql_store import SqlStore
from interest.store_engine import open_engine, reading, store_url, writing
from interest.store_migrate import HEAD, migrate
from interest.store_models import Base


def test_blank_to_head(tmp_path: Path) -> None:
    path = tmp_path / "palate.db"
    SqlStore.open(path).close()
    with closing(sqlite3.connect(path)) as connection:
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [(HEAD,)]
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert set(Base.metadata.tables) | set(AccountBase.metadata.tables) <= tables


def test_one_line_of_migrations_ends_at_head() -> None:
    config = Config()
    config.set_main_option("script_location", "interest:migrations")
    scripts = ScriptDirectory.from_config(config)
    assert scripts.get_heads() == [HEAD]
    assert scripts.get_bases() == ["0001"]


def test_models_and_migrations_agree(tmp_path: Path) -> None:
    engine = open_engine(store_url(tmp_path / "palate.db"))
    migrate(engine)
    with reading(engine) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        both = sa.MetaData(naming_convention=Base.metadata.naming_convention)
        for metadata in (Base.metadata, AccountBase.metadata):
            for table in metadata.sorted_tables:
                table.to_metadata(both)
        assert compare_metadata(context, both) == []
    engine.dispose()


def _description(engine: sa.Engine) -> dict[str, object]:
    """Everything the inspector tells about the tables, names of constraints included."""
    found = sa.inspect(engine)
    return {
        table: (
            [{**column, "type": str(column["type"])} for column in found.get_columns(table)],
            found.get_pk_constraint(table),
            sorted(found.get_foreign_keys(table), key=lambda key: str(key["name"])),
            found.get_unique_constraints(table),
            sorted(found.get_indexes(table), key=lambda index: str(index["name"])),
            found.get_check_constraints(table),
        )
        for table in found.get_table_names()
        if table != "alembic_version"
    }


def test_migrated_tables_are_the_created_ones(tmp_path: Path) -> None:
    migrated = open_engine(store_url(tmp_path / "migrated.db"))
    migrate(migrated)
    created = open_engine(store_url(tmp_path / "created.db"))
    with writing(created) as connection:
        Base.metadata.create_all(connection)
        AccountBase.metadata.create_all(connection)
    assert _description(migrated) == _description(created)
    migrated.dispose()
    created.dispose()


def test_opening_says_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    before = (logging.getLogger().level, list(logging.getLogger().handlers))
    with caplog.at_level(logging.WARNING):
        SqlStore.open(tmp_path / "palate.db").close()
    assert caplog.records == []
    assert (logging.getLogger().level, list(logging.getLogger().handlers)) == before


def test_many_may_open_a_new_store_at_once(tmp_path: Path) -> None:
    paths = [tmp_path / f"{n % 2}.db" for n in range(8)]
    start = threading.Barrier(len(paths))

    def open_store(path: Path) -> tuple[str, ...]:
        start.wait(timeout=30)
        store = SqlStore.open(path)
        try:
            return store.users()
        finally:
            store.close()

    with ThreadPoolExecutor(max_workers=len(paths)) as pool:
        assert list(pool.map(open_store, paths)) == [()] * len(paths)


def _first_schema(path: Path) -> None:
    """A store as the first release left it, with one interest, its two quotes and a reaction."""
    engine = open_engine(store_url(path))
    with writing(engine) as connection:
        config = Config()
        config.set_main_option("script_location", "interest:migrations")
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        for statement in (
            "INSERT INTO profiles VALUES ('ada', 'movies', 3, 1, '2026-03-01 12:00:00.000000')",
            "INSERT INTO interests VALUES ('ada', 'year', '1980', 0, 0.8, 0.75, 'hard', 1, "
            "'2026-03-01 11:00:00.250000', NULL)",
            "INSERT INTO interest_evidence VALUES "
            "('ada', 'year', '1980', 0, 'chat', 't1', 5, 9, '1980', '2026-03-01 11:00:00.250000'), "
            "('ada', 'year', '1980', 1, 'chat', 't2', 0, 4, '1980', '2026-03-01 12:00:00.000000')",
            "INSERT INTO reactions VALUES ('ada', '949', 0, 'liked', '2026-03-01 12:00:00.000000')",
            "INSERT INTO reaction_evidence VALUES "
            "('ada', '949', 0, 'chat', 't1', 0, 4, 'Heat', '2026-03-01 12:00:00.000000')",
        ):
            connection.execute(sa.text(statement))
    engine.dispose()


def test_what_the_first_schema_held_always_holds(tmp_path: Path) -> None:
    path = tmp_path / "palate.db"
    _first_schema(path)
    store = SqlStore.open(path)
    profile = store.load("ada")
    (interest,) = profile.interests
    first, second = (
        Evidence(
            source=Source.CHAT,
            source_id=text,
            start=start,
            end=start + 4,
            quote="1980",
            observed_at=at,
        )
        for text, start, at in (
            ("t1", 5, datetime(2026, 3, 1, 11, 0, 0, 250000, tzinfo=UTC)),
            ("t2", 0, datetime(2026, 3, 1, 12, tzinfo=UTC)),
        )
    )
    assert interest == Interest(
        facet="year",
        value="1980",
        preference=0.8,
        confidence=0.75,
        strictness=Strictness.HARD,
        evidence=(first, second),
        valid_from=datetime(2026, 3, 1, 11, 0, 0, 250000, tzinfo=UTC),
        linked=True,
        condition="",
    )
    assert profile.items(ReactionKind.LIKED) == ("949",)
    with_kids = replace(interest, condition="with the kids", preference=-0.8)
    saved = store.save(replace(profile, interests=(interest, with_kids)))
    assert store.load("ada") == saved
    assert saved.revision == 4
    store.close()


def test_the_first_schema_becomes_the_created_one(tmp_path: Path) -> None:
    _first_schema(tmp_path / "migrated.db")
    migrated = open_engine(store_url(tmp_path / "migrated.db"))
    migrate(migrated)
    created = open_engine(store_url(tmp_path / "created.db"))
    with writing(created) as connection:
        Base.metadata.create_all(connection)
        AccountBase.metadata.create_all(connection)
    assert _description(migrated) == _description(created)
    migrated.dispose()
    created.dispose()


def _upgraded_to(url: str, revision: str) -> sa.Engine:
    """An empty store as an older release made it."""
    engine = open_engine(store_url(url))
    with writing(engine) as connection:
        config = Config()
        config.set_main_option("script_location", "interest:migrations")
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    return engine


@pytest.mark.parametrize("revision", ["0001", "0002"])
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_a_store_of_any_release_gets_accounts_and_keeps_what_it_has(
    revision: str, database: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = f"sqlite:///{tmp_path / 'palate.db'}"
    if database == "postgresql":
        url = _empty_database(request.getfixturevalue("postgres_url"), f"from_{revision}")
    engine = _upgraded_to(url, revision)
    with writing(engine) as connection:
        for statement in (
            "INSERT INTO profiles VALUES ('ada', 'movies', 3, 1, '2026-03-01 12:00:00+00:00')",
            "INSERT INTO turns (user_id, conversation_id, turn_id, at, user_text, reply, record) "
            "VALUES ('ada', 'main', 't1', '2026-03-01 12:00:00+00:00', 'hello', 'hi', '{}')",
        ):
            connection.execute(sa.text(statement.replace("+00:00", _zone(database))))
    engine.dispose()
    accounts = AccountStore.open(url)
    assert accounts.accounts() == ()
    account = Account(user_id="ada", role=Role.USER, created_at=datetime(2026, 3, 2, tzinfo=UTC))
    accounts.add(account, "hash")
    assert accounts.accounts() == (account,)
    accounts.close()
    store = SqlStore.open(url)
    assert store.load("ada").revision == 3
    (turn,) = store.turns("ada", "main")
    assert (turn.user_text, turn.at) == ("hello", datetime(2026, 3, 1, 12, tzinfo=UTC))
    store.close()


def _zone(database: str) -> str:
    """How the moment is written by hand: SQLite keeps it without a zone."""
    return "+00:00" if database == "postgresql" else ".000000"


def _empty_database(url: str, name: str) -> str:
    """A database of its own on a server; URL."""
    engine = sa.create_engine(store_url(url), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.text(f"DROP DATABASE IF EXISTS {name}"))
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return store_url(url).set(database=name).render_as_string(hide_password=False)


def test_people_of_an_older_store_are_numbered_as_changes(tmp_path: Path) -> None:
    path = tmp_path / "palate.db"
    _first_schema(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("INSERT INTO profiles VALUES ('bob', 'movies', 1, 1, NULL)")
        connection.commit()
    store = SqlStore.open(path)
    pages = ProfilePages(store.engine)
    assert pages.last_change() == 2
    everybody = Selection()
    assert [p.user_id for p in pages.page(everybody, after=None, size=9)] == ["ada", "bob"]
    saved = store.save(store.load("ada"))
    changed = pages.page(Selection(since_change=2), after=None, size=9)
    assert changed == [saved]
    assert pages.last_change() == 3
    store.close()
