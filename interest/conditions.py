"""Conditions: the words under which alone an interest holds ("with the kids"), read by rules.

It knows phrases that name a circumstance, which sentences state a rule and which ask for something
now, and what a phrase belongs to; it does not know how mentions are found, nor when a condition is
met (see :mod:`interest.circumstances`).

A request for now has no conditions: "tonight with the kids, nothing scary" limits this turn.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from interest.bare_requests import Bare, bare_reading
from interest.circumstances import (
    CALENDAR,
    DETERMINERS,
    INVERTING,
    PREPOSITIONS,
    setting_facets,
    settings_in,
)
from interest.clauses import split_clauses
from interest.domain import Domain, FacetKind
from interest.evidence import Source
from interest.extraction import Mention, Relation, TextUnit
from interest.lexicon import load_lexicon
from interest.tokens import Token

__all__ = ["with_conditions"]

_CLAUSE_OPENERS = frozenset({"when", "whenever", "if", "unless"})
#: More words than this after "when" tell a story.
_LONGEST_CLAUSE = 9
_LONGEST_LEAD = 4
_ENDS = ".!?。！？;；\n…—"
_STOPS = ",，:()"

_PEOPLE = frozenset(
    {"mum", "mom", "mother", "mam", "mama", "dad", "father", "parents", "wife", "husband",
     "partner", "spouse", "girlfriend", "boyfriend", "kids", "kid", "child", "children", "son",
     "daughter", "sons", "daughters", "baby", "toddler", "family", "friends", "friend", "mates",
     "guests", "visitors", "roommate", "roommates", "flatmate", "flatmates", "brother", "sister",
     "grandma", "grandpa", "gran", "grandparents", "grandkids", "nephew", "niece", "everyone",
     "inlaws"}
)  # fmt: skip
# What people of a circumstance do; those of a film "outsmart the burglars".
_ATTENDING = frozenset(
    {"is", "are", "s", "watch", "watches", "watching", "visit", "visits", "come", "comes", "stay",
     "stays", "join", "joins", "sleep", "here", "over", "around", "home", "with", "awake", "asleep"}
)  # fmt: skip
_FIRST_PERSON = frozenset({"i", "im", "we", "were"})
_STATES = frozenset(
    {"tired", "sick", "ill", "sad", "stressed", "alone", "hungover", "bored", "lonely",
     "anxious", "home", "exhausted", "drunk", "myself", "own", "working", "cooking", "ironing",
     "studying", "travelling", "traveling", "flying", "sleep", "angry", "happy", "me"}
)  # fmt: skip
_WEATHER = frozenset({"late", "raining", "rains", "rainy", "snowing", "snows", "cold", "dark"})
_PAST = frozenset(
    {"watched", "saw", "went", "took", "showed", "was", "did", "didnt", "had", "loved", "liked",
     "enjoyed", "hated", "grew", "wasnt", "used", "cried", "laughed", "sat"}
)  # fmt: skip

_NOW = frozenset({"tonight", "today", "now", "tomorrow", "currently", "moment", "this"})
_ASKING = frozenset(
    {"need", "looking", "recommend", "recommendation", "recommendations", "suggest", "suggestion",
     "suggestions", "show", "find", "give", "mood", "pick", "got"}
)  # fmt: skip
_WOULD = frozenset({"would", "id", "wed", "should", "might"})
_LIKING = frozenset(
    {"love", "loves", "like", "likes", "enjoy", "enjoys", "hate", "hates", "prefer", "prefers",
     "dislike", "dislikes", "avoid", "adore", "stand", "fan", "fans", "favorite", "favourite",
     "skip", "appreciate"}
)  # fmt: skip
_ALWAYS = frozenset(
    {"only", "never", "always", "usually", "mostly", "generally", "rarely", "whenever", "often",
     "sometimes", "normally", "strictly", "unless", "except", "ever", "when", "if"}
)  # fmt: skip
_REFUSING = frozenset({"no", "not", "dont", "nothing", "cant", "wont", "doesnt"})
_SOMETHING = frozenset({"something", "some"})
#: What may follow a circumstance without a comma; anything else makes it part of a film: "with
#: kids in danger".
_AFTER = frozenset(
    {"i", "im", "we", "id", "and", "or", "but", "no", "nothing", "not", "never", "only", "always",
     "ever", "please", "usually", "though", "because", "so", "then", "my", "around", "here",
     "if", "when", "unless", "except"}
)  # fmt: skip
_OPENING = frozenset(
    {"and", "but", "so", "well", "also", "just", "even", "especially", "or", "only", "oh", "yes"}
)
#: With what a sentence goes on after a clause that leads, if no comma shows it.
_GOING_ON = frozenset({"no", "nothing", "never", "only", "then", "please", "absolutely"})
_SETTING_OF_FILMS = frozenset({"set", "sets", "takes", "taking", "happens", "happening", "place"})
_NO_FILM_SETTING = frozenset({"with", "for"})


@dataclass(frozen=True, slots=True)
class _Phrase:
    """Tokens ``[first, last)`` name a circumstance."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence with what the rules below look at.

    Attributes:
        text: The whole text.
        tokens: All its tokens.
        first: First token of the sentence.
        last: The token after it.
        breaks: Tokens that begin a clause, and whether they begin a contrast.
        mentions: What is named in the sentence, by start.
    """

    text: str
    tokens: Sequence[Token]
    first: int
    last: int
    breaks: dict[int, bool]
    mentions: tuple[Mention, ...]

    def norm(self, at: int) -> str:
        """The word at a place, "" outside the sentence."""
        return self.tokens[at].norm if self.first <= at < self.last else ""

    def norms(self, first: int, last: int) -> list[str]:
        return [self.norm(at) for at in range(first, last)]

    def stops_before(self, at: int) -> bool:
        """Whether the sentence begins or ends here, or punctuation stands here."""
        if not self.first < at < self.last:
            return True
        gap = self.text[self.tokens[at - 1].end : self.tokens[at].start]
        return any(mark in gap for mark in _STOPS)

    def clause(self, at: int) -> tuple[int, int]:
        """The clause that a token lies in."""
        first = max((b for b in self.breaks if self.first <= b <= at), default=self.first)
        last = min((b for b in self.breaks if at < b < self.last), default=self.last)
        return first, last

    def span(self, phrase: _Phrase) -> tuple[int, int]:
        return self.tokens[phrase.first].start, self.tokens[phrase.last - 1].end


def with_conditions(
    unit: TextUnit, tokens: Sequence[Token], mentions: Sequence[Mention], domain: Domain
) -> list[Mention]:
    """Give mentions the conditions that the text states for them.

    A mention that is itself the condition ("the kids") is left out. Mentions that have a
    condition keep it, so that reading again changes nothing.

    Args:
        unit: The text; a review states no rules.
        tokens: Its tokens.
        mentions: What was read from it, by start offset.
        domain: Knows the settings ("kids", "weeknight") and what its items are called.
    """
    norms = {token.norm for token in tokens}
    if unit.source is not Source.CHAT or not mentions:
        return list(mentions)
    if norms.isdisjoint(PREPOSITIONS | _CLAUSE_OPENERS | {"late"}):
        return list(mentions)
    found: dict[Mention, tuple[int, int]] = {}
    parts: set[Mention] = set()
    for sentence in _sentences(unit.text, tokens, mentions, domain):
        for phrase, targets in _attachments(unit, sentence, domain):
            inside = {m for m in sentence.mentions if _is_inside(m, sentence.span(phrase))}
            if targets:
                parts |= inside
            for mention in targets:
                if mention.condition is None:
                    found.setdefault(mention, sentence.span(phrase))
    return [
        replace(mention, condition=found.get(mention, mention.condition))
        for mention in mentions
        if mention not in parts
    ]


def _sentences(
    text: str, tokens: Sequence[Token], mentions: Sequence[Mention], domain: Domain
) -> Iterator[_Sentence]:
    clauses = split_clauses(
        text,
        tokens,
        load_lexicon().words["contrast"],
        _names(tokens, mentions, domain),
        frozenset(domain.words.get("noun", ())),
    )
    breaks = {clause.first: clause.contrast for clause in clauses}
    starts = [
        at
        for at in range(len(tokens))
        if at == 0 or any(end in text[tokens[at - 1].end : tokens[at].start] for end in _ENDS)
    ]
    for first, last in pairwise([*starts, len(tokens)]):
        begin, end = tokens[first].start, tokens[last - 1].end
        inside = tuple(m for m in mentions if begin <= m.start and m.end <= end)
        after = text[end : tokens[last].start if last < len(tokens) else len(text)]
        if inside and "?" not in after and "？" not in after:
            yield _Sentence(text, tokens, first, last, breaks, inside)


def _names(
    tokens: Sequence[Token], mentions: Sequence[Mention], domain: Domain
) -> list[tuple[int, int]]:
    """Where proper names stand: their words are no conjunctions."""
    found: list[tuple[int, int]] = []
    for mention in mentions:
        if domain.facet(mention.facet).kind in (FacetKind.TITLE, FacetKind.ENTITY):
            inside = [i for i, t in enumerate(tokens) if mention.start <= t.start < mention.end]
            if inside:
                found.append((inside[0], inside[-1] + 1))
    return found


def _attachments(
    unit: TextUnit, sentence: _Sentence, domain: Domain
) -> Iterator[tuple[_Phrase, list[Mention]]]:
    """The circumstances of a sentence that states a rule, with what holds under each."""
    phrases = _phrases(sentence, domain)
    outside = [
        m
        for m in sentence.mentions
        if not any(_is_inside(m, sentence.span(phrase)) for phrase in phrases)
    ]
    if not phrases or not _states_a_rule(unit, sentence, phrases, outside):
        return
    for phrase in phrases:
        targets = _targets(sentence, phrase, phrases, outside)
        if targets and _turns_for_nothing(sentence, phrase, targets):
            phrase = replace(phrase, first=phrase.first + 1)
        yield phrase, targets


def _turns_for_nothing(sentence: _Sentence, phrase: _Phrase, targets: Sequence[Mention]) -> bool:
    """ "No horror, not with the kids" refuses twice; "horror, but not with the kids" turns."""
    refused = all(mention.polarity < 0 for mention in targets)
    return refused and sentence.norm(phrase.first) in ("not", "never")


def _states_a_rule(
    unit: TextUnit, sentence: _Sentence, phrases: Sequence[_Phrase], outside: Sequence[Mention]
) -> bool:
    """Whether the sentence tells a standing taste or rule, and is no request for now."""
    words = sentence.norms(sentence.first, sentence.last)
    if not _NOW.isdisjoint(words) or not _ASKING.isdisjoint(words):
        return False
    if any(m.relation in (Relation.REFERENCE, Relation.SEEN) for m in outside):
        return False
    if _asks(words):
        return False
    in_phrases = {i for phrase in phrases for i in range(phrase.first, phrase.last)}
    said = [sentence.norm(i) for i in range(sentence.first, sentence.last) if i not in in_phrases]
    if "watching" in said:  # "we're watching with the kids"
        return False
    if not _LIKING.isdisjoint(said) or not _ALWAYS.isdisjoint(words):
        return True
    if bare_reading(unit.asked) is Bare.WISH or not _SOMETHING.isdisjoint(said) or _wants(said):
        return False
    return not _REFUSING.isdisjoint(said) and all(m.polarity < 0 for m in outside)


def _asks(words: Sequence[str]) -> bool:
    """ "I'd love", "can you"."""
    return any(
        (before in _WOULD and word in _LIKING | {"want"})
        or (before in ("can", "could", "would") and word == "you")
        for before, word in pairwise(words)
    )


def _wants(words: Sequence[str]) -> bool:
    """Whether something is wanted; "I don't want" refuses."""
    return any(w == "want" and b not in _REFUSING for b, w in pairwise(["", *words]))


def _phrases(sentence: _Sentence, domain: Domain) -> list[_Phrase]:
    """The circumstances that a sentence names, in order, without overlaps."""
    clauses = [
        phrase
        for at in range(sentence.first, sentence.last)
        if sentence.norm(at) in _CLAUSE_OPENERS
        for phrase in _clause_phrase(sentence, at, domain)
    ]
    found = list(clauses)
    for phrase in _setting_phrases(sentence, domain):
        if all(phrase.last <= other.first or other.last <= phrase.first for other in found):
            found.append(phrase)
    kept = (phrase for phrase in found if not _cuts_a_name(sentence, phrase, domain))
    return sorted(kept, key=lambda phrase: phrase.first)


def _cuts_a_name(sentence: _Sentence, phrase: _Phrase, domain: Domain) -> bool:
    """Whether the words are part of what is named: "The Nightmare Before Christmas"."""
    start, end = sentence.span(phrase)
    return any(
        m.start < end and start < m.end and not _is_inside(m, (start, end))
        for m in sentence.mentions
    )


def _clause_phrase(sentence: _Sentence, at: int, domain: Domain) -> Iterator[_Phrase]:
    """ "When my mum is here": up to the next comma or clause, if it has a person or a time."""
    before = sentence.norm(at - 1)
    if before in _LIKING | {"it", "for", "remember"}:  # "I love it when the kids win"
        return
    names = _things(sentence, domain)
    last = at + 1
    while last < sentence.last and not sentence.stops_before(last):
        inner = last - at > 1 and (
            sentence.norm(last) in _FIRST_PERSON | _GOING_ON
            or sentence.norm(last) in _CLAUSE_OPENERS
        )
        joined = sentence.norm(last - 1) == "and"  # "when my wife and I are alone"
        if (inner and not joined and last - at > 2) or last in names:
            break
        last += 1
    while last - 1 > at and sentence.norm(last - 1) in ("a", "an", "the", "some"):
        last -= 1
    words = sentence.norms(at + 1, last)
    if last - at <= _LONGEST_CLAUSE and _PAST.isdisjoint(words) and _tells_when(words, domain):
        yield _Phrase(at, last)


def _things(sentence: _Sentence, domain: Domain) -> set[int]:
    """Tokens that name what is watched: "if it's raining, a noir" goes on with the noir."""
    spans = [(m.start, m.end) for m in sentence.mentions if m.facet not in setting_facets(domain)]
    return {
        at
        for at in range(sentence.first, sentence.last)
        if sentence.norm(at) not in _PEOPLE | CALENDAR | _WEATHER
        and any(start <= sentence.tokens[at].start < end for start, end in spans)
    }


def _tells_when(words: Sequence[str], domain: Domain) -> bool:
    """Whether these words have a person who is there, a state of one's own, or a time."""
    said = set(words)
    if said & _PEOPLE and said & _ATTENDING:
        return True
    if words and words[0] in _FIRST_PERSON | {"it", "its"} and said & _STATES:
        return True
    return bool(said & (CALENDAR | _WEATHER))


