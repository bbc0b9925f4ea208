"""What the network is told about each word beside the text: names, cues and the shape of the word.

It knows what rules see in a text (:class:`interest.rule_extractor.Analysis`) and turns it into
numbers; it does not know the network. Shipped weights depend on the order of the features.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from interest.domain import Domain, FacetKind, load_domain
from interest.extraction import TextUnit
from interest.interests import Strictness
from interest.lexicon import load_lexicon
from interest.naming import Naming, common_words
from interest.reader.labels import FACETS
from interest.rule_extractor import Analysis, RuleExtractor
from interest.surface import Surface
from interest.tokens import Token, tokenize

__all__ = ["N_FEATURES", "FeatureReader", "Observed"]

#: Domain whose word lists of praise and blame every text is looked up in.
_OPINION_DOMAIN = "products"
_KINDS = (FacetKind.TITLE, FacetKind.ENTITY, FacetKind.CATEGORY, FacetKind.OPEN)
_MOST_EVIDENCE = 6.0

_NAMED = 0
_CANDIDATE = _NAMED + 2 * len(FACETS)
_LINKED = _CANDIDATE + len(_KINDS)
_JUDGED = _LINKED + 1
_SHAPE = _JUDGED + 4
_CUES = _SHAPE + 6
N_FEATURES = _CUES + 5


@dataclass(frozen=True, slots=True)
class Observed:
    """One text as the network gets it.

    Attributes:
        tokens: Its words.
        features: ``(n_words, N_FEATURES) float32``.
        analysis: What the rules saw; None where there are no rules for the domain.
    """

    tokens: tuple[Token, ...]
    features: NDArray[np.float32]
    analysis: Analysis | None


class FeatureReader:
    """Computes the features of texts.

    Args:
        rules: Knows the domain's names; None where a domain has none (reviews of anything).
    """

    def __init__(self, rules: RuleExtractor | None) -> None:
        self.rules = rules
        self._lexicon = load_lexicon()

    @cached_property
    def _opinions(self) -> Domain:
        return load_domain(_OPINION_DOMAIN)

    @cached_property
    def _praise(self) -> frozenset[str]:
        return frozenset(self._opinions.words.get("positive", ()))

    @cached_property
    def _blame(self) -> frozenset[str]:
        return frozenset(self._opinions.words.get("negative", ()))

    def observe(self, unit: TextUnit) -> Observed:
        """Read one text."""
        analysis = None if self.rules is None else self.rules.analyse(unit)
        tokens = tokenize(unit.text) if analysis is None else analysis.tokens
        features = np.zeros((len(tokens), N_FEATURES), dtype=np.float32)
        if analysis is not None and self.rules is not None:
            self._add_names(features, analysis, self.rules.domain)
        self._add_shapes(features, unit.text, tokens)
        self._add_cues(features, tokens)
        return Observed(tokens, features, analysis)

    def _add_names(self, features: NDArray[np.float32], analysis: Analysis, domain: Domain) -> None:
        for naming in analysis.candidates:
            self._add_candidate(features, naming)
        for draft, judgement in zip(analysis.drafts, analysis.judgements, strict=True):
            first, last = draft.spot.first, draft.spot.last
            facet = draft.naming.facet if draft.naming else draft.facet.name if draft.facet else ""
            if facet in FACETS:
                column = _NAMED + 2 * FACETS.index(facet)
                features[first, column] = 1.0
                features[first + 1 : last, column + 1] = 1.0
            features[first:last, _LINKED] = float(draft.naming is None or draft.naming.linked)
            said = judgement.opinion is not None
            features[first:last, _JUDGED] = max(0.0, judgement.preference)
            features[first:last, _JUDGED + 1] = max(0.0, -judgement.preference)
            features[first:last, _JUDGED + 2] = float(judgement.strictness is Strictness.HARD)
            features[first:last, _JUDGED + 3] = float(said)

    def _add_candidate(self, features: NDArray[np.float32], naming: Naming) -> None:
        if naming.kind not in _KINDS:
            return
        column = _CANDIDATE + _KINDS.index(naming.kind)
        evidence = min(1.0, max(0.0, (naming.score + 2.0) / _MOST_EVIDENCE))
        block = features[naming.first : naming.last, column]
        np.maximum(block, evidence, out=block)

    def _add_shapes(
        self, features: NDArray[np.float32], text: str, tokens: tuple[Token, ...]
    ) -> None:
        surface = Surface(text, tokens, frozenset())
        cased = float(surface.cased)
        for index, token in enumerate(tokens):
            features[index, _SHAPE : _SHAPE + 6] = (
                token.text[0].isupper(),
                token.text.isupper() and len(token.text) > 1,
                token.text[0].isdigit(),
                surface.starts_sentence(index),
                token.norm in common_words(),
                cased,
            )

    def _add_cues(self, features: NDArray[np.float32], tokens: tuple[Token, ...]) -> None:
        for found in self._lexicon.cues.find(tokens):
            strongest = max((cue.preference for cue in found.payloads), key=abs)
            column = _CUES if strongest > 0 else _CUES + 1
            block = features[found.first : found.last, column]
            np.maximum(block, abs(strongest), out=block)
        for index, token in enumerate(tokens):
            features[index, _CUES + 2 :] = (
                token.norm in self._lexicon.words["negators"],
                token.norm in self._praise,
                token.norm in self._blame,
            )
