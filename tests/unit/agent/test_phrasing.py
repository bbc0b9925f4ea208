from __future__ import annotations

from datetime import UTC, datetime

import pytest

from agent.phrasing import (
    join_words,
    say_explanation,
    say_interest,
    say_item,
    say_learned,
    say_picks,
    say_range,
)
from agent.turns import Claim, ClaimKind
from interest.domain import load_domain
from interest.evidence import Evidence, Source
from interest.extraction import Relation
from interest.interests import Interest, InterestKey, Strictness
from retrieval.types import Item

DOMAIN = load_domain("movies")
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def _evidence(quote: str) -> Evidence:
    return Evidence.whole(quote, source=Source.CHAT, source_id="t", observed_at=NOW)


def _interest(facet: str, value: str, preference: float, *, hard: bool = False) -> Interest:
    return Interest(
        facet=facet,
        value=value,
        preference=preference,
        confidence=0.9,
        strictness=Strictness.HARD if hard else Strictness.SOFT,
        evidence=(_evidence(value),),
        valid_from=NOW,
    )


@pytest.mark.parametrize(
    ("words", "joined"),
    [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")],
)
def test_joining(words: list[str], joined: str) -> None:
    assert join_words(words) == joined


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        ("1980..", "", "1980 or later"),
        ("..120", "min", "120 min or less"),
        ("1980..1989", "", "1980 to 1989"),
        ("1994", "", "1994"),
    ],
)
def test_ranges(value: str, unit: str, said: str) -> None:
    assert say_range(value, unit) == said


def test_what_was_learned_is_grouped_by_sign_and_strictness() -> None:
    learned = [
        _interest("title", "Alien (1979)", 0.9),
        _interest("genre", "Crime", 0.5),
        _interest("theme", "slasher", -0.9),
        _interest("year", "1980..", 0.8, hard=True),
        _interest("genre", "Horror", -0.8, hard=True),
    ]
    assert say_learned(learned, DOMAIN) == (
        "Noted: you like Alien (1979) and Crime; you do not like slasher; "
        "only year 1980 or later; never Horror."
    )


def test_wishes_and_examples_are_not_called_tastes() -> None:
    learned = [_interest("title", "Heat (1995)", 0.5), _interest("mood", "funny", 0.5)]
    how: dict[InterestKey, Relation] = {
        ("title", "Heat (1995)"): Relation.REFERENCE,
        ("mood", "funny"): Relation.WISH,
    }
    assert say_learned(learned, DOMAIN, how) == (
        "Noted: starting from Heat (1995); you want funny."
    )


def test_nothing_learned_is_not_mentioned() -> None:
    assert say_learned([], DOMAIN) == ""


def test_an_interest_outside_the_catalogue_stays_in_quotes() -> None:
    interest = _interest("title", "Zorblax Prime", 0.9)
    unlinked = Interest(
        **{name: getattr(interest, name) for name in Interest.__slots__ if name != "linked"},
        linked=False,
    )
    assert say_interest(unlinked, DOMAIN) == "“Zorblax Prime”"


def test_an_explanation_names_the_source_what_is_shared_and_the_words() -> None:
    claims = [
        Claim(
            kind=ClaimKind.WORDS,
            text="you named Alien (1979): “Alien”",
            item_id="alien",
            interest=("title", "Alien (1979)"),
            evidence=_evidence("Alien"),
        ),
        Claim(
            kind=ClaimKind.ATTRIBUTE,
            text="directed by Ridley Scott, like Alien (1979)",
            item_id="blade",
            column="director",
            value="Ridley Scott",
            other_item_id="alien",
        ),
        Claim(
            kind=ClaimKind.SUPPORT,
            text="43 people liked both this and Alien (1979)",
            item_id="blade",
            value="43",
            other_item_id="alien",
        ),
        Claim(
            kind=ClaimKind.ATTRIBUTE,
            text="from 1982",
            item_id="blade",
            column="year",
            value="1982",
            interest=("year", "1980.."),
        ),
        Claim(
            kind=ClaimKind.WORDS,
            text="you said: “nothing before 1980”",
            interest=("year", "1980.."),
            evidence=_evidence("nothing before 1980"),
        ),
    ]
    assert say_explanation(claims, {"alien": "Alien (1979)"}, DOMAIN) == (
        "Like Alien (1979) (“Alien”): directed by Ridley Scott; 43 people liked both. "
        "From 1982: you said “nothing before 1980”."
    )


HEAT = Item(
    item_id="h",
    title="Heat",
    attributes={"director": ("Michael Mann",), "year": 1995.0, "genre": ("Crime", "Drama")},
)


def test_an_item_is_described_by_what_the_catalogue_has() -> None:
    assert say_item(HEAT, DOMAIN) == (
        "Heat (1995): directed by Michael Mann; Crime and Drama; from 1995."
    )


def test_what_the_catalogue_lacks_is_said() -> None:
    said = say_item(HEAT, DOMAIN, ["runtime"])
    assert said == "The catalogue does not know the runtime of Heat (1995)."


def test_no_picks_are_said_plainly() -> None:
    assert say_picks([], DOMAIN, asked=5) == "I found no film that fits all of this."
