"""Reactions: what somebody's words say about the things the other side just named.

"I loved that one", "not my kind", "no, not really": the thing is the other side's, the words that
show the sign are the person's own, and only they are evidence. What nobody reacted to is not
learned.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from interest.clauses import Clause, split_clauses
from interest.cues import Cue, find_cues
from interest.extraction import Relation
from interest.lexicon import CueKind, Lexicon, Reach
from interest.tokens import Token, tokenize

__all__ = ["Reaction", "ReactionReader"]

_SHORT = 5
#: A pronoun so near after a cue is what it judges: "like the sound of that one".
_NEAR = 4
_YES_PREFERENCE, _NO_PREFERENCE, _PLAN_PREFERENCE = 0.6, -0.6, 0.4
_CONFIDENCE, _PLAN_CONFIDENCE = 0.75, 0.6

_ALL = frozenset({"both", "those", "them", "all", "these", "they", "two", "movies", "films"})
_FIRST = frozenset({"first", "former"})
_BUT = frozenset({"but", "except", "besides", "minus"})
_LAST = frozenset({"last", "latter"})
#: At most so many words lie between "but" and "the last one".
_BUT_REACH = 4
#: Praise up to here gives way to a complaint in the same answer: "okay but too old".
_LUKEWARM = 0.35
#: Before "too": what makes it a judgement, and not "me too".
_BEFORE_TOO = frozenset(
    {
        "is", "was", "are", "were", "s", "its", "thats", "looks", "look", "looked", "sounds",
        "sound", "sounded", "seems", "seem", "seemed", "felt", "feels", "feel", "be", "been",
        "bit", "little", "way", "far", "just", "but", "so", "much", "got", "gets", "probably",
        "maybe", "kinda", "somewhat", "almost", "it", "they", "that",
    }
)  # fmt: skip
_TOO_PREFERENCE = -0.6
_ANSWER = 3
#: Wishes that ask for something else: "I want it for a date night".
_ASKING = frozenset(
    {
        "want",
        "wants",
        "need",
        "looking for",
        "look for",
        "something",
        "anything",
        "give me",
        "find me",
        "more",
        "only",
        "would like",
        "how about",
        "what about",
    }
)


@dataclass(frozen=True, slots=True)
class Reaction:
    """How somebody feels about things that the other side named.

    Attributes:
        targets: Which of the named things, by number.
        preference: Sign and strength.
        confidence: In [0, 1].
        relation: Taste, wish ("I'll watch it") or seen.
        first: First token of the words that show it.
        last: The token after them.
    """

    targets: tuple[int, ...]
    preference: float
    confidence: float
    relation: Relation
    first: int
    last: int


class ReactionReader:
    """Reads reactions.

    Args:
        lexicon: How feelings are worded.
        nouns: What the things of the domain are called.
    """

    def __init__(self, lexicon: Lexicon, nouns: frozenset[str]) -> None:
        self._lexicon = lexicon
        self._nouns = nouns

    def read(
        self,
        text: str,
        tokens: Sequence[Token],
        names: Sequence[tuple[int, int]],
        asked: str,
        named: int,
    ) -> Reaction | None:
        """The reaction that a text begins with, if it is one.

        Args:
            text: What the person said.
            tokens: Its tokens.
            names: What the person names: clauses with a name judge that, not what was asked.
            asked: What the other side said.
            named: How many things the other side named.
        """
        if named == 0 or not tokens:
            return None
        clauses = split_clauses(text, tokens, self._lexicon.words["contrast"], names, self._nouns)
        cues = find_cues(tokens, clauses, self._lexicon)
        excess = _excess(text, tokens)
        # "Too scary" names a mood and still judges what was asked.
        apart = [first for first, _ in names if first - 1 not in excess]
        free = [
            clause
            for clause in clauses
            if not any(clause.first <= first < clause.last for first in apart)
            and not clause.question
            and not self._is_courtesy(tokens, clause)
        ]
        found = [
            reaction
            for clause in free
            for reaction in (
                *self._in_clause(tokens, clause, cues, named),
                *self._too_much(tokens, clause, cues, excess, named),
            )
        ]
        taste = _verdict([r for r in found if r.relation is Relation.TASTE])
        answer = self._answer(tokens, asked, named) if taste is None and not names else None
        return taste or answer or next(iter(found), None)

    def _in_clause(
        self, tokens: Sequence[Token], clause: Clause, cues: Sequence[Cue], named: int
    ) -> Iterator[Reaction]:
        words = [tokens[i].norm for i in range(clause.first, clause.last)]
        pronouns = self._lexicon.words["pronouns"]
        points = bool(pronouns.intersection(words)) or len(words) <= _SHORT
        for cue in cues:
            if not clause.first <= cue.first < clause.last or not points:
                continue
            judged = self._judged(tokens, cue)
            if judged is not None:
                preference, confidence, relation = judged
                # "I loved all, but the last one": the exception may stand behind a comma.
                onward = [t.norm for t in tokens[clause.last : clause.last + _BUT_REACH + 1]]
                targets = _targets(words, named, onward)
                yield Reaction(targets, preference, confidence, relation, cue.first, cue.last)

    def _too_much(
        self,
        tokens: Sequence[Token],
        clause: Clause,
        cues: Sequence[Cue],
        excess: frozenset[int],
        named: int,
    ) -> Iterator[Reaction]:
        """ "Too old for my tastes": whatever a thing has too much of, it is a complaint."""
        words = [tokens[i].norm for i in range(clause.first, clause.last)]
        points = bool(self._lexicon.words["pronouns"].intersection(words)) or len(words) <= _SHORT
        for place in excess.intersection(range(clause.first, clause.last)):
            known = any(cue.kind is CueKind.TASTE and cue.first <= place < cue.last for cue in cues)
            if points and not known and not {"not", "never"}.intersection(words):
                yield Reaction(
                    _targets(words, named),
                    _TOO_PREFERENCE,
                    _CONFIDENCE,
                    Relation.TASTE,
                    place,
                    place + 2,
                )

    def _judged(self, tokens: Sequence[Token], cue: Cue) -> tuple[float, float, Relation] | None:
        """What a cue says of the thing: a verdict, a plan, or that it is known."""
        after = tokens[cue.last : cue.last + _NEAR]
        follows = any(token.norm in self._lexicon.words["pronouns"] for token in after)
        ends = cue.last == len(tokens)
        if cue.kind is CueKind.TASTE and (cue.reach is not Reach.RIGHT or follows):
            return cue.preference, _CONFIDENCE, Relation.TASTE
        if cue.kind is CueKind.WISH and follows and cue.words not in _ASKING:
            plan = _NO_PREFERENCE if cue.negated else _PLAN_PREFERENCE
            return plan, _PLAN_CONFIDENCE, Relation.WISH
        if cue.kind is CueKind.KNOWN and (follows or ends):
            return 0.0, _CONFIDENCE, Relation.SEEN
        return None

    def _is_courtesy(self, tokens: Sequence[Token], clause: Clause) -> bool:
        """ "Have a good night" and "great, thanks" judge nothing."""
        words = [tokens[i].norm for i in range(clause.first, clause.last)]
        pairs = list(pairwise(words))
        return bool(
            {"thanks", "thank", "bye", "goodbye"}.intersection(words)
            or any(pair in (("have", "a"), ("have", "an"), ("enjoy", "your")) for pair in pairs)
        ) and not {"it", "that", "them", "those"}.intersection(words)

    def _answer(self, tokens: Sequence[Token], asked: str, named: int) -> Reaction | None:
        """ "Yes" or "no, not really" to a question of liking."""
        question = tokenize(asked)
        asks = any(
            found.payloads[0].words in ("do you like", "did you like")
            for found in self._lexicon.cues.find(question)
        )
        if not asks or "?" not in asked:
            return None
        for length in range(min(_ANSWER, len(tokens)), 0, -1):
            words = " ".join(token.norm for token in tokens[:length])
            for name, preference in (("no", _NO_PREFERENCE), ("yes", _YES_PREFERENCE)):
                if words in self._lexicon.words[name]:
                    targets = tuple(range(named))
                    return Reaction(targets, preference, _CONFIDENCE, Relation.TASTE, 0, length)
        return None


def _verdict(tastes: Sequence[Reaction]) -> Reaction | None:
    """The first judgement; a complaint that follows faint praise is what was meant."""
    first = next(iter(tastes), None)
    if first is not None and 0 < first.preference <= _LUKEWARM:
        return next((r for r in tastes if r.preference < 0), first)
    return first


def _excess(text: str, tokens: Sequence[Token]) -> frozenset[int]:
    """Places of "too" that say too much of what the next word names."""
    return frozenset(
        place
        for place, (token, after) in enumerate(pairwise(tokens))
        if token.norm == "too"
        and text[token.end : after.start] == " "
        and (place == 0 or tokens[place - 1].norm in _BEFORE_TOO)
    )


def _targets(words: Sequence[str], named: int, onward: Sequence[str] = ()) -> tuple[int, ...]:
    """Which things are meant: all of them, all but one, the first, or the one named last."""
    if _ALL.intersection(words):
        exempt = _exempt([*words, *onward], named)
        return tuple(n for n in range(named) if n != exempt)
    return (0,) if _FIRST.intersection(words) else (named - 1,)


def _exempt(words: Sequence[str], named: int) -> int | None:
    """ "All but the last one": which of them is left out."""
    but = next((place for place, word in enumerate(words) if word in _BUT), len(words))
    after = words[but + 1 : but + 1 + _BUT_REACH]
    if _LAST.intersection(after):
        return named - 1
    return 0 if _FIRST.intersection(after) else None
