"""The extraction seam: mentions become interests with evidence."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from interest.errors import InputError
from interest.evidence import Source
from interest.extraction import Mention, TextUnit, interests_from
from interest.interests import Strictness

NOW = datetime(2026, 3, 1, tzinfo=UTC)
UNIT = TextUnit(text_id="r1", text="No more slashers, please.", source=Source.REVIEW)


def mention(start: int, end: int, preference: float = -0.9) -> Mention:
    return Mention(
        facet="genre",
        value="Slasher",
        preference=preference,
        confidence=0.8,
        strictness=Strictness.HARD,
        start=start,
        end=end,
        linked=False,
    )


def test_mention_becomes_an_interest_with_its_words() -> None:
    (interest,) = interests_from(UNIT, [mention(8, 16)], now=NOW)
    assert interest.key == ("genre", "Slasher")
    assert (interest.preference, interest.confidence) == (-0.9, 0.8)
    assert (interest.is_hard, interest.linked, interest.valid_from) == (True, False, NOW)
    (quote,) = interest.evidence
    assert (quote.quote, quote.start, quote.end) == ("slashers", 8, 16)
    assert (quote.source, quote.source_id, quote.observed_at) == (Source.REVIEW, "r1", NOW)
    assert quote.holds_in(UNIT.text)


@pytest.mark.parametrize(("start", "end"), [(-1, 3), (5, 5), (20, 26), (9, 8)])
def test_words_that_are_not_in_the_text_are_refused(start: int, end: int) -> None:
    with pytest.raises(InputError, match="text 'r1' lies outside"):
        interests_from(UNIT, [mention(8, 16), mention(start, end)], now=NOW)


@pytest.mark.parametrize(("preference", "polarity"), [(0.5, 1), (-0.5, -1), (0.05, 0)])
def test_polarity(preference: float, polarity: int) -> None:
    assert mention(8, 16, preference).polarity == polarity


def test_a_condition_becomes_the_words_under_which_it_holds() -> None:
    unit = TextUnit(text_id="t1", text="No slashers when  My Mum is here, ever.")
    found = replace(mention(3, 11), opinion=(0, 2), condition=(12, 32))
    (interest,) = interests_from(unit, [found], now=NOW)
    assert interest.condition == "when my mum is here"
    assert interest.key == ("genre", "Slasher", "when my mum is here")
    assert interest.evidence[0].quote == "No slashers when  My Mum is here"


def test_a_condition_outside_the_text_is_refused() -> None:
    with pytest.raises(InputError, match="text 'r1' lies outside"):
        interests_from(UNIT, [replace(mention(8, 16), condition=(8, 26))], now=NOW)
