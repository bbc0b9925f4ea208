"""Signs: how somebody feels about each thing a text names, clause by clause.

It knows cues, clauses and lists; it does not know what is named or in which domain. The policy:

1. What is said of the thing right after it ("X is boring") counts most.
2. Then a refusal right before it or before its list ("no X or Y").
3. Then the nearest cue to its left in the clause ("I love X, Y and Z").
4. Then what the clause says later, then what the next clause says of "it".
5. A thing that is merely known, or asked about, has no sign; without any cue it is weakly liked.
6. A clause that is a noun phrase and no more asks for what it names ("a comedy please").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from interest.bare_requests import Bare, NamedSpan, is_noun_phrase_request, only_after
from interest.clauses import Clause, split_clauses
from interest.cues import Cue, find_cues
from interest.extraction import Relation
from interest.interests import NEUTRAL_BELOW, Strictness
from interest.lexicon import CueKind, Lexicon, Reach
from interest.tokens import Token

__all__ = ["Judgement", "SignReader", "Spot"]

#: Said without any sign of feeling: people mostly name what they like.
UNSAID = 0.3
_UNSAID_CONFIDENCE, _SAID_CONFIDENCE = 0.5, 0.85
_REQUEST, _REQUEST_CONFIDENCE = 0.6, 0.75
#: What "I don't" says of a thing that somebody else likes, or dislikes.
_NOT_I_LIKE, _NOT_I_DISLIKE = -0.6, 0.3
_ADJACENT = 2
_CLOSE = 4

_HARD_REFUSALS = frozenset(
    {
        "no",
        "no more",
        "without",
        "without any",
        "nothing",
        "nothing with",
        "nothing from",
        "never",
        "avoid",
        "avoiding",
        "anything but",
        "anything except",
        "except",
        "except for",
        "excluding",
        "exclude",
        "stay away from",
        "stay clear of",
        "keep away from",
        "spare me",
        "dont want",
        "do not want",
        "dont show me",
        "dont give me",
        "dont suggest",
        "dont recommend",
        "minus",
        "不要",
        "别",
        "別",
        "不 看",
        "不 想 看",
        "不 要",
        "没 有",
        "沒 有",
        "拒 绝",
    }
)
_HARD_WISHES = frozenset(
    {"must have", "must be", "has to be", "have to be", "needs to be", "need to be"}
)
_JUST_NOT = frozenset({"not", "but not"})
_BE = frozenset(
    {"is", "was", "are", "were", "isnt", "wasnt", "arent", "werent", "be", "been", "being", "s",
     "re", "looks", "looked", "sounds", "sounded", "seems", "seemed", "feels", "felt"}
)  # fmt: skip
_EXCESS = frozenset({"too", "overly", "太", "すぎる"})
#: Wishes that are for the next thing alone.
_NEAR = frozenset(
    {"only", "more", "a bit more", "a little more", "but more", "preferably", "ideally", "更"}
)
#: Turn what the sentence said before: who likes none of his films "except X" likes X.
_EXCEPTIONS = frozenset(
    {"except", "except for", "apart from", "aside from", "other than", "excluding", "除 了"}
)
#: Wishes that are none of right now: a range after them is no limit.
_LEANINGS = _NEAR | {"i prefer", "stick to", "stick with", "should be", "should have", "要"}
#: "My wife adores it, I really don't": the words between "I" and the end.
_NOT_I = frozenset({"dont", "didnt", "do", "did", "not", "really", "just", "personally", "but",
                    "though", "however", "while", "and", "me", "i"})  # fmt: skip
#: Wishes of this evening rule nothing out for good.
_DONT_WANT = frozenset({"dont want", "do not want"})
_NOW = frozenset({"tonight", "today", "now"})
_ALLOWED = frozenset({"ok", "okay", "alright", "all right", "fine", "acceptable"})
_UNLESS = "unless"
_RATHER_NOT = -0.4
_ONLY = frozenset({"only", "strictly", "exclusively", "只", "だけ", "のみ"})


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a text names something: tokens ``[first, last)``.

    Attributes:
        name: Whether it is a proper name (title, person); its words are then no cues.
        quality: Whether it is a word such as "funny", that may be said of other things.
        number: Whether it is a range; a refusal reaches it only from right before.
        place: Whether it is a range with two ends ("the 80s"): words between keep a refusal off.
        form: Whether it is a form that is put up with more than asked for ("subtitles").
    """

    first: int
    last: int
    name: bool = False
    quality: bool = False
    number: bool = False
    place: bool = False
    form: bool = False


