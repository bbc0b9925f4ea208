"""Refusals near ranges, turned comparisons, tolerance, and what is shown as the opinion."""

from __future__ import annotations

import pytest

from interest.domain import load_domain
from interest.extraction import TextUnit
from interest.rule_extractor import RuleExtractor
from tests.support.films import FilmVocabulary


@pytest.fixture(scope="module")
def rules() -> RuleExtractor:
    return RuleExtractor(load_domain("movies"), FilmVocabulary())


def read(rules: RuleExtractor, text: str) -> list[str]:
    """``"title Heat (1995) 0.9 soft taste"`` for each mention."""
    return [
        f"{m.facet} {m.value} {m.preference:g} {m.strictness} {m.relation}"
        for m in rules.read(TextUnit(text_id="t", text=text))
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("comedy without romance, preferably from the 80s or 90s", "1980..1999 0.5 soft wish"),
        ("我喜欢科幻片，不喜欢恐怖片，90年代的", "1990..1999 0.6 soft taste"),
        ("no horror from the 80s", "1980..1989 0 soft taste"),
        ("nothing from the 80s", "1980..1989 -0.8 hard wish"),
        ("not from the 90s", "1990..1999 -0.8 hard wish"),
        ("no 80s films", "1980..1989 -0.8 hard wish"),
        ("no 80s or 90s films", "1980..1999 -0.8 hard wish"),
        ("I hate 80s films", "1980..1989 -0.9 soft taste"),
    ],
)
def test_a_range_is_refused_only_from_right_before(
    rules: RuleExtractor, text: str, expected: str
) -> None:
    assert [line for line in read(rules, text) if line.startswith("year")] == [f"year {expected}"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I'd rather die than watch another superhero movie", ["theme superhero -0.9 soft taste"]),
        (
            "I'd rather watch Blade Runner than Titanic",
            ["title Blade Runner (1982) 0.6 soft wish", "title Titanic (1997) -0.4 soft wish"],
        ),
        ("my kids love animation but I can't stand it", ["genre Animation -0.9 soft taste"]),
        ("my wife hates horror but I love it", ["genre Horror 0.9 soft taste"]),
        ("I love animation but it is boring", ["genre Animation 0.9 soft taste"]),
        (
            "more like Heat, less like Titanic",
            ["title Heat (1995) 0.5 soft reference", "title Titanic (1997) -0.4 soft wish"],
        ),
        (
            "no musicals unless it's Titanic",
            ["genre Musical -0.8 hard wish", "title Titanic (1997) 0 soft taste"],
        ),
    ],
)
def test_turns_against_what_was_said(rules: RuleExtractor, text: str, expected: list[str]) -> None:
    assert read(rules, text) == expected


@pytest.mark.parametrize(
    "text",
    ["I love ho\u200brror", "I lo\u2060ve h\u202aorro\u202er", "I love \u200fhor\ufeffror\u200e"],
)
def test_unseen_characters_split_no_word_and_stay_in_the_span(
    rules: RuleExtractor, text: str
) -> None:
    (mention,) = rules.read(TextUnit(text_id="t", text=text))
    assert (mention.value, mention.preference) == ("Horror", 0.9)
    assert text[mention.start : mention.end] == text[text.index("h") :].rstrip("\u200e")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<img src=x onerror=alert(1) alt='western 80s'> hi", []),
        ("I love <b>horror</b>", ["genre Horror 0.9 soft taste"]),
        ("<a href='horror'>I hate comedies</a>", ["genre Comedy -0.9 soft taste"]),
        ("I <3 horror", ["genre Horror 0.3 soft taste"]),
    ],
)
def test_nothing_in_a_tag_is_read(rules: RuleExtractor, text: str, expected: list[str]) -> None:
    assert read(rules, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I watched Titanic 20 times", ["title Titanic (1997) 0 soft seen"]),
        ("I watched Heat 20 times", ["title Heat (1995) 0 soft seen"]),
        ("I've seen Marbury Lane 20 times", ["title Marbury Lane 0 soft seen"]),
        ("not older than 10 years", []),
    ],
)
def test_a_number_that_counts_is_no_part_of_a_title(
    rules: RuleExtractor, text: str, expected: list[str]
) -> None:
    assert read(rules, text) == expected


@pytest.mark.parametrize(
    ("text", "value", "preference", "opinion"),
    [
        ("I didn't dislike Titanic", "Titanic (1997)", 0.2, "didn't dislike"),
        ("I don't hate horror", "Horror", 0.2, "don't hate"),
        ("I don't really like horror", "Horror", -0.72, "don't really like"),
        ("Titanic was not good", "Titanic (1997)", -0.6, "not good"),
        ("nothing before 1980", "1980..", 0.8, "nothing"),
        ("something under two hours", "..120", 0.8, "something"),
        ("something with DiCaprio from this century, under 2h30", "..150", 0.8, None),
    ],
)
def test_the_opinion_shown_is_the_one_that_was_read(
    rules: RuleExtractor, text: str, value: str, preference: float, opinion: str | None
) -> None:
    mention = next(m for m in rules.read(TextUnit(text_id="t", text=text)) if m.value == value)
    assert mention.preference == preference
    shown = None if mention.opinion is None else text[slice(*mention.opinion)]
    assert shown == opinion


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("longer than 2 hours is fine", ["runtime 120.. 0 soft taste"]),
        ("black and white is fine", ["style black and white 0 soft taste"]),
        ("subtitles are ok", ["style subtitles 0 soft taste"]),
        ("subtitles are not ok", ["style subtitles -0.3 soft taste"]),
        ("drama is fine", ["genre Drama 0.2 soft taste"]),
    ],
)
def test_what_is_allowed_is_no_wish(rules: RuleExtractor, text: str, expected: list[str]) -> None:
    assert read(rules, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I don't want to see comedies tonight", ["genre Comedy -0.8 soft wish"]),
        ("I don't want to see comedies", ["genre Comedy -0.8 hard wish"]),
        ("no comedies tonight", ["genre Comedy -0.8 hard wish"]),
    ],
)
def test_a_refusal_for_tonight_is_soft(
    rules: RuleExtractor, text: str, expected: list[str]
) -> None:
    assert read(rules, text) == expected
