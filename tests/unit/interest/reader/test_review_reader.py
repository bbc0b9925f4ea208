"""Marked pairs become mentions: aspects in the reviewer's words, judgements without an aspect."""

from __future__ import annotations

import numpy as np
import pytest

from interest.domain import load_domain
from interest.errors import InputError
from interest.evidence import Source
from interest.extraction import Mention, TextUnit
from interest.reader.marks import FakeMarker, MarkedPair, Marks
from interest.reader.review_reader import ReviewReader

PRODUCTS = load_domain("products")
LIKED, DISLIKED, MIXED = ([0.9, 0.02, 0.02], [0.1, 0.8, 0.02], [0.1, 0.1, 0.7])


def pair(
    aspect: tuple[int, int] | None,
    opinion: tuple[int, int] | None,
    signs: list[float],
    category: int = 0,
) -> MarkedPair:
    return MarkedPair(aspect, opinion, np.array(signs, dtype=np.float32), category)


def read(
    text: str, *pairs: MarkedPair, categories: tuple[str, ...] = ()
) -> tuple[tuple[str, str, int, str, str | None], ...]:
    reader = ReviewReader(PRODUCTS, FakeMarker({text: Marks(pairs=pairs)}, categories))
    (mentions,) = reader.extract([TextUnit(text_id="t", text=text, source=Source.REVIEW)])
    return tuple(brief(text, mention) for mention in mentions)


def brief(text: str, mention: Mention) -> tuple[str, str, int, str, str | None]:
    opinion = None if mention.opinion is None else text[slice(*mention.opinion)]
    words = text[mention.start : mention.end]
    return mention.facet, mention.value, mention.polarity, words, opinion


def test_every_opinion_of_an_aspect_is_one_mention() -> None:
    text = "Friendly and slow  Staff ."
    found = read(text, pair((3, 4), (0, 1), LIKED), pair((3, 4), (2, 3), DISLIKED))
    assert found == (
        ("aspect", "staff", 1, "Staff", "Friendly"),
        ("aspect", "staff", -1, "Staff", "slow"),
    )


def test_a_judgement_without_an_aspect_quotes_its_own_words() -> None:
    assert read("would buy again", pair(None, (0, 3), LIKED)) == (
        ("aspect", "overall", 1, "would buy again", "would buy again"),
    )


def test_a_fact_judges_without_words_of_opinion() -> None:
    assert read("the hinge broke", pair((1, 2), None, DISLIKED)) == (
        ("aspect", "hinge", -1, "hinge", None),
    )


def test_mixed_is_neither() -> None:
    assert read("battery is so-so", pair((0, 1), (2, 4), MIXED))[0][2] == 0


def test_a_closed_set_of_categories_names_the_facet() -> None:
    found = read("the soup was cold", pair((1, 2), (3, 4), DISLIKED, 1), categories=("a", "food"))
    assert found == (("food", "soup", -1, "soup", "cold"),)


def test_a_domain_without_aspects_is_refused() -> None:
    with pytest.raises(InputError, match="has no aspects"):
        ReviewReader(load_domain("movies"), FakeMarker({}))
