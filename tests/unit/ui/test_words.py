"""Words for people, compared with what is written by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from interest.domain import load_domain
from interest.errors import SetupError
from interest.evidence import Evidence, Source
from interest.interests import Interest, Strictness
from retrieval.types import Item, LedgerEntry, Verdict
from ui.words import (
    STRENGTHS,
    error_words,
    evidence_words,
    facts,
    nearest_strength,
    stance_words,
    strength_words,
    value_words,
    verdict_sentence,
)

MOVIES = load_domain("movies")
DAY = datetime(2026, 5, 3, tzinfo=UTC)
SAID = Evidence.whole("so I said", source=Source.CHAT, source_id="t1", observed_at=DAY)


def interest(
    facet: str, value: str, preference: float, strictness: Strictness = Strictness.SOFT
) -> Interest:
    return Interest(
        facet=facet,
        value=value,
        preference=preference,
        confidence=1.0,
        strictness=strictness,
        evidence=(SAID,),
        valid_from=DAY,
    )


@pytest.mark.parametrize(
    ("preference", "word"),
    [
        (1.0, "Love"),
        (0.8, "Love"),
        (0.7, "Like"),
        (0.1, "Lean towards"),
        (0.09, "Neither"),
        (0.0, "Neither"),
        (-0.09, "Neither"),
        (-0.3, "Lean away from"),
        (-0.6, "Dislike"),
        (-1.0, "Hate"),
    ],
)
def test_a_preference_has_the_nearest_word_of_its_sign(preference: float, word: str) -> None:
    assert nearest_strength(preference) == word


def test_every_choice_of_the_editor_is_its_own_nearest_word() -> None:
    assert [nearest_strength(value) for value in STRENGTHS.values()] == list(STRENGTHS)


def test_hard_interests_are_only_and_never() -> None:
    assert strength_words(interest("genre", "Drama", 0.6, Strictness.HARD)) == "Only"
    assert strength_words(interest("genre", "Drama", -0.6, Strictness.HARD)) == "Never"
    assert strength_words(interest("genre", "Drama", 0.0, Strictness.HARD)) == "Neither"
    assert strength_words(interest("genre", "Drama", 0.6)) == "Like"


def test_a_condition_follows_the_strength() -> None:
    never = interest("genre", "Horror", -0.8, Strictness.HARD)
    assert stance_words(never) == "Never"
    assert stance_words(replace(never, condition="with the kids")) == "Never, with the kids"


def test_only_numeric_facets_are_read_as_ranges() -> None:
    assert value_words(MOVIES, "runtime", "..120") == "120 min or less"
    assert value_words(MOVIES, "runtime", "not too long") == "not too long"
    assert value_words(MOVIES, "title", "1917") == "1917"
    assert value_words(MOVIES, "no such facet", "..120") == "..120"


def test_a_ledger_line_says_what_was_asked_and_only_what_adds_to_it() -> None:
    def line(about: Interest, verdict: Verdict, value: str = "") -> str:
        return verdict_sentence(MOVIES, LedgerEntry(interest=about, verdict=verdict, value=value))

    since = interest("year", "1980..", 0.9, Strictness.HARD)
    assert line(since, Verdict.MET, "1982") == "Year: 1980 or later (1982)"
    assert line(since, Verdict.VIOLATED, "1979") == "Year: 1980 or later (1979)"
    drama = interest("genre", "Drama", 0.6)
    assert line(drama, Verdict.MET, "Drama, Crime") == "Genre: Drama"
    assert line(drama, Verdict.VIOLATED, "Horror") == "Genre: Drama (Horror)"
    horror = interest("genre", "Horror", -0.6)
    assert line(horror, Verdict.VIOLATED, "Horror") == "Genre: no Horror"
    assert line(horror, Verdict.UNKNOWN) == "Genre: no Horror (the catalogue cannot tell)"


def test_evidence_says_where_the_words_come_from() -> None:
    assert evidence_words(SAID) == "you said, 3 May 2026"


def test_facts_follow_the_domain_and_leave_out_what_is_unknown() -> None:
    item = Item(
        item_id="1",
        title="Heat",
        attributes={
            "runtime": 170.0,
            "year": 1995.0,
            "genre": ("Crime", "Drama"),
            "director": ("Michael Mann",),
            "cast": ("A", "B", "C", "D"),
        },
    )
    known = {fact.column: fact.words for fact in facts(item, MOVIES)}
    assert list(known) == ["genre", "director", "cast", "runtime"]
    assert known["genre"] == "Crime, Drama"
    assert known["director"] == "Michael Mann"
    assert known["cast"] == "A, B, C …"
    assert known["runtime"] == "170 min"
    phrases = {fact.column: fact.phrase for fact in facts(item, MOVIES)}
    assert phrases["director"] == "directed by Michael Mann"


def test_an_error_is_one_line_with_its_remedy() -> None:
    error = SetupError("The port\nis taken.", "Use --port 7861.")
    assert error_words(error) == "The port is taken. Use --port 7861."
