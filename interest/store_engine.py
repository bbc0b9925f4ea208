"""The store's database engine: where it is, how it is opened, and what its errors mean.

It knows SQLite's and PostgreSQL's habits; it does not know tables or profiles.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from interest.errors import InputError, SetupError, StoreError

__all__ = ["WAIT_SECONDS", "open_engine", "reading", "scrub", "store_url", "translated", "writing"]

#: How long a connection waits for another writer before it gives up, in seconds.
WAIT_SECONDS = 15.0
_BEGIN = "palate_begin"
_WAIT = "palate_wait"
#: One per SQLite file that this process writes to.
_TURNS: dict[str, threading.Lock] = {}
_TURNS_LOCK = threading.Lock()


def store_url(place: str | Path) -> URL:
    """The URL of a store that was given as a path or as a URL.

    Raises:
        InputError: It is neither, or names a database in memory.
    """
    if isinstance(place, Path) or "://" not in place:
        return URL.create("sqlite", database=str(Path(place).expanduser().absolute()))
    try:
        url = make_url(place)
    except ArgumentError as error:
        raise InputError(
            "The URL of the store cannot be read.",
            "Pass a path, sqlite:///FILE or postgresql://USER@HOST/NAME.",
        ) from error
    if url.drivername in ("postgresql", "postgres"):
        url = url.set(drivername="postgresql+psycopg")
    if url.get_backend_name() == "sqlite" and url.database in (None, "", ":memory:"):
        raise InputError(
            "The store cannot be an SQLite database in memory.",
            "Pass a file, or use interest.memory_store.MemoryStore.",
        )
    if url.get_backend_name() not in ("sqlite", "postgresql"):
        raise InputError(
            f"The store cannot be a {url.get_backend_name()} database.",
            "Pass a path, sqlite:///FILE or postgresql://USER@HOST/NAME.",
        )
    return url


def open_engine(url: URL, *, wait_seconds: float = WAIT_SECONDS) -> Engine:
    """An engine that opens connections when they are needed.

    Args:
        url: As :func:`store_url` makes it.
        wait_seconds: How long to wait for another writer (SQLite).

    Raises:
        SetupError: The database's driver is not installed.
        StoreError: The folder of an SQLite file cannot be made.
    """
    if url.get_backend_name() == "sqlite":
        return _open_sqlite(url, wait_seconds)
    try:
        return sa.create_engine(url, pool_pre_ping=True)
    except ModuleNotFoundError as error:
        raise SetupError(
            f"The driver {error.name!r} for {url.get_backend_name()} is not installed.",
            "Run: pip install 'psycopg[binary]'.",
        ) from error


def _open_sqlite(url: URL, wait_seconds: float) -> Engine:
    database = str(url.database)
    # SQLite's own URIs ("file:…?mode=ro") name a file that is there already.
    if not database.startswith("file:"):
        _make_folder(Path(database).parent)
    engine = sa.create_engine(
        url, connect_args={"timeout": wait_seconds}, execution_options={_WAIT: wait_seconds}
    )
    event.listen(engine, "connect", _configure_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"The folder {folder} for the store cannot be made: {error.strerror}.",
            "Choose another workspace, or make the folder writable.",
        ) from error


def _configure_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    """Set what SQLite keeps per connection.

    - ``WAL``: readers do not wait for a writer, and several processes may share the file.
    - ``synchronous=FULL``: in WAL mode, NORMAL can lose the last commits when the power fails.
      A save that was acknowledged is kept; one flush per turn is a price that nobody notices.
    - ``secure_delete``: deleted words are overwritten with zeros.
    """
    # The driver must not begin transactions by itself: _begin_sqlite does.
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "foreign_keys=ON",
        "synchronous=FULL",
        "secure_delete=ON",
    ):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_sqlite(connection: Connection) -> None:
    """Begin with the lock that is needed.

    A writer takes the write lock at once and so waits for its turn; a transaction that first
    reads and then wants to write cannot wait (``SQLITE_BUSY_SNAPSHOT``) and would just fail.
    """
    if begin := connection.get_execution_options().get(_BEGIN, "BEGIN"):
        connection.exec_driver_sql(begin)


@contextmanager
def reading(engine: Engine) -> Generator[Connection]:
    """A transaction that sees one state of the database from its first to its last query."""
    with translated(engine.url), engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection = connection.execution_options(isolation_level="REPEATABLE READ")
        with connection.begin():
            yield connection


@contextmanager
def _turn(engine: Engine) -> Generator[None]:
    """Whoever writes to an SQLite file from this process waits here for the one before.

    SQLite's own waiting is sleeping and looking again, ever more seldom: among many threads, some
    come too late every time. Other processes are left to it. If the turn does not come in time,
    SQLite is asked all the same, and says in its own words that the file is locked.
    """
    if engine.dialect.name != "sqlite":
        yield
        return
    with _TURNS_LOCK:
        lock = _TURNS.setdefault(str(engine.url.database), threading.Lock())
    mine = lock.acquire(timeout=float(engine.get_execution_options().get(_WAIT, WAIT_SECONDS)))
    try:
        yield
    finally:
        if mine:
            lock.release()


@contextmanager
def writing(engine: Engine) -> Generator[Connection]:
    """A transaction that writes: all of it or nothing."""
    with (
        translated(engine.url),
        _turn(engine),
        engine.connect().execution_options(**{_BEGIN: "BEGIN IMMEDIATE"}) as connection,
        connection.begin(),
    ):
        yield connection


def scrub(engine: Engine, tables: Sequence[str]) -> None:
    """Make sure that deleted words are no longer in the files of the database.

    SQLite moves rows between pages and leaves copies in gaps that ``secure_delete`` does not
    reach (2 of 12 random workloads of 6,000 statements still held a deleted word), and its
    write-ahead log keeps old pages. ``VACUUM`` writes the file anew, the checkpoint empties the
    log. On PostgreSQL the dead rows are given free; what its files and its own write-ahead log
    still hold until they are overwritten is for whoever runs it.

    Raises:
        StoreError: Somebody is in the way; the rows are gone all the same.
    """
    with translated(engine.url), engine.connect() as connection:
        if engine.dialect.name != "sqlite":
            outside = connection.execution_options(isolation_level="AUTOCOMMIT")
            outside.exec_driver_sql(f"VACUUM {', '.join(tables)}")
            return
        outside = connection.execution_options(**{_BEGIN: ""})
        outside.exec_driver_sql("VACUUM")
        busy = outside.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").scalar_one()
        if busy:
            raise StoreError(
                f"The store {engine.url.database} is being read, so that its write-ahead log "
                "cannot be emptied.",
                "Stop the other programs that use the store.",
            )


@contextmanager
def translated(url: URL) -> Generator[None]:
    """Turn the database's errors into a :class:`StoreError` that says what to do.

    No value of a statement gets into the message: it could be what somebody said.
    """
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error) as error:
        raise _store_error(url, error) from error


def _store_error(url: URL, error: SQLAlchemyError | sqlite3.Error) -> StoreError:
    where = url.database if url.get_backend_name() == "sqlite" else url.render_as_string()
    if isinstance(error, PoolTimeoutError):
        return StoreError(f"All connections to {where} are in use.", "Try again in a moment.")
    # While a connection is being configured, the driver's errors come as they are.
    origin: object = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(origin, sqlite3.Error):
        problem, remedy = _sqlite_words(origin)
        return StoreError(f"The store {where} {problem}.", remedy)
    if type(origin).__name__ == "OperationalError":
        return StoreError(
            f"The database {where} does not answer or refused.",
            "Check that it runs and that the URL names its host, user and database.",
        )
    return StoreError(f"The store {where} failed: {type(origin).__name__}.")


_SQLITE_WORDS = {
    "SQLITE_BUSY": (
        "is locked by another program",
        "Try again, or stop the other program.",
    ),
    "SQLITE_LOCKED": ("is locked by another connection", "Try again."),
    "SQLITE_READONLY": (
        "cannot be written",
        "Make the file and its folder writable, or choose another workspace.",
    ),
    "SQLITE_CANTOPEN": (
        "cannot be opened",
        "Check that its folder exists and may be read and written, and that it is a file.",
    ),
    "SQLITE_NOTADB": (
        "is not an SQLite database",
        "Move the file away and start again, or choose another workspace.",
    ),
    "SQLITE_CORRUPT": (
        "is damaged",
        "Put a copy of it back, or save what is left with: sqlite3 FILE .recover.",
    ),
    "SQLITE_FULL": ("finds no room: the disk is full", "Free some space and try again."),
    "SQLITE_IOERR": (
        "cannot be read or written: the disk reports an error",
        "Check the disk and the free space on it.",
    ),
    "SQLITE_PERM": ("may not be opened", "Check who owns the file."),
    "SQLITE_SCHEMA": ("changed while it was read", "Try again."),
}


def _sqlite_words(error: sqlite3.Error) -> tuple[str, str]:
    """Problem and remedy; extended error names start with the plain one.

    SQLite's own messages name tables and columns, never values.
    """
    # An error of the driver itself has no name.
    name = str(getattr(error, "sqlite_errorname", ""))
    for known, words in _SQLITE_WORDS.items():
        if name.startswith(known):
            return words
    return f"failed: {error}", ""
