"""Aspects of reviewed things by rules: noun phrase, opinion word, sign; no training, any category.

It knows opinion words and how a noun phrase is built around them; it does not know categories and
has no tagger: a noun phrase is a run of words that are nothing else. It is the baseline that
trained readers must beat.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from interest.clauses import Clause, split_clauses
from interest.domain import Domain, FacetKind
from interest.errors import InputError
from interest.extraction import Mention, TextUnit
from interest.interests import Strictness
from interest.lexicon import load_lexicon
from interest.tokens import Token, tokenize

__all__ = ["AspectExtractor"]

_LONGEST_ASPECT = 3
_NEGATION_WINDOW = 4
_LIKED, _DISLIKED, _NEGATED = 0.7, -0.7, 0.8
_CONFIDENCE = 0.5


@dataclass(frozen=True, slots=True)
class _Opinion:
    index: int
    sign: int
    negated: bool


class AspectExtractor:
    """Reads (aspect, opinion, sign) out of reviews.

    Args:
        domain: One whose first aspect facet names the results, with the word lists ``positive``,
            ``negative``, ``not_aspect`` and ``link``.

    Raises:
        InputError: The domain has no aspect facet.
    """

    NAME = "aspect rules"

    def __init__(self, domain: Domain) -> None:
        facets = domain.of_kind(FacetKind.ASPECT)
        if not facets:
            raise InputError(
                f"The domain {domain.name!r} has no aspects.", "Choose one for reviews: products."
            )
        self._facet = facets[0].name
        self._positive = frozenset(domain.words.get("positive", ()))
        self._negative = frozenset(domain.words.get("negative", ()))
        self._not_aspect = frozenset(domain.words.get("not_aspect", ()))
        self._link = frozenset(domain.words.get("link", ()))
        self._lexicon = load_lexicon()

    @property
    def name(self) -> str:
        return self.NAME

    def extract(self, units: Sequence[TextUnit]) -> list[tuple[Mention, ...]]:
        return [tuple(self._read(unit.text)) for unit in units]

    def _read(self, text: str) -> Iterator[Mention]:
        tokens = tokenize(text)
        found: dict[tuple[int, int], Mention] = {}
        for clause in split_clauses(text, tokens, self._lexicon.words["contrast"]):
            for opinion in self._opinions(tokens, clause):
                span = self._aspect(text, tokens, clause, opinion.index)
                if span is not None and span not in found:
                    found[span] = self._mention(text, tokens, span, opinion)
        yield from sorted(found.values(), key=lambda mention: mention.start)

    def _opinions(self, tokens: Sequence[Token], clause: Clause) -> Iterator[_Opinion]:
        for index in range(clause.first, clause.last):
            norm = tokens[index].norm
            sign = (norm in self._positive) - (norm in self._negative)
            if sign:
                first = max(clause.first, index - _NEGATION_WINDOW)
                before = [tokens[i].norm for i in range(first, index)]
                negators = self._lexicon.words["negators"].intersection(before)
                too = bool(before) and before[-1] == "too"
                yield _Opinion(index, -1 if too else sign, bool(negators) and not too)

    def _aspect(
        self, text: str, tokens: Sequence[Token], clause: Clause, opinion: int
    ) -> tuple[int, int] | None:
        """The noun phrase that an opinion word is said of: its subject, else what follows it."""
        subject = self._subject(tokens, clause, opinion)
        if subject is not None:
            return subject
        start = opinion + 1
        while start < clause.last and self._is_skipped(tokens[start].norm):
            start += 1
        if start - opinion - 1 > _LONGEST_ASPECT:
            return None
        end = start
        while (
            end < min(clause.last, start + _LONGEST_ASPECT)
            and self._is_noun(tokens[end])
            and (end == start or text[tokens[end - 1].end : tokens[end].start].strip() in ("", "-"))
        ):
            end += 1
        return (start, end) if end > start else None

    def _subject(
        self, tokens: Sequence[Token], clause: Clause, opinion: int
    ) -> tuple[int, int] | None:
        """The run of nouns before the link word to the left of the opinion."""
        link = next(
            (
                i
                for i in range(opinion, clause.first, -1)
                if tokens[i].norm in self._link and self._is_noun(tokens[i - 1])
            ),
            None,
        )
        if link is None or any(self._is_noun(tokens[i]) for i in range(link + 1, opinion)):
            return None
        first = link
        while first > max(clause.first, link - _LONGEST_ASPECT) and self._is_noun(
            tokens[first - 1]
        ):
            first -= 1
        return (first, link) if first < link else None

    def _is_noun(self, token: Token) -> bool:
        return (
            token.norm not in self._not_aspect
            and token.norm not in self._link
            and token.norm not in self._positive
            and token.norm not in self._negative
            and token.text[0].isalpha()
            and not token.norm.endswith("ly")
        )

    def _is_skipped(self, norm: str) -> bool:
        """Words between an opinion and its aspect: "love the", "great and fast"."""
        return norm in (
            "the",
            "a",
            "an",
            "my",
            "this",
            "that",
            "its",
            "their",
            "our",
            "of",
            "and",
            "with",
            "to",
            "use",
        ) or (norm in self._positive or norm in self._negative)

    def _mention(
        self, text: str, tokens: Sequence[Token], span: tuple[int, int], opinion: _Opinion
    ) -> Mention:
        start, end = tokens[span[0]].start, tokens[span[1] - 1].end
        word = tokens[opinion.index]
        preference = _LIKED if opinion.sign > 0 else _DISLIKED
        return Mention(
            facet=self._facet,
            value=" ".join(text[start:end].lower().split()),
            preference=-preference * _NEGATED if opinion.negated else preference,
            confidence=_CONFIDENCE,
            strictness=Strictness.SOFT,
            start=start,
            end=end,
            linked=False,
            opinion=(word.start, word.end),
        )
