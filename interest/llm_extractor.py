"""Extraction by a language model: one structured call per text, every quote checked.

It knows the prompt, the answer's form and what to do when the model fails; it does not know any
model (see :mod:`interest.llm`). What the model says is a claim until it is found in the text.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Annotated, Literal

from pydantic import BaseModel, Field, create_model

from interest.domain import Domain, Facet, FacetKind
from interest.errors import ModelError
from interest.extraction import Extractor, Mention, Relation, TextUnit
from interest.grounding import Claim, Grounder
from interest.interests import Strictness
from interest.linking import Linker
from interest.llm import LLM, Message
from interest.prompting import fence_for, load_prompt

__all__ = ["Extraction", "ExtractionReport", "Found", "LLMExtractor"]

_PROMPT, _REVIEW_PROMPT = "extract.v2", "extract-reviews.v1"
_MAX_TOKENS = 700
_SHOWN_VALUES = 24
_MOST_INTERESTS = 40


class Found(BaseModel):
    """One interest in a model's answer."""

    quote: str
    facet: str
    value: str
    opinion: str = ""
    preference: float = Field(ge=-1.0, le=1.0)
    strictness: Literal["hard", "soft"] = "soft"
    relation: Literal["taste", "reference", "wish", "seen"] = "taste"


class Extraction(BaseModel):
    """A model's answer for one text."""

    interests: list[Found] = Field(default_factory=list[Found], max_length=_MOST_INTERESTS)


@dataclass(frozen=True, slots=True)
class ExtractionReport:
    """What happened over all texts so far.

    Attributes:
        texts: Texts read.
        claims: Interests that the model named.
        ungrounded: Claims dropped because their quote is not in the text.
        unlinkable: Claims dropped because facet or value do not exist.
        failures: Texts on which the model failed and the rules were used.
    """

    texts: int = 0
    claims: int = 0
    ungrounded: int = 0
    unlinkable: int = 0
    failures: int = 0

    @property
    def grounding_rate(self) -> float:
        """Share of the model's quotes that were in the text; 1.0 where there were none."""
        return 1.0 if self.claims == 0 else 1.0 - self.ungrounded / self.claims


def answer_schema(domain: Domain) -> type[Extraction]:
    """The answer's form with the facets of this domain, for models whose decoding it constrains."""
    names = [facet.name for facet in domain.facets]
    found = create_model(
        "Found",
        __base__=Found,
        facet=(Annotated[str, Field(json_schema_extra={"enum": [*names]})], ...),
    )
    return create_model(
        "Extraction",
        __base__=Extraction,
        interests=(
            Annotated[list[found], Field(default_factory=list, max_length=_MOST_INTERESTS)],  # type: ignore[valid-type]
            ...,
        ),
    )


@dataclass
class LLMExtractor:
    """Reads interests with a language model.

    Args:
        llm: The model.
        linker: Canonicalises values.
        domain: Facets and examples.
        fallback: Reads the texts on which the model fails.
    """

    llm: LLM
    linker: Linker
    domain: Domain
    fallback: Extractor
    _report: ExtractionReport = field(default_factory=ExtractionReport)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def __post_init__(self) -> None:
        self._grounder = Grounder(self.domain, self.linker)
        reviews = bool(self.domain.of_kind(FacetKind.ASPECT))
        self._prompt = load_prompt(_REVIEW_PROMPT if reviews else _PROMPT)
        self._schema = answer_schema(self.domain)

    @property
    def name(self) -> str:
        return f"llm({self.llm.name}, {self._prompt.version})"

    @property
    def report(self) -> ExtractionReport:
        """Totals since this extractor was made."""
        return self._report

    def extract(self, units: Sequence[TextUnit]) -> list[tuple[Mention, ...]]:
        return [self.read(unit) for unit in units]

    def read(self, unit: TextUnit) -> tuple[Mention, ...]:
        """The mentions of one text; by the fallback where the model fails."""
        if not unit.text.strip():
            return ()
        try:
            return self.read_or_raise(unit)
        except ModelError:
            self._count(ExtractionReport(texts=1, failures=1))
            return self.fallback.extract([unit])[0]

    def read_or_raise(self, unit: TextUnit) -> tuple[Mention, ...]:
        """The mentions of one text.

        Raises:
            ModelError: The model did not answer in the form asked for.
        """
        answer = self.llm.structured(self.messages(unit), self._schema, max_tokens=_MAX_TOKENS)
        claims = [_claim(found) for found in answer.interests]
        mentions, dropped = self._grounder.ground(unit.text, claims)
        ungrounded = sum(drop.reason == "quote" for drop in dropped)
        self._count(
            ExtractionReport(
                texts=1,
                claims=len(claims),
                ungrounded=ungrounded,
                unlinkable=len(dropped) - ungrounded,
            )
        )
        return tuple(mentions)

    def messages(self, unit: TextUnit) -> tuple[Message, ...]:
        """The prompt for one text: instructions, the domain's examples, the fenced text."""
        values = {"nouns": self.domain.nouns, "facets": _facet_lines(self.domain)}
        shots: list[Message] = []
        for example in self.domain.examples:
            shots.append(self._ask(str(example["text"]), str(example.get("asked", ""))))
            answer = json.dumps({"interests": example["interests"]}, ensure_ascii=False)
            shots.append(Message(role="assistant", content=answer))
        return (self._prompt.fill("system", values), *shots, self._ask(unit.text, unit.asked))

    def _ask(self, text: str, asked: str) -> Message:
        fence = fence_for(text + asked)
        context = (
            f"The person answers this question:\n{fence}\n{asked}\n{fence}\n\n" if asked else ""
        )
        return self._prompt.fill("user", {"context": context, "fence": fence, "text": text})

    def _count(self, more: ExtractionReport) -> None:
        with self._lock:
            old = self._report
            self._report = replace(
                old,
                texts=old.texts + more.texts,
                claims=old.claims + more.claims,
                ungrounded=old.ungrounded + more.ungrounded,
                unlinkable=old.unlinkable + more.unlinkable,
                failures=old.failures + more.failures,
            )


def _claim(found: Found) -> Claim:
    return Claim(
        quote=found.quote,
        facet=found.facet,
        value=found.value,
        opinion=found.opinion,
        preference=found.preference,
        strictness=Strictness(found.strictness),
        relation=Relation(found.relation),
    )


def _facet_lines(domain: Domain) -> str:
    return "\n".join(f"- {facet.name}: {_facet_hint(facet)}" for facet in domain.facets)


def _facet_hint(facet: Facet) -> str:
    shown = ", ".join(dict.fromkeys(facet.aliases.values()))
    values = list(dict.fromkeys(facet.aliases.values()))[:_SHOWN_VALUES]
    if facet.kind is FacetKind.CATEGORY:
        return "one of " + ", ".join(values)
    if facet.kind is FacetKind.OPEN:
        return f"{facet.label.lower()}, for example " + ", ".join(values)
    if facet.kind is FacetKind.NUMBER:
        return "a range of numbers" + (f" in {facet.unit}" if facet.unit else "")
    return facet.label.lower() + (" by name" if not shown else "")
