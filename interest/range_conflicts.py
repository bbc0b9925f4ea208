"""Range conflicts: whether a newer statement about a number takes the place of an older one.

It knows ranges that are demanded or refused; it does not know profiles or what is counted.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from interest.combine import is_edited, is_strong
from interest.errors import InputError
from interest.interests import Interest
from interest.merge_config import MergeConfig
from interest.ranges import NumberRange

__all__ = ["as_range", "supersedes"]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Allowed:
    """What a statement leaves over, as ends that compare as tuples.

    The second number is 1 just above and -1 just below the first: "never ..1979" allows what is
    above ``(1979, 1)``.
    """

    low: tuple[float, int] = (-math.inf, 0)
    high: tuple[float, int] = (math.inf, 0)

    def shares_side(self, other: _Allowed) -> bool:
        lows = math.isfinite(self.low[0]) and math.isfinite(other.low[0])
        return lows or (math.isfinite(self.high[0]) and math.isfinite(other.high[0]))

    def is_disjoint(self, other: _Allowed) -> bool:
        return max(self.low, other.low) > min(self.high, other.high)


def as_range(value: str) -> NumberRange | None:
    """The value as a range, or None if it is not one."""
    try:
        return NumberRange.parse(value)
    except InputError:
        return None


def supersedes(newer: Interest, older: Interest, *, config: MergeConfig) -> bool:
    """Whether the newer range takes the place of the older, hard one of the same facet.

    - Two hard ones with a bound on the same side: ``1980..``, then ``1990..``; only the newer
      counts. ``1980..`` and ``..2000`` bound different sides and meet, so both count.
    - Ranges that leave nothing together: ``1980..``, then ``..1975``. A newer soft range
      supersedes only in this case.
    - A refused range with one end is read as the demand for what is left ("never ..1979" bounds
      from below); one with two ends is a hole, which only conflicts with what lies inside it.
    - A weak mention does not supersede what a person set by hand.
    """
    mine, theirs = as_range(newer.value), as_range(older.value)
    if mine is None or theirs is None or not older.is_hard:
        return False
    if newer.polarity == 0 or older.polarity == 0:
        return False
    if is_edited(older) and not (is_edited(newer) or is_strong(newer, config)):
        return False
    allowed, before = _allowed(mine, newer.polarity), _allowed(theirs, older.polarity)
    if allowed is None and before is None:
        return False
    if allowed is None:
        return newer.is_hard and _lies_in(theirs, mine)
    if before is None:
        return _lies_in(mine, theirs) if newer.polarity > 0 else False
    return allowed.is_disjoint(before) or (newer.is_hard and allowed.shares_side(before))


def _allowed(span: NumberRange, polarity: int) -> _Allowed | None:
    """What is left, or None for a hole."""
    low, high = span.low, span.high
    if polarity > 0:
        return _Allowed(
            low=(-math.inf if low is None else low, 0),
            high=(math.inf if high is None else high, 0),
        )
    if low is None and high is not None:
        return _Allowed(low=(high, 1))
    if high is None and low is not None:
        return _Allowed(high=(low, -1))
    return None


def _lies_in(inner: NumberRange, hole: NumberRange) -> bool:
    """Whether a range lies inside a hole, which has two ends."""
    return all(end is not None and hole.contains(end) for end in (inner.low, inner.high))
