"""When two values are the same one."""

from __future__ import annotations

import pytest

from eval.values import same_value, spelled, split_year


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ("The Matrix (1999)", "Matrix, The (1999)", True),
        ("The Shining  (1980)", "shining", True),
        ("Ant-Man", "Ant Man", True),
        ("Amélie", "AMELIE", True),
        ("Lilo & Stitch", "Lilo and Stitch", True),
        ("Ran (1985)", "Ran (1986)", True),
        ("Ran (1985)", "Ran (1987)", False),
        ("Heat", "Heats", False),
        ("A", "The", False),
        ("A (2000)", "A", True),
        ("1980..", "..1980", False),
        ("1980..1989", "1980..1989", True),
        ("ガ", "カ", False),
        ("がんばれ", "がんばれ", True),
        ("…", "…", True),
        ("!", "?", False),
    ],
)
def test_same_value(left: str, right: str, same: bool) -> None:
    assert same_value(left, right) is same
    assert same_value(right, left) is same


def test_year_is_only_what_stands_in_brackets_at_the_end() -> None:
    assert split_year("2012 (2009)") == ("2012", 2009)
    assert split_year("Blade Runner 2049") == ("Blade Runner 2049", None)
    assert split_year("(1900)") == ("(1900)", None)


def test_an_article_alone_stays() -> None:
    assert spelled("The") == "the"
    assert spelled("A The") == "the"
