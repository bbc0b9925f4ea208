"""The gazetteer: every name of a domain and a catalogue, found in running text.

It knows which words can name which value; it does not know whether they do so here (see
:mod:`interest.naming`), nor how anybody feels about it.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

from interest.domain import Domain, FacetKind
from interest.names import (
    ARTICLES,
    last_name,
    plurals,
    subtitle_split,
    title_forms,
    without_article,
    without_year,
)
from interest.phrases import Found, PhraseTable
from interest.tokens import Token, keys_of
from interest.vocabulary import Vocabulary, VocabularyEntry

__all__ = [
    "Form",
    "Gazetteer",
    "Named",
    "category_names",
    "entity_names",
    "prominence_top",
    "title_names",
]

#: People below this rank of prominence are not meant by their last name alone.
_LAST_NAME_RANK = 4000
#: A first word that so many people share is a first name.
_FIRST_NAME = 12
#: So many titles that begin alike are a series.
_SERIES = 3


class Form(StrEnum):
    """How a name stands for its value."""

    FULL = "full"  #: the name itself, or another way of writing it
    TRIMMED = "trimmed"  #: a title without its article
    PART = "part"  #: a title without its first or second half
    LAST = "last"  #: a last name
    ALIAS = "alias"  #: a word of the domain file


@dataclass(frozen=True, slots=True)
class Named:
    """What a name can stand for.

    Attributes:
        facet: Facet of the value.
        value: Canonical value.
        form: How the name stands for it.
        item_ids: For titles, the items, the likeliest first.
        year: For titles, the year in the label, or None.
        prominence: In [0, 1] within its facet; 1 is the best known.
        also: Further values that the name means at the same time ("romcom").
    """

    facet: str
    value: str
    form: Form
    item_ids: tuple[str, ...] = ()
    year: int | None = None
    prominence: float = 0.0
    also: tuple[str, ...] = ()


class Gazetteer:
    """The names of a domain's values and of a catalogue's, in one table.

    Args:
        domain: Brings facets, aliases and compounds.
        vocabulary: Brings titles, people and the catalogue's own category values.
    """

    def __init__(self, domain: Domain, vocabulary: Vocabulary) -> None:
        self.domain = domain
        self.entries: dict[str, list[VocabularyEntry]] = {}
        for entry in vocabulary.entries():
            self.entries.setdefault(entry.facet, []).append(entry)
        self._table = PhraseTable(self._names())

    def __len__(self) -> int:
        return len(self._table)

    def find(self, tokens: Sequence[Token]) -> Iterator[Found[Named]]:
        """Every name in the tokens, overlapping ones too."""
        return self._table.find(tokens)

    def items(self) -> Iterator[tuple[str, tuple[Named, ...]]]:
        """Every name in compared form, with what it can stand for."""
        return self._table.items()

    def new_items(self) -> Iterator[tuple[str, tuple[Named, ...]]]:
        """Those names of it that an earlier one did not have: all, where there was none."""
        return self.items()

    def get(self, words: str) -> tuple[Named, ...]:
        """What exactly these words can stand for."""
        return self._table.get(keys_of(words))

    @cached_property
    def first_names(self) -> frozenset[str]:
        """First names that are common among the catalogue's people."""
        people = [
            entry
            for facet in self.domain.of_kind(FacetKind.ENTITY)
            for entry in self.entries.get(facet.name, ())
        ]
        return common_first_names(keys_of(entry.value) for entry in people)

    @cached_property
    def canonical(self) -> Mapping[tuple[str, str], str]:
        """(facet, case-folded canonical value of the domain) → the catalogue's spelling of it."""
        spelled: dict[tuple[str, str], str] = {}
        for facet in self.domain.of_kind(FacetKind.CATEGORY):
            for entry in self.entries.get(facet.name, ()):
                for name in (entry.value, *entry.names):
                    ours = facet.aliases.get(name.lower())
                    if ours is not None:
                        spelled.setdefault((facet.name, ours.casefold()), entry.value)
        return spelled

    def spelled(self, facet: str, value: str) -> str:
        """A canonical value of the domain as the catalogue spells it."""
        return self.canonical.get((facet, value.casefold()), value)

    def _names(self) -> Iterator[tuple[tuple[str, ...], Named]]:
        for facet in self.domain.facets:
            entries = self.entries.get(facet.name, [])
            if facet.kind is FacetKind.TITLE:
                yield from title_names(facet.name, entries, prominence_top(entries))
            elif facet.kind is FacetKind.ENTITY:
                yield from entity_names(facet.name, entries, prominence_top(entries))
                yield from self._alias_names(facet.name, facet.aliases)
            elif facet.kind in (FacetKind.CATEGORY, FacetKind.OPEN):
                yield from self._alias_names(facet.name, facet.aliases)
                yield from self._compound_names(facet.name, facet.compounds)
                yield from category_names(facet.name, facet.aliases, entries)

    def _alias_names(
        self, facet: str, aliases: Mapping[str, str]
    ) -> Iterator[tuple[tuple[str, ...], Named]]:
        seen: set[tuple[str, ...]] = set()
        for alias, value in aliases.items():
            named = Named(facet, self.spelled(facet, value), Form.ALIAS, prominence=1.0)
            for keys in plurals(keys_of(alias)):
                if keys not in seen:
                    seen.add(keys)
                    yield keys, named

    def _compound_names(
        self, facet: str, compounds: Mapping[str, tuple[str, ...]]
    ) -> Iterator[tuple[tuple[str, ...], Named]]:
        for words, values in compounds.items():
            first, *others = (self.spelled(facet, value) for value in values)
            yield (
                keys_of(words),
                Named(facet, first, Form.ALIAS, prominence=1.0, also=tuple(others)),
            )


