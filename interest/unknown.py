"""Unknown names: capitalised words that name something which the catalogue does not have.

It knows capitals, first names and cue words; it does not judge. What it finds stays in the user's
words, so that the product can say "that is not in the catalogue", unless it is a typing error for
something that is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from interest.domain import FacetKind
from interest.linking import Linker
from interest.naming import FUNCTION_WORDS, Namer, Naming, common_words
from interest.surface import Surface

__all__ = ["UnknownNamer"]

_LONGEST = 8
_PERSON_WORDS = (2, 3)
#: So many capitalised everyday words in a row are a name.
_SURE_LENGTH = 3
_JOINING = frozenset({"and", "or", "in", "on", "with", "like", "from", "to", "by", "for", "at"})
_KNOWN_SCORE, _MENDED_SCORE = 2.0, 2.4


class UnknownNamer:
    """Finds names that the gazetteer does not know.

    Args:
        namer: Its word lists say which capitals mean nothing and which words announce names.
        linker: Mends typing errors.
    """

    def __init__(self, namer: Namer, linker: Linker) -> None:
        self._namer = namer
        self._linker = linker
        kinds = namer.domain.of_kind(FacetKind.TITLE)
        self._title = kinds[0].name if kinds else ""
        kinds = namer.domain.of_kind(FacetKind.ENTITY)
        self._person = kinds[0].name if kinds else ""

    def extend(self, surface: Surface, known: Sequence[Naming]) -> list[Naming]:
        """The known namings, together with or replaced by longer unknown ones."""
        if not self._title:
            return list(known)
        found = list(self._dated(surface, known))
        if surface.cased:
            free = [n for n in known if not _overlaps(n, found)]
            taken = {i for n in found for i in range(n.first, n.last)}
            for run in self._runs(surface, free):
                for first, last in _split(surface, *run, free):
                    if not taken.intersection(range(first, last)):
                        found.extend(self._name(surface, first, last, free))
        taken = {i for naming in found for i in range(naming.first, naming.last)}
        kept = [n for n in known if not taken.intersection(range(n.first, n.last))]
        return sorted([*kept, *found], key=lambda naming: naming.first)

    def _dated(self, surface: Surface, known: Sequence[Naming]) -> Iterator[Naming]:
        """Capitalised words before a year in brackets, whatever they are: "Get Out (2017)"."""
        ends = {naming.last for naming in known}
        for last in range(1, len(surface.tokens) + 1):
            year = surface.year_after(last)
            if year is None or last in ends:
                continue
            first = surface.capital_run_back(last, _LONGEST)
            if first < last:
                words = surface.words(first, last)
                yield Naming(
                    first,
                    last,
                    self._title,
                    _value(words, True, year),
                    FacetKind.TITLE,
                    _MENDED_SCORE,
                    linked=False,
                )

    def _runs(self, surface: Surface, known: Sequence[Naming]) -> Iterator[tuple[int, int]]:
        """Runs of capitalised words; names known to be something else end them."""
        blocked = {
            i for n in known if n.kind is not FacetKind.TITLE for i in range(n.first, n.last)
        }
        index = 0
        while index < len(surface.tokens):
            last = surface.capital_run(index, _LONGEST, blocked)
            if last > index:
                yield index, last
            index = max(last, index + 1)

    def _name(
        self, surface: Surface, first: int, last: int, known: Sequence[Naming]
    ) -> Iterator[Naming]:
        nouns = self._namer.words("noun")
        while last > first and surface.tokens[last - 1].norm in nouns:
            last -= 1
        if first >= last or any(n.first <= first and last <= n.last for n in known):
            return
        facet = self._facet(surface, first, last)
        words = surface.text[surface.tokens[first].start : surface.tokens[last - 1].end]
        linked = self._linker.mended(facet, words)
        if linked is not None:
            yield Naming(
                first,
                last,
                facet,
                linked.values[0],
                self._namer.domain.facet(facet).kind,
                _MENDED_SCORE,
                item_ids=linked.item_ids,
            )
        elif self._is_clear(surface, first, last, facet):
            yield Naming(
                first,
                last,
                facet,
                _value(words, facet == self._title, surface.year_after(last)),
                self._namer.domain.facet(facet).kind,
                _KNOWN_SCORE,
                linked=False,
            )

    def _facet(self, surface: Surface, first: int, last: int) -> str:
        """People have two or three words, a common first name or an announcing word."""
        if not self._person or last - first not in _PERSON_WORDS:
            return self._title
        norms = [token.norm for token in surface.tokens[first:last]]
        if norms[0] in common_words():
            return self._title
        named = norms[0] in self._namer.gazetteer.first_names and norms[-1] not in common_words()
        announced = surface.cue_before(first, self._namer.words("person_cue"))
        return self._person if named or announced else self._title

    def _is_clear(self, surface: Surface, first: int, last: int, facet: str) -> bool:
        """Whether enough speaks for a name that nobody knows."""
        if facet == self._person:
            return True
        norms = [token.norm for token in surface.tokens[first:last]]
        if all(norm in FUNCTION_WORDS for norm in norms):
            return False
        rare = any(norm not in common_words() and not norm.isdigit() for norm in norms)
        if not rare and last - first < _SURE_LENGTH:
            return surface.quoted(first, last)
        return (
            surface.quoted(first, last)
            or surface.cue_before(first, self._namer.words("title_cue"))
            or surface.year_after(last) is not None
            or (last - first > 1)
        )


def _value(words: str, is_title: bool, year: int | None) -> str:
    """The user's words; a title keeps the year in brackets that tells it from its namesakes."""
    return f"{words} ({year})" if is_title and year is not None else words


def _overlaps(naming: Naming, others: Sequence[Naming]) -> bool:
    return any(naming.first < other.last and other.first < naming.last for other in others)


def _split(
    surface: Surface, first: int, last: int, known: Sequence[Naming]
) -> Iterator[tuple[int, int]]:
    """A run is cut at joining words beside a known name: "Alien and Blade Runner" are two."""
    starts = {naming.first for naming in known}
    ends = {naming.last for naming in known}
    begin = first
    for index in range(first, last):
        joins = surface.tokens[index].norm in _JOINING
        if joins and (index + 1 in starts or index in ends):
            if begin < index:
                yield begin, index
            begin = index + 1
    if begin < last:
        yield begin, last
