"""Claims are found in the text or dropped; values are linked or kept in the person's words."""

from __future__ import annotations

import pytest

from interest.domain import load_domain
from interest.extraction import Relation
from interest.grounding import Claim, Grounder, locate
from interest.interests import Strictness
from interest.linking import Linker
from tests.support.films import FilmVocabulary


@pytest.fixture(scope="module")
def grounder() -> Grounder:
    domain = load_domain("movies")
    return Grounder(domain, Linker(domain, FilmVocabulary()))


def claim(quote: str, facet: str, value: str, preference: float = 0.8) -> Claim:
    return Claim(quote, facet, value, preference, Strictness.SOFT, Relation.TASTE)


@pytest.mark.parametrize(
    ("quote", "text", "span"),
    [
        ("Heat", "I loved Heat", (8, 12)),
        ("HEAT", "I loved Heat", (8, 12)),
        ("blade  runner", "saw Blade\nRunner", (4, 16)),
        ("don't", "I don’t", (2, 7)),
        ("Titanic", "I loved Heat", None),
        ("", "I loved Heat", None),
        (".*", "I loved Heat", None),
    ],
)
def test_quotes_are_found_where_they_stand(
    quote: str, text: str, span: tuple[int, int] | None
) -> None:
    assert locate(quote, text) == span


def test_a_second_claim_on_the_same_words_takes_their_next_place() -> None:
    assert locate("up", "up and up", frozenset({(0, 2)})) == (7, 9)
    assert locate("up", "up", frozenset({(0, 2)})) == (0, 2)


def test_what_is_not_in_the_text_is_dropped(grounder: Grounder) -> None:
    text = "I loved Heat"
    kept, dropped = grounder.ground(
        text,
        [claim("Heat", "title", "Heat"), claim("Titanic", "title", "Titanic"),
         claim("Heat", "flavour", "hot"), claim("loved", "year", "someday")],
    )  # fmt: skip
    assert [(m.value, m.item_ids, text[m.start : m.end]) for m in kept] == [
        ("Heat (1995)", ("m5",), "Heat")
    ]
    assert [drop.reason for drop in dropped] == ["quote", "facet", "value"]


def test_a_value_that_the_words_do_not_carry_is_not_believed(grounder: Grounder) -> None:
    kept, _ = grounder.ground(
        "I loved that old boat film", [claim("boat film", "title", "Titanic")]
    )
    assert [(m.value, m.linked) for m in kept] == [("boat film", False)]


def test_soft_values_may_be_worded_freely(grounder: Grounder) -> None:
    kept, _ = grounder.ground("must make me giggle", [claim("make me giggle", "mood", "funny")])
    assert [(m.value, m.linked) for m in kept] == [("funny", True)]


def test_the_year_a_model_adds_chooses_between_namesakes(grounder: Grounder) -> None:
    kept, _ = grounder.ground(
        "I loved King Kong", [claim("King Kong", "title", "King Kong (1933)")]
    )
    assert [m.value for m in kept] == ["King Kong (1933)"]


def test_numbers_must_be_ranges(grounder: Grounder) -> None:
    kept, _ = grounder.ground("nothing before 1980", [claim("before 1980", "year", "1980..")])
    assert [m.value for m in kept] == ["1980.."]


def test_compounds_are_liked_in_parts_and_disliked_as_one(grounder: Grounder) -> None:
    liked, _ = grounder.ground("romcoms!", [claim("romcoms", "genre", "romcom")])
    assert {m.value for m in liked} == {"Romance", "Comedy"}
    disliked, _ = grounder.ground("romcoms!", [claim("romcoms", "genre", "romcom", -0.8)])
    assert [(m.value, m.linked) for m in disliked] == [("romcoms", False)]
