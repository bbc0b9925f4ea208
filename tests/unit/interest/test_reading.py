"""Texts of any shape reach the extractor as it can read them, and offsets come back right."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest

from interest.errors import ModelError
from interest.extraction import Mention, TextUnit
from interest.interests import Strictness
from interest.reading import is_dialogue, read_texts, readable, split_turns


def mention(start: int, end: int, opinion: tuple[int, int] | None = None) -> Mention:
    return Mention(
        facet="word",
        value="v",
        preference=1.0,
        confidence=1.0,
        strictness=Strictness.SOFT,
        start=start,
        end=end,
        opinion=opinion,
    )


class WordFinder:
    """Finds every ``love X``: X is the value, ``love`` the opinion; keeps what it was given."""

    name = "word finder"

    def __init__(self) -> None:
        self.units: list[TextUnit] = []

    def extract(self, units: Sequence[TextUnit]) -> list[tuple[Mention, ...]]:
        self.units.extend(units)
        return [
            tuple(
                mention(*found.span(2), opinion=found.span(1))
                for found in re.finditer(r"(love) (\w+)", unit.text)
            )
            for unit in units
        ]


DIALOGUE = "ASSISTANT: I love Alien. You?\nUSER: love Heat\nand love Ran\nASSISTANT: ok\nUSER: bye"


def test_only_the_users_turns_are_read_with_the_question_beside_them() -> None:
    finder = WordFinder()
    (reading,) = read_texts(finder, [TextUnit(text_id="d", text=DIALOGUE)])
    assert [(unit.text, unit.asked) for unit in finder.units] == [
        ("love Heat\nand love Ran", "I love Alien. You?"),
        ("bye", "ok"),
    ]
    assert [DIALOGUE[m.start : m.end] for m in reading.mentions] == ["Heat", "Ran"]
    opinions = [m.opinion for m in reading.mentions if m.opinion]
    assert [DIALOGUE[start:end] for start, end in opinions] == ["love", "love"]


def test_texts_without_words_never_reach_the_extractor() -> None:
    finder = WordFinder()
    texts = ["", " \n\t", "USER:  \nASSISTANT: love you", "love tea"]
    readings = read_texts(finder, [TextUnit(text_id=t, text=t) for t in texts])
    assert [len(reading.mentions) for reading in readings] == [0, 0, 0, 1]
    assert [unit.text for unit in finder.units] == ["love tea"]


def test_a_lone_surrogate_is_replaced_and_offsets_stay() -> None:
    text = "\ud83d love 😀 love tea"
    assert readable(text) == "\ufffd love 😀 love tea"
    (reading,) = read_texts(WordFinder(), [TextUnit(text_id="s", text=text)])
    assert [text[m.start : m.end] for m in reading.mentions] == ["tea"]


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("USER: hi", True),
        ("\nASSISTANT: hi", True),
        ("user: hi", False),
        ("I said\nUSER: hi", False),
        ("USERS: hi", False),
    ],
)
def test_what_counts_as_a_dialogue(text: str, answer: bool) -> None:
    assert is_dialogue(text) is answer


def test_turns_know_where_they_start() -> None:
    text = "USER:a\n\nASSISTANT: b c"
    assert [(t.speaker, t.text) for t in split_turns(text)] == [("USER", "a"), ("ASSISTANT", "b c")]
    assert all(text[t.start : t.start + len(t.text)] == t.text for t in split_turns(text))


class Fixed:
    """Gives the same answers whatever the texts are."""

    name = "fixed"

    def __init__(self, *answers: tuple[Mention, ...]) -> None:
        self.answers = list(answers)

    def extract(self, units: Sequence[TextUnit]) -> list[tuple[Mention, ...]]:
        return self.answers


def test_spans_without_words_are_set_apart() -> None:
    good = mention(0, 1, opinion=(2, 3))
    bad = [mention(1, 2), mention(2, 2), mention(-1, 1), mention(2, 4), mention(0, 1, (0, 9))]
    (reading,) = read_texts(Fixed((good, *bad)), [TextUnit(text_id="t", text="a b")])
    assert reading.mentions == (good,)
    assert reading.ungrounded == tuple(bad)


def test_words_of_the_assistant_are_no_evidence_for_a_span_that_leaves_its_turn() -> None:
    unit = TextUnit(text_id="t", text="USER: ab\nASSISTANT: love Heat")
    (reading,) = read_texts(Fixed((mention(0, 9),)), [unit])
    assert reading.mentions == ()
    assert len(reading.ungrounded) == 1


def test_another_number_of_answers_is_the_extractors_fault() -> None:
    units = [TextUnit(text_id="t", text="a"), TextUnit(text_id="u", text="b")]
    with pytest.raises(ModelError, match="'fixed' gave 1 answers to 2 texts"):
        read_texts(Fixed(()), units)
