"""Predictions in the gold's terms."""

from __future__ import annotations

from dataclasses import replace

import pytest

from eval.cases import Case, GoldInterest, Speaker
from eval.folding import in_gold_terms, parse_fold
from interest.errors import InputError
from interest.extraction import Mention
from interest.interests import Strictness


def said(
    facet: str, start: int, end: int, *, value: str = "v", sign: float = 1.0, sure: float = 0.5
) -> Mention:
    return Mention(
        facet=facet,
        value=value,
        preference=sign,
        confidence=sure,
        strictness=Strictness.SOFT,
        start=start,
        end=end,
    )


CASE = Case(case_id="c", text="scary space films")
FOLD = {"mood": "genre"}


def kept(case: Case, *mentions: Mention) -> list[tuple[str, str, str, bool]]:
    found = in_gold_terms(case, mentions, fold=FOLD, gold_facets={"genre", "Title"})
    return [(p.mention.facet, p.facet, p.quote, p.counted) for p in found]


def test_finer_facets_fold_and_foreign_ones_are_marked() -> None:
    assert kept(CASE, said("year", 6, 11), said("mood", 0, 5), said("title", 12, 17)) == [
        ("mood", "genre", "scary", True),
        ("year", "year", "space", False),
        ("title", "Title", "films", True),
    ]


def test_a_facet_that_gold_uses_itself_is_not_folded() -> None:
    found = in_gold_terms(CASE, [said("mood", 0, 5)], fold=FOLD, gold_facets={"genre", "mood"})
    assert [p.facet for p in found] == ["mood"]


def test_a_folded_reading_of_the_same_words_counts_once_and_the_facet_itself_goes_first() -> None:
    sure_mood, unsure_genre = said("mood", 0, 11, sure=0.9), said("genre", 0, 5, sure=0.1)
    assert kept(CASE, sure_mood, unsure_genre) == [("genre", "genre", "scary", True)]
    elsewhere = said("mood", 6, 11)
    assert len(kept(CASE, elsewhere, unsure_genre)) == 2


def test_the_surest_of_two_folded_readings_counts() -> None:
    first = said("mood", 0, 5, value="a", sure=0.2)
    second = said("mood", 3, 9, value="b", sure=0.8)
    found = in_gold_terms(CASE, [first, second], fold=FOLD, gold_facets={"genre"})
    assert [p.mention.value for p in found] == ["b"]


def test_overlapping_readings_that_nothing_folded_both_count() -> None:
    assert len(kept(CASE, said("genre", 0, 5), said("genre", 0, 11))) == 2


def test_the_values_of_a_compound_are_one_span_to_annotators() -> None:
    romance, comedy = said("genre", 0, 5, value="a"), said("genre", 0, 5, value="b")
    assert len(kept(CASE, romance, comedy)) == 1
    spans = (GoldInterest(facet="genre", evidence=(0, 5)),) * 2
    assert len(kept(replace(CASE, interests=spans), romance, comedy)) == 2
    assert len(kept(replace(CASE, speaker=Speaker.REVIEWER), romance, comedy)) == 2


def test_in_a_dialogue_the_last_sign_of_a_value_decides() -> None:
    case = Case(case_id="d", text="x" * 40, speaker=Speaker.DIALOGUE)
    found = in_gold_terms(
        case,
        [
            said("genre", 30, 34, value="Ran", sign=0.0),
            said("genre", 20, 24, value="ran (1985)", sign=-1.0),
            said("genre", 0, 4, value="Ran (1985)", sign=1.0),
            said("genre", 10, 14, value="Heat"),
        ],
        fold={},
        gold_facets={"genre"},
    )
    assert [(p.mention.start, p.mention.polarity) for p in found] == [(20, -1), (10, 1)]


def test_fold_is_read_from_pairs() -> None:
    assert parse_fold(["mood=genre", " theme = genre "]) == {"mood": "genre", "theme": "genre"}
    with pytest.raises(InputError, match="'mood' does not fold"):
        parse_fold(["mood"])
    with pytest.raises(InputError, match="'=genre' does not fold"):
        parse_fold(["=genre"])
