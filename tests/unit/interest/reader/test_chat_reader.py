"""Marks become mentions: who decides what, with a marker that says what it is told."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from interest.domain import load_domain
from interest.extraction import Mention, Relation, TextUnit
from interest.reader.chat_reader import ChatReader
from interest.reader.labels import Sign
from interest.reader.marks import FakeMarker, MarkedSpan, Marks
from interest.reading import read_texts
from interest.rule_extractor import RuleExtractor
from interest.tokens import tokenize
from tests.support.films import FilmVocabulary


@pytest.fixture(scope="module")
def rules() -> RuleExtractor:
    return RuleExtractor(load_domain("movies"), FilmVocabulary())


def mark(
    text: str, words: str, facet: str, sign: Sign, *, strength: float = 0.8, hard: float = 0.0
) -> MarkedSpan:
    """The words of a text marked, all but sure."""
    start = text.index(words)
    inside = [
        n
        for n, token in enumerate(tokenize(text))
        if token.start < start + len(words) and start < token.end
    ]
    signs = np.full(4, 0.02, dtype=np.float32)
    signs[sign] = 0.94
    return MarkedSpan(inside[0], inside[-1] + 1, facet, 0.9, signs, strength, hard)


def read(rules: RuleExtractor, text: str, *spans: MarkedSpan, asked: str = "") -> list[str]:
    reader = ChatReader(rules, FakeMarker({text: Marks(spans=spans)}))
    (mentions,) = reader.extract([TextUnit(text_id="t", text=text, asked=asked)])
    return [brief(text, mention) for mention in mentions]


def brief(text: str, mention: Mention) -> str:
    linked = "" if mention.linked else " unlinked"
    return (
        f"{mention.facet} {mention.value} {mention.preference:+.1f} {mention.strictness} "
        f"[{text[mention.start : mention.end]}]{linked}"
    )


def test_the_network_decides_the_sign_against_the_rules(rules: RuleExtractor) -> None:
    text = "oh great, Heat again"
    assert read(rules, text, mark(text, "Heat", "title", Sign.DISLIKED, strength=0.7)) == [
        "title Heat (1995) -0.7 soft [Heat]"
    ]


def test_words_of_feeling_say_how_strong_it_is(rules: RuleExtractor) -> None:
    loved, plain = "I loved Heat", "Heat, of course"
    found = [
        *read(rules, loved, mark(loved, "Heat", "title", Sign.LIKED, strength=0.5)),
        *read(rules, plain, mark(plain, "Heat", "title", Sign.LIKED, strength=0.5)),
    ]
    assert found == ["title Heat (1995) +0.9 soft [Heat]", "title Heat (1995) +0.5 soft [Heat]"]


def test_what_the_network_does_not_mark_is_not_there(rules: RuleExtractor) -> None:
    assert read(rules, "so much drama at work") == []


def test_what_is_no_taste_of_the_speaker_is_named_and_left_out_of_what_is_read(
    rules: RuleExtractor,
) -> None:
    text = "my brother loves horror"
    marks = Marks(spans=(mark(text, "horror", "genre", Sign.NONE),))
    reader = ChatReader(rules, FakeMarker({text: marks}))
    unit = TextUnit(text_id="t", text=text)
    ((named,),) = reader.extract([unit])
    assert (named.value, named.polarity, named.relation) == ("Horror", 0, Relation.OTHER)
    assert read_texts(reader, [unit])[0].mentions == ()


def test_a_name_that_the_catalogue_has_not_keeps_the_users_words(rules: RuleExtractor) -> None:
    text = "i loved the quiet  harbour"
    span = mark(text, "the quiet  harbour", "title", Sign.LIKED)
    assert read(rules, text, span) == [
        "title the quiet harbour +0.9 soft [the quiet  harbour] unlinked"
    ]


def test_the_domain_has_its_own_place_for_a_word(rules: RuleExtractor) -> None:
    text = "i love animated stuff"
    assert read(rules, text, mark(text, "animated", "style", Sign.LIKED)) == [
        "genre Animation +0.9 soft [animated]"
    ]


def test_the_domain_knows_a_longer_phrase(rules: RuleExtractor) -> None:
    text = "i hate scary movies"
    assert read(rules, text, mark(text, "scary", "mood", Sign.DISLIKED)) == [
        "genre Horror -0.9 soft [scary movies]"
    ]


def test_two_kinds_marked_as_one_are_two(rules: RuleExtractor) -> None:
    text = "I like action adventure"
    assert read(rules, text, mark(text, "action adventure", "genre", Sign.LIKED)) == [
        "genre Action +0.6 soft [action]",
        "genre Adventure +0.6 soft [adventure]",
    ]


def test_numbers_are_read_by_rules_and_kept_from_the_network(rules: RuleExtractor) -> None:
    text = "nothing before 1980"
    assert read(rules, text, mark(text, "1980", "year", Sign.DISLIKED)) == [
        "year 1980.. +0.8 hard [before 1980]"
    ]
    told = "films before 1950 had no sound"
    assert read(rules, told, mark(told, "before 1950", "year", Sign.NONE)) == []


def test_a_demand_is_hard(rules: RuleExtractor) -> None:
    text = "please spare me any horror"
    assert read(rules, text, mark(text, "horror", "genre", Sign.DISLIKED, hard=0.9)) == [
        "genre Horror -0.8 hard [horror]"
    ]


def test_what_holds_under_a_condition_says_so(rules: RuleExtractor) -> None:
    text = "I never want gore with the kids"
    marks = Marks(
        spans=(
            mark(text, "gore", "theme", Sign.DISLIKED, hard=0.9),
            mark(text, "the kids", "audience", Sign.NEUTRAL),
        )
    )
    (mentions,) = ChatReader(rules, FakeMarker({text: marks})).extract(
        [TextUnit(text_id="t", text=text)]
    )
    assert [(m.value, m.condition and text[slice(*m.condition)]) for m in mentions] == [
        ("gore", "with the kids")
    ]


def test_reactions_to_what_was_asked_stay(rules: RuleExtractor) -> None:
    assert read(rules, "I loved it", asked="Have you seen Alien?") == [
        "title Alien (1979) +0.9 soft [loved it]"
    ]


def test_chinese_and_japanese_are_left_to_the_rules(rules: RuleExtractor) -> None:
    text = "我喜欢科幻片"
    assert read(rules, text) == ["genre Science Fiction +0.6 soft [科幻片]"]


def test_long_texts_are_read_in_pieces_with_offsets_of_the_whole(rules: RuleExtractor) -> None:
    filler = "We talked about the weather for a while and nothing came of it. " * 12
    last = "I love Heat"

    class PieceMarker(FakeMarker):
        def mark(
            self, units: Sequence[TextUnit], observed: object, *, reviews: bool
        ) -> list[Marks]:
            self.read.extend(unit.text for unit in units)
            return [
                Marks(spans=(mark(u.text, "Heat", "title", Sign.LIKED),))
                if "Heat" in u.text
                else Marks()
                for u in units
            ]

    marker = PieceMarker({})
    text = filler + last
    (mentions,) = ChatReader(rules, marker).extract([TextUnit(text_id="t", text=text)])
    assert len(marker.read) > 1
    assert [text[m.start : m.end] for m in mentions] == ["Heat"]


def test_names_that_were_marked_as_one_are_told_apart(rules: RuleExtractor) -> None:
    text = "I loved Alien and Heat"
    both = mark(text, "Alien and Heat", "title", Sign.LIKED)
    assert read(rules, text, both) == [
        "title Alien (1979) +0.9 soft [Alien]",
        "title Heat (1995) +0.9 soft [Heat]",
    ]


def test_a_name_that_nobody_knows_apart_stays_whole(rules: RuleExtractor) -> None:
    text = "I loved Crimes and Misdemeanors"
    (brief_,) = read(rules, text, mark(text, "Crimes and Misdemeanors", "title", Sign.LIKED))
    assert "Crimes and Misdemeanors" in brief_
