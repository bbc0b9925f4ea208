"""Requests without a verb, comparisons and turns of phrase, and exactly what the rules read."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from interest.bare_requests import Bare, bare_reading
from interest.domain import load_domain
from interest.evidence import Source
from interest.extraction import Mention, TextUnit
from interest.rule_extractor import RuleExtractor
from interest.vocabulary import VocabularyEntry
from tests.support.films import FilmVocabulary


@pytest.fixture(scope="module")
def rules() -> RuleExtractor:
    return RuleExtractor(load_domain("movies"), FilmVocabulary())


def brief(mention: Mention) -> str:
    """``"title Heat (1995) 0.9 soft taste"``."""
    return (
        f"{mention.facet} {mention.value} {mention.preference:g} "
        f"{mention.strictness} {mention.relation}"
    )


def read(rules: RuleExtractor, text: str, asked: str = "") -> list[str]:
    return [brief(m) for m in rules.read(TextUnit(text_id="t", text=text, asked=asked))]


REQUESTS: list[tuple[str, list[str]]] = [
    ("a comedy please", ["genre Comedy 0.6 soft wish"]),
    ("a good comedy please", ["genre Comedy 0.6 soft wish"]),
    ("an old western", ["genre Western 0.6 soft wish"]),
    (
        "a crime film from the 90s",
        ["genre Crime 0.6 soft wish", "year 1990..1999 0.6 hard wish"],
    ),
    ("90s action movies", ["year 1990..1999 0.6 hard wish", "genre Action 0.6 soft wish"]),
    ("a film from 1994", ["year 1994 0.6 hard wish"]),
    ("films between 1990 and 2000", ["year 1990..2000 0.6 hard wish"]),
    ("I want a film from the 90s", ["year 1990..1999 0.6 hard wish"]),
    (
        "comedies with Tom Hanks tonight",
        ["genre Comedy 0.6 soft wish", "person Tom Hanks 0.6 soft wish"],
    ),
    (
        "Any comedies with Tom Hanks?",
        ["genre Comedy 0.6 soft wish", "person Tom Hanks 0.6 soft wish"],
    ),
    ("Something by Nolan", ["person Christopher Nolan 0.6 soft wish"]),
    (
        "a comedy please, nothing too scary",
        ["genre Comedy 0.6 soft wish", "mood scary -0.6 soft wish"],
    ),
    (
        "I want a feel-good romcom for tonight",
        [
            "mood feel-good 0.6 soft wish",
            "genre Comedy 0.6 soft wish",
            "genre Romance 0.6 soft wish",
        ],
    ),
    # Tastes, leanings, kinds and names on their own are no requests.
    ("I like 80s films", ["year 1980..1989 0.6 soft taste"]),
    ("I love movies from the 70s", ["year 1970..1979 0.9 soft taste"]),
    ("preferably from the 90s", ["year 1990..1999 0.5 soft wish"]),
    ("romantic comedies", ["genre Comedy 0.3 soft taste", "genre Romance 0.3 soft taste"]),
    ("Tom Hanks movies", ["person Tom Hanks 0.3 soft taste"]),
    ("Kid movies, I don't like.", ["audience kids 0.3 soft taste"]),
    (
        "I loved the Matrix from 1999",
        ["title The Matrix (1999) 0.9 soft taste", "year 1999 0.9 soft taste"],
    ),
    # "only" after the thing.
    ("in Japanese only", ["language Japanese 0.6 hard wish"]),
    ("only in French", ["language French 0.5 hard wish"]),
    ("Japanese films only", ["language Japanese 0.6 hard wish"]),
    ("comedies only", ["genre Comedy 0.6 hard wish"]),
    ("comedies or dramas only", ["genre Comedy 0.6 hard wish", "genre Drama 0.6 hard wish"]),
    ("I hate westerns only when they are slow", ["genre Western -0.9 soft taste"]),
]

TURNS: list[tuple[str, list[str]]] = [
    # Comparisons.
    ("Anything along the lines of Up?", ["title Up (2009) 0.5 soft reference"]),
    ("films that resemble Titanic", ["title Titanic (1997) 0.5 soft reference"]),
    ("what comes closest to Titanic", ["title Titanic (1997) 0.5 soft reference"]),
    ("something in the vein of Heat", ["title Heat (1995) 0.5 soft reference"]),
    ("it reminds me of Titanic", ["title Titanic (1997) 0.5 soft reference"]),
    ("something à la Nolan", ["person Christopher Nolan 0.5 soft reference"]),
    (
        "Heat is far better than Titanic",
        ["title Heat (1995) 0.6 soft taste", "title Titanic (1997) 0 soft taste"],
    ),
    # Less of a quality.
    ("nothing too long or violent", ["mood violent -0.8 soft wish"]),
    ("I don't want anything too violent", ["mood violent -0.6 soft wish"]),
    ("not too scary", ["mood scary -0.6 soft wish"]),
    ("nothing scary", ["mood scary -0.8 hard wish"]),
    ("not so sad", ["mood sad -0.8 soft wish"]),
    # No opinion.
    ("I don't care either way about horror", ["genre Horror 0 soft taste"]),
    ("I have no opinion on westerns", ["genre Western 0 soft taste"]),
    ("I can take or leave westerns", ["genre Western 0 soft taste"]),
    ("I've never seen anything by Nolan", ["person Christopher Nolan 0 soft taste"]),
    # Dislike and liking in other words.
    ("Tom Cruise ruins every film for me", ["person Tom Cruise -0.6 soft taste"]),
    ("Tom Cruise gets on my nerves", ["person Tom Cruise -0.6 soft taste"]),
    ("Tom Hanks? No thanks.", ["person Tom Hanks -0.6 soft taste"]),
    ("Heat wasn't my thing", ["title Heat (1995) -0.6 soft taste"]),
    ("Heat bored me to tears", ["title Heat (1995) -0.6 soft taste"]),
    ("Titanic put me to sleep", ["title Titanic (1997) -0.6 soft taste"]),
    ("Titanic was a big let-down", ["title Titanic (1997) -0.72 soft taste"]),
    ("I watched Titanic, but I switched it off", ["title Titanic (1997) -0.6 soft taste"]),
    (
        "I watched Titanic and I want those two hours back",
        ["title Titanic (1997) -0.6 soft taste"],
    ),
    ("my wife adores Titanic, I really don't", ["title Titanic (1997) -0.6 soft taste"]),
    ("my wife adores Titanic, I don't know why", ["title Titanic (1997) 0.9 soft taste"]),
    ("who doesn't love Titanic?", ["title Titanic (1997) 0.9 soft taste"]),
    ("I can't get enough of westerns", ["genre Western 0.9 soft taste"]),
    ("I never miss a film with Tom Hanks", ["person Tom Hanks 0.9 soft taste"]),
]


@pytest.mark.parametrize(("text", "expected"), REQUESTS, ids=[text for text, _ in REQUESTS])
def test_requests(rules: RuleExtractor, text: str, expected: list[str]) -> None:
    assert read(rules, text) == expected


@pytest.mark.parametrize(("text", "expected"), TURNS, ids=[text for text, _ in TURNS])
def test_turns_of_phrase(rules: RuleExtractor, text: str, expected: list[str]) -> None:
    assert read(rules, text) == expected


@pytest.mark.parametrize(
    ("asked", "text", "expected"),
    [
        ("What are you in the mood for?", "Horror", "genre Horror 0.6 soft wish"),
        ("What would you like to watch?", "a comedy", "genre Comedy 0.6 soft wish"),
        ("What kind of films do you like?", "a comedy", "genre Comedy 0.3 soft taste"),
        ("What kind of films do you like?", "a comedy please", "genre Comedy 0.6 soft wish"),
        ("", "Horror", "genre Horror 0.3 soft taste"),
    ],
)
def test_a_bare_answer_is_what_was_asked_for(
    rules: RuleExtractor, asked: str, text: str, expected: str
) -> None:
    assert read(rules, text, asked) == [expected]


def test_the_last_question_decides_what_is_asked_for() -> None:
    assert bare_reading("Do you like horror? What do you want tonight?") is Bare.WISH
    assert bare_reading("In the mood for horror? Or which films do you love?") is Bare.TASTE
    assert bare_reading("You like horror. I see.") is Bare.MARKED


def test_a_review_asks_for_nothing(rules: RuleExtractor) -> None:
    unit = TextUnit(text_id="t", text="A comedy with Tom Hanks", source=Source.REVIEW)
    assert [brief(m) for m in rules.read(unit)] == [
        "genre Comedy 0.3 soft taste",
        "person Tom Hanks 0.3 soft taste",
    ]


class _Unweighted:
    """A catalogue that says of no film how well known it is."""

    def entries(self) -> Iterable[VocabularyEntry]:
        for title in (
            "Alien (1979)",
            "Up (2009)",
            "It (2017)",
            "Heat (1995)",
            "Thief (1981)",
            "The Legend of 1900 (1998)",
        ):
            yield VocabularyEntry(
                facet="title", value=title, names=(title[:-7],), item_ids=(title,), weight=0.0
            )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "I loved Alien and I hate comedies",
            ["title Alien (1979) 0.9 soft taste", "genre Comedy -0.9 soft taste"],
        ),
        ("I loved Up", ["title Up (2009) 0.9 soft taste"]),
        ("I hated It", ["title It (2017) -0.9 soft taste"]),
        ("something like Thief, please", ["title Thief (1981) 0.5 soft reference"]),
        ("I hated IT", []),
        ("I loved It when he cried", []),
        ("I loved it", []),
        ("i loved it", []),
        ("I hate the Heat", []),
        ("I loved The Legend of 1900", ["title The Legend of 1900 (1998) 0.9 soft taste"]),
    ],
)
def test_one_everyday_word_is_a_title_where_it_is_all_that_is_loved_or_hated(
    text: str, expected: list[str]
) -> None:
    assert read(RuleExtractor(load_domain("movies"), _Unweighted()), text) == expected


def test_a_well_known_title_of_two_letters_may_be_a_subject(rules: RuleExtractor) -> None:
    assert read(rules, "Up was great") == ["title Up (2009) 0.9 soft taste"]
