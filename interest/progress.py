"""Progress: how long work tells how far it is. Libraries call it; ``ui`` draws the bar."""

from __future__ import annotations

from typing import Protocol

__all__ = ["Progress", "no_progress"]


class Progress(Protocol):
    """Called as often as convenient; the callee throttles."""

    def __call__(self, stage: str, done: int, total: int) -> None:
        """``stage`` for people ("encoding films"); ``done`` of ``total`` units."""
        ...


def no_progress(stage: str, done: int, total: int) -> None:
    """Say nothing."""
