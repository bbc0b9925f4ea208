"""Assembly: the parts that answer, put together from an engine, a model and a store.

It knows which part needs which; it does not know where a workspace lies or what is asked.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from agent.chatting import Chat
from agent.graph import AgentGraph
from agent.llm.adapter import ChatLLM
from agent.pointing import Pointing
from interest.aspects import AspectExtractor
from interest.dialogue import DialogueExtractor
from interest.domain import Domain, FacetKind
from interest.extraction import Extractor
from interest.hybrid_extractor import HybridExtractor
from interest.llm_extractor import LLMExtractor
from interest.rule_extractor import RuleExtractor
from interest.store import ProfileStore
from interest.vocabulary import Vocabulary
from retrieval.engine import Engine

__all__ = ["NO_MODEL", "assemble", "make_extractor"]

#: What people read where no model is used.
NO_MODEL = "none (rules only)"


def assemble(
    engine: Engine,
    model: ChatLLM | None,
    store: ProfileStore,
    *,
    clock: Callable[[], datetime],
) -> Chat:
    """Put together what answers."""
    catalogue = engine.catalogue
    rules = RuleExtractor(catalogue.domain, catalogue)
    return Chat(
        engine=engine,
        linker=rules.linker,
        extractor=_with_model(rules, model),
        graph=AgentGraph(model),
        store=store,
        llm_name=NO_MODEL if model is None else model.name,
        pointing=Pointing(catalogue.domain),
        clock=clock,
    )


def make_extractor(domain: Domain, vocabulary: Vocabulary, model: ChatLLM | None) -> Extractor:
    """The extractor that conversations use, for texts on their own and whole dialogues."""
    if domain.of_kind(FacetKind.ASPECT):
        return DialogueExtractor(AspectExtractor(domain))
    return DialogueExtractor(_with_model(RuleExtractor(domain, vocabulary), model))


def _with_model(rules: RuleExtractor, model: ChatLLM | None) -> Extractor:
    if model is None:
        return rules
    by_llm = LLMExtractor(
        llm=model.tagged("extract"), linker=rules.linker, domain=rules.domain, fallback=rules
    )
    return HybridExtractor(llm=model, by_llm=by_llm, rules=rules, domain=rules.domain)
