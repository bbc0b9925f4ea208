"""Which extractor reads a domain: the one place that puts the parts together.

It knows the kinds of domains; it does not know how any of them is read.
"""

from __future__ import annotations

from interest.aspects import AspectExtractor
from interest.dialogue import DialogueExtractor
from interest.domain import Domain, FacetKind
from interest.extraction import Extractor
from interest.gazetteer import Gazetteer
from interest.hybrid_extractor import HybridExtractor
from interest.linking import Linker
from interest.llm import LLM
from interest.llm_extractor import LLMExtractor
from interest.rule_extractor import RuleExtractor
from interest.vocabulary import Vocabulary

__all__ = ["make_extractor"]


def make_extractor(
    domain: Domain,
    vocabulary: Vocabulary,
    *,
    llm: LLM | None = None,
    gazetteer: Gazetteer | None = None,
) -> Extractor:
    """The extractor for single texts and dialogues of a domain.

    Args:
        domain: Facets and words.
        vocabulary: The catalogue's values; domains of aspects do not need any.
        llm: A model that helps, by the policy of :mod:`interest.hybrid_extractor`; None for
            rules alone.
        gazetteer: The names of domain and catalogue, if they were read already.
    """
    if domain.of_kind(FacetKind.ASPECT):
        return DialogueExtractor(AspectExtractor(domain))
    names = gazetteer or Gazetteer(domain, vocabulary)
    rules = RuleExtractor(domain, vocabulary, names)
    if llm is None:
        return DialogueExtractor(rules)
    linker = Linker(domain, vocabulary, names)
    by_llm = LLMExtractor(llm, linker, domain, rules)
    return DialogueExtractor(HybridExtractor(llm, by_llm, rules, domain))
