"""Which prediction answers which gold interest: every rule on cases small enough to see."""

from __future__ import annotations

import numpy as np

from eval.cases import Case, GoldInterest, Speaker
from eval.folding import in_gold_terms
from eval.matching import Rule, assign, match
from interest.extraction import Mention
from interest.interests import Strictness

NAN = float("nan")


def said(
    text: str,
    words: str,
    facet: str,
    *,
    value: str | None = None,
    sign: float = 1.0,
    opinion: str | None = None,
) -> Mention:
    start = text.index(words)
    at = None if opinion is None else (text.index(opinion), text.index(opinion) + len(opinion))
    return Mention(
        facet=facet,
        value=value or words,
        preference=sign,
        confidence=0.5,
        strictness=Strictness.SOFT,
        start=start,
        end=start + len(words),
        opinion=at,
    )


def gold(
    text: str,
    words: str | None,
    facet: str,
    *,
    value: str | None = None,
    sign: int | None = None,
    opinion: str | None = None,
) -> GoldInterest:
    start = None if words is None else text.index(words)
    return GoldInterest(
        facet=facet,
        value=words if value is None else value,
        polarity=sign,
        evidence=None if start is None or words is None else (start, start + len(words)),
        opinion=opinion,
    )


def pairs(
    rule: Rule,
    text: str,
    mentions: list[Mention],
    wanted: list[GoldInterest],
    speaker: Speaker = Speaker.USER,
) -> tuple[tuple[int, int], ...]:
    case = Case(case_id="c", text=text, speaker=speaker, interests=tuple(wanted))
    facets = {interest.facet for interest in wanted}
    return match(rule, case, in_gold_terms(case, mentions, fold={}, gold_facets=facets))


TEXT = "The new Star Wars movie is good"


def test_overlap_needs_the_facet_and_one_shared_character() -> None:
    wanted = [gold(TEXT, "Star Wars", "title")]
    assert pairs(Rule.OVERLAP, TEXT, [said(TEXT, "new Star", "title")], wanted) == ((0, 0),)
    assert pairs(Rule.OVERLAP, TEXT, [said(TEXT, "Star Wars", "genre")], wanted) == ()
    beside = said(TEXT, "new ", "title", value="Star Wars")
    assert pairs(Rule.OVERLAP, TEXT, [beside], wanted) == ()


def test_overlap_compares_values_where_gold_has_no_span() -> None:
    wanted = [gold(TEXT, None, "title", value="Star Wars (1977)")]
    linked = said(TEXT, "Star Wars", "title", value="Star Wars (1978)")
    assert pairs(Rule.OVERLAP, TEXT, [linked], wanted) == ((0, 0),)
    by_words = said(TEXT, "Star Wars", "title", value="Episode IV")
    assert pairs(Rule.OVERLAP, TEXT, [by_words], wanted) == ((0, 0),)
    assert pairs(Rule.OVERLAP, TEXT, [said(TEXT, "movie", "title")], wanted) == ()


def test_a_dialogue_names_a_title_in_several_places() -> None:
    text = "ASSISTANT: Heat (1995)?\nUSER: Heat? Hated it."
    wanted = [gold(text, "Heat (1995)", "title", sign=-1)]
    mention = said(text, "Heat? Hated", "title", value="Heat (1995)")
    assert pairs(Rule.OVERLAP, text, [mention], wanted) == ()  # one speaker: spans decide
    assert pairs(Rule.OVERLAP, text, [mention], wanted, Speaker.DIALOGUE) == ((0, 0),)
    assert pairs(Rule.EXACT, text, [mention], wanted, Speaker.DIALOGUE) == ((0, 0),)


def test_the_larger_assignment_wins_over_the_closer_pair() -> None:
    # The wide prediction fits both; taking the closest pair first would lose one.
    text = "alpha beta"
    wide, narrow = said(text, "alpha beta", "f"), said(text, "alpha", "f")
    wanted = [gold(text, "alpha", "f"), gold(text, "beta", "f")]
    assert pairs(Rule.OVERLAP, text, [wide, narrow], wanted) == ((0, 0), (1, 1))
    # in_gold_terms sorts by span: number 0 is the narrow one.


