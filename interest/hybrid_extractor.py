"""Hybrid extraction: rules and a language model, each where it is better.

It knows the policy and nothing of either side:

* A capable model leads. Its mentions stand; a rule's mention is added where the model has nothing
  on those words and the rule is sure. Bounds on numbers ("nothing before 1980") are the rules'
  wherever both read the same words, because a wrong bound hides everything that was wanted.
* A model that is not capable does not choose spans. The rules read the text; the model is asked
  for the sign alone, by likelihood, and only where the rules found no words that show one. Whether
  that helps is a matter of measurement, so ``ask_sign`` is off unless it is switched on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from interest.conditions import with_conditions
from interest.domain import Domain, FacetKind
from interest.errors import ModelError
from interest.extraction import Extractor, Mention, TextUnit
from interest.llm import LLM, Message
from interest.llm_extractor import ExtractionReport, LLMExtractor
from interest.tokens import tokenize

__all__ = ["HybridExtractor", "reconcile"]

#: A rule's mention is added to a capable model's if the rule is at least this sure.
SURE = 0.7
_SIGN_OPTIONS = (" likes", " dislikes", " does not say")
_SIGN_PREFERENCES = (0.5, -0.5, 0.0)
_SIGN_CONFIDENCE = 0.6


@dataclass
class HybridExtractor:
    """Rules and a model together.

    Args:
        llm: The model.
        by_llm: Reads with the model.
        rules: Reads without.
        domain: Says which facets are numbers.
        ask_sign: Whether a model that is not capable is asked for signs that no words show.
    """

    llm: LLM
    by_llm: LLMExtractor
    rules: Extractor
    domain: Domain
    ask_sign: bool = False

    @property
    def name(self) -> str:
        return f"rules + {self.by_llm.name}" if self.llm.capable else f"rules ({self.llm.name})"

    @property
    def report(self) -> ExtractionReport:
        """What became of the model's quotes."""
        return self.by_llm.report

    def extract(self, units: Sequence[TextUnit]) -> list[tuple[Mention, ...]]:
        by_rules = self.rules.extract(units)
        if self.llm.capable:
            return [self._both(unit, found) for unit, found in zip(units, by_rules, strict=True)]
        if not self.ask_sign:
            return by_rules
        return [
            tuple(self._signed(unit, mention) for mention in found)
            for unit, found in zip(units, by_rules, strict=True)
        ]

    def _both(self, unit: TextUnit, by_rules: tuple[Mention, ...]) -> tuple[Mention, ...]:
        """The model's fallback is the rules: where it failed, they are all there is."""
        found = reconcile(self.by_llm.read(unit), by_rules, self.domain)
        # The model is not asked for conditions: the same words restrict its mentions.
        return tuple(with_conditions(unit, tokenize(unit.text), found, self.domain))

    def _signed(self, unit: TextUnit, mention: Mention) -> Mention:
        if mention.opinion is not None or mention.preference == 0.0:
            return mention
        quote = unit.text[mention.start : mention.end]
        question = f"{unit.text}\n\nWhat does the writer say about {quote}? The writer"
        try:
            scores = self.llm.score([Message(role="user", content=question)], _SIGN_OPTIONS)
        except ModelError:
            return mention
        if scores is None:
            return mention
        best = max(range(len(scores)), key=lambda index: scores[index])
        return replace(mention, preference=_SIGN_PREFERENCES[best], confidence=_SIGN_CONFIDENCE)


def reconcile(
    by_llm: Sequence[Mention], by_rules: Sequence[Mention], domain: Domain
) -> tuple[Mention, ...]:
    """The mentions of a capable model and of the rules as one reading, by start offset."""
    bounds = [m for m in by_rules if domain.facet(m.facet).kind is FacetKind.NUMBER]
    kept = [m for m in by_llm if not _is_covered(m, bounds, domain)]
    return tuple(
        sorted(
            {*kept, *bounds, *_additions(kept, by_rules, bounds)},
            key=lambda m: (m.start, m.end, m.facet, m.value),
        )
    )


def _is_covered(mention: Mention, bounds: Sequence[Mention], domain: Domain) -> bool:
    is_number = domain.facet(mention.facet).kind is FacetKind.NUMBER
    return is_number and any(_overlap(mention, bound) for bound in bounds)


def _additions(
    kept: Sequence[Mention], by_rules: Sequence[Mention], bounds: Sequence[Mention]
) -> Iterator[Mention]:
    for mention in by_rules:
        new = not any(_overlap(mention, other) for other in (*kept, *bounds))
        if new and mention.confidence >= SURE:
            yield mention


def _overlap(left: Mention, right: Mention) -> bool:
    return left.start < right.end and right.start < left.end
