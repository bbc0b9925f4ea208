"""A gazetteer with changes: the names of an earlier one, some of them gone, and new ones.

It knows how to look into two tables as if they were one; it does not know why names changed. The
earlier gazetteer stays as it is, so that a name costs what it costs itself and not what all cost.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from interest.domain import FacetKind
from interest.gazetteer import (
    Form,
    Gazetteer,
    Named,
    category_names,
    entity_names,
    prominence_top,
    title_names,
)
from interest.phrases import Found, PhraseTable
from interest.tokens import Token, keys_of
from interest.vocabulary import VocabularyChange, VocabularyEntry

__all__ = ["ChangedGazetteer"]


class ChangedGazetteer(Gazetteer):
    """Implements what :class:`Gazetteer` does.

    Args:
        base: The earlier gazetteer.
        change: What is gone and what is new. How well known something is stays measured by the
            best known of the earlier one.
    """

    def __init__(self, base: Gazetteer, change: VocabularyChange) -> None:
        self.domain = base.domain
        self._base = base
        self._gone = change.gone
        new: dict[str, list[VocabularyEntry]] = {}
        for entry in change.entries:
            new.setdefault(entry.facet, []).append(entry)
        gone_facets = {facet for facet, _ in change.gone}
        self.entries = dict(base.entries)
        for facet in gone_facets | new.keys():
            kept = base.entries.get(facet, [])
            if facet in gone_facets:
                kept = [entry for entry in kept if not self._is_gone(entry)]
            self.entries[facet] = [*kept, *new.get(facet, ())]
        self._new = PhraseTable(self._new_names(new))

    def __len__(self) -> int:
        return sum(1 for _ in self.items())

    @property
    def first_names(self) -> frozenset[str]:  # pyright: ignore[reportIncompatibleVariableOverride]
        return self._base.first_names

    def find(self, tokens: Sequence[Token]) -> Iterator[Found[Named]]:
        """See :meth:`Gazetteer.find`."""
        places: dict[tuple[int, int], tuple[Named, ...]] = {}
        for found in self._base.find(tokens):
            kept = self._kept(found.payloads)
            if kept:
                places[found.first, -found.last] = kept
        for found in self._new.find(tokens):
            place = found.first, -found.last
            places[place] = (*places.get(place, ()), *found.payloads)
        for first, last in sorted(places):
            yield Found(first, -last, places[first, last])

    def items(self) -> Iterator[tuple[str, tuple[Named, ...]]]:
        """See :meth:`Gazetteer.items`."""
        new = dict(self.new_items())
        for name, named in self._base.items():
            both = (*self._kept(named), *new.pop(name, ()))
            if both:
                yield name, both
        yield from new.items()

    def new_items(self) -> Iterator[tuple[str, tuple[Named, ...]]]:
        """See :meth:`Gazetteer.new_items`."""
        return self._new.items()

    def get(self, words: str) -> tuple[Named, ...]:
        """See :meth:`Gazetteer.get`."""
        return (*self._kept(self._base.get(words)), *self._new.get(keys_of(words)))

    def _kept(self, named: tuple[Named, ...]) -> tuple[Named, ...]:
        """Without what is gone; a word of the domain stays, whatever the catalogue has."""
        return tuple(n for n in named if n.form is Form.ALIAS or not self._is_gone(n))

    def _is_gone(self, of: Named | VocabularyEntry) -> bool:
        return (of.facet, of.value.casefold()) in self._gone

    def _new_names(
        self, new: dict[str, list[VocabularyEntry]]
    ) -> Iterator[tuple[tuple[str, ...], Named]]:
        for facet in self.domain.facets:
            entries = new.get(facet.name, [])
            if not entries:
                continue
            top = prominence_top((*self._base.entries.get(facet.name, ()), *entries))
            if facet.kind is FacetKind.TITLE:
                yield from title_names(facet.name, entries, top)
                yield from self._series_names(facet.name, entries, top)
            elif facet.kind is FacetKind.ENTITY:
                for keys, named in entity_names(facet.name, entries, top):
                    # A last name alone means who was known by it before.
                    if named.form is not Form.LAST or not self._base.get(" ".join(keys)):
                        yield keys, named
            else:
                yield from category_names(facet.name, facet.aliases, entries)

    def _series_names(
        self, facet: str, entries: Sequence[VocabularyEntry], top: float
    ) -> Iterator[tuple[tuple[str, ...], Named]]:
        """One more of a series of the form "X and the …" goes by what the others begin with."""
        for entry in entries:
            head, joint, _ = entry.names[0].partition(" and the ")
            known = [n for n in self._base.get(head) if n.facet == facet and n.form is Form.PART]
            own = [n for _, n in title_names(facet, [entry], top) if n.form is Form.FULL]
            if joint and known and own:
                yield keys_of(head), _part_of(own[0])


def _part_of(named: Named) -> Named:
    return Named(named.facet, named.value, Form.PART, named.item_ids, named.year, named.prominence)
