"""Settings of merging and decay: how fast a profile follows what is said.

It knows numbers and what they mean; it does not know how they are used (see
:mod:`interest.combine` and :mod:`interest.decay`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from interest.errors import InputError
from interest.evidence import Source

__all__ = ["DEFAULT_MERGE", "MergeConfig"]


def _half_lives() -> Mapping[Source, float]:
    return {
        Source.CHAT: 365.0,
        Source.REVIEW: 730.0,
        Source.RATING: 730.0,
        Source.FEEDBACK: 180.0,
    }


@dataclass(frozen=True, kw_only=True, slots=True)
class MergeConfig:
    """How statements are weighed against each other.

    Attributes:
        newer_weight: Share of the newer statement when two of equal confidence are averaged,
            in (0, 1).
        reinforcement: How much of a further statement's confidence counts as independent
            support, in [0, 1].
        max_confidence: Highest confidence that repetition can reach; only an edit is certain.
        contradicted_confidence: Highest confidence of a statement that contradicts the one
            before it.
        strong_preference: Magnitude from which a statement is strong enough to stand against
            an edit, if it is also confident.
        strong_confidence: Confidence from which a statement is strong.
        lukewarm_below: Magnitude below which a later soft statement with the same sign relaxes
            a hard one. A louder one agrees with it and relaxes nothing.
        max_evidence: How many quotes one interest keeps; at least 3.
        half_life_days: Days after which a soft interest counts half, per kind of source; a
            source that is missing does not decay.
    """

    newer_weight: float = 0.6
    reinforcement: float = 0.5
    max_confidence: float = 0.99
    contradicted_confidence: float = 0.6
    strong_preference: float = 0.6
    strong_confidence: float = 0.7
    lukewarm_below: float = 0.5
    max_evidence: int = 12
    half_life_days: Mapping[Source, float] = field(default_factory=_half_lives)

    def __post_init__(self) -> None:
        if not 0.0 < self.newer_weight < 1.0:
            raise InputError(f"newer_weight {self.newer_weight} lies outside (0, 1).")
        if self.max_evidence < 3:
            raise InputError(
                f"max_evidence is {self.max_evidence}.",
                "Keep at least 3: the first quote, the last edit and the latest quote.",
            )
        for source, days in self.half_life_days.items():
            if not days > 0.0:
                raise InputError(f"The half-life of {source.value} is {days} days; it must be > 0.")


DEFAULT_MERGE = MergeConfig()
