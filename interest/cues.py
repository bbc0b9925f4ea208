"""Cues in one text: where somebody likes, wants, refuses … and with which sign, negations applied.

It knows the lexicon and what stands around a cue; it does not know what the cue is said of.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from interest.clauses import Clause
from interest.lexicon import CueKind, CueMeaning, Lexicon, Reach
from interest.phrases import Found
from interest.tokens import Token

__all__ = ["Cue", "find_cues"]

_NEGATION_WINDOW = 4
_DEGREE_WINDOW = 3
_BOOST, _HEDGE = 1.2, 0.6
_USED_TO = -0.3

_SPEAKERS = frozenset(
    {
        "i",
        "we",
        "you",
        "he",
        "she",
        "they",
        "who",
        "id",
        "ive",
        "wife",
        "husband",
        "girlfriend",
        "boyfriend",
        "family",
        "kids",
        "ill",
        "people",
        "to",
        "and",
    }
)
_NEW_SUBJECTS = frozenset({"i", "im", "ive", "id", "it", "its", "they", "he", "she", "we"})
_THINKING = frozenset({"think", "believe", "feel", "say", "guess", "know", "sure", "if", "that"})
_BETWEEN = frozenset(
    {
        "really",
        "do",
        "dont",
        "did",
        "didnt",
        "also",
        "kind",
        "kinda",
        "sort",
        "of",
        "just",
        "would",
        "wouldnt",
        "might",
        "always",
        "usually",
        "mostly",
        "never",
        "not",
        "generally",
        "typically",
        "actually",
        "definitely",
        "too",
        "still",
        "sometimes",
        "absolutely",
        "both",
        "all",
        "does",
        "doesnt",
        "am",
        "will",
        "was",
        "personally",
        "especially",
        "particularly",
        "mainly",
        "very",
        "much",
        "guess",
        "can",
        "cant",
        "could",
        "couldnt",
        "wont",
        "probably",
    }
)


@dataclass(frozen=True, slots=True)
class Cue:
    """One cue of a text.

    Attributes:
        first: Its first token.
        last: The token after it.
        kind: What it does.
        reach: Which side it judges.
        preference: Sign and strength here, with negation, degree and tense in it.
        words: The phrase of the lexicon.
        negated: Whether a negation turned it.
    """

    first: int
    last: int
    kind: CueKind
    reach: Reach
    preference: float
    words: str
    negated: bool = False


def find_cues(
    tokens: Sequence[Token],
    clauses: Sequence[Clause],
    lexicon: Lexicon,
    opaque: frozenset[int] = frozenset(),
) -> list[Cue]:
    """The cues of a text in order.

    Args:
        tokens: The text's tokens.
        clauses: Its clauses; a negation does not cross them.
        lexicon: The phrases.
        opaque: Tokens that are names: "Love" in "Love Actually" judges nothing.
    """
    starts = {
        index: clause.first for clause in clauses for index in range(clause.first, clause.last)
    }
    found: list[Cue] = []
    taken = 0
    inside: set[int] = set()
    for phrase in lexicon.cues.find(tokens):
        if phrase.first < taken or any(i in opaque for i in range(phrase.first, phrase.last)):
            continue
        first = _scope_start(tokens, phrase.first, starts.get(phrase.first, 0), inside)
        cues = _readings(tokens, phrase, first, lexicon)
        if cues[0].words == "over" and not any("prefer" in cue.words for cue in found):
            continue
        if cues[0].kind is not CueKind.REFUSE:
            # A bare "not" is a cue of its own and still negates what follows.
            inside.update(range(phrase.first, phrase.last))
        found.extend(cues)
        taken = phrase.last
    return found


def _scope_start(tokens: Sequence[Token], index: int, clause_first: int, inside: set[int]) -> int:
    """Where the words begin that may change a cue: after another cue or another subject.

    "I don't think I like it" is one thought; "not that one, I like it" is two.
    """
    for at in range(index - 1, clause_first - 1, -1):
        if at in inside:
            return at + 1
        new_subject = tokens[at].norm in _NEW_SUBJECTS
        if new_subject and at > clause_first and tokens[at - 1].norm not in _THINKING:
            return at
    return clause_first


def _readings(
    tokens: Sequence[Token], phrase: Found[CueMeaning], clause_first: int, lexicon: Lexicon
) -> list[Cue]:
    """A phrase may have a meaning on either side ("fun"); each becomes a cue of its own."""
    return [
        _read(tokens, phrase, _meaning(tokens, phrase, meaning), clause_first, lexicon)
        for meaning in phrase.payloads
    ]


def _meaning(tokens: Sequence[Token], phrase: Found[CueMeaning], meaning: CueMeaning) -> CueMeaning:
    """ "like" and "likes" compare, unless somebody is there who likes."""
    if meaning.words != "like" or _has_speaker(tokens, phrase.first):
        return meaning
    return replace(meaning, kind=CueKind.REFERENCE, preference=0.5, negated=-0.5)


def _has_speaker(tokens: Sequence[Token], index: int) -> bool:
    at = index - 1
    while at >= 0 and tokens[at].norm in _BETWEEN:
        at -= 1
    return at < 0 or tokens[at].norm in _SPEAKERS


def _read(
    tokens: Sequence[Token],
    phrase: Found[CueMeaning],
    meaning: CueMeaning,
    clause_first: int,
    lexicon: Lexicon,
) -> Cue:
    before = [
        tokens[i].norm
        for i in range(max(clause_first, phrase.first - _NEGATION_WINDOW), phrase.first)
    ]
    negated = meaning.kind is not CueKind.REFUSE and _is_negated(before, lexicon)
    preference = meaning.negated if negated else meaning.preference
    near = before[-_DEGREE_WINDOW:]
    if any(word in lexicon.words["hedges"] for word in near):
        preference *= _HEDGE
    elif any(word in lexicon.words["boosters"] for word in near):
        preference *= _BOOST
    if before[-2:] == ["used", "to"] and preference > 0:
        preference = _USED_TO
    return Cue(
        first=phrase.first,
        last=phrase.last,
        kind=meaning.kind,
        reach=meaning.reach,
        preference=max(-1.0, min(1.0, preference)),
        words=meaning.words,
        negated=negated,
    )


def _is_negated(before: Sequence[str], lexicon: Lexicon) -> bool:
    """Two negations cancel; "not only" and "why not" are none."""
    count = 0
    for index, word in enumerate(before):
        # "No, it was good": "no" only counts right before what it negates.
        if word == "no" and index + 1 < len(before):
            continue
        if word in lexicon.words["negators"]:
            if index > 0 and before[index - 1] in lexicon.words["negators"]:
                # "wasn't not at all": people say it twice and mean it once.
                continue
            after = before[index + 1] if index + 1 < len(before) else ""
            count += after not in ("only", "just", "to", "problem") or word != "not"
    return count % 2 == 1
