"""Any profile at all, for property tests."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from hypothesis import strategies as st

from interest.evidence import Evidence, Source
from interest.interests import Interest, Strictness, condition_words
from interest.profile import InterestProfile, Reaction, ReactionKind

__all__ = ["profiles"]

# Any text that a database keeps.
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
NAME = TEXT.filter(lambda text: bool(text.strip()))
MOMENT = st.datetimes(
    min_value=datetime(1900, 1, 1),
    max_value=datetime(2200, 1, 1),
    timezones=st.integers(-14 * 60, 14 * 60).map(lambda m: timezone(timedelta(minutes=m))),
)


@st.composite
def quotes(draw: st.DrawFn) -> Evidence:
    quote = draw(NAME)
    start = draw(st.integers(0, 10**6))
    return Evidence(
        source=draw(st.sampled_from(Source)),
        source_id=draw(TEXT),
        start=start,
        end=start + len(quote),
        quote=quote,
        observed_at=draw(MOMENT),
    )


EVIDENCE = st.lists(quotes(), min_size=1, max_size=3).map(tuple)


@st.composite
def interests(draw: st.DrawFn) -> Interest:
    since = draw(MOMENT)
    lasts = draw(st.none() | st.timedeltas(min_value=timedelta(0), max_value=timedelta(9999)))
    return Interest(
        facet=draw(st.sampled_from(["genre", "year", "ジャンル"])),
        value=draw(NAME),
        preference=draw(st.floats(-1, 1)),
        confidence=draw(st.floats(0, 1)),
        strictness=draw(st.sampled_from(Strictness)),
        evidence=draw(EVIDENCE),
        valid_from=since,
        linked=draw(st.booleans()),
        valid_to=None if lasts is None else since + lasts,
        condition=condition_words(draw(TEXT)),
    )


@st.composite
def reactions(draw: st.DrawFn) -> Reaction:
    return Reaction(
        item_id=draw(NAME),
        kind=draw(st.sampled_from(ReactionKind)),
        evidence=draw(EVIDENCE),
        at=draw(MOMENT),
    )


@st.composite
def profiles(draw: st.DrawFn) -> InterestProfile:
    found = draw(st.lists(interests(), max_size=4, unique_by=lambda entry: entry.key))
    acts = draw(st.lists(reactions(), max_size=4, unique_by=lambda entry: entry.item_id))
    return InterestProfile(
        user_id=draw(NAME),
        domain=draw(NAME),
        interests=tuple(found),
        reactions=tuple(acts),
        revision=draw(st.integers(0, 10**6)),
        updated_at=draw(st.none() | MOMENT),
    )
