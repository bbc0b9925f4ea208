"""Reading texts of any shape: dialogues turn by turn, lone surrogates, nothing but blanks.

It knows how a text is handed to an extractor and how offsets come back; it does not know what
the words mean. Of a dialogue, only the user's own turns are read: what the assistant said stands
beside them as the question asked, and nothing is learned from it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from interest.errors import ModelError
from interest.extraction import Extractor, Mention, Relation, TextUnit, moved

__all__ = ["Reading", "Turn", "is_dialogue", "read_texts", "readable", "split_turns"]

_SPEAKER = re.compile(r"^(USER|ASSISTANT):[ \t]*", re.MULTILINE)
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, kw_only=True, slots=True)
class Turn:
    """One turn of a dialogue in one text; ``start`` is where its words begin in the text."""

    speaker: str
    text: str
    start: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """What was read in one text.

    Attributes:
        mentions: Those whose words stand in the text, in the order in which they were given;
            without those that say nothing of the speaker's taste.
        ungrounded: Those whose span is empty, blank or outside the text: never to be used.
    """

    mentions: tuple[Mention, ...]
    ungrounded: tuple[Mention, ...] = ()


def readable(text: str) -> str:
    """The text with lone surrogates replaced one for one, so that offsets stay.

    JSON may carry half of a surrogate pair, which tokenizers refuse.
    """
    return _SURROGATE.sub("\ufffd", text)


def is_dialogue(text: str) -> bool:
    """Whether the text is a dialogue: its first words are ``USER:`` or ``ASSISTANT:``."""
    return _SPEAKER.match(text.lstrip()) is not None


def split_turns(text: str) -> tuple[Turn, ...]:
    """The turns of a dialogue; lines without a speaker belong to the turn above them."""
    heads = list(_SPEAKER.finditer(text))
    ends = [head.start() for head in heads[1:]] + [len(text)]
    return tuple(
        Turn(speaker=head[1], text=text[head.end() : end].rstrip("\n"), start=head.end())
        for head, end in zip(heads, ends, strict=True)
    )


def read_texts(extractor: Extractor, units: Sequence[TextUnit]) -> list[Reading]:
    """Read texts in one batch, whatever their shape.

    Returns:
        One reading per unit; spans are offsets into the unit's own text, in code points.

    Raises:
        ModelError: The model behind the extractor failed, or the extractor gave another number
            of answers than there were texts.
    """
    pieces = [(n, unit, start) for n, whole in enumerate(units) for unit, start in _pieces(whole)]
    answers = extractor.extract([unit for _, unit, _ in pieces]) if pieces else []
    if len(answers) != len(pieces):
        raise ModelError(
            f"The extractor {extractor.name!r} gave {len(answers)} answers to {len(pieces)} texts."
        )
    good: list[list[Mention]] = [[] for _ in units]
    bad: list[list[Mention]] = [[] for _ in units]
    for (n, unit, start), mentions in zip(pieces, answers, strict=True):
        for mention in mentions:
            if mention.relation is Relation.OTHER:
                continue
            kept = good if _is_grounded(mention, unit.text) else bad
            kept[n].append(moved(mention, start))
    return [
        Reading(mentions=tuple(kept), ungrounded=tuple(dropped))
        for kept, dropped in zip(good, bad, strict=True)
    ]


def _pieces(unit: TextUnit) -> list[tuple[TextUnit, int]]:
    """What of a unit is to be read, and where it stands in the unit's text."""
    text = readable(unit.text)
    if not is_dialogue(text):
        return [(replace(unit, text=text), 0)] if text.strip() else []
    pieces: list[tuple[TextUnit, int]] = []
    asked = readable(unit.asked)
    for turn in split_turns(text):
        if turn.speaker == "ASSISTANT":
            asked = turn.text
        elif turn.text.strip():
            pieces.append((replace(unit, text=turn.text, asked=asked), turn.start))
    return pieces


def _is_grounded(mention: Mention, text: str) -> bool:
    """Whether the spans hold words of the text that was read, not of anything beside it."""
    further = [span for span in (mention.opinion, mention.condition) if span is not None]
    spans = [(mention.start, mention.end), *further]
    return all(
        0 <= start < end <= len(text) and bool(text[start:end].strip()) for start, end in spans
    )
