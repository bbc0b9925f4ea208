"""Which texts name the circumstances of a condition, and what then counts."""

from __future__ import annotations

import pytest

from interest.circumstances import conditions_named, is_in_force
from interest.domain import load_domain

MOVIES = load_domain("movies")


@pytest.mark.parametrize(
    ("condition", "text", "named"),
    [
        # The same value of a setting.
        ("with the kids", "something for the kids", True),
        ("with the kids", "we're watching with my daughter", True),
        ("when the kids are around", "tonight with the kids", True),
        ("on a weeknight", "a comedy, it's a school night", True),
        ("on rainy days", "it's a rainy day", True),
        ("with the kids", "a comedy please", False),
        ("with the kids", "for date night", False),
        # The same words.
        ("when my mum is here", "my mum is here tonight", True),
        ("when my mum is here", "watching with my mum", True),
        ("when my mum is here", "something for my dad", False),
        ("at halloween", "it's Halloween, surprise me", True),
        ("on sundays", "a film for Sunday", True),
        ("when i'm tired", "I'm tired", True),
        ("at night", "for date night", False),
        # Said not to be so.
        ("with the kids", "tonight without the kids", False),
        ("with the kids", "the kids are asleep", False),
        ("when the kids are asleep", "the kids are asleep", True),
        ("when the kids are asleep", "with the kids", False),
        ("when i'm tired", "I'm not tired", False),
        # What is turned around is named by the same words.
        ("unless the kids are here", "with the kids", True),
        ("not with the kids", "with the kids", True),
        ("except at halloween", "a comedy", False),
        ("with the kids", "", False),
    ],
)
def test_a_text_names_a_condition(condition: str, text: str, named: bool) -> None:
    assert conditions_named([condition], text, MOVIES) == ((condition,) if named else ())


def test_values_read_by_other_means_name_it_too() -> None:
    kids = [("audience", "kids")]
    found = conditions_named(["with the kids"], "for my little rascals", MOVIES, kids)
    assert found == ("with the kids",)


def test_each_condition_is_named_once_and_none_is_no_condition() -> None:
    conditions = ["", "with the kids", "with the kids", "at halloween"]
    assert conditions_named(conditions, "with the kids", MOVIES) == ("with the kids",)


@pytest.mark.parametrize(
    ("condition", "counts", "counts_named"),
    [
        ("", True, True),
        ("with the kids", False, True),
        ("unless the kids are here", True, False),
        ("except at halloween", True, False),
        ("not with the kids", True, False),
    ],
)
def test_what_counts(condition: str, counts: bool, counts_named: bool) -> None:
    assert is_in_force(condition, ()) is counts
    assert is_in_force(condition, (condition,)) is counts_named