def _setting_phrases(sentence: _Sentence, domain: Domain) -> Iterator[_Phrase]:
    """ "With the kids", "on a weeknight", "at Halloween", "late at night"."""
    tokens = sentence.tokens[sentence.first : sentence.last]
    heads = [(m.first, m.last) for m in settings_in(tokens, domain)]
    taken = {i for first, last in heads for i in range(first, last)}
    heads += [(i, i + 1) for i, t in enumerate(tokens) if t.norm in CALENDAR and i not in taken]
    for first, last in sorted(heads):
        first, last = first + sentence.first, last + sentence.first
        while sentence.norm(last) in CALENDAR and not sentence.stops_before(last):
            last += 1
        start = _introducer(sentence, first, last)
        if start is None or not _is_circumstance(sentence, start, first, last, domain):
            continue
        if sentence.norm(start - 1) in INVERTING and not sentence.stops_before(start):
            start -= 1
        yield _Phrase(start, last)


def _introducer(sentence: _Sentence, first: int, last: int) -> int | None:
    """The preposition before a head, which may be part of it ("late at night"); None if none."""
    if not PREPOSITIONS.isdisjoint(sentence.norms(first, last)):
        return first
    for at in range(first - 1, first - 1 - _LONGEST_LEAD, -1):
        if sentence.norm(at) in PREPOSITIONS and not sentence.stops_before(at + 1):
            return at
        if sentence.norm(at) not in DETERMINERS or sentence.stops_before(at + 1):
            return None
    return None


