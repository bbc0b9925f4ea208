"""Decay: half-lives worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from interest.decay import effective_preference
from interest.evidence import Evidence, Source
from interest.interests import Interest, Strictness
from interest.merge_config import MergeConfig

T0 = datetime(2024, 1, 1, tzinfo=UTC)
CONFIG = MergeConfig(half_life_days={Source.CHAT: 100.0, Source.REVIEW: 200.0})


def days(number: float) -> datetime:
    return T0 + timedelta(days=number)


def quote(source: Source, day: float) -> Evidence:
    return Evidence.whole("jazz", source=source, source_id=f"{day}", observed_at=days(day))


def interest(*evidence: Evidence, preference: float = -0.8, confidence: float = 0.7) -> Interest:
    return Interest(
        facet="kind",
        value="jazz",
        preference=preference,
        confidence=confidence,
        strictness=Strictness.SOFT,
        evidence=evidence,
        valid_from=T0,
    )


@pytest.mark.parametrize(
    ("age", "left"), [(0, -0.8), (100, -0.4), (50, -0.8 * 0.5**0.5), (300, -0.1)]
)
def test_soft_interest_halves(age: float, left: float) -> None:
    found = effective_preference(interest(quote(Source.CHAT, 0)), days(age), config=CONFIG)
    assert found == pytest.approx(left)


def test_each_source_has_its_half_life() -> None:
    review = interest(quote(Source.REVIEW, 0))
    assert effective_preference(review, days(200), config=CONFIG) == pytest.approx(-0.4)
    rating = interest(quote(Source.RATING, 0))
    assert effective_preference(rating, days(10_000), config=CONFIG) == -0.8


def test_freshest_quote_counts_by_its_own_half_life() -> None:
    both = interest(quote(Source.REVIEW, 0), quote(Source.CHAT, 100))
    # After 200 days the review has one half-life behind it, and so has the newer chat turn.
    assert effective_preference(both, days(200), config=CONFIG) == pytest.approx(-0.4)
    # After 300: review 2^-1.5, chat 2^-2.
    assert effective_preference(both, days(300), config=CONFIG) == pytest.approx(-0.8 * 2**-1.5)


def test_hard_interests_and_edits_stay() -> None:
    hard = replace(interest(quote(Source.CHAT, 0)), strictness=Strictness.HARD)
    assert effective_preference(hard, days(10_000), config=CONFIG) == -0.8
    edit = interest(quote(Source.EDIT, 0), quote(Source.CHAT, 1), confidence=1.0)
    assert effective_preference(edit, days(10_000), config=CONFIG) == -0.8


def test_what_does_not_hold_counts_nothing() -> None:
    ended = replace(interest(quote(Source.CHAT, 0)), valid_to=days(5))
    assert effective_preference(ended, days(4), config=CONFIG) < -0.7
    assert effective_preference(ended, days(5), config=CONFIG) == 0.0
    assert effective_preference(ended, days(-1), config=CONFIG) == 0.0


def test_clock_behind_the_evidence_does_not_amplify() -> None:
    early = replace(interest(quote(Source.CHAT, 10)), valid_from=T0)
    assert effective_preference(early, days(5), config=CONFIG) == -0.8
