"""The faithfulness gate: which sentences of a model's reply may be shown.

It knows sentences and the facts of the turn; it does not know the model. A sentence is shown when
everything in it that can be checked (names, titles, numbers, quotes, values of the catalogue)
stands in the facts of this turn. What cannot be traced is dropped, not repaired.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

__all__ = ["Facts", "split_sentences", "unfounded"]

_SENTENCE_END = re.compile(r"(?<=[.!?。！？])[\"”’)\]]*\s+|\n+")
#: After these a full stop does not end a sentence.
_ABBREVIATION = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|St|vs|No|Jr|Sr|[A-Z])\.$")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_QUOTED = re.compile(r"[“\"«「]([^”\"»」]+)[”\"»」]|(?<!\w)‘([^’]+)’(?!\w)")
_NAME = re.compile(r"[^\W\d_][\w'’.-]*", re.UNICODE)

#: Words that may begin a sentence without naming anything. A first word that is neither here nor
#: in the facts may be a title, so its sentence is not shown.
_OPENERS = frozenset(
    """a about above after again all also although an and another any anything are as at based be
    because before beside besides between both but by can certainly choose could did do does each
    either enjoy even every everything few finally first for found from further given glad good
    great happy has have having he hello her here hi his how however i if in indeed instead into is
    it its just last less let like looking many maybe more most my neither next no none nor not
    note noted nothing now of okay on once one only or other others our out over perhaps please
    rather right second see several shall she should similarly since so some something sorry still
    such sure take tell than thank thanks that the their them then there these they third this
    those though three through to together too try two under unfortunately until up we welcome
    well what whatever when where whether which while who why will with without would yes yet you
    your""".split()  # noqa: SIM905 - a list of words reads better as words
)


def _fold(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in plain if not unicodedata.combining(c)).replace("’", "'")


def _tokens(text: str) -> Iterator[str]:
    for token in re.findall(r"\w+", _fold(text)):
        yield token.removesuffix("s") if len(token) > 3 else token


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """What a reply may state.

    Attributes:
        strings: Labels, attribute values, the user's words, explanations: anything verified.
        vocabulary: Values that mean something in the catalogue (genres …), lower-case; one that
            a sentence uses must stand in ``strings`` too.
    """

    strings: tuple[str, ...]
    vocabulary: frozenset[str] = frozenset()

    @classmethod
    def gather(cls, strings: Iterable[str], vocabulary: Iterable[str]) -> Facts:
        """Fold and keep the facts of a turn."""
        return cls(
            strings=tuple(_fold(string) for string in strings if string),
            vocabulary=frozenset(_fold(value) for value in vocabulary),
        )

    def has_text(self, text: str) -> bool:
        """Whether this text stands in one of the facts."""
        folded = _fold(text).strip()
        return any(folded in string for string in self.strings)

    def words(self) -> frozenset[str]:
        """All words of the facts."""
        return frozenset(token for string in self.strings for token in _tokens(string))


def split_sentences(text: str) -> list[str]:
    """Split into sentences; joining them with blanks gives the text again, white space aside."""
    sentences: list[str] = []
    for piece in _SENTENCE_END.split(text):
        if sentences and _ABBREVIATION.search(sentences[-1]):
            sentences[-1] = f"{sentences[-1]} {piece}"
        elif piece.strip():
            sentences.append(piece)
    return [sentence.strip() for sentence in sentences]


def unfounded(sentence: str, facts: Facts) -> str:
    """The first thing in a sentence that the facts do not contain; "" if it may be shown."""
    known = facts.words()
    for quoted in _QUOTED.finditer(sentence):
        words = quoted[1] or quoted[2]
        if not facts.has_text(words):
            return words
    for number in _NUMBER.findall(sentence):
        if _fold(number) not in known:
            return number
    for name in _names(sentence):
        if any(token not in known for token in _tokens(name)):
            return name
    folded = f" {' '.join(_tokens(sentence))} "
    for value in facts.vocabulary:
        spelled = " ".join(_tokens(value))
        if f" {spelled} " in folded and not facts.has_text(value):
            return value
    return ""


def _names(sentence: str) -> Iterator[str]:
    """Capitalised words that may name something."""
    opening = True
    for match in _NAME.finditer(sentence):
        word = match[0].strip(".'’-")
        plain = re.split(r"['’]", _fold(word))[0]
        first, opening = opening, False
        if not word[:1].isupper() or plain == "i" or (first and plain in _OPENERS):
            continue
        yield word