def category_names(
    facet: str, aliases: Mapping[str, str], entries: Iterable[VocabularyEntry]
) -> Iterator[tuple[tuple[str, ...], Named]]:
    """The catalogue's own values, where the domain file does not know them already."""
    for entry in entries:
        for name in entry.names:
            if name.lower() not in aliases:
                yield keys_of(name), Named(facet, entry.value, Form.FULL, prominence=0.5)


def prominence_top(entries: Iterable[VocabularyEntry]) -> float:
    """The logarithmic weight of the best known, which all others are measured by."""
    return math.log1p(max((entry.weight for entry in entries), default=0.0)) or 1.0


def title_names(
    facet: str, entries: Sequence[VocabularyEntry], top: float
) -> Iterator[tuple[tuple[str, ...], Named]]:
    """Full titles, titles without subtitle, subtitles; series by what several begin with."""
    parts: dict[tuple[str, ...], list[Named]] = {}
    for entry in entries:
        year = without_year(entry.value)[1]
        prominence = math.log1p(entry.weight) / top
        full = Named(facet, entry.value, Form.FULL, entry.item_ids, year, prominence)
        trimmed = replace(full, form=Form.TRIMMED)
        part = Named(facet, entry.value, Form.PART, entry.item_ids, year, prominence)
        for name in entry.names:
            for keys in title_forms(name):
                yield keys, full
                bare = without_article(keys)
                if bare is not None:
                    yield bare, trimmed
            for keys in _part_forms(name):
                parts.setdefault(keys, []).append(part)
    for keys, named in parts.items():
        for part in dict.fromkeys(named):
            yield keys, part
    yield from _series_names(facet, entries, top)


def _series_names(
    facet: str, entries: Sequence[VocabularyEntry], top: float
) -> Iterator[tuple[tuple[str, ...], Named]]:
    """What several titles of the form "X and the …" begin with."""
    heads: dict[tuple[str, ...], list[VocabularyEntry]] = {}
    for entry in entries:
        head, joint, _ = entry.names[0].partition(" and the ")
        if joint and ":" not in head:
            heads.setdefault(keys_of(head), []).append(entry)
    for keys, members in heads.items():
        if len(members) >= _SERIES and len(keys) > 1:
            for entry in members:
                year, prominence = without_year(entry.value)[1], math.log1p(entry.weight) / top
                named = Named(facet, entry.value, Form.PART, entry.item_ids, year, prominence)
                yield keys, named


def _part_forms(title: str) -> Iterator[tuple[str, ...]]:
    head, tail = subtitle_split(title)
    if not tail:
        return
    for half in (head, tail):
        for keys in title_forms(half):
            bare = without_article(keys)
            for form in (keys,) if bare is None else (keys, bare):
                # One short word is too little: "M: The Story", "3: Rise".
                if len(form) > 1 or (form and len(form[0]) > 3):
                    yield form
    yield from _part_forms(tail)


def common_first_names(names: Iterable[tuple[str, ...]]) -> frozenset[str]:
    """First words that several people share: alone they name nobody."""
    counts = Counter(keys[0] for keys in names if len(keys) > 1)
    return frozenset(name for name, count in counts.items() if count >= _FIRST_NAME)


def entity_names(
    facet: str, entries: Sequence[VocabularyEntry], top: float
) -> Iterator[tuple[tuple[str, ...], Named]]:
    """Full names, and the last names of the best known."""
    keyed = {entry.value: keys_of(entry.value) for entry in entries}
    first_names = common_first_names(keyed.values())
    ranked = sorted(entries, key=lambda entry: (-entry.weight, entry.value))
    taken: set[str] = set()
    for rank, entry in enumerate(ranked):
        named = Named(facet, entry.value, Form.FULL, prominence=math.log1p(entry.weight) / top)
        for name in entry.names:
            for keys in _person_forms(name, keyed.get(name)):
                yield keys, named
        last = last_name(entry.value) if rank < _LAST_NAME_RANK else None
        if last is not None and last not in taken:
            taken.add(last)
            if last not in first_names and last not in ARTICLES:
                yield (last,), replace(named, form=Form.LAST)


def _person_forms(name: str, keys: tuple[str, ...] | None) -> Iterator[tuple[str, ...]]:
    """A name, and the name without the full stops of its initials."""
    keys = keys_of(name) if keys is None else keys
    # A single short word ("Jr.", "Li") is in too many texts to be a name by itself.
    if len(keys) > 1 or (keys and len(keys[0]) > 3):
        yield keys
    if "." in name:
        joined = keys_of(name.replace(". ", " ").replace(".", ""))
        if joined != keys and len(joined) > 1:
            yield joined