def _is_circumstance(
    sentence: _Sentence, start: int, first: int, last: int, domain: Domain
) -> bool:
    """Whether the words tell when something is watched, and not what is in it."""
    nouns = domain.words.get("noun", ())
    before, opener = sentence.norm(start - 1), sentence.norm(start)
    clause = sentence.norms(*sentence.clause(start))
    if not (_PAST | {"which"}).isdisjoint(clause) or sentence.norm(last - 1) in nouns:
        return False
    follows = sentence.stops_before(last) or last in sentence.breaks
    if not follows and sentence.norm(last) not in _AFTER:
        return False
    if opener not in _NO_FILM_SETTING:
        return before not in _SETTING_OF_FILMS
    if opener == "for" and before in {*nouns, *_SOMETHING, "anything"}:
        return False
    # "Films with kids" are about them; "with my kids" and "watch with kids" are not.
    words = sentence.norms(start, last)
    bare = words[-1] in _PEOPLE and DETERMINERS.isdisjoint(words)
    return not bare or start == sentence.first or before in ("watch", "watching")


def _targets(
    sentence: _Sentence, phrase: _Phrase, phrases: Sequence[_Phrase], outside: Sequence[Mention]
) -> list[Mention]:
    """What holds under a circumstance: what follows it if it leads, else what stands before it."""
    if _leads(sentence, phrase):
        return _following(sentence, phrase, phrases, outside)
    first, _ = sentence.clause(phrase.first)
    start = sentence.tokens[phrase.first].start
    own = [m for m in outside if m.end <= start and m.start >= sentence.tokens[first].start]
    opening = all(word in _OPENING | INVERTING for word in sentence.norms(first, phrase.first))
    if not own and opening and first > sentence.first:
        first, _ = sentence.clause(first - 1)
        own = [m for m in outside if m.end <= start and m.start >= sentence.tokens[first].start]
    others = [other.last for other in phrases if other.last <= phrase.first]
    least = sentence.tokens[max(others) - 1].end if others else 0
    found = _alike([m for m in own if m.start >= least], sentence.text)
    return [*found, *_alternatives(sentence, phrase, outside)] if found else []


