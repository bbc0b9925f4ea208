"""Dialogues as one text: who said what, and where; only the person's own lines are read.

It knows speaker labels and offsets; it does not know what is said. A dialogue is a text whose
lines begin with a speaker ("USER: …", "ASSISTANT: …"); every other text is one person's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from interest.extraction import Extractor, Mention, TextUnit

__all__ = ["DialogueExtractor", "DialogueTurn", "own_turns", "split_dialogue"]

_LABEL = re.compile(
    r"^[ \t]*(?P<own>USER|SEEKER|CUSTOMER|HUMAN)?(?P<other>ASSISTANT|RECOMMENDER|AGENT|BOT|SYSTEM)?"
    r"(?<=[A-Z]):[ \t]*",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class DialogueTurn:
    """What one speaker said in one go: ``text[start:end]``, without the label."""

    own: bool
    start: int
    end: int


def split_dialogue(text: str) -> tuple[DialogueTurn, ...]:
    """The turns of a dialogue; empty if the text is not one.

    A text is a dialogue if its first line has a speaker's label. A line without a label goes on
    with what was said before it.
    """
    labels = list(_LABEL.finditer(text))
    if not labels or text[: labels[0].start()].strip():
        return ()
    turns: list[DialogueTurn] = []
    for label, after in zip(labels, [*labels[1:], None], strict=True):
        end = len(text) if after is None else after.start()
        while end > label.end() and text[end - 1].isspace():
            end -= 1
        turns.append(DialogueTurn(label["own"] is not None, label.end(), end))
    return tuple(turns)


def own_turns(unit: TextUnit) -> list[tuple[int, TextUnit]]:
    """The person's own turns as texts of their own, each with its offset in the dialogue.

    What was said to the person right before is the turn's ``asked``: it explains "I loved that
    one", and nothing is learned from it alone.
    """
    turns = split_dialogue(unit.text)
    asked = unit.asked
    found: list[tuple[int, TextUnit]] = []
    for before, turn in zip((None, *turns), turns, strict=False):
        said = unit.text[turn.start : turn.end]
        if turn.own:
            found.append((turn.start, replace(unit, text=said, asked=asked)))
        else:
            # Several lines of the other side in a row are one question.
            joined = before is not None and not before.own
            asked = f"{asked}\n{said}" if joined and asked else said
    return found


class DialogueExtractor:
    """Lets another extractor read dialogues: the person's own turns, one by one.

    Args:
        inner: Reads single texts.
    """

    def __init__(self, inner: Extractor) -> None:
        self._inner = inner

    @property
    def name(self) -> str:
        return self._inner.name

    def extract(self, units: Sequence[TextUnit]) -> list[tuple[Mention, ...]]:
        pieces: list[tuple[int, int, TextUnit]] = []
        for number, unit in enumerate(units):
            if split_dialogue(unit.text):
                pieces.extend((number, offset, turn) for offset, turn in own_turns(unit))
            else:
                pieces.append((number, 0, unit))
        mentions: list[list[Mention]] = [[] for _ in units]
        read = self._inner.extract([turn for _, _, turn in pieces])
        for (number, offset, _), found in zip(pieces, read, strict=True):
            mentions[number].extend(_moved(mention, offset) for mention in found)
        return [tuple(found) for found in mentions]


def _moved(mention: Mention, offset: int) -> Mention:
    opinion = mention.opinion
    return replace(
        mention,
        start=mention.start + offset,
        end=mention.end + offset,
        opinion=None if opinion is None else (opinion[0] + offset, opinion[1] + offset),
    )
