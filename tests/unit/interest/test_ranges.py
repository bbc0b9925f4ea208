"""Number ranges: forms, ends and refusals."""

from __future__ import annotations

import pytest

from interest.errors import InputError
from interest.ranges import NumberRange


@pytest.mark.parametrize(
    ("text", "low", "high", "shown"),
    [
        ("1980..", 1980, None, "1980.."),
        ("..120", None, 120, "..120"),
        ("1980..1989", 1980, 1989, "1980..1989"),
        ("1994", 1994, 1994, "1994"),
        (" 1994..1994 ", 1994, 1994, "1994"),
        ("7.5..", 7.5, None, "7.5.."),
        ("-3..2", -3, 2, "-3..2"),
    ],
)
def test_forms(text: str, low: float | None, high: float | None, shown: str) -> None:
    span = NumberRange.parse(text)
    assert (span.low, span.high) == (low, high)
    assert str(span) == shown


@pytest.mark.parametrize("text", ["", "..", "old", "1980-1989", "1980..new", "nan", "..inf"])
def test_what_is_no_range(text: str) -> None:
    with pytest.raises(InputError):
        NumberRange.parse(text)


def test_upside_down_range_shows_its_ends() -> None:
    with pytest.raises(InputError, match=r"from 1990\.0 down to 1980\.0"):
        NumberRange.parse("1990..1980")


def test_ends_are_inside() -> None:
    eighties = NumberRange(low=1980, high=1989)
    assert [eighties.contains(n) for n in (1979, 1980, 1989, 1990)] == [False, True, True, False]
    assert NumberRange(low=1980).contains(10**9)
    assert NumberRange(high=120).contains(-1)
