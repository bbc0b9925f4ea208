"""Naming: which words of a text really name something, and what.

It knows the gazetteer's hits and the evidence around them (capitals, quotes, years, cue words);
it does not know how anybody feels about what is named. Titles made of everyday words ("Up",
"The Other") need evidence; a capitalised name that no catalogue has is left to
:mod:`interest.unknown`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from interest.domain import Domain, FacetKind
from interest.gazetteer import Form, Gazetteer, Named
from interest.linking import YEAR_SLACK, choose
from interest.phrases import Found
from interest.surface import Surface
from interest.tokens import keys_of

__all__ = ["FUNCTION_WORDS", "TITLE_WEIGHTS", "Namer", "Naming", "common_words"]

#: What the evidence must add up to.
_ACCEPT = 2.0
#: What a neighbour in a list that is accepted adds.
_LISTED = 0.6
#: A bare answer has at most so many words.
_SHORT_ANSWER = 6
#: Longer titles are not surer still.
_LONG = 4
_SHORT_WORD = 3
#: From this prominence on (in [0, 1]) an everyday word may be a title without any capital.
_WELL_KNOWN = 0.6
#: Evidence for a title, in units of log odds: fitted by logistic regression on the titles of
#: ``ccpe.train`` (9,119 candidates, 676 titles), rounded, moved so that ``_ACCEPT`` is the odds of
#: 2 to 3; what is rare there (quotes, years, questions, bare objects) was set by hand.
TITLE_WEIGHTS: Mapping[str, float] = {
    "base": -0.8,
    "prominence": 2.2,
    "length": 0.5,
    "rare": 0.4,
    "capitals": 1.2,
    "some_capitals": 0.8,
    "lower": -3.3,
    "lower_unsure": -0.8,
    "start": 0.7,
    "uncased": -0.2,
    "cue": 1.2,
    "part": -0.7,
    "quoted": 2.5,
    "dated": 3.5,
    "whole": 0.7,
    "asked": 1.0,
    "subject": 0.9,
    "single": -0.5,
    "everyday": -1.5,
    "short": -1.6,
    "beside": -1.7,
    "bare": 2.5,
}
FUNCTION_WORDS = frozenset(
    {"a", "an", "the", "i", "it", "its", "s", "he", "she", "they", "theyre", "we", "you", "if",
     "and", "or", "but", "so", "like", "that", "this", "there", "what", "because", "of", "in",
     "is", "was", "my", "when", "then", "not", "no", "yes", "one", "two", "ii", "iii", "re",
     "who", "for", "with", "them", "him", "her", "these", "those", "me", "us", "more", "most",
     "some", "any", "all", "both", "each", "up", "on", "at", "to", "do", "be", "how", "why"}
)  # fmt: skip
_PRONOUNS = frozenset(
    {"it", "this", "that", "they", "he", "she", "them", "you", "her", "who", "i", "we", "these",
     "those", "there", "here", "what", "which", "how", "where", "why", "when", "one", "some",
     "all", "both", "most", "so", "no", "not", "yes"}
)  # fmt: skip
#: Right after these one capitalised word that ends its phrase is a title, however everyday.
_STRONG = frozenset(
    {"love", "loved", "loves", "hate", "hated", "hates", "adore", "adored", "adores", "enjoyed",
     "liked", "disliked", "despise", "despised", "loathe", "loathed", "detest", "detested",
     "resemble", "resembles", "something like", "anything like", "movies like", "films like",
     "similar to", "lines of", "vein of", "reminds me of", "closest to"}
)  # fmt: skip
_INDEFINITE = frozenset({"a", "an", "any", "some", "another"})
_WORDY = (FacetKind.CATEGORY, FacetKind.OPEN)


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


class Namer:
    """Finds what a text names.

    Args:
        domain: Facets and cue words.
        gazetteer: The names.
    """

    def __init__(self, domain: Domain, gazetteer: Gazetteer) -> None:
        self.domain = domain
        self.gazetteer = gazetteer
        self._words = {
            name: frozenset(" ".join(keys_of(word)) for word in words)
            for name, words in domain.words.items()
        }

    def words(self, name: str) -> frozenset[str]:
        """A word list of the domain in compared form; empty if the domain has none."""
        return self._words.get(name, frozenset())

    def names(self, surface: Surface, asked: str = "") -> list[Naming]:
        """What the text names, in order, without overlaps.

        Args:
            surface: The text.
            asked: The question it answers; a bare answer needs less evidence.
        """
        return self.accepted(surface, self.candidates(surface, asked))

    def candidates(self, surface: Surface, asked: str = "") -> list[Naming]:
        """Everything that the words could name, each with what speaks for it; they overlap."""
        found = [
            f for f in self.gazetteer.find(surface.tokens) if surface.whole_word(f.first, f.last)
        ]
        return list(self._weighed(surface, found, asked))

    def accepted(self, surface: Surface, weighed: Sequence[Naming]) -> list[Naming]:
        """Those candidates that enough speaks for, in order, without overlaps."""
        accepted = [naming for naming in weighed if naming.score >= _ACCEPT]
        # What stands in a list with something sure is surer itself.
        ends = {(n.last, n.kind in _WORDY) for n in accepted}
        begins = {(n.first, n.kind in _WORDY) for n in accepted}
        for naming in weighed:
            if _ACCEPT - _LISTED <= naming.score < _ACCEPT and self._in_list(
                surface, naming, ends, begins
            ):
                accepted.append(naming)
        order = {facet.name: number for number, facet in enumerate(self.domain.facets)}
        return sorted(_without_overlaps(accepted, order), key=lambda naming: naming.first)

    def _in_list(
        self,
        surface: Surface,
        naming: Naming,
        ends: set[tuple[int, bool]],
        begins: set[tuple[int, bool]],
    ) -> bool:
        wordy = naming.kind in _WORDY
        return any((end, wordy) in ends for end in surface.list_ends_before(naming.first)) or any(
            (begin, wordy) in begins for begin in surface.list_begins_after(naming.last)
        )

    def _weighed(
        self, surface: Surface, found: Sequence[Found[Named]], asked: str
    ) -> Iterator[Naming]:
        # The "good" of "a feel-good romcom" belongs to a value and praises nothing.
        inner = frozenset(
            f.last
            for f in found
            if f.last - f.first > 1
            and any(self.domain.facet(named.facet).kind in _WORDY for named in f.payloads)
        )
        for phrase in found:
            by_facet: dict[str, list[Named]] = {}
            for named in phrase.payloads:
                by_facet.setdefault(named.facet, []).append(named)
            for facet, named in by_facet.items():
                free = phrase.first not in inner
                yield self._weigh(surface, phrase, facet, named, asked, free=free)

    def _weigh(
        self,
        surface: Surface,
        found: Found[Named],
        facet: str,
        named: Sequence[Named],
        asked: str,
        *,
        free: bool,
    ) -> Naming:
        first, last = found.first, found.last
        kind = self.domain.facet(facet).kind
        year = surface.year_after(last)
        best = choose(named, year)
        if kind is FacetKind.TITLE:
            score = self._title_score(surface, first, last, best, year, asked)
        elif kind is FacetKind.ENTITY:
            score = self._entity_score(surface, first, last, best)
        else:
            score = self._word_score(surface, first, last, kind, asked, free=free)
        if year is not None and best.year is not None and abs(best.year - year) > YEAR_SLACK:
            # Another one of this name: the catalogue does not have the year that was said.
            words = surface.words(first, last)
            return Naming(first, last, facet, f"{words} ({year})", kind, score, linked=False)
        others = sorted(
            (n for n in named if n.value != best.value and n.form is best.form),
            key=lambda n: (-n.prominence, n.value),
        )
        ids = dict.fromkeys(item for n in (best, *others) for item in n.item_ids)
        return Naming(first, last, facet, best.value, kind, score, best.also, tuple(ids))

    def _title_score(
        self,
        surface: Surface,
        first: int,
        last: int,
        named: Named,
        year: int | None,
        asked: str,
    ) -> float:
        """Evidence that these words are a title."""
        norms = [token.norm for token in surface.tokens[first:last]]
        rare = sum(norm not in common_words() and not norm.isdigit() for norm in norms)
        single = last - first == 1
        cue = surface.cue_before(first, self.words("title_cue"))
        dated = year is not None and named.year is not None
        weight = TITLE_WEIGHTS
        score = weight["base"] + weight["prominence"] * named.prominence
        score += weight["length"] * min(last - first - 1, _LONG) + weight["rare"] * min(rare, 2)
        score += self._case_score(surface, first, last)
        score += weight["cue"] * cue + weight["part"] * (named.form is Form.PART)
        score += weight["quoted"] * surface.quoted(first, last) + weight["dated"] * dated
        score += weight["whole"] * surface.is_whole(first, last)
        score += weight["asked"] * (bool(asked) and surface.is_whole(first, last))
        score += weight["subject"] * surface.is_subject(first, last)
        if single:
            score += weight["single"] + weight["everyday"] * (rare == 0)
            bare = named.prominence > _WELL_KNOWN and self._is_bare(surface, first, cue)
            subject = bare and surface.is_subject(first, last)
            score += weight["short"] * (len(norms[0]) < _SHORT_WORD and not subject)
            score += weight["beside"] * surface.capital_beside(first, last)
            score += weight["bare"] * bare
            if self._is_judged(surface, first):
                score = max(score, _ACCEPT)
        return score

    def _is_judged(self, surface: Surface, index: int) -> bool:
        """Whether one word is the whole of what is loved, hated or compared: "I hated It"."""
        word = surface.tokens[index]
        if not surface.cased or surface.capital_beside(index, index + 1):
            return False
        # "I hated IT" only stresses the word.
        named = word.text.istitle() if word.norm in FUNCTION_WORDS else word.text[0].isupper()
        article = index > 0 and surface.tokens[index - 1].norm in ("the", "a", "an")
        return (
            named
            and not article
            and word.norm not in self.words("not_a_name")
            and surface.cue_before(index, _STRONG)
            and surface.ends_phrase(index + 1)
        )

    def _is_bare(self, surface: Surface, index: int, cue: bool) -> bool:
        """Whether one word stands where only a name can: "watched Up", "Heat was great"."""
        capital = surface.cased and surface.tokens[index].capitalised
        if cue and surface.ends_phrase(index + 1):
            return capital or surface.tokens[index].norm not in FUNCTION_WORDS
        subject = surface.starts_sentence(index) and surface.is_subject(index, index + 1)
        return subject and capital and surface.tokens[index].norm not in _PRONOUNS

    def _case_score(self, surface: Surface, first: int, last: int) -> float:
        evidence = surface.case_evidence(first, last)
        if not surface.cased:
            return TITLE_WEIGHTS["uncased"] + evidence
        if evidence < 0:
            return TITLE_WEIGHTS["lower" if surface.careful else "lower_unsure"]
        start = last - first == 1 and surface.starts_sentence(first)
        name = "start" if start else "capitals" if evidence > 1 else "some_capitals"
        return TITLE_WEIGHTS[name]

    def _entity_score(self, surface: Surface, first: int, last: int, named: Named) -> float:
        """Evidence that these words are somebody's name."""
        norms = [token.norm for token in surface.tokens[first:last]]
        common = all(norm in common_words() for norm in norms)
        score = 1.2 + named.prominence
        if named.form is Form.LAST:
            score -= 0.6
            score -= 2.0 * surface.capital_beside(first, last)
        if surface.cased:
            score += 1.0 if surface.capitalised(first, last) else -1.5
        score -= 1.5 * common
        score += 0.8 * surface.cue_before(first, self.words("person_cue"))
        score += 0.5 * (last - first > 1)
        return score

    def _word_score(
        self,
        surface: Surface,
        first: int,
        last: int,
        kind: FacetKind,
        asked: str,
        *,
        free: bool,
    ) -> float:
        """Evidence that a word of the domain is meant in its special sense.

        ``free`` is whether the word before is no part of another value.
        """
        norms = [token.norm for token in surface.tokens[first:last]]
        nouns = self.words("item_noun")
        named = norms[-1] in nouns or surface.noun_after(last, nouns)
        score = 2.5 + 0.3 * (last - first)
        praised = surface.describes(first, self.words("aspect_cue"))
        # "A good comedy please" asks for a kind; "the good comedy of it" is a side of one item.
        asked_for = first > 1 and surface.tokens[first - 2].norm in _INDEFINITE
        if free and praised and not named and not (asked_for and surface.is_request(first)):
            return 0.0
        degree = first > 0 and surface.tokens[first - 1].norm in self.words("degree")
        if not degree and surface.tells_what_it_is(first, nouns):
            return 0.0
        # What no column holds is told of many single items ("it has vampires"): a kind is meant
        # only beside a noun or a word of taste.
        told = kind is FacetKind.OPEN and last - first == 1
        if not told and " ".join(norms) not in self.words("weak"):
            return score
        clear = (
            named
            or surface.noun_after(last, self.words("noun"))
            or surface.cue_before(first, self.words("word_cue"))
            or surface.is_subject(first, last)
            or surface.is_request(first)
            or (
                len(surface.tokens) <= _SHORT_ANSWER
                and (bool(asked) or last - first == len(surface.tokens))
            )
        )
        return score if clear else _ACCEPT - _LISTED


def _without_overlaps(candidates: Iterable[Naming], facets: Mapping[str, int]) -> list[Naming]:
    """Keep the best of what overlaps: the longer, then the surer, then the facet shown first."""
    order = sorted(
        candidates, key=lambda n: (-(n.last - n.first), -n.score, n.first, facets[n.facet])
    )
    kept: list[Naming] = []
    taken: set[int] = set()
    for naming in order:
        places = range(naming.first, naming.last)
        if not taken.intersection(places):
            kept.append(naming)
            taken.update(places)
    return kept
