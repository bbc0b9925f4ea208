from __future__ import annotations

import pytest

from agent.gate import Facts, split_sentences, unfounded

FACTS = Facts.gather(
    [
        "Aliens (1986)",
        "James Cameron",
        "Sigourney Weaver",
        "137",
        "Sci-Fi",
        "Action",
        "I loved Alien and Blade Runner",
        "films",
    ],
    ["sci-fi", "action", "comedy", "horror", "film noir"],
)


@pytest.mark.parametrize(
    "sentence",
    [
        "Aliens is directed by James Cameron.",
        "Since you loved Alien, Aliens (1986) fits.",
        "You said “loved Alien”.",
        "It runs 137 minutes.",
        "Here are films with action.",
        "aliens stars sigourney weaver",
    ],
)
def test_what_the_facts_contain_may_be_shown(sentence: str) -> None:
    assert unfounded(sentence, FACTS) == ""


@pytest.mark.parametrize(
    ("sentence", "reason"),
    [
        ("Aliens is directed by Ridley Scott.", "Ridley"),
        ("It came out in 1987.", "1987"),
        ("You said “I adore horses”.", "I adore horses"),
        ("Aliens is a comedy.", "comedy"),
        ("It has the mood of film noir.", "film noir"),
        ("Predator would be next.", "Predator"),
        ("Try it with Éléonore.", "Éléonore"),
    ],
)
def test_what_they_do_not_contain_is_named(sentence: str, reason: str) -> None:
    assert unfounded(sentence, FACTS) == reason


def test_sentences_are_split_but_initials_are_not() -> None:
    text = "Try Dr. Strangelove by S. Kubrick. It is great! Is it? Yes."
    assert split_sentences(text) == [
        "Try Dr. Strangelove by S. Kubrick.",
        "It is great!",
        "Is it?",
        "Yes.",
    ]


def test_nothing_is_lost_when_splitting() -> None:
    text = "One. Two?\nThree"
    assert " ".join(split_sentences(text)) == "One. Two? Three"
