"""Who does what: the model or the rules, with the measured reason.

It knows the duties and what was measured (docs/decisions/0002-what-the-embedded-model-does.md);
``palate doctor`` and the page show it. Nothing here decides anything: ``ChatLLM.capable`` does.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from agent.llm.adapter import ChatLLM

__all__ = ["DoneBy", "Duty", "Role", "roles_of"]


class Duty(StrEnum):
    """What a language model could do in a turn."""

    EXTRACTION = "finding interests in what you say"
    SIGN = "like or dislike"
    TOOLS = "choosing what to do"
    PHRASING = "wording of replies"


class DoneBy(StrEnum):
    """Who does a duty."""

    MODEL = "the model"
    RULES = "rules"
    BOTH = "the model and rules"


@dataclass(frozen=True, kw_only=True, slots=True)
class Role:
    """One duty, who does it, and why."""

    duty: Duty
    done_by: DoneBy
    reason: str


_CAPABLE = (
    Role(
        duty=Duty.EXTRACTION,
        done_by=DoneBy.BOTH,
        reason="the model reads; quotes that are not in the text are dropped; limits in numbers "
        "are the rules'",
    ),
    Role(
        duty=Duty.SIGN,
        done_by=DoneBy.BOTH,
        reason="the model's sign stands where it read the same words",
    ),
    Role(
        duty=Duty.TOOLS,
        done_by=DoneBy.MODEL,
        reason="by native tool calls; rules take over if it fails",
    ),
    Role(
        duty=Duty.PHRASING,
        done_by=DoneBy.MODEL,
        reason="each sentence is checked; what cannot be traced is not shown",
    ),
)

_EMBEDDED = (
    Role(duty=Duty.EXTRACTION, done_by=DoneBy.RULES, reason="EXTRACTION_REASON"),
    Role(duty=Duty.SIGN, done_by=DoneBy.RULES, reason="SIGN_REASON"),
    Role(duty=Duty.TOOLS, done_by=DoneBy.RULES, reason="TOOLS_REASON"),
    Role(duty=Duty.PHRASING, done_by=DoneBy.RULES, reason="PHRASING_REASON"),
)

_NONE = tuple(Role(duty=duty, done_by=DoneBy.RULES, reason="no model is used") for duty in Duty)


def roles_of(model: ChatLLM | None) -> tuple[Role, ...]:
    """Who does what with this model; None is no model at all."""
    if model is None:
        return _NONE
    return _CAPABLE if model.capable else _EMBEDDED
