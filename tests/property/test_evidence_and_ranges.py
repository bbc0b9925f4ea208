"""Evidence stands where it says, and ranges read what they write."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from interest.errors import InputError
from interest.evidence import Evidence, Source
from interest.ranges import NumberRange

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@settings(deadline=None)
@given(st.text(min_size=1), st.data())
def test_cut_evidence_holds_in_its_text(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    assume(text[start:end].strip())
    quote = Evidence.cut(text, start, end, source=Source.CHAT, source_id="t", observed_at=NOW)
    assert quote.quote == text[start:end]
    assert quote.holds_in(text)
    # Moved by one character it only holds where the text repeats itself.
    assert quote.holds_in("\n" + text) == (("\n" + text)[start:end] == quote.quote)


@settings(deadline=None)
@given(st.text(max_size=20), st.integers(-5, 30), st.integers(-5, 30))
def test_spans_outside_the_text_are_refused(text: str, start: int, end: int) -> None:
    assume(not 0 <= start < end <= len(text))
    with pytest.raises(InputError, match="outside"):
        Evidence.cut(text, start, end, source=Source.CHAT, source_id="t", observed_at=NOW)


@settings(deadline=None)
@given(st.text(min_size=1, max_size=20), st.integers(0, 5), st.integers(-3, 3))
def test_span_must_be_as_long_as_its_quote(quote: str, start: int, off: int) -> None:
    assume(quote.strip())
    assume(off != 0)
    with pytest.raises(InputError, match="does not fit"):
        Evidence(
            source=Source.CHAT,
            source_id="t",
            start=start,
            end=start + len(quote) + off,
            quote=quote,
            observed_at=NOW,
        )


FINITE = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(10**6), 10**6)


@settings(deadline=None)
@given(st.none() | FINITE, st.none() | FINITE)
def test_ranges_read_what_they_write(low: float | None, high: float | None) -> None:
    assume(low is not None or high is not None)
    if low is not None and high is not None:
        low, high = min(low, high), max(low, high)
    span = NumberRange(low=low, high=high)
    assert NumberRange.parse(str(span)) == span
    assert str(NumberRange.parse(str(span))) == str(span)


@settings(deadline=None)
@given(st.none() | FINITE, st.none() | FINITE, FINITE)
def test_range_contains_what_lies_between(
    low: float | None, high: float | None, number: float
) -> None:
    assume(low is not None or high is not None)
    assume(low is None or high is None or low <= high)
    inside = NumberRange(low=low, high=high).contains(number)
    outside = (low is not None and number < low) or (high is not None and number > high)
    assert inside is not outside
