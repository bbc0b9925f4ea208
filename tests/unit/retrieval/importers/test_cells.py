"""Cells: every way of writing a value that we read, with the value it means."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime

import pytest

from retrieval.importers.cells import (
    id_of,
    list_separator,
    names_of,
    number_of,
    text_of,
    time_of,
    title_of,
)

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (12, "12"),
        (12.0, "12"),
        (1.5, "1.5"),
        (" 12 ", "12"),
        ("a\x00b", "ab"),
        (None, ""),
        (True, ""),
        (math.nan, ""),
        (math.inf, ""),
    ],
)
def test_ids(value: object, expected: str) -> None:
    assert id_of(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("two\nlines", "two\nlines"),
        ("bell\x07 and half \ud83d", "bell and half ?"),
        (["One.", "Two."], "One. Two."),
        ([], ""),
        (None, ""),
        (math.nan, ""),
    ],
)
def test_texts(value: object, expected: str) -> None:
    assert text_of(value) == expected


def test_titles_stand_on_one_line() -> None:
    assert title_of("  The\n Thing\t(again) ") == "The Thing (again)"


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        ("7", "", 7.0),
        ("-2.5", "", -2.5),
        ("1e3", "", 1000.0),
        ("1,234", "", 1234.0),
        ("12,5", "", 12.0),
        ("$9.99", "", 9.99),
        ("124 min", "", 124.0),
        ("2h 4m", "min", 124.0),
        ("2 hours", "min", 120.0),
        ("1995-03-01", "", 1995.0),
        (date(1995, 3, 1), "", 1995.0),
        (4, "", 4.0),
        (math.nan, "", None),
        (math.inf, "", None),
        ("nan", "", None),
        ("inf", "", None),
        ("five", "", None),
        ("", "", None),
        (None, "", None),
        (True, "", None),
    ],
)
def test_numbers(value: object, unit: str, expected: float | None) -> None:
    assert number_of(value, unit=unit) == expected


@pytest.mark.parametrize(
    ("value", "separator", "expected"),
    [
        ("Crime|Drama", "|", ("Crime", "Drama")),
        ("Crime, Drama", ",", ("Crime", "Drama")),
        ("Crime, Drama, Crime", ",", ("Crime", "Drama")),
        ('["Crime", "Drama"]', ",", ("Crime", "Drama")),
        ("['Crime', \"Children's\"]", ",", ("Crime", "Children's")),
        ('[{"id": 1, "name": "Crime"}]', ",", ("Crime",)),
        ("[not a list]", ",", ("[not a list]",)),
        (["Crime", "Drama, loud"], ",", ("Crime", "Drama, loud")),
        ([["A", "B"], ["C"]], ",", ("A", "B", "C")),
        ([{"name": "Crime"}, {"other": 1}], ",", ("Crime",)),
        ("(no genres listed)", "|", ()),
        ("N/A", ",", ()),
        ("", ",", ()),
        (None, ",", ()),
        (math.nan, ",", ()),
    ],
)
def test_lists_of_names(value: object, separator: str, expected: tuple[str, ...]) -> None:
    assert names_of(value, separator) == expected


@pytest.mark.parametrize(
    ("sample", "expected"),
    [(["a|b, c", "d"], "|"), (["a; b, c"], ";"), (["a, b"], ","), (["a"], ","), ([["x|y"]], ",")],
)
def test_separators(sample: list[object], expected: str) -> None:
    assert list_separator(sample) == expected


MOMENT = 978300760.0  # 2000-12-31 22:12:40 UTC


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (978300760, MOMENT),
        ("978300760", MOMENT),
        (978300760000, MOMENT),
        (978300760000000, MOMENT),
        (978300760000000000, MOMENT),
        ("2000-12-31T22:12:40", MOMENT),
        ("2000-12-31T22:12:40Z", MOMENT),
        ("2000-12-31 23:12:40+01:00", MOMENT),
        (datetime(2000, 12, 31, 22, 12, 40), MOMENT),
        (date(1970, 1, 2), 86400.0),
        ("01 2, 1970", 86400.0),
        (0, None),
        (-5, None),
        (NOW.timestamp() + 90_000, None),
        (math.nan, None),
        (math.inf, None),
        ("soon", None),
        ("13 45, 2009", None),
        ("", None),
        (None, None),
    ],
)
def test_times(value: object, expected: float | None) -> None:
    assert time_of(value, NOW) == expected
