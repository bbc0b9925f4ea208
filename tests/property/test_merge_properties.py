"""Merging: idempotent, and free of order where it should be."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from interest.domain import Domain, Facet, FacetKind
from interest.evidence import Evidence, Source
from interest.interests import Interest, Strictness
from interest.merge import MergeConfig, clear_reaction, effective_preference, merge, merge_reactions
from interest.profile import InterestProfile, Reaction, ReactionKind

T0 = datetime(2026, 1, 1, tzinfo=UTC)
NOW = T0 + timedelta(days=400)
CONFIG = MergeConfig(max_evidence=3)
EMPTY = InterestProfile(user_id="ada", domain="things")
DOMAIN = Domain(
    name="things",
    noun="thing",
    nouns="things",
    facets=tuple(
        Facet(name=name, kind=kind, label=name, columns=(), aliases={}, hints={})
        for name, kind in (("kind", FacetKind.CATEGORY), ("year", FacetKind.NUMBER))
    ),
    words={},
)
KEYS: list[tuple[str, str]] = [
    ("kind", "jazz"),
    ("kind", "horror"),
    ("year", "1980.."),
    ("year", "..2000"),
    ("year", "1990..1999"),
]
CONDITIONS = ["", "with the kids", "at halloween"]
HOURS = st.integers(0, 1000)


@st.composite
def quotes(draw: st.DrawFn, hours: st.SearchStrategy[int] = HOURS) -> Evidence:
    """A quote from one of many texts; a text has one source and one time."""
    hour = draw(hours)
    start = draw(st.integers(0, 2))
    return Evidence(
        source=list(Source)[hour % 5],
        source_id=f"text {hour}",
        start=start,
        end=start + 4,
        quote="this",
        observed_at=T0 + timedelta(hours=hour),
    )


@st.composite
def interests(
    draw: st.DrawFn, hours: st.SearchStrategy[int] = HOURS, most_quotes: int = 3
) -> Interest:
    evidence = draw(st.lists(quotes(hours), min_size=1, max_size=most_quotes))
    evidence.sort(key=lambda quote: quote.observed_at)
    facet, value = draw(st.sampled_from(KEYS))
    return Interest(
        facet=facet,
        value=value,
        preference=draw(st.floats(-1, 1)),
        confidence=draw(st.floats(0, 1)),
        strictness=draw(st.sampled_from(Strictness)),
        evidence=tuple(evidence),
        valid_from=evidence[0].observed_at,
        linked=draw(st.booleans()),
        condition=draw(st.sampled_from(CONDITIONS)),
    )


def _same_key(interest: Interest, other: Interest) -> Interest:
    return replace(interest, facet=other.facet, value=other.value, condition=other.condition)


def merged(profile: InterestProfile, found: list[Interest]) -> InterestProfile:
    return merge(profile, found, now=NOW, domain=DOMAIN, config=CONFIG)


@settings(deadline=None)
@given(st.lists(interests(), max_size=12), st.lists(interests(), max_size=12))
def test_merging_again_changes_nothing(before: list[Interest], found: list[Interest]) -> None:
    once = merged(merged(EMPTY, before), found)
    assert merged(once, found) is once


@settings(deadline=None)
@given(st.lists(interests(), min_size=1, max_size=12))
def test_one_by_one_is_all_at_once(found: list[Interest]) -> None:
    profile = EMPTY
    for interest in found:
        profile = merged(profile, [interest])
    assert profile == merged(EMPTY, found)


@settings(deadline=None)
@given(st.data())
def test_different_interests_come_in_any_order(data: st.DataObject) -> None:
    """One statement per key, at different times."""
    count = len(KEYS) * len(CONDITIONS)
    hours = data.draw(st.lists(HOURS, min_size=count, max_size=count, unique=True))
    found = list(
        {
            interest.key: interest
            for hour in hours
            for interest in [data.draw(interests(st.just(hour), most_quotes=1))]
        }.values()
    )
    shuffled = data.draw(st.permutations(found))
    assert merged(EMPTY, found).by_key == merged(EMPTY, list(shuffled)).by_key


@settings(deadline=None)
@given(interests(st.integers(0, 400)), interests(st.integers(500, 1000)))
def test_two_statements_of_one_interest_come_in_any_order(
    first: Interest, second: Interest
) -> None:
    second = _same_key(second, first)
    assert merged(EMPTY, [first, second]) == merged(EMPTY, [second, first])


@settings(deadline=None)
@given(st.lists(interests(), max_size=12))
def test_conditions_are_merged_as_if_alone(found: list[Interest]) -> None:
    """What holds under a condition neither changes nor ends what holds under another or always."""
    together = merged(EMPTY, found).interests
    for condition in CONDITIONS:
        alone = merged(EMPTY, [i for i in found if i.condition == condition]).interests
        assert [i for i in together if i.condition == condition] == list(alone)


@settings(deadline=None)
@given(st.lists(interests(), min_size=1, max_size=12))
def test_evidence_is_known_sorted_and_capped(found: list[Interest]) -> None:
    said = {quote for interest in found for quote in interest.evidence}
    for interest in merged(EMPTY, found).interests:
        times = [quote.observed_at for quote in interest.evidence]
        assert set(interest.evidence) <= said
        assert times == sorted(times)
        assert 1 <= len(times) <= CONFIG.max_evidence
        first = min(
            quote.observed_at
            for other in found
            if other.key == interest.key
            for quote in other.evidence
        )
        assert times[0] == first


@settings(deadline=None)
@given(
    interests(st.just(1), most_quotes=1), interests(st.just(2), most_quotes=1), st.floats(0.1, 1)
)
def test_agreement_never_lowers_confidence(
    first: Interest, second: Interest, preference: float
) -> None:
    first = replace(first, preference=max(0.1, abs(first.preference)))
    second = replace(_same_key(second, first), preference=preference)
    (result,) = merged(EMPTY, [first, second]).interests
    assert result.confidence >= min(0.99, max(first.confidence, second.confidence))
    low, high = sorted((first.preference, second.preference))
    assert low - 1e-12 <= result.preference <= high + 1e-12


@settings(deadline=None)
@given(interests(), HOURS, HOURS)
def test_decay_shrinks_towards_zero(interest: Interest, hour: int, more: int) -> None:
    moment = interest.valid_from + timedelta(hours=hour)
    sooner = effective_preference(interest, moment)
    later = effective_preference(interest, moment + timedelta(hours=more))
    assert abs(later) <= abs(sooner) <= abs(interest.preference)
    assert sooner * interest.preference >= 0.0


@st.composite
def reactions(draw: st.DrawFn) -> Reaction:
    quote = draw(quotes())
    return Reaction(
        item_id=draw(st.sampled_from(["1", "2"])),
        kind=draw(st.sampled_from(ReactionKind)),
        evidence=(quote,),
        at=quote.observed_at,
    )


def _at(reaction: Reaction) -> datetime:
    return reaction.at


@settings(deadline=None)
@given(st.lists(reactions(), max_size=8, unique_by=_at))
def test_reactions_are_idempotent_and_free_of_order(found: list[Reaction]) -> None:
    once = merge_reactions(EMPTY, found, now=NOW)
    assert merge_reactions(once, found, now=NOW) is once
    backwards = merge_reactions(EMPTY, found[::-1], now=NOW)
    assert {r.item_id: r for r in backwards.reactions} == {r.item_id: r for r in once.reactions}
    assert clear_reaction(clear_reaction(once, "1", now=NOW), "2", now=NOW).reactions == ()
