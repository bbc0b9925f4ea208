"""Sentences from verified values: how Palate says things when no model phrases them.

It knows claims, interests and counts; it does not know where they come from. Every sentence is
made of values that were checked before, so nothing here can be made up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from agent.gate import split_sentences
from agent.turns import Claim, ClaimKind, Recommendation
from interest.domain import Domain, FacetKind
from interest.extraction import Relation
from interest.interests import Interest, InterestKey, condition_in
from interest.ranges import NumberRange
from retrieval.types import Item

__all__ = [
    "join_words",
    "say_explanation",
    "say_interest",
    "say_interests",
    "say_item",
    "say_key",
    "say_learned",
    "say_picks",
    "say_range",
]


def join_words(words: Sequence[str], last: str = "and") -> str:
    """``["a", "b", "c"]`` → ``"a, b and c"``."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def say_explanation(claims: Sequence[Claim], labels: Mapping[str, str], domain: Domain) -> str:
    """Phrase verified claims.

    Args:
        claims: Every one of them resolves.
        labels: Label per item id that claims point to.
        domain: Phrases columns.
    """
    sources = dict.fromkeys(claim.other_item_id for claim in claims if claim.other_item_id)
    sentences = [_about_source(claims, source, labels[source], domain) for source in sources]
    sentences += _about_interests(claims)
    return " ".join(_sentence(text) for text in sentences if text)


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _about_source(claims: Sequence[Claim], source: str, label: str, domain: Domain) -> str:
    """ "Like Alien (1979), which you named (“Alien”): directed by …; 43 people liked both"."""
    related = [claim for claim in claims if claim.other_item_id == source]
    shared = _grouped(related, domain)
    support = [c for c in related if c.kind is ClaimKind.SUPPORT]
    words = [
        c.evidence.quote
        for c in claims
        if c.kind is ClaimKind.WORDS and c.item_id == source and c.evidence is not None
    ]
    parts: list[str] = []
    if shared:
        parts.append(", ".join(shared))
    if support:
        people = "person" if support[0].value == "1" else "people"
        parts.append(f"{support[0].value} {people} liked both")
    said = f" (“{words[0]}”)" if words else ""
    return f"like {label}{said}: {'; '.join(parts)}" if parts else ""


def _grouped(claims: Sequence[Claim], domain: Domain) -> list[str]:
    """One phrase per column: "with A and B" instead of "with A, with B"."""
    values: dict[str, list[str]] = {}
    for claim in claims:
        if claim.column:
            values.setdefault(claim.column, []).append(claim.value)
    return [domain.phrase(column, join_words(names)) for column, names in values.items()]


def _about_interests(claims: Sequence[Claim]) -> Iterable[str]:
    """ "From 1982: you said “nothing before 1980”", one per quote."""
    quotes = {
        claim.interest: claim.evidence.quote
        for claim in claims
        if claim.kind is ClaimKind.WORDS and claim.interest is not None and claim.evidence
    }
    for claim in claims:
        if claim.kind is ClaimKind.ATTRIBUTE and claim.interest in quotes:
            yield f"{claim.text}: you said “{quotes[claim.interest]}”"


def say_range(text: str, unit: str) -> str:
    """A range in words: ``"1980 or later"``, ``"120 min or less"``, ``"1980 to 1989"``."""
    span = NumberRange.parse(text)
    tail = f" {unit}" if unit else ""
    if span.low is not None and span.high is not None:
        same = span.low == span.high
        return f"{span.low:g}{tail}" if same else f"{span.low:g} to {span.high:g}{tail}"
    if span.high is None:
        return f"{span.low:g}{tail} or {'more' if unit else 'later'}"
    return f"{span.high:g}{tail} or {'less' if unit else 'earlier'}"


def say_interest(interest: Interest, domain: Domain) -> str:
    """Name an interest for people: ``"Horror"``, ``"year 1980 or later"``, ``"“cosy”"``."""
    facet = domain.by_name.get(interest.facet)
    tail = f" ({interest.condition})" if interest.condition else ""
    if facet is not None and facet.kind is FacetKind.NUMBER:
        return f"{facet.label.lower()} {say_range(interest.value, facet.unit)}{tail}"
    return (interest.value if interest.linked else f"“{interest.value}”") + tail


