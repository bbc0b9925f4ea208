"""Answer: what the engine gives back, and what it cost.

It knows candidates and counts; it does not know how they are shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from retrieval.constraints import Relaxation
from retrieval.types import Candidate

__all__ = ["Answer"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """The answer to a query.

    Attributes:
        candidates: Best first, at most ``n``.
        matching: Items that meet all hard constraints and are not excluded.
        relaxations: If ``matching`` is below ``n``: what giving up each hard constraint would
            bring, the most first. Nothing is ever relaxed unasked.
        ms: Milliseconds per stage: ``encode``, ``search``, ``rank``, ``ledger``.
    """

    candidates: tuple[Candidate, ...]
    matching: int
    relaxations: tuple[Relaxation, ...]
    ms: Mapping[str, float]
