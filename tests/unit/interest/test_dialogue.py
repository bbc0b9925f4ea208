"""Dialogues: only the person's own lines teach, and what they react to is what was named."""

from __future__ import annotations

from interest.dialogue import DialogueExtractor
from interest.domain import load_domain
from interest.extraction import TextUnit
from interest.rule_extractor import RuleExtractor
from tests.support.films import FilmVocabulary

EXTRACTOR = DialogueExtractor(RuleExtractor(load_domain("movies"), FilmVocabulary()))

DIALOGUE = """USER: Hi, I like westerns
ASSISTANT: I love horror. Have you seen Alien (1979)?
USER: yes, I loved it
ASSISTANT: What about Titanic (1997)?
USER: Not my kind of movie
ASSISTANT: Then Heat (1995)!"""


def test_only_the_persons_words_are_learned() -> None:
    (mentions,) = EXTRACTOR.extract([TextUnit(text_id="d", text=DIALOGUE)])
    read = [(m.facet, m.value, m.polarity, DIALOGUE[m.start : m.end]) for m in mentions]
    assert read == [
        ("genre", "Western", 1, "westerns"),
        ("title", "Alien (1979)", 1, "loved it"),
        ("title", "Titanic (1997)", -1, "my kind of movie"),
    ]


def test_plain_texts_are_read_as_they_are() -> None:
    texts = ["I like westerns", "", "USER: I like westerns"]
    read = EXTRACTOR.extract([TextUnit(text_id=text, text=text) for text in texts])
    assert [[(m.value, m.start) for m in mentions] for mentions in read] == [
        [("Western", 7)], [], [("Western", 13)],
    ]  # fmt: skip
    assert EXTRACTOR.name == "rules"
