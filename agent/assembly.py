"""Assembly: the parts that answer, put together from an engine, a model and a store.

It knows which part needs which; it does not know where a workspace lies or what is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from agent.chatting import Chat
from agent.graph import AgentGraph
from agent.llm.adapter import ChatLLM
from agent.llm.roles import reads_by_training
from agent.pointing import Pointing
from agent.trained_reader import open_marker
from interest.aspects import AspectExtractor
from interest.dialogue import DialogueExtractor
from interest.domain import Domain, FacetKind
from interest.extraction import Extractor, Mention, TextUnit
from interest.hybrid_extractor import HybridExtractor
from interest.linking import Linker
from interest.llm_extractor import LLMExtractor
from interest.reader.chat_reader import ChatReader
from interest.reader.marks import Marker
from interest.reader.review_reader import ReviewReader
from interest.rule_extractor import RuleExtractor
from interest.store import ProfileStore
from interest.vocabulary import Vocabulary, VocabularyChange
from retrieval.engine import Engine

__all__ = ["NO_MODEL", "Assembler", "assemble", "make_extractor"]

#: What people read where no model is used.
NO_MODEL = "none (rules only)"


class Assembler:
    """Puts together what answers, again and again as the catalogue changes.

    Names are read from the whole catalogue once; a change costs what has changed.

    Args:
        engine: Over the catalogue as it was built.
        model: Reads, chooses and phrases where it is fit to; None for rules alone.
        store: Profiles and conversations.
        clock: The time, as a parameter.
    """

    def __init__(
        self,
        engine: Engine,
        model: ChatLLM | None,
        store: ProfileStore,
        *,
        clock: Callable[[], datetime],
    ) -> None:
        catalogue = engine.catalogue
        self._rules = RuleExtractor(catalogue.domain, catalogue)
        self._model = model
        self._marker = open_marker() if model is not None and reads_by_training(model) else None
        self._chat = self._made(engine, self._rules, store, clock)

    def _made(
        self,
        engine: Engine,
        rules: RuleExtractor,
        store: ProfileStore,
        clock: Callable[[], datetime],
    ) -> Chat:
        model = self._model
        return Chat(
            engine=engine,
            linker=rules.linker,
            extractor=_with_model(rules, model, self._marker),
            graph=AgentGraph(model),
            store=store,
            llm_name=NO_MODEL if model is None else model.name,
            pointing=Pointing(engine.catalogue.domain),
            clock=clock,
        )

    def chat(self, engine: Engine | None = None, change: VocabularyChange | None = None) -> Chat:
        """What answers.

        Args:
            engine: Over the catalogue as it is now; None where nothing has changed.
            change: How its names differ from those of the catalogue as it was built.
        """
        if engine is None:
            return self._chat
        rules = self._rules if change is None else self._rules.changed(change)
        return replace(
            self._chat,
            engine=engine,
            linker=rules.linker,
            extractor=_with_model(rules, self._model, self._marker),
        )


def assemble(
    engine: Engine,
    model: ChatLLM | None,
    store: ProfileStore,
    *,
    clock: Callable[[], datetime],
) -> Chat:
    """Put together what answers."""
    return Assembler(engine, model, store, clock=clock).chat()


def make_extractor(
    domain: Domain,
    vocabulary: Vocabulary,
    model: ChatLLM | None,
    *,
    alone: bool = False,
    marker: Marker | None = None,
) -> Extractor:
    """The extractor that conversations use, for texts on their own and whole dialogues.

    Args:
        domain: Kinds of interests.
        vocabulary: Values to link to.
        model: Reads, where it is capable; None for rules alone.
        alone: Whether nothing helps the model: for measuring it.
        marker: The network of the trained reader; None takes the shipped one.
    """
    if domain.of_kind(FacetKind.ASPECT):
        return DialogueExtractor(_for_reviews(domain, vocabulary, model, marker))
    rules = RuleExtractor(domain, vocabulary)
    if alone and model is not None:
        return DialogueExtractor(_by_llm(domain, rules.linker, model, _Nothing()))
    return DialogueExtractor(_with_model(rules, model, marker))


def _for_reviews(
    domain: Domain, vocabulary: Vocabulary, model: ChatLLM | None, marker: Marker | None
) -> Extractor:
    """A capable model, else the trained reader; rules where no model is wanted."""
    if model is None:
        return AspectExtractor(domain)
    if reads_by_training(model) or not model.capable:
        return ReviewReader(domain, marker or open_marker())
    return _by_llm(domain, Linker(domain, vocabulary), model, AspectExtractor(domain))


def _with_model(
    rules: RuleExtractor, model: ChatLLM | None, marker: Marker | None = None
) -> Extractor:
    """Rules where there is no model, a capable model with the rules beside it, and the trained
    reader in the place of the embedded model, whose adapter it is."""
    if model is None:
        return rules
    if reads_by_training(model):
        return ChatReader(rules, marker or open_marker())
    by_llm = _by_llm(rules.domain, rules.linker, model, rules)
    return HybridExtractor(llm=model, by_llm=by_llm, rules=rules, domain=rules.domain)


def _by_llm(domain: Domain, linker: Linker, model: ChatLLM, fallback: Extractor) -> LLMExtractor:
    llm = model.tagged("extract")
    return LLMExtractor(llm=llm, linker=linker, domain=domain, fallback=fallback)


class _Nothing:
    """Reads nothing: the fallback of a model that is measured alone."""

    name = "nothing"

    def extract(self, units: Sequence[TextUnit]) -> list[tuple[Mention, ...]]:
        return [() for _ in units]
