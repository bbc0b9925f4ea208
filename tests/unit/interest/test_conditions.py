"""Conditions: concrete sentences, what holds under what, and what is only a wish for now."""

from __future__ import annotations

import pytest

from interest.conditions import with_conditions
from interest.domain import load_domain
from interest.evidence import Source
from interest.extraction import Mention, TextUnit
from interest.rule_extractor import RuleExtractor
from interest.tokens import tokenize
from tests.support.films import FilmVocabulary


@pytest.fixture(scope="module")
def rules() -> RuleExtractor:
    return RuleExtractor(load_domain("movies"), FilmVocabulary())


def brief(text: str, mention: Mention) -> str:
    """``"-Horror | with the kids"``."""
    sign = {1: "+", 0: "0", -1: "-"}[mention.polarity]
    if mention.condition is None:
        return f"{sign}{mention.value}"
    return f"{sign}{mention.value} | {text[slice(*mention.condition)]}"


def read(rules: RuleExtractor, text: str, asked: str = "") -> list[str]:
    unit = TextUnit(text_id="t", text=text, asked=asked)
    return [brief(text, mention) for mention in rules.read(unit)]


RULES: list[tuple[str, list[str]]] = [
    ("no gore with the kids", ["-gore | with the kids"]),
    ("horror only at Halloween", ["+Horror | at Halloween"]),
    ("on a weeknight I only want funny stuff", ["+Comedy | on a weeknight"]),
    ("I don't want horror with the kids", ["-Horror | with the kids"]),
    ("I never watch horror with my kids", ["-Horror | with my kids"]),
    ("I hate horror on weeknights", ["-Horror | on weeknights"]),
    ("I don't like horror late at night", ["-Horror | late at night"]),
    ("For date night I love romcoms", ["+Comedy | For date night", "+Romance | For date night"]),
    # Clauses with a person, a state of one's own, or a time.
    ("Never any horror when my mum is here", ["-Horror | when my mum is here"]),
    ("If my wife is watching, I avoid violent films", ["-violent | If my wife is watching"]),
    ("When I'm tired I like comedies", ["+Comedy | When I'm tired"]),
    ("I love horror if it's just me", ["+Horror | if it's just me"]),
    ("I only want horror when it's raining", ["+Horror | when it's raining"]),
    ("No horror if it's late, and I mean it", ["-Horror | if it's late"]),
    ("when I'm tired horror is never fun", ["-Horror | when I'm tired"]),
    ("I like gore unless the kids are here", ["+gore | unless the kids are here"]),
    # What leads reaches over its sentence, up to a contrast.
    (
        "With the kids, no horror and nothing scary. I love gore.",
        ["-Horror | With the kids", "-scary | With the kids", "+gore"],
    ),
    ("With the kids I like comedies, but I love horror", ["+Comedy | With the kids", "+Horror"]),
    # What trails reaches back to what is said in the same way.
    ("I love horror, no gore with the kids", ["+Horror", "-gore | with the kids"]),
    (
        "no horror, no gore with the kids",
        ["-Horror | with the kids", "-gore | with the kids"],
    ),
    (
        "I love horror, but no gore when I watch with the kids",
        ["+Horror", "-gore | when I watch with the kids"],
    ),
    (
        "Never horror with the kids, only comedies",
        ["-Horror | with the kids", "+Comedy | with the kids"],
    ),
    # Several conditions, each with its own.
    (
        "I like westerns on rainy days, and comedies on Sundays",
        ["+Western | on rainy days", "+Comedy | on Sundays"],
    ),
    ("I like westerns, and on Sundays I like comedies", ["+Western", "+Comedy | on Sundays"]),
    # Turned around.
    ("I love horror but not with the kids", ["+Horror | not with the kids"]),
    ("I hate horror except at Halloween", ["-Horror | except at Halloween"]),
    ("no horror, not with the kids", ["-Horror | with the kids"]),
]


@pytest.mark.parametrize(("text", "expected"), RULES)
def test_a_rule_or_taste_has_its_condition(
    rules: RuleExtractor, text: str, expected: list[str]
) -> None:
    assert read(rules, text) == expected


WITHOUT: list[str] = [
    # Requests for now.
    "tonight with the kids, nothing scary and no gore",
    "I need something funny for the kids",
    "Something funny for a weeknight",
    "I'd love something funny on a weeknight",
    "I want a comedy for date night",
    "a comedy for the kids, no gore",
    "I'm watching with my kids, no horror",
    "Can you find a comedy, no gore with the kids",
    "do you have horror for Halloween?",
    "This weekend no horror with the kids",
    # What films are about, and stories.
    "I hate movies with kids in danger",
    "I love movies with kids",
    "I love films for the kids",
    "I love films set at Christmas",
    "I love The Nightmare Before Christmas",
    "I love it when the kids are around, no horror",
    "I loved Up, I watched it with the kids",
    "when I was a kid I loved horror",
    "If I'm honest I hate horror",
    "I hate horror except Alien, which I can rewatch every winter",
    "No horror has ever left me happier than when I sat down",
    "My kids love comedies",
]


@pytest.mark.parametrize("text", WITHOUT)
def test_what_is_for_now_or_part_of_a_film_is_no_condition(rules: RuleExtractor, text: str) -> None:
    mentions = rules.read(TextUnit(text_id="t", text=text))
    assert all(mention.condition is None for mention in mentions)


def test_an_answer_to_what_is_wanted_now_is_no_rule(rules: RuleExtractor) -> None:
    text = "no gore with the kids"
    assert read(rules, text, "What are you in the mood for?") == ["-gore"]
    assert read(rules, text, "What do you like?") == ["-gore | with the kids"]


def test_a_setting_of_a_request_stays_a_wish(rules: RuleExtractor) -> None:
    assert read(rules, "I want a comedy for date night") == ["+Comedy", "+date night"]


def test_a_review_states_no_rules() -> None:
    unit = TextUnit(text_id="r", text="No horror with the kids", source=Source.REVIEW)
    movies = load_domain("movies")
    (mention,) = RuleExtractor(movies, FilmVocabulary()).read(unit)
    assert mention.condition is None


def test_reading_again_changes_nothing(rules: RuleExtractor) -> None:
    for text, _ in RULES:
        unit = TextUnit(text_id="t", text=text)
        mentions = list(rules.read(unit))
        assert with_conditions(unit, tokenize(text), mentions, rules.domain) == mentions


def test_a_value_may_hold_always_and_differently_under_a_condition(rules: RuleExtractor) -> None:
    assert read(rules, "I love horror. No horror with the kids.") == [
        "+Horror",
        "-Horror | with the kids",
    ]
