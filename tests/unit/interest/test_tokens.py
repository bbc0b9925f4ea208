"""Tokens: places in the text, and the form in which words are compared."""

from __future__ import annotations

import pytest

from interest.tokens import fold, is_unspaced, keys_of, tokenize


@pytest.mark.parametrize(
    ("word", "folded"),
    [
        ("Amélie", "amelie"),
        ("don’t", "dont"),
        ("DON'T", "dont"),
        ("STRASSE", "strasse"),
        ("Straße", "strasse"),
        ("Se7en", "seven"),
        ("007", "007"),
        ("T2", "t2"),
        ("ガ", "ガ"),
        ("Ａ", "a"),
    ],
)
def test_words_are_compared_without_case_accents_and_apostrophes(word: str, folded: str) -> None:
    assert fold(word) == folded


def test_the_possessive_is_a_word_of_its_own() -> None:
    assert keys_of("Tarantino's best") == ("tarantino", "s", "best")
    assert keys_of("don't") == ("dont",)


def test_scripts_without_spaces_are_read_character_by_character() -> None:
    assert keys_of("看SF片") == ("看", "sf", "片")
    assert is_unspaced("片")
    assert not is_unspaced("a")


def test_tokens_say_where_they_stand() -> None:
    text = "«Up» & 50/50"
    assert [(t.text, t.norm, text[t.start : t.end]) for t in tokenize(text)] == [
        ("Up", "up", "Up"),
        ("&", "and", "&"),
        ("50", "50", "50"),
        ("50", "50", "50"),
    ]


def test_punctuation_alone_has_no_tokens() -> None:
    assert tokenize(" … -- '' !?") == ()
