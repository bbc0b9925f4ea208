"""Clauses: the stretches of a text within which a judgement reaches.

It knows punctuation, contrast words and new subjects; it does not know what is judged.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from interest.tokens import Token

__all__ = ["Clause", "split_clauses"]

_SENTENCE_END = re.compile(r"[.!?。！？;；\n…]|\s-{1,2}\s|—")
_ABBREVIATIONS = frozenset(
    {"mr", "mrs", "ms", "dr", "jr", "sr", "st", "vs", "vol", "pt", "etc", "e", "g"}
)
# Begin a sentence if they are capitalised in the middle of one: chat often has no full stops.
_OPENERS = frozenset(
    {"It", "That", "This", "They", "Those", "These", "Sounds", "Any", "Do", "Does", "Did", "Have",
     "Can", "Could", "What", "Who", "Thank", "Thanks", "Also", "Maybe", "But", "Or", "My", "We",
     "You", "He", "She", "Is", "Are", "How", "Yes", "No", "Never", "Ok", "Okay"}
)  # fmt: skip
# What may stand right before "I" in one clause: "the one I liked", "I think I like it".
_BEFORE_I = frozenset(
    {"and", "that", "but", "if", "when", "because", "so", "think", "what", "which", "as", "since",
     "one", "ones", "thing", "things", "all", "everything", "anything", "something", "than",
     "although", "though", "until", "whatever", "who", "where", "why", "how", "guess", "say",
     "said", "believe", "know", "hope", "do", "did", "can", "could", "would", "should", "have",
     "am", "or", "while", "first", "last", "only", "then", "whenever", "favorite", "time", "way",
     "people", "actor", "stuff", "like", "really", "both", "also", "feel", "wish", "bet", "suppose"}
)  # fmt: skip
_SUBJECTS = frozenset(
    {"i", "im", "ive", "id", "it", "its", "they", "he", "she", "we", "theyre", "thats"}
)
_LINKS = frozenset(
    {"and", "because", "so", "since", "as", "cause", "cuz", "plus", "or", "then", "if", "when"}
)


@dataclass(frozen=True, slots=True)
class Clause:
    """Tokens ``[first, last)``; ``sentence`` numbers the sentence it is part of.

    Attributes:
        contrast: Whether it begins with a word such as "but".
        question: Whether its sentence ends in a question mark.
    """

    first: int
    last: int
    sentence: int
    contrast: bool
    question: bool


def _ends_sentence(text: str, before: Token, after: Token) -> bool:
    gap = text[before.end : after.start]
    match = _SENTENCE_END.search(gap)
    if match is None:
        return False
    if match[0] != ".":
        return True
    # Initials, titles and numbers carry full stops of their own.
    return not (len(before.text) == 1 and before.text.isupper() and before.text != "I") and (
        before.norm not in _ABBREVIATIONS and len(gap.strip(".")) > 0
    )


def split_clauses(
    text: str,
    tokens: Sequence[Token],
    contrast: frozenset[str],
    closed: Sequence[tuple[int, int]] = (),
    nouns: frozenset[str] = frozenset(),
    phrases: Sequence[tuple[int, int]] = (),
) -> tuple[Clause, ...]:
    """Split the tokens of a text.

    Args:
        text: The text.
        tokens: Its tokens.
        contrast: Words that begin a new judgement.
        closed: Token ranges that stay whole (names), so that "But I'm a Cheerleader" is one.
        phrases: Token ranges that are not cut in the middle: "anything but" is one phrase.
        nouns: What the things of the domain are called: "the movies I like" is one clause.
    """
    inside = {index for first, last in closed for index in range(first + 1, last)}
    named = inside | {first for first, _ in closed}
    inside |= {index for first, last in phrases for index in range(first + 1, last)}
    starts: list[tuple[int, bool, bool]] = []  # token, new sentence, contrast
    for index, token in enumerate(tokens):
        if index in inside:
            continue
        if (
            index == 0
            or _ends_sentence(text, tokens[index - 1], token)
            or (index not in named and _opens_unmarked(tokens, index, nouns))
        ):
            starts.append((index, True, token.norm in contrast))
        elif index not in named and token.norm in contrast:
            starts.append((index, False, True))
        elif index not in named and _new_subject(text, tokens, index):
            starts.append((index, False, False))
    return _clauses(text, tokens, starts)


def _opens_unmarked(tokens: Sequence[Token], index: int, nouns: frozenset[str]) -> bool:
    """Whether a sentence begins here without a full stop before it."""
    before = tokens[index - 1]
    if tokens[index].text in _OPENERS:
        # In a headline-like run of capitals a capital says nothing.
        return not before.text[0].isupper() or before.text == "I"
    says_i = tokens[index].text in ("I", "I'm", "I’m", "I've", "I’ve", "i")
    return says_i and before.norm not in _BEFORE_I and before.norm not in nouns


def _new_subject(text: str, tokens: Sequence[Token], index: int) -> bool:
    """Whether "…, I", "… and it" or the like begins here."""
    if tokens[index].norm in _SUBJECTS:
        before = text[tokens[index - 1].end : tokens[index].start]
        return any(mark in before for mark in ",，:")
    return (
        tokens[index].norm in _LINKS
        and index + 1 < len(tokens)
        and tokens[index + 1].norm in _SUBJECTS
    )


def _clauses(
    text: str, tokens: Sequence[Token], starts: Sequence[tuple[int, bool, bool]]
) -> tuple[Clause, ...]:
    found: list[Clause] = []
    sentence = -1
    for number, (first, opens, contrast) in enumerate(starts):
        sentence += opens
        last = starts[number + 1][0] if number + 1 < len(starts) else len(tokens)
        end = next((start for start, new, _ in starts[number + 1 :] if new), len(tokens))
        after = text[tokens[end - 1].end : tokens[end].start if end < len(tokens) else len(text)]
        found.append(Clause(first, last, sentence, contrast, "?" in after or "？" in after))
    return tuple(found)