def test_among_equal_assignments_the_closest_spans_pair_up() -> None:
    text = "alpha beta"
    wanted = [gold(text, "alpha beta", "f"), gold(text, "beta", "f")]
    mentions = [said(text, "beta", "f"), said(text, "alpha beta", "f")]
    assert pairs(Rule.OVERLAP, text, mentions, wanted) == ((0, 0), (1, 1))


def test_exact_needs_the_span_or_the_value_at_the_same_place() -> None:
    wanted = [gold(TEXT, "Star Wars", "title")]
    same_span = said(TEXT, "Star Wars", "title", value="Episode IV")
    same_value = said(TEXT, "new Star Wars movie", "title", value="star wars")
    other = said(TEXT, "Star Wars movie", "title", value="Episode IV")
    elsewhere = said(TEXT, "movie", "title", value="Star Wars")
    assert pairs(Rule.EXACT, TEXT, [same_span], wanted) == ((0, 0),)
    assert pairs(Rule.EXACT, TEXT, [same_value], wanted) == ((0, 0),)
    assert pairs(Rule.EXACT, TEXT, [other], wanted) == ()
    assert pairs(Rule.EXACT, TEXT, [elsewhere], wanted) == ()


REVIEW = "The battery lasts , but the screen is dull ."


def test_aspect_needs_the_sign_and_leaves_the_category_open() -> None:
    wanted = [gold(REVIEW, "battery lasts", "BATTERY", sign=1), gold(REVIEW, None, "X", sign=-1)]
    right = said(REVIEW, "battery", "anything", sign=0.4)
    wrong = said(REVIEW, "battery", "BATTERY", sign=-0.4)
    assert pairs(Rule.ASPECT, REVIEW, [right], wanted, Speaker.REVIEWER) == ((0, 0),)
    assert pairs(Rule.ASPECT, REVIEW, [wrong], wanted, Speaker.REVIEWER) == ()
    assert pairs(Rule.SPAN, REVIEW, [wrong], wanted, Speaker.REVIEWER) == ((0, 0),)


def test_a_quad_is_right_only_as_a_whole() -> None:
    wanted = [gold(REVIEW, "screen", "SCREEN#QUALITY", sign=-1, opinion="dull")]

    def found(**changes: object) -> bool:
        facts = {"words": "screen", "facet": "screen#quality", "sign": -1.0, "opinion": "dull"}
        facts |= changes
        mention = said(
            REVIEW,
            str(facts["words"]),
            str(facts["facet"]),
            sign=float(str(facts["sign"])),
            opinion=None if facts["opinion"] is None else str(facts["opinion"]),
        )
        return pairs(Rule.QUAD, REVIEW, [mention], wanted, Speaker.REVIEWER) == ((0, 0),)

    assert found()
    assert not found(words="the screen")
    assert not found(facet="screen")
    assert not found(sign=1.0)
    assert not found(opinion="is dull")
    assert not found(opinion=None)


def test_an_implicit_aspect_is_one_whose_span_is_its_opinion() -> None:
    text = "Loved  it !"
    wanted = [gold(text, None, "PLACE", sign=1, opinion="Loved it")]
    implicit = said(text, "Loved  it", "PLACE", opinion="Loved  it")
    explicit = said(text, "it", "PLACE", opinion="Loved  it")
    assert pairs(Rule.QUAD, text, [implicit], wanted, Speaker.REVIEWER) == ((0, 0),)
    assert pairs(Rule.QUAD, text, [explicit], wanted, Speaker.REVIEWER) == ()


def test_fields_that_nobody_annotated_are_not_asked_for() -> None:
    case_gold = GoldInterest(facet="?", evidence=(4, 7), annotated=frozenset({"evidence"}))
    assert pairs(Rule.OVERLAP, TEXT, [said(TEXT, "new", "?")], [case_gold]) == ((0, 0),)


def test_assign_by_hand() -> None:
    assert assign(np.array([[0.1, 0.9], [0.2, NAN]])) == ((0, 1), (1, 0))
    assert assign(np.array([[0.1, 0.9], [NAN, NAN]])) == ((0, 1),)
    assert assign(np.empty((0, 3))) == ()
    assert assign(np.full((2, 2), NAN)) == ()
