"""Grounding: what somebody claims to have read in a text is found there, or dropped.

It knows texts, quotes and the linker; it does not know who claims. Used for the answers of
language models: no interest without words of the person that show it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rapidfuzz import fuzz

from interest.domain import Domain, FacetKind
from interest.errors import InputError
from interest.extraction import Mention, Relation
from interest.interests import Strictness
from interest.linking import Linked, Linker
from interest.ranges import NumberRange

__all__ = ["Claim", "Dropped", "Grounder", "locate"]

#: How alike a name and the words that are said to name it must be at least (0 to 100).
_NAME_LIKENESS = 60.0
_QUOTE_MARKS, _ANY_QUOTE_MARK = re.compile("['’‘]"), "['’‘]"
_LINKED_CONFIDENCE, _UNLINKED_CONFIDENCE = 0.9, 0.6


@dataclass(frozen=True, slots=True)
class Claim:
    """An interest as somebody claims to have read it; nothing in it is trusted."""

    quote: str
    facet: str
    value: str
    preference: float
    strictness: Strictness
    relation: Relation
    opinion: str = ""


@dataclass(frozen=True, slots=True)
class Dropped:
    """A claim that was not kept, and why: ``quote`` (not in the text), ``facet`` or ``value``."""

    claim: Claim
    reason: str


def locate(
    quote: str, text: str, taken: frozenset[tuple[int, int]] = frozenset()
) -> tuple[int, int] | None:
    """Where the quote stands in the text: exactly, else but for case, spaces and quote marks.

    Args:
        quote: The words.
        text: The text.
        taken: Spans that other claims already point at; another place is taken if there is one.

    Returns:
        Offsets of the words as the text has them, or None.
    """
    words = quote.split()
    if not words:
        return None
    loose = r"\s+".join(_QUOTE_MARKS.sub(_ANY_QUOTE_MARK, re.escape(word)) for word in words)
    spans = [m.span() for m in re.finditer(re.escape(quote), text)]
    spans = spans or [m.span() for m in re.finditer(loose, text, re.IGNORECASE)]
    free = [span for span in spans if span not in taken and span[1] > span[0]]
    return (free or spans or [None])[0]


def _nearest(opinion: str, text: str, span: tuple[int, int]) -> tuple[int, int] | None:
    """The place of an opinion that is nearest to its value; None if its words are not there."""
    words = opinion.strip()
    places = [m.span() for m in re.finditer(re.escape(words), text)] if words else []
    return min(places, key=lambda place: abs(place[0] - span[0])) if places else locate(words, text)


class Grounder:
    """Turns claims into mentions whose span, facet and value hold.

    Args:
        domain: The facets there are.
        linker: Canonicalises values.
    """

    def __init__(self, domain: Domain, linker: Linker) -> None:
        self._domain = domain
        self._linker = linker

    def ground(self, text: str, claims: list[Claim]) -> tuple[list[Mention], list[Dropped]]:
        """Keep what holds in the text; mentions come by start offset."""
        kept: list[Mention] = []
        dropped: list[Dropped] = []
        taken: set[tuple[int, int]] = set()
        for claim in claims:
            span = locate(claim.quote, text, frozenset(taken))
            if claim.facet not in self._domain.by_name:
                dropped.append(Dropped(claim, "facet"))
            elif span is None:
                dropped.append(Dropped(claim, "quote"))
            else:
                found = self._mentions(claim, text, span)
                taken.add(span)
                kept.extend(found)
                if not found:
                    dropped.append(Dropped(claim, "value"))
        return sorted(kept, key=lambda m: (m.start, m.end, m.facet, m.value)), dropped

    def _mentions(self, claim: Claim, text: str, span: tuple[int, int]) -> list[Mention]:
        words = text[span[0] : span[1]]
        linked = self._link(claim, words)
        kind = self._domain.facet(claim.facet).kind
        if linked is None and kind is FacetKind.NUMBER:
            return []
        values = linked.values if linked is not None else (words,)
        if linked is not None and claim.preference < 0:
            # Who dislikes a compound dislikes none of its parts.
            values = values[:1] if len(values) == 1 else (words,)
        is_linked = linked is not None and values == linked.values
        return [
            Mention(
                facet=linked.facet if linked is not None else claim.facet,
                value=value,
                preference=max(-1.0, min(1.0, claim.preference)),
                confidence=_LINKED_CONFIDENCE if is_linked else _UNLINKED_CONFIDENCE,
                strictness=claim.strictness,
                start=span[0],
                end=span[1],
                linked=is_linked,
                item_ids=linked.item_ids if linked is not None else (),
                opinion=_nearest(claim.opinion, text, span),
                relation=claim.relation,
            )
            for value in values
        ]

    def _link(self, claim: Claim, words: str) -> Linked | None:
        """By the person's words first; by the claimed value where the words allow it."""
        kind = self._domain.facet(claim.facet).kind
        if kind is FacetKind.NUMBER:
            return _number(claim) or self._linker.link(claim.facet, words)
        if kind is FacetKind.ASPECT:
            return None
        named = kind in (FacetKind.TITLE, FacetKind.ENTITY)
        if named and fuzz.partial_ratio(claim.value.lower(), words.lower()) < _NAME_LIKENESS:
            return self._linker.link(claim.facet, words)
        by_value = self._linker.link(claim.facet, claim.value)
        return by_value or self._linker.link(claim.facet, words)


def _number(claim: Claim) -> Linked | None:
    try:
        return Linked(claim.facet, (str(NumberRange.parse(claim.value)),))
    except InputError:
        return None
