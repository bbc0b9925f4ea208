"""The types that everyone shares: what they tell and what they refuse."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from interest import errors
from interest.errors import ConflictError, InputError, PalateError, SetupError, StoreError
from interest.evidence import Evidence, Source
from interest.interests import Interest, Strictness
from interest.profile import InterestProfile, Reaction, ReactionKind

NOW = datetime(2026, 3, 1, tzinfo=UTC)
QUOTE = Evidence(source=Source.CHAT, source_id="t1", start=7, end=11, quote="jazz", observed_at=NOW)
JAZZ = Interest(
    facet="kind",
    value="jazz",
    preference=0.8,
    confidence=0.5,
    strictness=Strictness.SOFT,
    evidence=(QUOTE,),
    valid_from=NOW,
)
LIKED = Reaction(item_id="1", kind=ReactionKind.LIKED, evidence=(QUOTE,), at=NOW)


def test_evidence_holds_only_where_it_stands() -> None:
    assert QUOTE.holds_in("I like jazz.")
    assert not QUOTE.holds_in("I love jazz!!".replace("I ", ""))
    assert not QUOTE.holds_in("I like Jazz.")
    assert not QUOTE.holds_in("")


def test_offsets_count_code_points() -> None:
    text = "🎷 más jazz"
    quote = Evidence.cut(text, 6, 10, source=Source.CHAT, source_id="t", observed_at=NOW)
    assert quote.quote == "jazz"


def test_whole_line_is_cut_from_end_to_end() -> None:
    act = Evidence.whole("liked Heat", source=Source.FEEDBACK, source_id="e", observed_at=NOW)
    assert (act.start, act.end, act.quote) == (0, 10, "liked Heat")


def test_evidence_needs_words_and_a_time_zone() -> None:
    with pytest.raises(InputError, match="without words"):
        Evidence.whole("  ", source=Source.CHAT, source_id="t", observed_at=NOW)
    with pytest.raises(InputError, match="outside a text of 0"):
        Evidence.whole("", source=Source.CHAT, source_id="t", observed_at=NOW)
    with pytest.raises(InputError, match="time zone"):
        replace(QUOTE, observed_at=NOW.replace(tzinfo=None))
    with pytest.raises(InputError, match="does not fit"):
        replace(QUOTE, start=-4, end=0)


@pytest.mark.parametrize(
    ("preference", "polarity"),
    [(1.0, 1), (0.1, 1), (0.09, 0), (0.0, 0), (-0.09, 0), (-0.1, -1), (-1.0, -1)],
)
def test_polarity_is_the_sign_beyond_neutral(preference: float, polarity: int) -> None:
    assert replace(JAZZ, preference=preference).polarity == polarity


def test_interest_holds_from_until() -> None:
    day = timedelta(days=1)
    assert not JAZZ.holds_at(NOW - day)
    assert JAZZ.holds_at(NOW)
    assert JAZZ.holds_at(NOW + 10_000 * day)
    week = replace(JAZZ, valid_to=NOW + 7 * day)
    assert week.holds_at(NOW + 6 * day)
    assert not week.holds_at(NOW + 7 * day)


def test_key_and_strictness() -> None:
    assert JAZZ.key == ("kind", "jazz")
    assert replace(JAZZ, condition="on sundays").key == ("kind", "jazz", "on sundays")
    assert not JAZZ.is_hard
    assert replace(JAZZ, strictness=Strictness.HARD).is_hard


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        ({"facet": ""}, "without facet or value"),
        ({"value": " "}, "without facet or value"),
        ({"preference": 1.01}, r"1\.01 lies outside"),
        ({"preference": float("nan")}, "nan lies outside"),
        ({"confidence": -0.1}, r"-0\.1 lies outside"),
        ({"evidence": ()}, "'jazz' has no evidence"),
        ({"valid_from": NOW.replace(tzinfo=None)}, "time zone"),
        ({"valid_to": NOW - timedelta(days=1)}, "before valid_from"),
        ({"condition": "On Sundays"}, "'On Sundays' is not in lower case"),
        ({"condition": "on  sundays "}, "with single spaces"),
    ],
)
def test_impossible_interests_are_refused(wrong: dict[str, object], problem: str) -> None:
    with pytest.raises(InputError, match=problem):
        replace(JAZZ, **wrong)  # pyright: ignore[reportArgumentType]


def test_reactions_need_an_item_and_evidence() -> None:
    with pytest.raises(InputError, match="without item_id"):
        replace(LIKED, item_id="")
    with pytest.raises(InputError, match="'1' has no evidence"):
        replace(LIKED, evidence=())


def test_profile_answers_by_key_kind_and_time() -> None:
    earlier = replace(LIKED, item_id="2", at=NOW - timedelta(days=1))
    seen = replace(LIKED, item_id="3", kind=ReactionKind.SEEN)
    ended = replace(JAZZ, value="polka", valid_to=NOW + timedelta(days=1))
    profile = InterestProfile(
        user_id="ada", interests=(JAZZ, ended), reactions=(LIKED, earlier, seen)
    )
    assert profile.by_key["kind", "polka"] is ended
    assert profile.items(ReactionKind.LIKED) == ("2", "1")
    assert profile.items(ReactionKind.SEEN, ReactionKind.LIKED) == ("2", "1", "3")
    assert profile.items() == ()
    assert list(profile.holding(NOW)) == [JAZZ, ended]
    assert list(profile.holding(NOW + timedelta(days=2))) == [JAZZ]


def test_profile_holds_everything_once() -> None:
    with pytest.raises(InputError, match="needs a user id"):
        InterestProfile(user_id=" ")
    with pytest.raises(InputError, match="one interest twice"):
        InterestProfile(user_id="ada", interests=(JAZZ, replace(JAZZ, preference=-1.0)))
    with pytest.raises(InputError, match="two reactions"):
        InterestProfile(user_id="ada", reactions=(LIKED, replace(LIKED, kind=ReactionKind.SEEN)))


def test_errors_are_a_tree_by_who_must_act() -> None:
    for name in errors.__all__:
        assert issubclass(getattr(errors, name), PalateError)
    assert issubclass(ConflictError, StoreError)
    assert not issubclass(StoreError, (InputError, SetupError))


def test_errors_say_problem_and_remedy() -> None:
    error = InputError("The value 7 is wrong.", "Pass 8.")
    assert (error.problem, error.remedy) == ("The value 7 is wrong.", "Pass 8.")
    assert str(error) == "The value 7 is wrong. Pass 8."
    assert str(InputError("The value 7 is wrong.")) == "The value 7 is wrong."
