from __future__ import annotations

import pytest

from agent.references import find_references

SHOWN = ("a", "b", "c", "d", "e")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tell me about the second one", ["b"]),
        ("the 1st film was great", ["a"]),
        ("I liked #3", ["c"]),
        ("number two, please", ["b"]),
        ("not the last one", ["e"]),
        ("I've seen #1 and #4", ["a", "d"]),
        ("seen numbers 1, 2 and 5", ["a", "b", "e"]),
        ("none of these", ["a", "b", "c", "d", "e"]),
        ("第二部怎么样", ["b"]),
        ("the ninth one", []),
        ("the first time I saw Alien", []),
        ("I watched it in the second half of 1999", []),
        ("a second chance", []),
    ],
)
def test_finds_the_items_that_are_pointed_at(text: str, expected: list[str]) -> None:
    found = find_references(text, SHOWN, noun="film")
    assert [reference.item_id for reference in found] == expected


def test_the_span_covers_the_words() -> None:
    text = "why the second film?"
    (reference,) = find_references(text, SHOWN, noun="film")
    assert text[reference.start : reference.end] == "the second film"


def test_nothing_was_shown_so_nothing_is_pointed_at() -> None:
    assert find_references("the second one", (), noun="film") == ()