@dataclass(frozen=True, slots=True)
class Judgement:
    """How somebody feels about one spot.

    Attributes:
        preference: In [-1, 1].
        confidence: In [0, 1].
        strictness: Hard where it rules out or demands.
        relation: Taste, wish, reference or seen.
        opinion: Tokens ``[first, last)`` of the words that show it, or None.
    """

    preference: float
    confidence: float
    strictness: Strictness
    relation: Relation
    opinion: tuple[int, int] | None


_UNSAID_JUDGEMENT = Judgement(UNSAID, _UNSAID_CONFIDENCE, Strictness.SOFT, Relation.TASTE, None)


class SignReader:
    """Reads the signs of the things that a text names.

    Args:
        lexicon: How feelings are worded.
        nouns: What the things of the domain are called ("movies"): such words stand between a
            thing and its verdict without changing it.
    """

    def __init__(self, lexicon: Lexicon, nouns: frozenset[str]) -> None:
        self._lexicon = lexicon
        self._nouns = nouns

    def read(
        self,
        text: str,
        tokens: Sequence[Token],
        spots: Sequence[Spot],
        bare: Bare = Bare.MARKED,
    ) -> list[Judgement]:
        """One judgement per spot, in the order of the spots.

        Args:
            text: The text.
            tokens: Its tokens.
            spots: What it names.
            bare: What a phrase without any verb is taken for.
        """
        names = [(spot.first, spot.last) for spot in spots if spot.name]
        # "anything but X" is one cue: its "but" begins no clause.
        whole = [(cue.first, cue.last) for cue in self._lexicon.cues.find(tokens)]
        clauses = split_clauses(
            text, tokens, self._lexicon.words["contrast"], names, self._nouns, whole
        )
        opaque = frozenset(i for first, last in names for i in range(first, last))
        cues = find_cues(tokens, clauses, self._lexicon, opaque)
        view = _View(text, tokens, clauses, cues, spots, self._lexicon, self._nouns, bare)
        return [view.judge(spot) for spot in spots]


