"""Years, decades and lengths as ranges."""

from __future__ import annotations

import pytest

from interest.numbers import durations_in, years_in


@pytest.mark.parametrize(
    ("text", "words", "value", "one_sided"),
    [
        ("nothing before 1980", "before 1980", "..1979", True),
        ("older than 1960", "older than 1960", "..1959", True),
        ("up to 1999", "up to 1999", "..1999", True),
        ("after 2000", "after 2000", "2001..", True),
        ("after 2000 or newer", "after 2000 or newer", "2000..", True),
        ("since 2005", "since 2005", "2005..", True),
        ("films from 2010 onwards", "from 2010 onwards", "2010..", True),
        ("1975 or older", "1975 or older", "..1975", True),
        ("pre-1950", "pre-1950", "..1949", True),
        ("before the 90s", "before the 90s", "..1989", True),
        ("after the eighties", "after the eighties", "1990..", True),
        ("80s films", "80s", "1980..1989", False),
        ("the '90s", "'90s", "1990..1999", False),
        ("in the 1950's", "1950's", "1950..1959", False),
        ("from the nineties", "nineties", "1990..1999", False),
        ("early 2000s", "early 2000s", "2000..2004", False),
        ("the late 60s", "late 60s", "1965..1969", False),
        ("between 1980 and 1995", "between 1980 and 1995", "1980..1995", False),
        ("1990-1999", "1990-1999", "1990..1999", False),
        ("70s and 80s", "70s and 80s", "1970..1989", False),
        ("80s or 90s", "80s or 90s", "1980..1999", False),
        ("90s or the 80s", "90s or the 80s", "1980..1999", False),
        ("80s to the 90s", "80s to the 90s", "1980..1999", False),
        ("films from 1994", "from 1994", "1994", False),
        ("80年代的电影", "80年代", "1980..1989", False),
        ("2000年以后的", "2000年以后", "2000..", True),
        ("1990年以降の映画", "1990年以降", "1990..", True),
        ("1980年以前", "1980年以前", "..1979", True),
        ("1995年的", "1995年", "1995", False),
    ],
)
def test_years(text: str, words: str, value: str, one_sided: bool) -> None:
    spans = list(years_in(text))
    assert [(text[s.start : s.end], str(s.value), s.one_sided) for s in spans] == [
        (words, value, one_sided)
    ]


def test_decades_apart_are_two_ranges() -> None:
    assert [str(span.value) for span in years_in("60s or 90s")] == ["1960..1969", "1990..1999"]
    assert [str(span.value) for span in years_in("60s to 90s")] == ["1960..1999"]


@pytest.mark.parametrize("text", ["1984", "I paid $1980", "Blade Runner 2049", "room 1408"])
def test_bare_numbers_are_no_years(text: str) -> None:
    assert list(years_in(text)) == []


@pytest.mark.parametrize(
    ("text", "words", "value"),
    [
        ("under two hours", "under two hours", "..120"),
        ("less than 90 minutes", "less than 90 minutes", "..90"),
        ("not longer than 2h", "not longer than 2h", "..120"),
        ("no longer than 1h 45m", "no longer than 1h 45m", "..105"),
        ("under an hour and a half", "under an hour and a half", "..90"),
        ("at least 2.5 hours", "at least 2.5 hours", "150.."),
        ("longer than three hours", "longer than three hours", "180.."),
        ("100 minutes max", "100 minutes max", "..100"),
        ("two hours or less", "two hours or less", "..120"),
        ("两小时以内", "两小时以内", "..120"),
        ("120分钟以内", "120分钟以内", "..120"),
        ("90分以内", "90分以内", "..90"),
    ],
)
def test_lengths(text: str, words: str, value: str) -> None:
    assert [(text[s.start : s.end], str(s.value)) for s in durations_in(text)] == [(words, value)]


def test_a_length_that_is_no_bound_says_nothing() -> None:
    assert list(durations_in("it was two hours of my life")) == []
