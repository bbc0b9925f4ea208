"""The values of a catalogue per facet: what the vocabulary seam hands to ``interest``.

It knows facets, columns and items; it does not know how words are matched to values.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

from interest.domain import Domain, Facet, FacetKind
from interest.vocabulary import VocabularyEntry
from retrieval.types import Item

__all__ = ["vocabulary_entries"]

Weight = Callable[[str], float]


def vocabulary_entries(
    items: Sequence[Item], domain: Domain, weight: Weight
) -> Iterator[VocabularyEntry]:
    """Every value of every category and entity facet, and every title.

    Args:
        items: The catalogue.
        domain: Names the facets and their columns.
        weight: Prominence of an item by id, not negative.
    """
    for facet in domain.facets:
        if facet.kind is FacetKind.TITLE:
            yield from _titles(items, facet, weight)
        elif facet.kind in (FacetKind.CATEGORY, FacetKind.ENTITY):
            yield from _values(items, facet, weight)


def _titles(items: Sequence[Item], facet: Facet, weight: Weight) -> Iterator[VocabularyEntry]:
    """One entry per label; items that share one are told apart by id, most prominent first."""
    by_label: dict[str, list[Item]] = {}
    for item in items:
        by_label.setdefault(item.label, []).append(item)
    for label, sharing in by_label.items():
        sharing.sort(key=lambda item: -weight(item.item_id))
        yield VocabularyEntry(
            facet=facet.name,
            value=label,
            names=_unique(name for item in sharing for name in _title_names(item, facet)),
            item_ids=tuple(item.item_id for item in sharing),
            weight=sum(weight(item.item_id) for item in sharing),
        )


def _title_names(item: Item, facet: Facet) -> Iterator[str]:
    """The title and the other titles, which stand in the columns of the title facet."""
    yield item.title
    for column in facet.columns:
        yield from item.names(column)


def _values(items: Sequence[Item], facet: Facet, weight: Weight) -> Iterator[VocabularyEntry]:
    """One entry per value whatever its case, spelled as most items spell it."""
    spellings: dict[str, Counter[str]] = {}
    weights: dict[str, float] = {}
    for item in items:
        names = _unique(name for column in facet.columns for name in item.names(column))
        for key in {name.casefold() for name in names}:
            weights[key] = weights.get(key, 0.0) + _share(item, facet, weight)
        for name in names:
            spellings.setdefault(name.casefold(), Counter())[name] += 1
    for key, counts in spellings.items():
        spelling = counts.most_common(1)[0][0]
        yield VocabularyEntry(
            facet=facet.name, value=spelling, names=tuple(counts), weight=weights[key]
        )


def _share(item: Item, facet: Facet, weight: Weight) -> float:
    """What one item adds to a value's weight.

    Categories count items. Of two people with one name the better known is meant, so an item
    adds more for an entity the more people know the item; the logarithm keeps one famous item
    from outweighing a whole career.
    """
    if facet.kind is FacetKind.CATEGORY:
        return 1.0
    return 1.0 + math.log1p(weight(item.item_id))


def _unique(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
