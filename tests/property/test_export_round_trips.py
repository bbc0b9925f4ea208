"""Profiles leave a store and come into another one unchanged, as JSON Lines and as Parquet."""

from __future__ import annotations

import importlib
import tempfile
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from interest.exports.choices import ExportFormat
from interest.exports.importing import ImportReport, import_profiles
from interest.exports.reading import read_profiles
from interest.exports.run import export_profiles, selection_for
from interest.profile import InterestProfile
from interest.sql_pages import ProfilePages
from interest.sql_store import SqlStore
from tests.support.profiles import profiles

NOW = datetime(2026, 5, 1, 12, 30, tzinfo=UTC)
PEOPLE = st.lists(profiles(), max_size=4, unique_by=lambda profile: profile.user_id)


@cache
def blank() -> bytes:
    """An empty store as bytes: making its tables anew for every example would take most of the
    time."""
    with tempfile.TemporaryDirectory() as name:
        SqlStore.open(Path(name) / "blank.db").close()
        return (Path(name) / "blank.db").read_bytes()


@contextmanager
def opened(path: Path) -> Generator[SqlStore]:
    path.write_bytes(blank())
    store = SqlStore.open(path)
    try:
        yield store
    finally:
        store.close()


def fill(store: SqlStore, people: Iterable[InterestProfile]) -> None:
    ProfilePages(store.engine).insert_new(list(people), now=NOW)


def export(store: SqlStore, folder: Path, form: ExportFormat) -> Path:
    report = export_profiles(ProfilePages(store.engine), folder, form, selection_for(form), now=NOW)
    assert report.profiles == len(store.users())
    return folder


def import_from(store: SqlStore, path: Path) -> ImportReport:
    return import_profiles(partial(read_profiles, path), store, ProfilePages(store.engine), now=NOW)


def table(folder: Path) -> Any:
    return importlib.import_module("pyarrow.parquet").read_table(folder)


@settings(deadline=None, max_examples=25)
@given(PEOPLE)
def test_export_import_export(people: list[InterestProfile]) -> None:
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        with opened(root / "a.db") as first, opened(root / "b.db") as second:
            fill(first, people)
            lines = export(first, root / "a-lines", ExportFormat.JSONL)
            rows = export(first, root / "a-rows", ExportFormat.PARQUET)
            report = import_from(second, lines)
            assert (report.added, report.bad) == (len(people), 0)
            for profile in people:
                assert second.load(profile.user_id) == profile
            again = export(second, root / "b-lines", ExportFormat.JSONL)
            assert (again / "profiles.jsonl").read_bytes() == (
                lines / "profiles.jsonl"
            ).read_bytes()
            with opened(root / "c.db") as third:
                assert import_from(third, rows).added == len(people)
                both = export(third, root / "c-rows", ExportFormat.PARQUET)
                assert table(both).equals(table(rows))
                assert table(both).num_rows == len(people)


@settings(deadline=None, max_examples=15)
@given(PEOPLE)
def test_importing_twice_changes_nothing(people: list[InterestProfile]) -> None:
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        with opened(root / "a.db") as store:
            fill(store, people)
            rows = export(store, root / "rows", ExportFormat.PARQUET)
            before = ProfilePages(store.engine).last_change()
            report = import_from(store, rows)
            assert (report.unchanged, report.added, report.changed) == (len(people), 0, 0)
            assert ProfilePages(store.engine).last_change() == before
