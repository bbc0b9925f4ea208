"""Call records: which model was asked for what, how long it took and what it cost.

It knows numbers and names; it never holds a word of what was said.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from interest.llm import Message

__all__ = ["CallRecord", "OnCall", "Outcome", "version_of"]


class Outcome(StrEnum):
    """How a call ended."""

    OK = "ok"
    FAILED = "failed"
    ABANDONED = "abandoned"  #: whoever asked stopped listening


@dataclass(frozen=True, kw_only=True, slots=True)
class CallRecord:
    """One call of a language model.

    Attributes:
        model: Name of the model.
        purpose: What it was asked for: ``"extraction"``, the name of a schema, ``"text"``.
        prompt_version: Version of the prompt; where the caller names none, the beginning of the
            hash of its system messages.
        input_tokens: Tokens of the prompt, or None where the model does not say.
        output_tokens: Tokens of the answer, or None.
        ms: Milliseconds, all attempts and waits together.
        first_ms: Milliseconds to the first words; None for structured calls.
        attempts: How many requests were made.
        outcome: How it ended.
    """

    model: str
    purpose: str
    prompt_version: str
    input_tokens: int | None
    output_tokens: int | None
    ms: float
    first_ms: float | None
    attempts: int
    outcome: Outcome


OnCall = Callable[[CallRecord], None]


def version_of(messages: Sequence[Message]) -> str:
    """A version for a prompt that has none: equal instructions give equal versions.

    Text of users stands in ``user`` messages only and does not enter.
    """
    text = "\n".join(message.content for message in messages if message.role == "system")
    return hashlib.sha256(text.encode()).hexdigest()[:8]