def _alternatives(
    sentence: _Sentence, phrase: _Phrase, outside: Sequence[Mention]
) -> Iterator[Mention]:
    """ "Never horror with the kids, only comedies": what is left under the same condition."""
    if sentence.norm(phrase.last) not in ("only", "just"):
        return
    _, last = sentence.clause(phrase.first)
    begin, end = sentence.tokens[phrase.last - 1].end, sentence.tokens[last - 1].end
    yield from (m for m in outside if begin <= m.start and m.end <= end)


def _leads(sentence: _Sentence, phrase: _Phrase) -> bool:
    """Whether what the circumstance is of comes after it: "but with the kids I avoid horror"."""
    at = phrase.first
    while at > sentence.first and sentence.norm(at - 1) in _OPENING:
        at -= 1
    if at == sentence.first:
        return True
    if sentence.norm(phrase.first) in INVERTING:
        return False
    opens = at < phrase.first or sentence.stops_before(phrase.first)
    goes_on = sentence.norm(phrase.last) in _FIRST_PERSON | _REFUSING | _GOING_ON | {"my"}
    return opens and goes_on


def _following(
    sentence: _Sentence, phrase: _Phrase, phrases: Sequence[_Phrase], outside: Sequence[Mention]
) -> list[Mention]:
    """What is named up to the next contrast, or the next circumstance that leads."""
    ends = [at for at, contrast in sentence.breaks.items() if contrast and at >= phrase.last]
    ends += [p.first for p in phrases if p.first >= phrase.last and _leads(sentence, p)]
    inside = [at for at in ends if sentence.first <= at < sentence.last]
    last = min(inside, default=sentence.last)
    begin, end = sentence.tokens[phrase.last - 1].end, sentence.tokens[last - 1].end
    return [m for m in outside if begin <= m.start and m.end <= end]


def _alike(mentions: Sequence[Mention], text: str) -> list[Mention]:
    """The last mention and those before it that are said in the same way.

    "I love horror, no gore with the kids" restricts the gore; "no horror, no gore with the kids"
    restricts both.
    """
    found: list[Mention] = []
    for mention in reversed(mentions):
        if found and (
            mention.polarity != found[0].polarity
            or _opinion(mention, text) not in (_opinion(found[0], text), "")
        ):
            break
        found.append(mention)
    return found[::-1]


def _opinion(mention: Mention, text: str) -> str:
    return "" if mention.opinion is None else text[slice(*mention.opinion)].lower()


def _is_inside(mention: Mention, span: tuple[int, int]) -> bool:
    return span[0] <= mention.start and mention.end <= span[1]
