"""The extraction seam: a text becomes mentions, every one of them anchored in its own words.

It knows texts and what they show; it does not know profiles (see :mod:`interest.merge`) or items.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from interest.errors import InputError
from interest.evidence import Evidence, Source
from interest.interests import NEUTRAL_BELOW, Interest, Strictness, condition_words

__all__ = [
    "Extractor",
    "Mention",
    "Relation",
    "TextUnit",
    "condition_of",
    "interests_from",
    "quoted_span",
]

#: Characters of a quote that joins a value with the words of its sign.
_LONGEST_QUOTE = 60


class Relation(StrEnum):
    """What a mention is to the request it stands in."""

    TASTE = "taste"  #: a statement of taste: "I love Alien"
    REFERENCE = "reference"  #: an example to start from: "something like Heat"
    WISH = "wish"  #: asked for now: "but funnier", "under two hours"
    SEEN = "seen"  #: known, not judged: "I've already seen Heat"
    OTHER = (
        "other"  #: named, and no taste of the speaker: "who directed Heat?", "my wife loves Heat"
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class TextUnit:
    """A text to read.

    Attributes:
        text_id: Identifies the text in evidence and output.
        text: What was said.
        source: Chat turn or review.
        asked: The question that the text answers (the assistant's last words), or "". It may
            explain the text; nothing is ever learned from it.
    """

    text_id: str
    text: str
    source: Source = Source.CHAT
    asked: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Mention:
    """One interest as one text shows it, before it is merged into a profile.

    Attributes:
        facet: Facet of the domain.
        value: Canonical value if ``linked``, else the user's own words.
        preference: Sign and strength in [-1, 1].
        confidence: In [0, 1].
        strictness: Hard constraint or soft wish.
        start: Offset of the first character of the value's span in the text.
        end: Offset after the last one.
        linked: Whether the value is the catalogue's or the domain's own.
        item_ids: For titles, the items it names, most likely first; else empty.
        opinion: The words that carry the sign ("sick of"), as a span, or None.
        relation: What the mention is to the request.
        condition: The words under which alone it holds ("with the kids"), as a span, or None.
    """

    facet: str
    value: str
    preference: float
    confidence: float
    strictness: Strictness
    start: int
    end: int
    linked: bool = True
    item_ids: tuple[str, ...] = ()
    opinion: tuple[int, int] | None = None
    relation: Relation = Relation.TASTE
    condition: tuple[int, int] | None = None

    @property
    def polarity(self) -> int:
        """1 liked, -1 disliked, 0 neither."""
        if abs(self.preference) < NEUTRAL_BELOW:
            return 0
        return 1 if self.preference > 0 else -1


class Extractor(Protocol):
    """Reads interests out of texts."""

    @property
    def name(self) -> str:
        """What tables call it."""
        ...

    def extract(self, units: Sequence[TextUnit]) -> list[tuple[Mention, ...]]:
        """Read the texts, in one batch.

        Returns:
            One tuple per text, in the order of the texts, mentions by start offset. Every span
            lies inside its text.
        """
        ...


def moved(mention: Mention, by: int) -> Mention:
    """A mention of a piece of a text, with its places in the whole: all spans ``by`` further."""
    if by == 0:
        return mention
    return replace(
        mention,
        start=mention.start + by,
        end=mention.end + by,
        opinion=_shifted(mention.opinion, by),
        condition=_shifted(mention.condition, by),
    )


def _shifted(span: tuple[int, int] | None, by: int) -> tuple[int, int] | None:
    return None if span is None else (span[0] + by, span[1] + by)


def quoted_span(mention: Mention) -> tuple[int, int]:
    """The span that shows a mention: its value, with its sign's words and condition if near."""
    span = (mention.start, mention.end)
    for words in (mention.opinion, mention.condition):
        if words is not None:
            start, end = min(span[0], words[0]), max(span[1], words[1])
            span = (start, end) if end - start <= _LONGEST_QUOTE else span
    return span


def condition_of(mention: Mention, text: str) -> str:
    """The words under which alone a mention holds, as interests keep them; "" if it always does."""
    return "" if mention.condition is None else condition_words(text[slice(*mention.condition)])


def interests_from(
    unit: TextUnit, mentions: Sequence[Mention], *, now: datetime
) -> tuple[Interest, ...]:
    """Turn the mentions of one text into interests with evidence.

    The quote takes in the words that carry the sign where they stand near ("sick of slashers",
    "nothing before 1980"): a value alone does not show what was meant.

    Raises:
        InputError: A span lies outside the text; a mention whose words are not in the text must
            have been dropped before this point.
    """
    spans = [(m.start, m.end) for m in mentions] + [m.condition for m in mentions if m.condition]
    if any(not 0 <= start < end <= len(unit.text) for start, end in spans):
        raise InputError(f"A mention of text {unit.text_id!r} lies outside the text.")
    return tuple(
        Interest(
            facet=mention.facet,
            value=mention.value,
            preference=mention.preference,
            confidence=mention.confidence,
            strictness=mention.strictness,
            linked=mention.linked,
            valid_from=now,
            condition=condition_of(mention, unit.text),
            evidence=(
                Evidence.cut(
                    unit.text,
                    *quoted_span(mention),
                    source=unit.source,
                    source_id=unit.text_id,
                    observed_at=now,
                ),
            ),
        )
        for mention in mentions
    )
