"""Aspects of reviewed things: the words, the sign, and the opinion that shows it."""

from __future__ import annotations

import pytest

from interest.aspects import AspectExtractor
from interest.domain import load_domain
from interest.errors import InputError
from interest.extraction import TextUnit

READER = AspectExtractor(load_domain("products"))


def read(text: str) -> list[tuple[str, int, str]]:
    (mentions,) = READER.extract([TextUnit(text_id="r", text=text)])
    found: list[tuple[str, int, str]] = []
    for mention in mentions:
        assert mention.opinion is not None
        assert text[mention.start : mention.end].lower() == mention.value
        found.append((mention.value, mention.polarity, text[slice(*mention.opinion)]))
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("very poor battery life .", [("battery life", -1, "poor")]),
        ("The battery life is excellent.", [("battery life", 1, "excellent")]),
        ("The staff was not friendly", [("staff", -1, "friendly")]),
        (
            "i love the keyboard but the screen is dim",
            [("keyboard", 1, "love"), ("screen", -1, "dim")],
        ),
        ("mousepad doesn ' t work well", []),
        ("I bought it yesterday.", []),
        ("", []),
    ],
)
def test_reviews(text: str, expected: list[tuple[str, int, str]]) -> None:
    assert read(text) == expected


def test_a_domain_without_aspects_is_refused() -> None:
    with pytest.raises(InputError, match="products"):
        AspectExtractor(load_domain("movies"))