def say_key(key: InterestKey) -> str:
    """Name what was an interest by its value and condition: ``"Horror (with the kids)"``."""
    condition = condition_in(key)
    return f"{key[1]} ({condition})" if condition else key[1]


def say_learned(
    interests: Sequence[Interest],
    domain: Domain,
    relations: Mapping[InterestKey, Relation] | None = None,
) -> str:
    """One sentence on what a turn added to the profile; "" if nothing."""
    said = _say_groups(interests, domain, relations)
    return f"Noted: {said}." if said else ""


def say_interests(interests: Sequence[Interest], domain: Domain) -> str:
    """One sentence on interests, by sign and strictness; "" if there are none."""
    said = _say_groups(interests, domain, None)
    return f"{said[:1].upper()}{said[1:]}." if said else ""


def _say_groups(
    interests: Sequence[Interest],
    domain: Domain,
    relations: Mapping[InterestKey, Relation] | None,
) -> str:
    """Interests by how they were said, without a full stop.

    Args:
        interests: What was learned.
        domain: Phrases it.
        relations: How each was said; taste if it is not there.
    """
    how = relations or {}

    def said(i: Interest) -> str:
        return say_interest(i, domain)

    soft = [i for i in interests if not i.is_hard]
    taste = [i for i in soft if how.get(i.key, Relation.TASTE) is Relation.TASTE]
    wish = [i for i in soft if how.get(i.key) is Relation.WISH]
    groups = {
        "starting from": [said(i) for i in soft if how.get(i.key) is Relation.REFERENCE],
        "you like": [said(i) for i in taste if i.polarity > 0],
        "you do not like": [said(i) for i in taste if i.polarity < 0],
        "you want": [said(i) for i in wish if i.polarity > 0],
        "you do not want": [said(i) for i in wish if i.polarity < 0],
        "only": [said(i) for i in interests if i.is_hard and i.polarity > 0],
        "never": [said(i) for i in interests if i.is_hard and i.polarity < 0],
    }
    parts = [f"{lead} {join_words(members)}" for lead, members in groups.items() if members]
    return "; ".join(parts)


def say_picks(picks: Sequence[Recommendation], domain: Domain, *, asked: int) -> str:
    """Introduce a list with the best reason for its first item; the others stand on the cards."""
    if not picks:
        return f"I found no {domain.noun} that fits all of this."
    first = picks[0]
    count = len(picks)
    found = f"Here is one {domain.noun}" if count == 1 else f"Here are {count} {domain.nouns}"
    short = f", all that fit ({asked} were asked for)" if count < asked else ""
    reasons = split_sentences(first.explanation.text)
    reason = f" {reasons[0]}" if reasons else ""
    lead = "It is" if count == 1 else "The first is"
    return f"{found}{short}. {lead} {first.title}.{reason}"


def say_item(item: Item, domain: Domain, columns: Sequence[str] = ()) -> str:
    """What the catalogue says about an item, and what it does not.

    Args:
        item: The item.
        domain: Phrases its columns.
        columns: What was asked for; empty asks for everything that can be phrased.
    """
    wanted = columns or [column for column in domain.phrases if column in item.attributes]
    known = [domain.phrase(c, _shown(item, c)) for c in wanted if c in item.attributes]
    missing = [c for c in wanted if c not in item.attributes]
    sentences: list[str] = []
    if known:
        sentences.append(f"{item.label}: {'; '.join(known)}.")
    if missing:
        sentences.append(f"The catalogue does not know the {join_words(missing)} of {item.label}.")
    if not columns and item.description:
        sentences.append(item.description)
    return " ".join(sentences) or f"The catalogue knows only the title of {item.label}."


_MOST_NAMES = 6


def _shown(item: Item, column: str) -> str:
    number = item.number(column)
    if number is not None:
        return f"{number:g}"
    names = item.names(column)
    more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    return f"{', '.join(names[:_MOST_NAMES])}{more}" if more else join_words(names)
