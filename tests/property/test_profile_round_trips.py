"""Profiles go through JSON and through both stores unchanged."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interest.memory_store import MemoryStore
from interest.passport import (
    profile_from_json,
    profile_to_json,
    profiles_from_lines,
    profiles_to_lines,
)
from interest.profile import InterestProfile
from interest.sql_store import SqlStore
from interest.store import ProfileStore
from tests.support.profiles import profiles


@settings(deadline=None)
@given(profiles())
def test_json_and_back(profile: InterestProfile) -> None:
    data = profile_to_json(profile)
    assert profile_from_json(data) == profile
    assert profile_from_json(json.loads(json.dumps(data))) == profile


@settings(deadline=None)
@given(st.lists(profiles(), max_size=4))
def test_export_import_export_gives_the_same_bytes(found: list[InterestProfile]) -> None:
    first = "".join(profiles_to_lines(found)).encode()
    read = list(profiles_from_lines(first.decode().splitlines(keepends=True)))
    assert read == found
    assert "".join(profiles_to_lines(read)).encode() == first
    assert first.count(b"\n") == len(found)


@pytest.fixture(scope="module", params=["memory", "sqlite"])
def store(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ProfileStore]:
    folder: Path = tmp_path_factory.mktemp("store")
    made = MemoryStore() if request.param == "memory" else SqlStore.open(folder / "palate.db")
    yield made
    made.close()


@settings(deadline=None)
@given(profile=profiles())
def test_save_and_load(store: ProfileStore, profile: InterestProfile) -> None:
    """Each profile replaces whatever the example before it left under the same user."""
    for user_id in (profile.user_id, "always the same"):
        mine = replace(profile, user_id=user_id, revision=store.load(user_id).revision)
        saved = store.save(mine)
        assert saved == replace(mine, revision=mine.revision + 1)
        assert store.load(user_id) == saved
        assert user_id in store.users()


@settings(deadline=None)
@given(profiles())
def test_export_is_in_utc(profile: InterestProfile) -> None:
    for entry, interest in zip(
        profile_to_json(profile)["interests"], profile.interests, strict=True
    ):
        assert entry["valid_from"].endswith("Z")
        assert datetime.fromisoformat(entry["valid_from"]) == interest.valid_from
        assert entry["polarity"] == interest.polarity
