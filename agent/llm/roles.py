"""Who does what: the duties that the model or the rules have, and the measured reason.

It knows kinds of models and figures; it does not do any duty. ``palate doctor`` and the page show
it. The figures stand in ``benchmarks/results`` (``embedded_llm.json``, ``reader_ablation.json``); a
test compares them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agent.llm.adapter import ChatLLM

__all__ = ["DoneBy", "Duty", "ModelClass", "Role", "class_of", "reads_by_training", "roles_of"]


class Duty(StrEnum):
    """What has to be done in a turn, in words for people."""

    EXTRACTION = "reading interests"
    SIGN = "liked or disliked"
    ROUTING = "choosing what to do"
    PHRASING = "wording replies"
    SMALL_TALK = "small talk"


class DoneBy(StrEnum):
    """Who does a duty."""

    MODEL = "model"
    RULES = "rules"
    READER = "trained reader"
    BOTH = "model and rules"


class ModelClass(StrEnum):
    """Kinds of models that differ in what they are trusted with."""

    NONE = "none"
    EMBEDDED = "embedded"
    SMALL = "small"
    CAPABLE = "capable"


@dataclass(frozen=True, kw_only=True, slots=True)
class Role:
    """One duty, who does it, and why.

    Attributes:
        duty: What is to be done.
        done_by: Who does it.
        reason: Why, with the figure if there is one; for people.
    """

    duty: Duty
    done_by: DoneBy
    reason: str


def _by_rules(reasons: Mapping[Duty, str]) -> tuple[Role, ...]:
    return tuple(
        Role(duty=duty, done_by=DoneBy.RULES, reason=reason) for duty, reason in reasons.items()
    )


_EMBEDDED: tuple[Role, ...] = (
    Role(
        duty=Duty.EXTRACTION,
        done_by=DoneBy.READER,
        reason="on 1,279 chat turns that people labelled it reaches F1 .84, the rules .77; the "
        "model without training .21",
    ),
    Role(
        duty=Duty.SIGN,
        done_by=DoneBy.READER,
        reason="on texts that were kept apart its macro-F1 is .82, that of the rules .64; of 66 "
        "sentences the model without training reads 31 right",
    ),
    *_by_rules(
        {
            Duty.ROUTING: "of 48 requests the model's best way chooses 22 right, the rules 44",
            Duty.PHRASING: "of 12 replies from given facts 1 was faithful; templates always are",
            Duty.SMALL_TALK: "a sentence takes seconds to generate and may claim anything",
        }
    ),
)

_UNMEASURED = "the model is below 3 billion parameters and was not measured here"

_CAPABLE: tuple[Role, ...] = (
    Role(
        duty=Duty.EXTRACTION,
        done_by=DoneBy.BOTH,
        reason="quotes that are not in the text are dropped; numbers are read by rules",
    ),
    Role(duty=Duty.SIGN, done_by=DoneBy.MODEL, reason="read together with the interest"),
    Role(
        duty=Duty.ROUTING,
        done_by=DoneBy.MODEL,
        reason="by tool calls; rules take over if the model fails",
    ),
    Role(
        duty=Duty.PHRASING,
        done_by=DoneBy.MODEL,
        reason="every claim is checked before it is shown",
    ),
    Role(duty=Duty.SMALL_TALK, done_by=DoneBy.MODEL, reason="the model answers by itself"),
)

_ROLES: Mapping[ModelClass, tuple[Role, ...]] = {
    ModelClass.NONE: _by_rules(dict.fromkeys(Duty, "no language model was chosen")),
    ModelClass.EMBEDDED: _EMBEDDED,
    ModelClass.SMALL: _by_rules(dict.fromkeys(Duty, _UNMEASURED)),
    ModelClass.CAPABLE: _CAPABLE,
}


def class_of(model: ChatLLM | None) -> ModelClass:
    """The kind of a model; may load a local one to count its parameters."""
    if model is None:
        return ModelClass.NONE
    from agent.llm.embedded import EmbeddedChatModel

    if model.capable:
        return ModelClass.CAPABLE
    is_embedded = isinstance(model.chat_model, EmbeddedChatModel)
    return ModelClass.EMBEDDED if is_embedded else ModelClass.SMALL


def reads_by_training(model: ChatLLM | None) -> bool:
    """Whether the trained reader reads interests for this model: the embedded one does not by
    itself what its adapter does. Loads no model."""
    from agent.llm.embedded import EmbeddedChatModel

    return (
        model is not None and isinstance(model.chat_model, EmbeddedChatModel) and not model.capable
    )


def roles_of(model: ChatLLM | None) -> tuple[Role, ...]:
    """Who does each duty with this model, in the order of :class:`Duty`."""
    return _ROLES[class_of(model)]
