"""Comparatives: "older", "shorter than the second", measured against what was shown.

It knows numbers of items; it does not know which facets there are (the domain says which words
compare which of them).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from statistics import median

from agent.references import find_references
from interest.domain import Facet
from interest.extraction import Mention, Relation
from interest.interests import Strictness
from interest.ranges import NumberRange
from retrieval.catalogue import Catalogue

__all__ = ["read_comparatives"]

#: In a longer text such a word mostly compares something else.
_MOST_WORDS = 10


def read_comparatives(text: str, shown: Sequence[str], catalogue: Catalogue) -> list[Mention]:
    """Limits that a text sets by comparing with the last list, or with one item of it.

    Args:
        text: What was said.
        shown: Item ids of the last list; without one nothing is compared.
        catalogue: Holds the numbers.
    """
    if not shown or len(text.split()) > _MOST_WORDS:
        return []
    domain = catalogue.domain
    pointed = [ref.item_id for ref in find_references(text, shown, noun=domain.noun)]
    found: list[Mention] = []
    for word, (facet_name, more) in domain.comparatives.items():
        match = re.search(rf"\b{re.escape(word)}\b", text, re.IGNORECASE)
        value = _bound(domain.facet(facet_name), pointed or shown, catalogue, more=more)
        if match is not None and value is not None:
            found.append(_mention(facet_name, value, match.span()))
    return found


def _bound(
    facet: Facet, item_ids: Sequence[str], catalogue: Catalogue, *, more: bool
) -> NumberRange | None:
    numbers = [
        number
        for item_id in item_ids
        for column in facet.columns
        if (number := catalogue.item(item_id).number(column)) is not None
    ]
    if not numbers:
        return None
    middle = int(median(numbers))
    return NumberRange(low=middle + 1) if more else NumberRange(high=middle - 1)


def _mention(facet: str, value: NumberRange, span: tuple[int, int]) -> Mention:
    return Mention(
        facet=facet,
        value=str(value),
        preference=0.8,
        confidence=0.8,
        strictness=Strictness.HARD,
        start=span[0],
        end=span[1],
        relation=Relation.WISH,
    )
