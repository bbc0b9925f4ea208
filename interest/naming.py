"""Naming: which words of a text really name something, and what.

It knows the gazetteer's hits and the evidence around them (capitals, quotes, years, cue words);
it does not know how anybody feels about what is named. Titles made of everyday words ("Up",
"The Other") need evidence; a capitalised name that no catalogue has is kept in the user's words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources

from interest.domain import Domain, FacetKind
from interest.gazetteer import Form, Gazetteer, Named
from interest.linking import choose
from interest.surface import Surface
from interest.tokens import Token, fold

__all__ = ["Namer", "Naming", "common_words"]

_ACCEPT = 2.0


@lru_cache(maxsize=1)
def common_words() -> frozenset[str]:
    """Everyday English words, which say little when they are also a title."""
    path = resources.files("interest") / "lexicons" / "common.en.txt"
    return frozenset(path.read_text(encoding="utf-8").split())


@dataclass(frozen=True, slots=True)
class Naming:
    """Something that a text names: tokens ``[first, last)``.

    Attributes:
        first: First token.
        last: The token after it.
        facet: Facet of what is named.
        value: Canonical value, or the words themselves if ``linked`` is False.
        kind: Kind of the facet.
        score: How much speaks for it; larger is surer.
        also: Further values of the same words.
        item_ids: For titles.
        linked: Whether the value is the catalogue's or the domain's own.
    """

    first: int
    last: int
    facet: str
    value: str
    kind: FacetKind
    score: float
    also: tuple[str, ...] = ()
    item_ids: tuple[str, ...] = ()
    linked: bool = True


@dataclass(frozen=True)
class Namer:
    """Finds what a text names.

    Args:
        domain: Facets and cue words.
        gazetteer: The names.
        unknown: Whether capitalised names that nobody knows are kept too.
    """

    domain: Domain
    gazetteer: Gazetteer
    unknown: bool = True
    _words: dict[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])

    def words(self, name: str) -> frozenset[str]:
        """A word list of the domain in compared form."""
        if name not in self._words:
            self._words[name] = frozenset(
                " ".join(fold(part) for part in word.split())
                for word in self.domain.words.get(name, ())
            )
        return self._words[name]

    def names(self, text: str, tokens: Sequence[Token], asked: str = "") -> list[Naming]:
        """What the text names, in order, without overlaps.

        Args:
            text: The text.
            tokens: Its tokens.
            asked: The question it answers; a bare answer needs less evidence.
        """
        surface = Surface(text, tokens, frozenset(self.words("not_a_name")))
        candidates = list(self._candidates(surface, asked))
        kept = _without_overlaps(candidates)
        return sorted(kept, key=lambda naming: naming.first)

    def _candidates(self, surface: Surface, asked: str) -> Iterator[Naming]:
        for found in self.gazetteer.find(surface.tokens):
            by_facet: dict[str, list[Named]] = {}
            for named in found.payloads:
                by_facet.setdefault(named.facet, []).append(named)
            for facet, named in by_facet.items():
                naming = self._weigh(surface, found.first, found.last, facet, named, asked)
                if naming is not None:
                    yield naming

    def _weigh(
        self,
        surface: Surface,
        first: int,
        last: int,
        facet: str,
        named: Sequence[Named],
        asked: str,
    ) -> Naming | None:
        kind = self.domain.facet(facet).kind
        if not surface.whole_word(first, last):
            return None
        year = surface.year_after(last)
        best = choose(named, year)
        if kind is FacetKind.TITLE:
            score = self._title_score(surface, first, last, best, year, asked)
        elif kind is FacetKind.ENTITY:
            score = self._entity_score(surface, first, last, best)
        else:
            score = self._word_score(surface, first, last, asked)
        if score < _ACCEPT:
            return None
        others = [n for n in named if n.value != best.value and n.form is best.form]
        ids = dict.fromkeys(
            i for n in (best, *sorted(others, key=lambda n: -n.prominence)) for i in n.item_ids
        )
        return Naming(first, last, facet, best.value, kind, score, best.also, tuple(ids))

    def _title_score(
        self, surface: Surface, first: int, last: int, named: Named, year: int | None, asked: str
    ) -> float:
        """Evidence that these words are a title; at least ``_ACCEPT`` accepts."""
        norms = [token.norm for token in surface.tokens[first:last]]
        rare = sum(norm not in common_words() and not norm.isdigit() for norm in norms)
        length = last - first
        score = named.prominence + 0.3 * min(length - 1, 4)
        score += 0.7 * min(rare, 2) if rare else -0.6
        score += surface.case_evidence(first, last)
        score += 1.0 * surface.cue_before(first, self.words("title_cue"))
        score += 0.4 * surface.noun_beside(first, last, self.words("noun"))
        score += 2.0 * surface.quoted(first, last)
        score += 3.0 * (year is not None and named.year is not None and abs(named.year - year) <= 1)
        score += 1.5 * (bool(asked) and surface.is_whole(first, last))
        if named.form is Form.PART:
            score -= 0.7
        if length == 1:
            score -= 0.5
            if len(norms[0]) < 3 or norms[0].isdigit():
                score -= 1.0
        return score

    def _entity_score(self, surface: Surface, first: int, last: int, named: Named) -> float:
        norms = [token.norm for token in surface.tokens[first:last]]
        common = all(norm in common_words() for norm in norms)
        cased = surface.capitalised(first, last)
        score = 1.2 + named.prominence
        if named.form is Form.LAST:
            score -= 0.6
            if surface.capital_beside(first, last):
                score -= 2.0
        if surface.cased:
            score += 1.0 if cased else -1.5
        if common:
            score -= 1.5
        score += 0.8 * surface.cue_before(first, self.words("person_cue"))
        score += 0.5 * (last - first > 1)
        return score

    def _word_score(self, surface: Surface, first: int, last: int, asked: str) -> float:
        words = " ".join(token.norm for token in surface.tokens[first:last])
        score = 2.5 + 0.3 * (last - first)
        if words not in self.words("weak"):
            return score
        beside = surface.noun_after(last, self.words("noun"))
        cue = surface.cue_before(first, self.words("word_cue"))
        listed = bool(asked) and len(surface.tokens) <= 6
        return score if beside or cue or listed else 0.0


def _without_overlaps(candidates: Iterable[Naming]) -> list[Naming]:
    """Keep the best of what overlaps: the longer, then the surer."""
    order = sorted(candidates, key=lambda n: (-(n.last - n.first), -n.score, n.first, n.facet))
    kept: list[Naming] = []
    taken: set[int] = set()
    for naming in order:
        places = range(naming.first, naming.last)
        if not taken.intersection(places):
            kept.append(naming)
            taken.update(places)
    return kept
