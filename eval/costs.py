"""What reading costs in calls and tokens of a language model.

It knows call records; it does not know prices, which change.
"""

from __future__ import annotations

from dataclasses import dataclass

from agent.llm.calls import CallRecord

__all__ = ["Cost", "Meter"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Cost:
    """Calls and tokens; tokens are counted where the model says them."""

    calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0

    def __sub__(self, earlier: Cost) -> Cost:
        return Cost(
            calls=self.calls - earlier.calls,
            input_tokens=self.input_tokens - earlier.input_tokens,
            output_tokens=self.output_tokens - earlier.output_tokens,
        )


class Meter:
    """Adds up the calls of one model; pass it as ``on_call`` when the model is opened."""

    def __init__(self) -> None:
        self._total = Cost()

    @property
    def total(self) -> Cost:
        """Everything so far."""
        return self._total

    def __call__(self, record: CallRecord) -> None:
        self._total = Cost(
            calls=self._total.calls + 1,
            input_tokens=self._total.input_tokens + (record.input_tokens or 0),
            output_tokens=self._total.output_tokens + (record.output_tokens or 0),
        )
