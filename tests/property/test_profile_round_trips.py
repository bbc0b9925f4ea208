"""Profiles go through JSON and through both stores unchanged."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interest.evidence import Evidence, Source
from interest.interests import Interest, Strictness, condition_words
from interest.memory_store import MemoryStore
from interest.passport import (
    profile_from_json,
    profile_to_json,
    profiles_from_lines,
    profiles_to_lines,
)
from interest.profile import InterestProfile, Reaction, ReactionKind
from interest.sql_store import SqlStore
from interest.store import ProfileStore

# Any text that a database keeps.
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
NAME = TEXT.filter(lambda text: bool(text.strip()))
MOMENT = st.datetimes(
    min_value=datetime(1900, 1, 1),
    max_value=datetime(2200, 1, 1),
    timezones=st.integers(-14 * 60, 14 * 60).map(lambda m: timezone(timedelta(minutes=m))),
)


@st.composite
def quotes(draw: st.DrawFn) -> Evidence:
    quote = draw(NAME)
    start = draw(st.integers(0, 10**6))
    return Evidence(
        source=draw(st.sampled_from(Source)),
        source_id=draw(TEXT),
        start=start,
        end=start + len(quote),
        quote=quote,
        observed_at=draw(MOMENT),
    )


EVIDENCE = st.lists(quotes(), min_size=1, max_size=3).map(tuple)


@st.composite
def interests(draw: st.DrawFn) -> Interest:
    since = draw(MOMENT)
    lasts = draw(st.none() | st.timedeltas(min_value=timedelta(0), max_value=timedelta(9999)))
    return Interest(
        facet=draw(st.sampled_from(["genre", "year", "ジャンル"])),
        value=draw(NAME),
        preference=draw(st.floats(-1, 1)),
        confidence=draw(st.floats(0, 1)),
        strictness=draw(st.sampled_from(Strictness)),
        evidence=draw(EVIDENCE),
        valid_from=since,
        linked=draw(st.booleans()),
        valid_to=None if lasts is None else since + lasts,
        condition=condition_words(draw(TEXT)),
    )


@st.composite
def reactions(draw: st.DrawFn) -> Reaction:
    return Reaction(
        item_id=draw(NAME),
        kind=draw(st.sampled_from(ReactionKind)),
        evidence=draw(EVIDENCE),
        at=draw(MOMENT),
    )


@st.composite
def profiles(draw: st.DrawFn) -> InterestProfile:
    found = draw(st.lists(interests(), max_size=4, unique_by=lambda entry: entry.key))
    acts = draw(st.lists(reactions(), max_size=4, unique_by=lambda entry: entry.item_id))
    return InterestProfile(
        user_id=draw(NAME),
        domain=draw(NAME),
        interests=tuple(found),
        reactions=tuple(acts),
        revision=draw(st.integers(0, 10**6)),
        updated_at=draw(st.none() | MOMENT),
    )


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
