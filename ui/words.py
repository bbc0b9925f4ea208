"""Words for people: how strong an interest is, what a verdict means, what a stage is doing.

Shared by the page and the command line, so that both say the same. It knows values and how to
say them; it does not know HTML, terminals, or any particular domain.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from agent.phrasing import say_range
from interest.domain import Domain, Facet, FacetKind
from interest.errors import InputError, PalateError
from interest.evidence import Evidence, Source
from interest.interests import NEUTRAL_BELOW, Interest
from interest.profile import ReactionKind
from retrieval.types import Item, LedgerEntry, Part, Verdict

__all__ = [
    "PART_WORDS",
    "REACTION_WORDS",
    "STRENGTHS",
    "VERDICT_SYMBOLS",
    "VERDICT_WORDS",
    "Fact",
    "counted",
    "day_words",
    "error_words",
    "evidence_words",
    "facet_label",
    "facts",
    "nearest_strength",
    "stage_words",
    "stance_words",
    "strength_words",
    "value_words",
    "verdict_sentence",
]

#: The strengths that people choose from in an editor, strongest first, and what each stands for.
STRENGTHS: Mapping[str, float] = {
    "Love": 0.9,
    "Like": 0.6,
    "Lean towards": 0.25,
    "Neither": 0.0,
    "Lean away from": -0.25,
    "Dislike": -0.6,
    "Hate": -0.9,
}

VERDICT_WORDS: Mapping[Verdict, str] = {
    Verdict.MET: "met",
    Verdict.VIOLATED: "violated",
    Verdict.UNKNOWN: "unknown",
}

VERDICT_SYMBOLS: Mapping[Verdict, str] = {
    Verdict.MET: "✓",
    Verdict.VIOLATED: "✗",
    Verdict.UNKNOWN: "?",
}

PART_WORDS: Mapping[Part, str] = {
    Part.SEMANTIC: "Close in meaning to what you said and liked",
    Part.COLLABORATIVE: "Liked by people who like the same",
    Part.PROFILE: "Has what your taste asks for",
    Part.POPULARITY: "Well known",
    Part.AVERSION: "Close to what you dislike",
}

REACTION_WORDS: Mapping[ReactionKind, str] = {
    ReactionKind.LIKED: "Liked",
    ReactionKind.DISLIKED: "Disliked",
    ReactionKind.SEEN: "Seen",
    ReactionKind.REJECTED: "Not interested",
}

_SOURCE_WORDS: Mapping[Source, str] = {
    Source.CHAT: "you said",
    Source.REVIEW: "from a review",
    Source.RATING: "from a rating",
    Source.FEEDBACK: "from a button",
    Source.EDIT: "edited by you",
}

#: More names than these make a line that nobody reads.
_NAMES_PER_COLUMN = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Fact:
    """What the catalogue says about an item in one column.

    Attributes:
        column: Which column.
        kind: Kind of the facet that the column belongs to.
        main: Whether it is the facet's first column, worth a place where there is little.
        words: For people, at most three names.
        phrase: The same in the words of the domain, for standing alone.
    """

    column: str
    kind: FacetKind
    main: bool
    words: str
    phrase: str


def nearest_strength(preference: float) -> str:
    """The choice of :data:`STRENGTHS` that is nearest to a preference."""
    if abs(preference) < NEUTRAL_BELOW:
        return "Neither"
    choices = {word: value for word, value in STRENGTHS.items() if value * preference > 0}
    return min(choices, key=lambda word: abs(choices[word] - preference))


def strength_words(interest: Interest) -> str:
    """Sign and strength of an interest: ``"Only"``, ``"Never"``, ``"Love"`` … ``"Hate"``."""
    if interest.is_hard and interest.polarity != 0:
        return "Only" if interest.polarity > 0 else "Never"
    return nearest_strength(interest.preference)


def stance_words(interest: Interest) -> str:
    """Sign and strength, and under what alone they hold: ``"Never, with the kids"``."""
    words = strength_words(interest)
    return f"{words}, {interest.condition}" if interest.condition else words


def value_words(domain: Domain, facet: str, value: str) -> str:
    """The value of an interest for people."""
    found = domain.by_name.get(facet)
    if found is None or found.kind is not FacetKind.NUMBER:
        return value
    try:
        return say_range(value, found.unit)
    except InputError:  # kept in the user's own words
        return value


def facet_label(domain: Domain, facet: str) -> str:
    """What people call a facet; facets that the domain does not have keep their name."""
    found = domain.by_name.get(facet)
    return facet if found is None else found.label


def verdict_sentence(domain: Domain, entry: LedgerEntry) -> str:
    """What was asked for, and what the item has there, in one short line."""
    interest = entry.interest
    label = facet_label(domain, interest.facet)
    asked = value_words(domain, interest.facet, interest.value)
    wanted = f"no {asked}" if interest.polarity < 0 else asked
    line = f"{label}: {wanted}"
    if interest.condition:
        line += f", {interest.condition}"
    if entry.verdict is Verdict.UNKNOWN:
        return f"{line} (the catalogue cannot tell)"
    facet = domain.by_name.get(interest.facet)
    numeric = facet is not None and facet.kind is FacetKind.NUMBER
    missed = entry.verdict is Verdict.VIOLATED and interest.polarity > 0
    # "no Horror, violated" says already what the item has.
    return f"{line} ({entry.value})" if entry.value and (numeric or missed) else line


def evidence_words(evidence: Evidence) -> str:
    """Where a quote comes from, for people: ``"you said, 3 May 2026"``."""
    return f"{_SOURCE_WORDS[evidence.source]}, {day_words(evidence)}"


def counted(number: int, noun: str) -> str:
    """A number with its noun, for nouns that take an s: ``"1 text"``, ``"2 texts"``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def day_words(evidence: Evidence) -> str:
    """When something was said: ``"3 May 2026"``."""
    return f"{evidence.observed_at.day} {evidence.observed_at:%b %Y}"


def facts(item: Item, domain: Domain) -> tuple[Fact, ...]:
    """What the catalogue knows of an item, in the domain's order; what it does not know is absent.

    The year is part of the item's label and is not repeated.
    """
    found: list[Fact] = []
    for facet in domain.facets:
        for place, column in enumerate(facet.columns):
            words = _column_words(item, facet, column)
            if words and column != "year":
                named = facet.kind is FacetKind.ENTITY
                found.append(
                    Fact(
                        column=column,
                        kind=facet.kind,
                        main=not place,
                        words=words,
                        phrase=domain.phrase(column, words) if named else words,
                    )
                )
    return tuple(found)


def _column_words(item: Item, facet: Facet, column: str) -> str:
    number = item.number(column)
    if number is not None:
        return f"{_number(number)} {facet.unit}".strip()
    names = item.names(column)
    if not names:
        return ""
    more = " …" if len(names) > _NAMES_PER_COLUMN else ""
    return ", ".join(names[:_NAMES_PER_COLUMN]) + more


def stage_words(stage: str) -> str:
    """What a stage of a turn is called while it runs: ``"Searching…"``."""
    return f"{stage[:1].upper()}{stage[1:]}…"


def error_words(error: PalateError) -> str:
    """The problem and what to do about it, in one line."""
    return " ".join(f"{error.problem} {error.remedy}".split())


def _number(number: float | None) -> str:
    if number is None:
        return ""
    return str(int(number)) if number == int(number) else f"{number:g}"
