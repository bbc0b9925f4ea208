"""Bare requests: "a comedy please", "90s action movies": only a noun phrase, and yet a wish.

It knows which words a noun phrase is made of and what a question asks for; it does not know
names, nor signs where a verb is said. Who was asked for a taste answers with a taste.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from interest.tokens import Token

__all__ = ["Bare", "NamedSpan", "bare_reading", "is_noun_phrase_request", "only_after"]


class Bare(StrEnum):
    """What a phrase without any verb is taken for."""

    TASTE = "taste"  #: an answer to "what do you like?": a wish only with "please"
    MARKED = "marked"  #: a wish if more than the bare value is said: "a comedy", "90s horror"
    WISH = "wish"  #: an answer to "what are you in the mood for?": always a wish


_QUESTION = re.compile(r"[^.!?。！？\n]*[?？]")
_ASKS_WISH = re.compile(
    r"would you (?:like|love|prefer)|in the mood|want|looking for|feel like|to watch|to see|tonight"
    r"|can i (?:find|get|show|do|help)|想看|見たい|観たい",
    re.IGNORECASE,
)
_ASKS_TASTE = re.compile(
    r"like|love|enjoy|favou?rite|prefer|hate|taste|appeal|喜欢|好き", re.IGNORECASE
)

_OPENING = frozenset(
    {"hi", "hello", "hey", "well", "maybe", "perhaps", "then", "now", "so", "just", "and", "also",
     "hmm", "um", "uh"}
)  # fmt: skip
_PLEASE = frozenset({"please", "pls", "plz"})
_CLOSING = _PLEASE | {"tonight", "today", "now", "then", "thanks"}
_DETERMINERS = frozenset({"a", "an", "some", "any", "another"})
_MODIFIERS = frozenset(
    {"old", "older", "new", "newer", "recent", "early", "late", "modern", "black", "classic",
     "foreign", "popular", "lesser", "famous"}
)  # fmt: skip
_PREPOSITIONS = frozenset(
    {"with", "by", "from", "in", "about", "of", "for", "on", "set", "starring", "featuring"}
)
_AFTER_PREPOSITION = frozenset(
    {"the", "me", "us", "this", "evening", "weekend", "kids", "a", "an", "some"}
)
_JOINING = frozenset({"and", "or"})
#: Words that no noun phrase has: where one stands, something is said of the thing.
_SAYING = frozenset(
    {"i", "im", "ive", "id", "ill", "you", "he", "she", "we", "they", "it", "its", "this", "that",
     "these", "those", "who", "which", "what", "when", "where", "why", "how", "if", "because",
     "is", "isnt", "was", "wasnt", "are", "arent", "were", "werent", "am", "be", "been", "being",
     "do", "does", "did", "dont", "doesnt", "didnt", "have", "has", "had", "can", "cant", "could",
     "will", "would", "wont", "should", "may", "might", "must", "not", "never", "to", "me", "us",
     "my", "your", "his", "her", "their", "our", "the", "than", "as", "makes", "make", "made",
     "got", "get", "gets", "saw", "went", "called", "came", "come", "said", "friend", "told"}
)  # fmt: skip
_MOST_UNKNOWN = 3
_ONLY = frozenset({"only", "exclusively", "strictly"})
_GOES_ON = frozenset({"and", "or", "but", "please", "for", "tonight", "thanks"})


def bare_reading(asked: str) -> Bare:
    """What a bare phrase answers; the last question that asks for either decides."""
    reading = Bare.MARKED
    for question in _QUESTION.findall(asked):
        if _ASKS_WISH.search(question):
            reading = Bare.WISH
        elif _ASKS_TASTE.search(question):
            reading = Bare.TASTE
    return reading


@dataclass(frozen=True, slots=True)
class NamedSpan:
    """Something that the phrase names: tokens ``[first, last)``.

    Attributes:
        first: First token.
        last: The token after it.
        name: Whether it is a proper name.
        number: Whether it is a range ("90s").
    """

    first: int
    last: int
    name: bool
    number: bool


def is_noun_phrase_request(
    text: str,
    tokens: Sequence[Token],
    places: range,
    named: Sequence[NamedSpan],
    nouns: frozenset[str],
    reading: Bare,
) -> bool:
    """Whether these words are one noun phrase that asks for something.

    Args:
        text: The text.
        tokens: Its tokens.
        places: The tokens of the phrase.
        named: What the text names, in order; proper names alone ("Heat and Alien") ask for
            nothing.
        nouns: What the things of the domain are called.
        reading: What the text answers.
    """
    polite = not _PLEASE.isdisjoint(tokens[i].norm for i in places)
    if reading is Bare.TASTE and not polite:
        return False
    phrase = _Phrase({i: s.name for s in named for i in range(s.first, s.last)}, nouns)
    if not all(phrase.take(i, tokens[i].norm) for i in places):
        return False
    if polite:
        return True
    marked = phrase.marked or reading is Bare.WISH or _side_by_side(text, tokens, named)
    return phrase.head and (marked or (phrase.noun and any(s.number for s in named)))


class _Phrase:
    """Takes the words of a noun phrase one by one until one does not fit.

    Args:
        named: For each token of something named, whether that is a proper name.
        nouns: What the things of the domain are called.
    """

    def __init__(self, named: Mapping[int, bool], nouns: frozenset[str]) -> None:
        self._named = named
        self._nouns = nouns
        self._opening = True
        self._open = False  # whether any word may follow as a modifier
        self._after_preposition = False
        self._unknown = 0
        self.head = False
        self.noun = False
        self.marked = False

    def take(self, place: int, norm: str) -> bool:
        """Whether this word continues the phrase."""
        if self._opening and place not in self._named and norm in _OPENING:
            return True
        self._opening = False
        if place in self._named or norm in self._nouns:
            self.head |= not self._named.get(place, False)
            self.noun |= place not in self._named
            self._open = self._after_preposition
            return True
        return self._take_other(norm)

    def _take_other(self, norm: str) -> bool:
        if norm in _DETERMINERS and (not self.head or self._after_preposition):
            self.marked = self._open = True
            return True
        if norm in _PREPOSITIONS and (self.head or self.marked):
            self._after_preposition = self.marked = True
            self._open = True
            return True
        if norm in _JOINING or norm in _CLOSING:
            self.marked |= norm in _PLEASE
            return True
        if self._after_preposition and norm in _AFTER_PREPOSITION:
            return True
        if norm in _MODIFIERS and not self.head:
            self.marked = True
            return True
        self._unknown += 1
        return self._open and norm not in _SAYING and self._unknown <= _MOST_UNKNOWN


def _side_by_side(text: str, tokens: Sequence[Token], named: Sequence[NamedSpan]) -> bool:
    """Whether two values qualify each other: "90s horror", "French comedies", no list."""
    words = [span for span in named if not span.name]
    return any(
        right.first == left.last
        and text[tokens[left.last - 1].end : tokens[right.first].start] in (" ", "-", "")
        for left, right in pairwise(words)
    )


def only_after(text: str, tokens: Sequence[Token], at: int, last: int) -> bool:
    """Whether "only" ends the phrase at this token: "comedies only", not "only when it rains"."""
    if at >= last or tokens[at].norm not in _ONLY:
        return False
    if at + 1 == len(tokens) or at + 1 >= last:
        return True
    gap = text[tokens[at].end : tokens[at + 1].start]
    return gap.strip() != "" or tokens[at + 1].norm in _GOES_ON
