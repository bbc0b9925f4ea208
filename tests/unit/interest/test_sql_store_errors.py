"""What goes wrong with a store's file says what to do about it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError

from interest.errors import InputError, SetupError, StoreError
from interest.profile import InterestProfile
from interest.sql_store import SqlStore
from interest.store import Event, EventKind
from interest.store_engine import open_engine, store_url, translated
from interest.store_migrate import migrate

NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A store with one profile in it."""
    path = tmp_path / "palate.db"
    store = SqlStore.open(path)
    store.save(
        InterestProfile(user_id="ada"),
        events=[Event(kind=EventKind.SAID, at=NOW, payload={"text": "x" * 50_000})],
    )
    store.close()
    return path


@pytest.fixture
def locked(path: Path) -> Iterator[Path]:
    """The same, with another program in the middle of writing."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield path
        other.execute("ROLLBACK")


def test_locked_store_is_read_but_not_written(locked: Path) -> None:
    store = SqlStore.open(locked, wait_seconds=0.1)
    held = store.load("ada")
    assert held.revision == 1
    with pytest.raises(StoreError, match=r"palate\.db is locked .* Try again"):
        store.save(held)
    store.close()


def test_delete_that_cannot_scrub_says_what_is_left(path: Path) -> None:
    store = SqlStore.open(path, wait_seconds=0.1)
    with closing(sqlite3.connect(path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM profiles").fetchone()
        with pytest.raises(StoreError, match=r"2 rows of 'ada' are deleted, but .* delete again"):
            store.delete("ada")
        reader.execute("ROLLBACK")
    assert store.users() == ()
    assert set(store.delete("ada").values()) == {0}
    assert b"x" * 100 not in path.read_bytes()
    store.close()


def test_read_only_store(path: Path) -> None:
    store = SqlStore.open(f"sqlite:///file:{path}?mode=ro&uri=true")
    held = store.load("ada")
    with pytest.raises(StoreError, match=r"cannot be written.* Make the file and its folder"):
        store.save(held)
    store.close()


def test_file_that_is_something_else(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("These are my notes.\n" * 500, encoding="utf-8")
    with pytest.raises(StoreError, match=r"notes\.txt is not an SQLite database.* Move the file"):
        SqlStore.open(path)
    assert path.read_text(encoding="utf-8").startswith("These are my notes.")


def test_damaged_file(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    path.write_bytes(bytes(content))
    with pytest.raises(StoreError, match=r"is damaged.* Put a copy of it back"):
        SqlStore.open(path).load("ada")


def test_folder_in_place_of_the_file(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"cannot be opened.* Check that its folder"):
        SqlStore.open(tmp_path)


def test_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(StoreError, match=r"/file for the store cannot be made.*Choose another"):
        SqlStore.open(tmp_path / "file" / "palate.db")


def test_full_disk(path: Path) -> None:
    engine = open_engine(store_url(path))

    def limit_pages(connection: sqlite3.Connection, _record: object) -> None:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count={pages}")

    event.listen(engine, "connect", limit_pages)
    migrate(engine)
    store = SqlStore(engine)
    held = store.load("ada")
    large = Event(kind=EventKind.SAID, at=NOW, payload={"text": "y" * 100_000})
    with pytest.raises(StoreError, match=r"the disk is full.* Free some space"):
        store.save(held, events=[large])
    assert store.load("ada") == held
    assert len(store.events("ada")) == 1
    store.close()


def test_rows_that_make_no_profile(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute(
            "INSERT INTO interests (user_id, facet, value, position, preference, confidence,"
            " strictness, linked, valid_from) VALUES"
            " ('ada', 'genre', 'Drama', 0, 0.5, 0.5, 'soft', 1, '2026-03-01 00:00:00')"
        )
    store = SqlStore.open(path)
    with pytest.raises(StoreError, match=r"profile of 'ada' is damaged: .* has no evidence"):
        store.load("ada")
    store.close()


def test_store_of_a_newer_version(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreError, match=r"schema '9999'.* Install the version"):
        SqlStore.open(path)


@pytest.mark.parametrize(
    ("place", "problem"),
    [
        ("sqlite://", "in memory"),
        ("sqlite:///:memory:", "in memory"),
        ("mysql://root@localhost/palate", "mysql"),
        ("not a url://", "cannot be read"),
    ],
)
def test_places_that_are_no_store(place: str, problem: str) -> None:
    with pytest.raises(InputError, match=problem):
        SqlStore.open(place)


def test_missing_driver_is_named() -> None:
    with pytest.raises(SetupError, match=r"'pg8000'.*pip install"):
        SqlStore.open("postgresql+pg8000://ada@127.0.0.1/palate")


def test_paths_and_urls_name_the_same_file(path: Path) -> None:
    for place in (path, str(path), f"sqlite:///{path}"):
        store = SqlStore.open(place)
        assert store.users() == ("ada",)
        store.close()
    assert store_url("postgresql://ada@db/palate").drivername == "postgresql+psycopg"


def test_messages_hold_no_password_and_no_words() -> None:
    url = store_url("postgresql://ada:hunter2@127.0.0.1/palate")
    said = {"quote": "what somebody said"}
    with pytest.raises(StoreError) as caught, translated(url):
        raise DBAPIError("INSERT INTO turns", said, RuntimeError("what somebody said"))
    assert "127.0.0.1/palate" in str(caught.value)
    assert "hunter2" not in str(caught.value)
    assert "somebody" not in str(caught.value)