@dataclass(frozen=True, slots=True)
class _View:
    """Everything that is known of one text while its spots are judged."""

    text: str
    tokens: Sequence[Token]
    clauses: Sequence[Clause]
    cues: Sequence[Cue]
    spots: Sequence[Spot]
    lexicon: Lexicon
    nouns: frozenset[str]
    bare: Bare

    def judge(self, spot: Spot) -> Judgement:
        number = next(
            (n for n, c in enumerate(self.clauses) if c.first <= spot.first < c.last), None
        )
        if number is None:
            return _UNSAID_JUDGEMENT
        clause = self.clauses[number]
        cues = [
            c for c in self.cues if clause.first <= c.first < clause.last and not _within(c, spot)
        ]
        if self.tokens[clause.first].norm == _UNLESS:
            # "No musicals unless it's X" allows X and asks for nothing.
            return Judgement(0.0, _UNSAID_CONFIDENCE, Strictness.SOFT, Relation.TASTE, None)
        excess = self._excess(spot, clause)
        if excess is not None:
            return excess
        phrase = self._only(spot, clause, cues) or self._requested(spot, number)
        if phrase is not None:
            return phrase
        verdict = self._verdict(spot, clause, cues)
        if verdict is not None and self._is_tolerance(verdict, spot):
            verdict = replace(verdict, preference=0.0)
        if verdict is not None:
            return self._concluded(verdict, spot, number)
        before = self._before(spot, cues)
        reference = self._reference(spot, before)
        if reference is not None and self._is_outdone(reference, clause):
            reference = replace(reference, kind=CueKind.REFUSE, preference=_RATHER_NOT)
            return self._from(reference, spot, clause)
        governing = next((c for c in reversed(before) if c.kind is not CueKind.REFERENCE), None)
        if governing is None and reference is None:
            governing = self._after(spot, clause, cues) or self._pronoun(number)
        elif governing is not None and governing.kind in (CueKind.KNOWN, CueKind.ASK):
            later = self._after(spot, clause, cues) or self._pronoun(number)
            governing = later or governing
        if (
            governing is not None
            and governing.words in _JUST_NOT
            and self._is_rest_of_known(governing)
        ):
            governing = replace(governing, kind=CueKind.ASK, preference=0.0)
        if reference is not None and (
            governing is None or governing.kind in (CueKind.WISH, CueKind.REFUSE)
        ):
            # "less violent than X" starts from X; "nothing like X" keeps away from it.
            refused = governing is not None and governing.kind is CueKind.REFUSE
            if refused and reference.words != "than":
                reference = replace(reference, preference=-reference.preference)
            return self._from(reference, spot, clause)
        if governing is None and any(self._passes_over(c, spot) for c in cues):
            # "No horror from the 80s" rules out neither all of the 80s nor asks for them.
            return Judgement(0.0, _UNSAID_CONFIDENCE, Strictness.SOFT, Relation.TASTE, None)
        if governing is None:
            return self._negated_bound(spot, clause) or self._unsaid(spot, number)
        return self._disowned(governing, number) or self._concluded(governing, spot, number)

    def _only(self, spot: Spot, clause: Clause, cues: Sequence[Cue]) -> Judgement | None:
        """ "In French only", "comedies or westerns only": a condition, unless it is a taste."""
        covered = {
            i for other in self.spots if not other.name for i in range(other.first, other.last)
        }
        at = spot.last
        while at < clause.last and (
            at in covered or self.tokens[at].norm in self.nouns | {"and", "or"}
        ):
            at += 1
        before = [c for c in cues if c.last <= spot.first]
        if not only_after(self.text, self.tokens, at, clause.last) or any(
            c.kind is not CueKind.WISH or c.negated for c in before
        ):
            return None
        return Judgement(_REQUEST, _SAID_CONFIDENCE, Strictness.HARD, Relation.WISH, (at, at + 1))

    def _requested(self, spot: Spot, number: int) -> Judgement | None:
        """A clause that begins with a noun phrase and says nothing of it asks for it."""
        clause = self.clauses[number]
        covered = {i for other in self.spots for i in range(other.first, other.last)}
        free = [
            c for c in self.cues if clause.first <= c.first < clause.last and c.first not in covered
        ]
        ends = (c.first for c in free if c.kind is not CueKind.TASTE)
        places = range(clause.first, min(ends, default=clause.last))
        if spot.first not in places or self._says_more(number, places, free):
            return None
        named = [
            NamedSpan(o.first, o.last, o.name, o.number) for o in self.spots if o.first in places
        ]
        if not is_noun_phrase_request(self.text, self.tokens, places, named, self.nouns, self.bare):
            return None
        strictness = Strictness.HARD if spot.number else Strictness.SOFT
        return Judgement(_REQUEST, _REQUEST_CONFIDENCE, strictness, Relation.WISH, None)

    def _says_more(self, number: int, places: range, free: Sequence[Cue]) -> bool:
        """Whether the thing is judged: in its phrase, or after it ("horror, I don't like")."""
        # "A good comedy": praise before the thing is part of the phrase, after it a verdict.
        head = min(o.first for o in self.spots if o.first in places)
        if any(
            c.first in places and (c.reach is not Reach.LEFT or c.preference < 0 or c.first > head)
            for c in free
        ):
            return True
        if self._pronoun(number) is not None:
            return True
        if number + 1 >= len(self.clauses):
            return False
        after = self.clauses[number + 1]
        goes_on = after.sentence == self.clauses[number].sentence and not after.contrast
        names = any(after.first <= other.first < after.last for other in self.spots)
        return (
            goes_on
            and not names
            and any(
                c.kind is CueKind.TASTE and after.first <= c.first < after.last for c in self.cues
            )
        )

    def _disowned(self, governing: Cue, number: int) -> Judgement | None:
        """ "My wife adores it, I really don't": the next clause takes the taste back."""
        own, after, later = [*self.clauses[number:], None, None][:3]
        if governing.kind is not CueKind.TASTE or own is None or after is None:
            return None
        goes_on = later is not None and later.sentence == after.sentence
        if goes_on or not own.first <= governing.first < own.last:
            return None
        words = [self.tokens[i].norm for i in range(after.first, after.last)]
        said = _NOT_I.issuperset(words) and {"dont", "didnt", "not"}.intersection(words)
        if not said or not {"i", "me"}.intersection(words):
            return None
        preference = _NOT_I_LIKE if governing.preference > 0 else _NOT_I_DISLIKE
        return Judgement(
            preference,
            _SAID_CONFIDENCE,
            Strictness.SOFT,
            Relation.TASTE,
            (after.first, after.last),
        )

    def _excess(self, spot: Spot, clause: Clause) -> Judgement | None:
        """ "Too slow" and "not too slow" both want less of it."""
        before = self.tokens[spot.first - 1].norm if spot.first > clause.first else ""
        if not spot.quality or before not in _EXCESS:
            return None
        opinion = (spot.first - 1, spot.first)
        return Judgement(-0.6, _SAID_CONFIDENCE, Strictness.SOFT, Relation.WISH, opinion)

    def _negated_bound(self, spot: Spot, clause: Clause) -> Judgement | None:
        """ "It can't be longer than two hours" refuses the bound."""
        before = range(max(clause.first, spot.first - _CLOSE), spot.first)
        negators = self.lexicon.words["negators"]
        found = [i for i in before if self.tokens[i].norm in negators]
        if not spot.number or not found or (spot.place and self._apart(found[0] + 1, spot)):
            return None
        opinion = (found[0], found[0] + 1)
        return Judgement(-0.8, _SAID_CONFIDENCE, Strictness.HARD, Relation.WISH, opinion)

    def _is_outdone(self, reference: Cue, clause: Clause) -> bool:
        """ "I'd rather watch X than Y": Y is what is not wanted."""
        before = range(clause.first, reference.first)
        return reference.words == "than" and any(self.tokens[i].norm == "rather" for i in before)

    def _is_tolerance(self, verdict: Cue, spot: Spot) -> bool:
        """ "Longer than 2 hours is fine", "subtitles are ok": neither asked for nor refused."""
        allowed = (spot.number or spot.form) and verdict.words in _ALLOWED
        return allowed and not verdict.negated

    def _is_rest_of_known(self, cue: Cue) -> bool:
        """ "I have seen X but not Y" refuses nothing."""
        before = [c for c in self.cues if c.last <= cue.first]
        return bool(before) and before[-1].kind is CueKind.KNOWN

    def _verdict(self, spot: Spot, clause: Clause, cues: Sequence[Cue]) -> Cue | None:
        """What is said right after the spot: "X is boring", "X movies bore me"."""
        at = spot.last
        while at < clause.last and self.tokens[at].norm in self.nouns:
            at += 1
        copula = self.lexicon.words["copula"]
        following = [c for c in cues if c.first >= spot.last and c.reach is not Reach.RIGHT]
        if not following:
            return None
        first = min(following, key=lambda cue: cue.first)
        if any(spot.last <= other.first < first.first and other.name for other in self.spots):
            return None
        kind = spot.last < clause.last and self.tokens[spot.last].norm in self.nouns
        begins = first.first == at or (at < clause.last and self.tokens[at].norm in copula)
        return first if begins and (kind or not spot.quality) else None

    def _before(self, spot: Spot, cues: Sequence[Cue]) -> list[Cue]:
        """The cues to the left that reach this spot."""
        kept = [
            cue
            for cue in cues
            if cue.last <= spot.first and cue.reach is not Reach.LEFT and self._reaches(cue, spot)
        ]
        if not kept:
            return [
                c
                for c in cues
                if c.last <= spot.first and c.reach is Reach.LEFT and self._beside(c, spot)
            ]
        return kept

    def _reaches(self, cue: Cue, spot: Spot) -> bool:
        """Refusals and comparisons reach what they stand before, and its list; others reach far."""
        if spot.place and cue.preference < 0:
            return not self._apart(cue.last, spot) and self._beside(cue, spot)
        if cue.kind not in (CueKind.REFUSE, CueKind.REFERENCE) and cue.words not in _NEAR:
            return True
        return self._beside(cue, spot)

    def _passes_over(self, cue: Cue, spot: Spot) -> bool:
        """Whether a dislike is of something else that the range describes, in one phrase."""
        if not spot.place or cue.preference >= 0 or cue.last > spot.first:
            return False
        return cue.reach is not Reach.LEFT and not self._comma(cue.last, spot.first)

    def _apart(self, first: int, spot: Spot) -> bool:
        """Whether a comma, or something named that is no range, stands before the spot."""
        named = any(first <= o.first < spot.first and not o.number for o in self.spots)
        return named or self._comma(first, spot.first)

    def _comma(self, first: int, last: int) -> bool:
        gap = self.text[self.tokens[first - 1].end : self.tokens[last].start]
        return any(mark in gap for mark in ",，、")

    def _beside(self, cue: Cue, spot: Spot) -> bool:
        """Whether only other spots, joining words and at most two words stand between."""
        covered = {i for other in self.spots for i in range(other.first, other.last)}
        loose = [
            i
            for i in range(cue.last, spot.first)
            if i not in covered
            and self.tokens[i].norm not in self.lexicon.words["joiners"]
            and self.tokens[i].norm not in self.nouns
        ]
        return len(loose) <= _ADJACENT and not self._breaks(cue, spot, covered)

    def _breaks(self, cue: Cue, spot: Spot, covered: set[int]) -> bool:
        """Whether a new phrase begins between: ", with …", or a bound after a comma."""
        between = range(cue.last, spot.first)
        if not covered.intersection(between):
            return False
        gap = self.text[self.tokens[cue.last].start : self.tokens[spot.first].start]
        comma = any(mark in gap for mark in ",，")
        return any(self.tokens[i].norm == "with" for i in between) or (comma and spot.number)

    def _reference(self, spot: Spot, before: Sequence[Cue]) -> Cue | None:
        found = [c for c in before if c.kind is CueKind.REFERENCE]
        return found[-1] if found and before[-1].kind is CueKind.REFERENCE else None

    def _after(self, spot: Spot, clause: Clause, cues: Sequence[Cue]) -> Cue | None:
        """A verdict later in the clause: "Heat, Alien and Up were all great"."""
        for cue in cues:
            if cue.first < spot.last or cue.reach is Reach.RIGHT or spot.quality:
                continue
            between = [self.tokens[i].norm for i in range(spot.last, cue.first)]
            if len(between) <= _CLOSE or _BE.intersection(between[-_CLOSE:]):
                return cue
        return None

    def _pronoun(self, number: int) -> Cue | None:
        """What the following clauses say of "it", as long as they name nothing new."""
        for clause in self.clauses[number + 1 : number + 3]:
            if any(
                clause.first <= other.first < clause.last and other.name for other in self.spots
            ):
                return None
            cues = [c for c in self.cues if clause.first <= c.first < clause.last]
            words = {self.tokens[i].norm for i in range(clause.first, clause.last)}
            judging = [
                c
                for c in cues
                if (c.kind is CueKind.TASTE and c.reach is Reach.LEFT)
                or (c.kind in (CueKind.TASTE, CueKind.WISH) and self._takes_pronoun(c))
            ]
            if judging and (words & self.lexicon.words["pronouns"] or len(words) <= 4):
                return judging[0]
        return None

    def _takes_pronoun(self, cue: Cue) -> bool:
        return (
            cue.last < len(self.tokens)
            and self.tokens[cue.last].norm in self.lexicon.words["pronouns"]
        )

    def _unsaid(self, spot: Spot, number: int) -> Judgement:
        """Nothing is said here: a wish of the same sentence goes on, a question says nothing."""
        clause = self.clauses[number]
        earlier = [
            cue
            for cue in self.cues
            if cue.kind in (CueKind.WISH, CueKind.REFERENCE)
            and any(
                other.sentence == clause.sentence and other.first <= cue.first < other.last
                for other in self.clauses[:number]
            )
        ]
        if earlier:
            strictness = Strictness.HARD if spot.number else Strictness.SOFT
            return Judgement(0.5, 0.6, strictness, Relation.WISH, None)
        if clause.question and spot.name:
            return Judgement(0.0, 0.6, Strictness.SOFT, Relation.TASTE, None)
        return _UNSAID_JUDGEMENT

    def _concluded(self, cue: Cue, spot: Spot, number: int) -> Judgement:
        """What follows "but" weighs as much: "was ok, but not really my cup of tea"."""
        clause = self.clauses[number]
        if cue.kind is not CueKind.TASTE or number + 1 >= len(self.clauses):
            return self._from(cue, spot, clause)
        after = self.clauses[number + 1]
        names = any(after.first <= other.first < after.last for other in self.spots)
        if not after.contrast or names or after.sentence != clause.sentence:
            return self._from(cue, spot, clause)
        turn = next(
            (
                c
                for c in self.cues
                if after.first <= c.first < after.last
                and c.kind is CueKind.TASTE
                and (c.reach is not Reach.RIGHT or self._takes_pronoun(c))
            ),
            None,
        )
        if turn is None or cue.preference * turn.preference >= 0:
            return self._from(cue, spot, clause)
        if not spot.name and not self._takes_over(turn, clause, after):
            return self._from(cue, spot, clause)
        if abs(cue.preference) <= abs(turn.preference):
            cue = turn
        return self._from(cue, spot, clause)

    def _takes_over(self, turn: Cue, clause: Clause, after: Clause) -> bool:
        """ "My kids love it but I can't stand it": the speaker's word on what others like."""
        own = {self.tokens[i].norm for i in range(clause.first, clause.last)}
        says = {self.tokens[i].norm for i in range(after.first, turn.first)}
        return "i" in says and "i" not in own and self._refers_back(turn)

    def _refers_back(self, cue: Cue) -> bool:
        """Whether the cue takes a pronoun, inside ("loved it") or after it ("stand it")."""
        last = self.tokens[cue.last - 1].norm
        return last in self.lexicon.words["pronouns"] or self._takes_pronoun(cue)

    def _from(self, cue: Cue, spot: Spot, clause: Clause) -> Judgement:
        preference = cue.preference
        if cue.words in _EXCEPTIONS and self._said_before(cue, clause) < 0:
            return Judgement(
                0.6, _SAID_CONFIDENCE, Strictness.SOFT, Relation.TASTE, (cue.first, cue.last)
            )
        return Judgement(
            preference=preference,
            confidence=_SAID_CONFIDENCE,
            strictness=Strictness.HARD if self._is_hard(cue, spot, clause) else Strictness.SOFT,
            relation=_relation(cue),
            opinion=self._opinion(cue, spot),
        )

    def _opinion(self, cue: Cue, spot: Spot) -> tuple[int, int] | None:
        """The words that show the sign, negation included.

        None for a range whose wish stands before something else: the words would show that.
        """
        between = range(cue.last, spot.first)
        wished = cue.kind in (CueKind.WISH, CueKind.REFUSE)
        if spot.number and wished and any(o.first in between for o in self.spots):
            return None
        return (self._negator(cue) if cue.negated else cue.first), cue.last

    def _negator(self, cue: Cue) -> int:
        """The token of the negation that turned a cue: the first one of its clause nearby."""
        start = next(c.first for c in self.clauses if c.first <= cue.first < c.last)
        covered = {i for o in self.spots for i in range(o.first, o.last)}
        first = cue.first
        for at in range(cue.first - 1, max(start, cue.first - _CLOSE) - 1, -1):
            if at in covered:
                break
            if self.tokens[at].norm in self.lexicon.words["negators"]:
                first = at
        return first

    def _is_hard(self, cue: Cue, spot: Spot, clause: Clause) -> bool:
        if cue.kind is CueKind.REFUSE:
            words = {self.tokens[i].norm for i in range(clause.first, clause.last)}
            if cue.words in _DONT_WANT and _NOW.intersection(words):
                return False
            return cue.words in _HARD_REFUSALS or (cue.words == "not" and self._in_request(clause))
        if cue.kind is CueKind.WISH:
            only = any(
                self.tokens[i].norm in _ONLY
                for i in range(clause.first, min(spot.last + 2, clause.last))
            )
            # A range in a request is a limit; hedged, or as a leaning, it is none.
            limit = spot.number and cue.preference >= _REQUEST and cue.words not in _LEANINGS
            refused = cue.negated and cue.preference < 0
            return cue.words in _HARD_WISHES or refused or only or limit
        return False

    def _said_before(self, exception: Cue, clause: Clause) -> float:
        """The preference that the sentence showed before an exception."""
        earlier = [
            c.preference
            for c in self.cues
            if c.last <= exception.first
            and c.kind in (CueKind.TASTE, CueKind.REFUSE, CueKind.WISH)
            and any(
                o.sentence == clause.sentence and o.first <= c.first < o.last for o in self.clauses
            )
        ]
        return earlier[-1] if earlier else 0.0

    def _in_request(self, clause: Clause) -> bool:
        """Whether the sentence asks for something, or at least tells no taste."""
        kinds = {
            cue.kind
            for cue in self.cues
            if any(
                other.sentence == clause.sentence and other.first <= cue.first < other.last
                for other in self.clauses
            )
        }
        return CueKind.WISH in kinds or CueKind.TASTE not in kinds


def _within(cue: Cue, spot: Spot) -> bool:
    return spot.first <= cue.first < spot.last or cue.first <= spot.first < cue.last


def _relation(cue: Cue) -> Relation:
    if cue.kind is CueKind.REFERENCE:
        return Relation.REFERENCE
    if cue.kind is CueKind.KNOWN and abs(cue.preference) < NEUTRAL_BELOW:
        return Relation.SEEN
    if cue.kind in (CueKind.WISH, CueKind.REFUSE):
        return Relation.WISH
    return Relation.TASTE
