"""Linking: somebody's words for a value become the catalogue's or the domain's own value.

It knows names, years, typing errors and prominence; it does not know the text around the words.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz import fuzz, process

from interest.changed_gazetteer import ChangedGazetteer
from interest.domain import Domain, Facet, FacetKind
from interest.errors import InputError
from interest.gazetteer import Form, Gazetteer, Named
from interest.names import ARTICLES, without_year
from interest.numbers import durations_in, years_in
from interest.ranges import NumberRange
from interest.tokens import keys_of
from interest.vocabulary import Vocabulary

__all__ = ["YEAR_SLACK", "Linked", "Linker", "choose"]

_TYPO_SCORE = 88.0
_SHORTEST_TYPO = 6
#: Years of release differ by country: a year that is one off still names the same item.
YEAR_SLACK = 1
#: A series that is better known by this much than a single item of the same name is meant.
_FAMOUS = 0.2
#: Parts of a series that are so much less known than its best known part do not begin it.
_SERIES_SLACK = 0.12
_ORDER = {Form.ALIAS: 0, Form.FULL: 1, Form.TRIMMED: 2, Form.PART: 3, Form.LAST: 4}


@dataclass(frozen=True, slots=True)
class Linked:
    """What words were linked to.

    Attributes:
        facet: Facet of the values; may be another one than asked for ("horror" is no theme).
        values: Canonical values; several for compounds.
        item_ids: For titles, the items, the likeliest first.
        exact: False where a typing error was mended.
    """

    facet: str
    values: tuple[str, ...]
    item_ids: tuple[str, ...] = ()
    exact: bool = True


def choose(named: Sequence[Named], year: int | None = None) -> Named:
    """The likeliest of several things with one name: by year if there is one, else the best known.

    A full name goes before a part of one; of equals the first in the alphabet is taken, so that
    the choice does not depend on the order of the catalogue.
    """
    if year is not None:
        dated = [n for n in named if n.year is not None and abs(n.year - year) <= YEAR_SLACK]
        if dated:
            return min(dated, key=lambda n: (abs((n.year or 0) - year), *_rank(n)))
    parts = [n for n in named if n.form is Form.PART]
    best = min(named, key=_rank)
    top = max((n.prominence for n in parts), default=0.0)
    if best.form is Form.PART or top > best.prominence + _FAMOUS:
        # A series goes by what its titles begin with: it is entered where it began.
        known = [n for n in parts if n.prominence >= top - _SERIES_SLACK]
        return min(known, key=lambda n: (n.year or 0, *_rank(n)))
    return best


def _rank(named: Named) -> tuple[int, float, str]:
    return (_ORDER[named.form], -named.prominence, named.value)


class Linker:
    """Canonicalises words for a facet; also what language models and people type.

    Args:
        domain: Facets and aliases.
        vocabulary: The catalogue's values.
        gazetteer: The names of both, if they were read already.
    """

    def __init__(
        self, domain: Domain, vocabulary: Vocabulary, gazetteer: Gazetteer | None = None
    ) -> None:
        self.domain = domain
        self.gazetteer = Gazetteer(domain, vocabulary) if gazetteer is None else gazetteer
        self._vocabulary = vocabulary
        self._base: Linker | None = None

    def changed(self, gazetteer: ChangedGazetteer) -> Linker:
        """A linker with a changed gazetteer, which takes over what this one has read."""
        other = Linker(self.domain, self._vocabulary, gazetteer)
        other._base = self
        return other

    def link(self, facet: str, words: str) -> Linked | None:
        """Link words to values of a facet.

        Args:
            facet: Name of a facet of the domain.
            words: What was said; for titles a year in brackets chooses between namesakes.

        Returns:
            The values, or None if the domain and the catalogue know nothing of that name.

        Raises:
            UnknownNameError: There is no such facet.
        """
        spec = self.domain.facet(facet)
        if spec.kind is FacetKind.NUMBER:
            return _number(spec, words)
        plain, year = without_year(words)
        named = [n for n in self.gazetteer.get(plain) if n.facet == facet]
        if named:
            return _linked(choose(named, year), named)
        return self._stripped(spec, plain) or self.mended(facet, plain)

    def _stripped(self, facet: Facet, words: str) -> Linked | None:
        """Once more without article and noun: "the horror movies" → "horror"."""
        nouns = {self.domain.noun, self.domain.nouns, *self.domain.words.get("noun", ())}
        keys = list(keys_of(words))
        trimmed = [*keys]
        while trimmed and trimmed[0] in ARTICLES:
            trimmed.pop(0)
        while trimmed:
            named = [n for n in self.gazetteer.get(" ".join(trimmed)) if n.facet == facet.name]
            if named:
                return _linked(choose(named), named)
            if trimmed[-1] not in nouns or facet.kind is FacetKind.TITLE:
                return None
            trimmed.pop()
        return None

    def mended(self, facet: str, words: str) -> Linked | None:
        """Link words with a typing error; short words are left alone."""
        keys = " ".join(keys_of(words))
        if len(keys) < _SHORTEST_TYPO:
            return None
        candidates = self._near.get(facet, _Near(())).candidates(keys)
        if self._base is not None:  # some of its names may be gone
            candidates = [name for name in candidates if self._names(facet, name)]
        best = process.extractOne(keys, candidates, scorer=fuzz.ratio, score_cutoff=_TYPO_SCORE)
        if best is None:
            return None
        named = self._names(facet, best[0])
        if not named or not _same_numbers(keys, best[0]):
            return None
        found = _linked(choose(named), named)
        return Linked(found.facet, found.values, found.item_ids, exact=False)

    def _names(self, facet: str, words: str) -> list[Named]:
        return [named for named in self.gazetteer.get(words) if named.facet == facet]

    @cached_property
    def _near(self) -> dict[str, _Near]:
        """Names per facet for mending, read on first use."""
        before: dict[str, _Near] = {} if self._base is None else self._base._near
        known = self.gazetteer
        names: dict[str, list[str]] = {facet: [] for facet in before}
        for name, named in known.items() if self._base is None else known.new_items():
            for facet in {n.facet for n in named if n.form in (Form.FULL, Form.ALIAS)}:
                names.setdefault(facet, []).append(name)
        return {facet: _Near(found, before.get(facet)) for facet, found in names.items()}

    def suggest(self, facet: str, prefix: str, n: int = 8) -> tuple[str, ...]:
        """Values whose name begins with what was typed, the best known first.

        Raises:
            UnknownNameError: There is no such facet.
        """
        spec = self.domain.facet(facet)
        start = " ".join(keys_of(prefix))
        scored: dict[str, float] = {}
        for name, value, weight in self._suggestions(spec):
            if start and (name.startswith(start) or f" {start}" in f" {name}"):
                bonus = 1e9 if name.startswith(start) else 0.0
                scored[value] = max(scored.get(value, 0.0), weight + bonus)
        return tuple(sorted(scored, key=lambda value: (-scored[value], value))[:n])

    def _suggestions(self, facet: Facet) -> Iterable[tuple[str, str, float]]:
        for alias, value in facet.aliases.items():
            yield " ".join(keys_of(alias)), self.gazetteer.spelled(facet.name, value), 0.0
        for entry in self.gazetteer.entries.get(facet.name, ()):
            for name in entry.names:
                yield " ".join(keys_of(name)), entry.value, entry.weight


class _Near:
    """Names by first letter and by word, so that only a few are compared."""

    def __init__(self, names: Iterable[str], before: _Near | None = None) -> None:
        self._before = before
        self._by_word: dict[str, list[str]] = {}
        self._by_letter: dict[tuple[str, int], list[str]] = {}
        for name in names:
            words = name.split(" ")
            if len(words) > 1:
                for word in set(words):
                    self._by_word.setdefault(word, []).append(name)
            elif name:
                self._by_letter.setdefault((name[0], len(name)), []).append(name)

    def candidates(self, keys: str) -> list[str]:
        """Names that share a word, or (single words) the first letter and about the length."""
        return [*(self._before.candidates(keys) if self._before else ()), *self._own(keys)]

    def _own(self, keys: str) -> list[str]:
        words = keys.split(" ")
        if len(words) == 1:
            lengths = range(len(keys) - 1, len(keys) + 2)
            return [n for length in lengths for n in self._by_letter.get((keys[0], length), ())]
        rare = sorted((w for w in words if w in self._by_word), key=lambda w: len(self._by_word[w]))
        return [name for word in rare[:2] for name in self._by_word[word]]


def _same_numbers(left: str, right: str) -> bool:
    """ "Rocky 2" is no typing error for "Rocky 3"."""
    return [w for w in left.split() if w.isdigit()] == [w for w in right.split() if w.isdigit()]


def _linked(best: Named, named: Sequence[Named]) -> Linked:
    others = sorted(
        (n for n in named if n.value != best.value and n.form is best.form),
        key=lambda n: (-n.prominence, n.value),
    )
    ids = dict.fromkeys(item for n in (best, *others) for item in n.item_ids)
    return Linked(best.facet, (best.value, *best.also), tuple(ids))


def _number(facet: Facet, words: str) -> Linked | None:
    """A range in its written form, or words for one."""
    try:
        return Linked(facet.name, (str(NumberRange.parse(words)),))
    except InputError:
        spans = list(durations_in(words) if facet.unit == "min" else years_in(words))
    return Linked(facet.name, (str(spans[0].value),)) if spans else None
