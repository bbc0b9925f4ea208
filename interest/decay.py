"""Decay: how much of an interest is left after a while.

It knows an interest's evidence and a clock that is passed in; it does not know profiles.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from interest.combine import is_edited
from interest.interests import Interest
from interest.merge_config import DEFAULT_MERGE, MergeConfig

__all__ = ["effective_preference"]

_DAY = timedelta(days=1)


def effective_preference(
    interest: Interest, now: datetime, *, config: MergeConfig = DEFAULT_MERGE
) -> float:
    """The preference as it counts now.

    Hard interests and edits keep their full weight until somebody changes them. Soft ones halve
    with every half-life since they were last shown; of several quotes the one that has most
    weight left counts.

    Returns:
        A number in [-1, 1] with the sign of ``interest.preference``; 0.0 where the interest is
        not valid now.
    """
    if not interest.holds_at(now):
        return 0.0
    if interest.is_hard or is_edited(interest):
        return interest.preference
    return interest.preference * max(
        0.5 ** (max((now - quote.observed_at) / _DAY, 0.0) / half_life) if half_life else 1.0
        for quote in interest.evidence
        for half_life in (config.half_life_days.get(quote.source),)
    )
