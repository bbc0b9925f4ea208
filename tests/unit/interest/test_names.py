"""The forms in which people write titles, people and values."""

from __future__ import annotations

import pytest

from interest.names import (
    last_name,
    plurals,
    subtitle_split,
    title_forms,
    without_article,
    without_year,
)


@pytest.mark.parametrize(
    ("title", "form"),
    [
        ("Rocky II", "rocky 2"),
        ("Rocky 2", "rocky ii"),
        ("The Godfather Part II", "the godfather 2"),
        ("Spider-Man", "spiderman"),
        ("Schindler's List", "schindlers list"),
        ("E.T.", "et"),
        ("Ocean's Eleven", "ocean s eleven"),
        ("Amélie", "amelie"),
        ("12 Angry Men", "12 angry men"),
        ("Nine Lives Two", "nine lives 2"),
    ],
)
def test_titles_have_other_forms(title: str, form: str) -> None:
    assert tuple(form.split()) in set(title_forms(title))


def test_a_title_comes_first_as_it_is_and_never_twice() -> None:
    forms = list(title_forms("Rocky II"))
    assert forms[0] == ("rocky", "ii")
    assert len(forms) == len(set(forms))


def test_articles_can_be_left_out_unless_nothing_is_left() -> None:
    assert without_article(("the", "ring")) == ("ring",)
    assert without_article(("the",)) is None
    assert without_article(("ring",)) is None


def test_years_and_subtitles_are_split_off() -> None:
    assert without_year("Heat (1995)") == ("Heat", 1995)
    assert without_year("Heat") == ("Heat", None)
    assert subtitle_split("Alien: Resurrection") == ("Alien", "Resurrection")
    assert subtitle_split("Spider-Man") == ("Spider-Man", "")


@pytest.mark.parametrize(
    ("person", "last"),
    [("Christopher Nolan", "nolan"), ("Cher", None), ("Robert Downey Jr.", None), ("Bo Li", None)],
)
def test_last_names(person: str, last: str | None) -> None:
    assert last_name(person) == last


@pytest.mark.parametrize(
    ("word", "forms"),
    [("comedy", ["comedy", "comedies"]), ("heist", ["heist", "heists"]), ("toys", ["toys"])],
)
def test_plurals(word: str, forms: list[str]) -> None:
    assert [" ".join(keys) for keys in plurals((word,))] == forms
