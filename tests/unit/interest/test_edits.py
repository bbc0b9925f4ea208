"""Edits by hand: what the profile says afterwards, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from interest.domain import Domain, Facet, FacetKind
from interest.edits import (
    add_interest,
    canonical_value,
    change_interest,
    delete_interest,
    edit_line,
)
from interest.errors import InputError, UnknownNameError
from interest.evidence import Evidence, Source
from interest.interests import Interest, Strictness
from interest.merge import merge
from interest.profile import InterestProfile

NOW = datetime(2026, 3, 1, tzinfo=UTC)
LATER = NOW + timedelta(days=3)
HARD, SOFT = Strictness.HARD, Strictness.SOFT
GENRE = Facet(
    name="genre",
    kind=FacetKind.CATEGORY,
    label="Genre",
    columns=("genre",),
    aliases={"sci fi": "Sci-Fi", "scary": "Horror"},
    hints={},
)
YEAR = Facet(
    name="year", kind=FacetKind.NUMBER, label="Year", columns=("year",), aliases={}, hints={}
)
DOMAIN = Domain(name="things", noun="thing", nouns="things", facets=(GENRE, YEAR), words={})
EMPTY = InterestProfile(user_id="ada", domain="things")


def with_chat(value: str = "Horror", preference: float = 0.8) -> InterestProfile:
    quote = Evidence.whole(value, source=Source.CHAT, source_id="t1", observed_at=NOW)
    said = Interest(
        facet="genre",
        value=value,
        preference=preference,
        confidence=0.7,
        strictness=SOFT,
        evidence=(quote,),
        valid_from=NOW,
    )
    return merge(EMPTY, [said], now=NOW, domain=DOMAIN)


def add(profile: InterestProfile, facet: str, value: str, preference: float) -> InterestProfile:
    return add_interest(
        profile, DOMAIN, facet, value, preference=preference, now=NOW, edit_id=f"{facet} {value}"
    )


@pytest.mark.parametrize(
    ("facet", "typed", "expected"),
    [
        (GENRE, " sci fi ", ("Sci-Fi", True)),
        (GENRE, "SCARY", ("Horror", True)),
        (GENRE, "horror", ("Horror", True)),
        (GENRE, "weird Western", ("weird Western", False)),
        (YEAR, "1994", ("1994", True)),
        (YEAR, " 1980.0..1989 ", ("1980..1989", True)),
    ],
)
def test_typed_values_become_canonical(
    facet: Facet, typed: str, expected: tuple[str, bool]
) -> None:
    assert canonical_value(facet, typed) == expected


@pytest.mark.parametrize(
    ("preference", "strictness", "line"),
    [
        (1.0, HARD, "Genre: Horror, only this"),
        (-1.0, HARD, "Genre: Horror, never this"),
        (0.5, SOFT, "Genre: Horror, liked (+0.5)"),
        (-0.5, SOFT, "Genre: Horror, disliked (-0.5)"),
        (0.0, SOFT, "Genre: Horror, neither liked nor disliked"),
    ],
)
def test_line_says_what_was_set(preference: float, strictness: Strictness, line: str) -> None:
    assert edit_line(GENRE, "Horror", preference, strictness) == line


def test_added_interest_is_certain_and_has_its_line() -> None:
    profile = add_interest(
        EMPTY,
        DOMAIN,
        "genre",
        "scary",
        preference=-1.0,
        strictness=HARD,
        now=NOW,
        edit_id="e1",
    )
    line = "Genre: Horror, never this"
    assert profile.interests == (
        Interest(
            facet="genre",
            value="Horror",
            preference=-1.0,
            confidence=1.0,
            strictness=HARD,
            valid_from=NOW,
            evidence=(
                Evidence(
                    source=Source.EDIT,
                    source_id="e1",
                    start=0,
                    end=len(line),
                    quote=line,
                    observed_at=NOW,
                ),
            ),
        ),
    )
    assert profile.updated_at == NOW


def test_catalogue_may_vouch_for_a_value() -> None:
    def linked(vouched: bool | None) -> bool:
        profile = add_interest(
            EMPTY,
            DOMAIN,
            "genre",
            "Noir",
            preference=0.5,
            now=NOW,
            edit_id="e",
            linked=vouched,
        )
        return profile.interests[0].linked

    assert [linked(None), linked(True), linked(False)] == [False, True, False]


def test_adding_what_is_there_overrides_it() -> None:
    profile = add_interest(
        with_chat(preference=0.8),
        DOMAIN,
        "genre",
        "Horror",
        preference=-0.3,
        now=LATER,
        edit_id="e",
    )
    (interest,) = profile.interests
    assert (interest.preference, interest.confidence) == (-0.3, 1.0)
    assert [quote.source for quote in interest.evidence] == [Source.CHAT, Source.EDIT]


def test_added_hard_range_supersedes_the_one_before() -> None:
    profile = EMPTY
    for value in ("1980..", "1990.."):
        profile = add_interest(
            profile,
            DOMAIN,
            "year",
            value,
            preference=1.0,
            strictness=HARD,
            now=NOW,
            edit_id=value,
        )
    assert [interest.value for interest in profile.holding(NOW)] == ["1990.."]


def test_change_keeps_what_is_not_named() -> None:
    profile = change_interest(
        with_chat(), DOMAIN, "genre", "horror", preference=0.2, now=LATER, edit_id="e"
    )
    (interest,) = profile.interests
    assert (interest.preference, interest.strictness) == (0.2, SOFT)
    stricter = change_interest(
        profile, DOMAIN, "genre", "Horror", strictness=HARD, now=LATER, edit_id="e2"
    )
    assert (stricter.interests[0].preference, stricter.interests[0].strictness) == (0.2, HARD)


def test_change_of_value_moves_the_interest_with_its_evidence() -> None:
    profile = add(with_chat(), "genre", "Drama", 0.5)
    moved = change_interest(
        profile, DOMAIN, "genre", "Horror", new_value="sci fi", now=LATER, edit_id="e"
    )
    assert [interest.value for interest in moved.interests] == ["Sci-Fi", "Drama"]
    assert [quote.quote for quote in moved.interests[0].evidence] == [
        "Horror",
        "Genre: Sci-Fi, liked (+0.8)",
    ]
    assert moved.interests[0].linked


def test_change_of_value_to_one_that_is_there_merges_both() -> None:
    profile = add(with_chat(), "genre", "Drama", 0.5)
    moved = change_interest(
        profile, DOMAIN, "genre", "Horror", new_value="Drama", now=LATER, edit_id="e"
    )
    (interest,) = moved.interests
    assert (interest.value, interest.preference, interest.confidence) == ("Drama", 0.8, 1.0)
    assert {quote.quote for quote in interest.evidence} == {
        "Horror",
        "Genre: Drama, liked (+0.5)",
        "Genre: Drama, liked (+0.8)",
    }


def test_deleted_interest_is_gone() -> None:
    profile = add(with_chat(), "genre", "Drama", 0.5)
    left = delete_interest(profile, DOMAIN, "genre", "scary", now=LATER)
    assert [interest.value for interest in left.interests] == ["Drama"]
    assert left.updated_at == LATER


def test_values_the_domain_no_longer_knows_can_be_deleted() -> None:
    old = Facet(name="era", kind=FacetKind.OPEN, label="Era", columns=(), aliases={}, hints={})
    before = Domain(name="things", noun="", nouns="", facets=(old,), words={})
    profile = add_interest(EMPTY, before, "era", "Baroque", preference=0.5, now=NOW, edit_id="e")
    assert delete_interest(profile, DOMAIN, "era", "Baroque", now=LATER).interests == ()


def test_unknown_facet_names_the_choices() -> None:
    with pytest.raises(UnknownNameError, match=r"no facet 'mood'.*genre, year"):
        add(EMPTY, "mood", "dark", 0.5)
    with pytest.raises(UnknownNameError, match=r"no facet 'mood'.*genre, year"):
        delete_interest(EMPTY, DOMAIN, "mood", "dark", now=NOW)


def test_unknown_interest_names_what_is_there() -> None:
    with pytest.raises(UnknownNameError, match=r"'ada' has no genre 'Noir'.*It has: Horror"):
        delete_interest(with_chat(), DOMAIN, "genre", "Noir", now=NOW)
    with pytest.raises(UnknownNameError, match="nothing under year"):
        change_interest(with_chat(), DOMAIN, "year", "1994", now=NOW, edit_id="e")


@pytest.mark.parametrize(
    ("facet", "value", "preference", "problem"),
    [
        ("genre", "Horror", 1.5, r"1\.5 lies outside"),
        ("genre", "Horror", float("nan"), "nan lies outside"),
        ("genre", "   ", 0.5, "genre is empty"),
        ("year", "the nineties", 0.5, "'the nineties' is not a number range"),
        ("year", "1999..1990", 0.5, "from 1999.0 down to 1990.0"),
    ],
)
def test_impossible_edits_are_refused(
    facet: str, value: str, preference: float, problem: str
) -> None:
    with pytest.raises(InputError, match=problem):
        add(EMPTY, facet, value, preference)


def test_same_edit_twice_is_one_edit() -> None:
    once = add(EMPTY, "genre", "Horror", 0.5)
    assert add(once, "genre", "Horror", 0.5) is once


def test_one_turn_may_edit_several_interests_and_one_of_them_again() -> None:
    profile = EMPTY
    for value, preference in (
        ("Horror", 0.5),
        ("Drama", 0.5),
        ("Horror", 0.7),
        ("Horror", 0.5),
        ("Horror", 0.5),
    ):
        profile = add_interest(
            profile, DOMAIN, "genre", value, preference=preference, now=NOW, edit_id="turn"
        )
    horror, drama = profile.interests
    assert (horror.preference, drama.preference) == (0.5, 0.5)
    assert [(quote.source_id, quote.quote[-6:]) for quote in horror.evidence] == [
        ("turn", "(+0.5)"),
        ("turn.2", "(+0.7)"),
        ("turn.3", "(+0.5)"),
    ]
    assert [quote.source_id for quote in drama.evidence] == ["turn"]


def with_condition(profile: InterestProfile, condition: str) -> InterestProfile:
    """The profile, with its first interest under a condition as well."""
    under = replace(profile.interests[0], condition=condition, preference=-0.8)
    return merge(profile, [under], now=NOW, domain=DOMAIN)


def test_a_change_keeps_the_condition_and_leaves_the_others() -> None:
    profile = with_condition(with_chat(), "with the kids")
    changed = change_interest(
        profile,
        DOMAIN,
        "genre",
        "horror",
        condition="With  the kids",
        strictness=HARD,
        now=LATER,
        edit_id="e1",
    )
    always, with_kids = changed.interests
    assert always == profile.interests[0]
    assert (with_kids.condition, with_kids.strictness) == ("with the kids", HARD)
    assert with_kids.evidence[-1].quote == "Genre: Horror, never this, with the kids"
    moved = change_interest(
        changed,
        DOMAIN,
        "genre",
        "Horror",
        condition="with the kids",
        new_value="sci fi",
        now=LATER,
        edit_id="e2",
    )
    assert [i.key for i in moved.interests] == [
        ("genre", "Horror"),
        ("genre", "Sci-Fi", "with the kids"),
    ]


def test_what_is_added_under_a_condition_is_an_interest_of_its_own() -> None:
    profile = add_interest(
        with_chat(),
        DOMAIN,
        "genre",
        "scary",
        condition=" At Halloween",
        preference=0.5,
        now=LATER,
        edit_id="e1",
    )
    assert [i.key for i in profile.interests] == [
        ("genre", "Horror"),
        ("genre", "Horror", "at halloween"),
    ]


def test_a_deletion_takes_only_what_holds_under_its_condition() -> None:
    profile = with_condition(with_chat(), "with the kids")
    kept = delete_interest(profile, DOMAIN, "genre", "Horror", now=LATER)
    assert [i.condition for i in kept.interests] == ["with the kids"]
    kept = delete_interest(profile, DOMAIN, "genre", "horror", condition="with the kids", now=LATER)
    assert [i.condition for i in kept.interests] == [""]


def test_a_condition_that_is_not_there_is_said_with_those_that_are() -> None:
    profile = with_condition(with_chat(), "with the kids")
    with pytest.raises(UnknownNameError, match="'Horror' under the condition 'at night'") as caught:
        delete_interest(profile, DOMAIN, "genre", "Horror", condition="at night", now=LATER)
    assert caught.value.remedy == "It has: Horror, Horror (with the kids)."
