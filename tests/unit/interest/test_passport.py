"""The published form: an example written out by hand, and what is refused on the way in."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from interest.errors import InputError
from interest.evidence import Evidence, Source
from interest.interests import Interest, Strictness
from interest.passport import (
    SCHEMA_ID,
    profile_from_json,
    profile_json_schema,
    profile_to_json,
    profiles_from_lines,
    profiles_to_lines,
)
from interest.profile import InterestProfile, Reaction, ReactionKind

SCHEMA_FILE = Path(__file__).resolve().parents[3] / "docs" / "reference" / "profile.schema.json"
NOW = datetime(2026, 3, 1, 14, 0, 0, 500000, tzinfo=timezone(timedelta(hours=2)))

PROFILE = InterestProfile(
    user_id="ada",
    domain="movies",
    interests=(
        Interest(
            facet="genre",
            value="Horror",
            preference=-0.8,
            confidence=0.75,
            strictness=Strictness.HARD,
            valid_from=NOW,
            evidence=(
                Evidence(
                    source=Source.CHAT,
                    source_id="t1",
                    start=5,
                    end=11,
                    quote="horror",
                    observed_at=NOW,
                ),
            ),
        ),
    ),
    reactions=(
        Reaction(
            item_id="949",
            kind=ReactionKind.LIKED,
            at=datetime(2026, 3, 2, tzinfo=UTC),
            evidence=(
                Evidence.whole(
                    "liked Heat (1995)", source=Source.FEEDBACK, source_id="e7", observed_at=NOW
                ),
            ),
        ),
    ),
    revision=4,
    updated_at=NOW,
)

EXPORTED: dict[str, Any] = {
    "schema_version": 1,
    "user_id": "ada",
    "domain": "movies",
    "revision": 4,
    "updated_at": "2026-03-01T12:00:00.500000Z",
    "interests": [
        {
            "facet": "genre",
            "value": "Horror",
            "preference": -0.8,
            "polarity": -1,
            "confidence": 0.75,
            "strictness": "hard",
            "linked": True,
            "valid_from": "2026-03-01T12:00:00.500000Z",
            "valid_to": None,
            "condition": "",
            "evidence": [
                {
                    "source": "chat",
                    "source_id": "t1",
                    "start": 5,
                    "end": 11,
                    "quote": "horror",
                    "observed_at": "2026-03-01T12:00:00.500000Z",
                }
            ],
        }
    ],
    "reactions": [
        {
            "item_id": "949",
            "kind": "liked",
            "at": "2026-03-02T00:00:00Z",
            "evidence": [
                {
                    "source": "feedback",
                    "source_id": "e7",
                    "start": 0,
                    "end": 17,
                    "quote": "liked Heat (1995)",
                    "observed_at": "2026-03-01T12:00:00.500000Z",
                }
            ],
        }
    ],
}


def changed(path: str, value: object) -> dict[str, Any]:
    """The example with one place changed; a value of ``...`` removes it."""
    data = copy.deepcopy(EXPORTED)
    *parents, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    place: Any = data
    for part in parents:
        place = place[part]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return data


def test_export_is_as_written_here_in_this_order() -> None:
    assert json.dumps(profile_to_json(PROFILE)) == json.dumps(EXPORTED)


def test_import_gives_the_profile() -> None:
    assert profile_from_json(EXPORTED) == PROFILE


def test_a_condition_goes_out_and_comes_back() -> None:
    data = changed("interests.0.condition", "with the kids")
    read = profile_from_json(data)
    assert read.interests[0].condition == "with the kids"
    assert profile_to_json(read) == data


def test_a_value_may_stand_once_per_condition() -> None:
    data = changed("interests.0.condition", "with the kids")
    data["interests"].append(EXPORTED["interests"][0])
    keys = [interest.key for interest in profile_from_json(data).interests]
    assert keys == [("genre", "Horror", "with the kids"), ("genre", "Horror")]


@pytest.mark.parametrize(
    "path",
    [
        "interests.0.polarity",
        "interests.0.valid_to",
        "interests.0.linked",
        "interests.0.condition",
        "updated_at",
    ],
)
def test_what_can_be_derived_or_is_usual_may_be_left_out(path: str) -> None:
    read = profile_from_json(changed(path, ...))
    assert read.interests == PROFILE.interests


@pytest.mark.parametrize(
    ("path", "value", "problem"),
    [
        ("schema_version", 2, "schema_version 2; this program reads 1"),
        ("schema_version", ..., "schema_version None"),
        (
            "interests.0.condition",
            "With  the kids",
            r"interests\[0\]: .*Write it as 'with the kids'",
        ),
        ("user_id", " ", "user id"),
        ("revision", -1, "revision: .*greater than or equal to 0"),
        ("revision", "4", "revision: .*valid integer"),
        ("extra", 1, "extra: Extra inputs"),
        ("updated_at", "2026-03-01T12:00:00", "updated_at: .*timezone"),
        ("interests", ..., "interests: Field required"),
        ("interests.0.preference", 3, r"interests\.0\.preference: .*less than or equal to 1"),
        ("interests.0.preference", float("nan"), "JSON"),
        ("interests.0.polarity", 1, r"interests\[0\]: polarity 1 does not go with .*-0\.8"),
        ("interests.0.evidence", [], r"interests\.0\.evidence: .*at least 1"),
        ("interests.0.evidence.0.end", 12, r"interests\[0\]: .*does not fit the quote"),
        ("interests.0.evidence.0.quote", "horrorr", r"interests\[0\]: .*does not fit the quote"),
        ("interests.0.valid_to", "2020-01-01T00:00:00Z", r"interests\[0\]: valid_to lies before"),
        ("interests.0.strictness", "HARD", r"interests\.0\.strictness: .*'hard' or 'soft'"),
        ("reactions.0.kind", "loved", r"reactions\.0\.kind"),
        ("reactions.0.evidence.0.quote", "   ", r"reactions\[0\]: Evidence without words"),
        ("reactions", EXPORTED["reactions"] * 2, "two reactions to one item"),
        ("interests", EXPORTED["interests"] * 2, "one interest twice"),
    ],
)
def test_what_is_no_profile_is_refused_by_place(path: str, value: object, problem: str) -> None:
    with pytest.raises(InputError, match=problem):
        profile_from_json(changed(path, value))


def test_many_problems_are_counted() -> None:
    broken = {"schema_version": 1, "a": 1, "b": 2}
    with pytest.raises(InputError, match=r"user_id: .*; and 3 more"):
        profile_from_json(broken)


def test_lines_survive_programs_that_break_at_odd_characters() -> None:
    odd = "one\u2028two\u2029three\u0085four\nfive"
    profile = InterestProfile(user_id=odd)
    (line,) = profiles_to_lines([profile])
    assert line.splitlines() == [line.removesuffix("\n")]
    assert list(profiles_from_lines([line, "\n", line])) == [profile, profile]


@pytest.mark.parametrize(
    ("line", "problem"),
    [("{", "Line 2: Not JSON"), ("[1]", "Line 2: Not a JSON object but list"), ("{}", "Line 2: ")],
)
def test_bad_lines_are_named(line: str, problem: str) -> None:
    lines = profiles_from_lines([*profiles_to_lines([PROFILE]), line])
    assert next(lines) == PROFILE
    with pytest.raises(InputError, match=problem):
        next(lines)


def test_committed_schema_is_the_one_of_the_models() -> None:
    committed = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    assert committed == profile_json_schema(), "Run: python scripts/write_profile_schema.py"


def test_schema_has_its_name_and_limits() -> None:
    schema = profile_json_schema()
    assert schema["$id"] == SCHEMA_ID == "urn:palate:profile:1"
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["additionalProperties"] is False
    preference = schema["$defs"]["InterestForm"]["properties"]["preference"]
    assert (preference["minimum"], preference["maximum"]) == (-1, 1)
    assert schema["$defs"]["ReactionKind"]["enum"] == ["liked", "disliked", "seen", "rejected"]
