"""Number ranges: the canonical values of numeric facets such as year and runtime.

It knows how to write, read and test a closed range; it does not know what is being counted.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from interest.errors import InputError

__all__ = ["NumberRange"]


def _show(number: float) -> str:
    return str(int(number)) if number == int(number) else repr(number)


@dataclass(frozen=True, kw_only=True, slots=True)
class NumberRange:
    """A closed range; an end that is None is open. ``str()`` and :meth:`parse` are inverse.

    >>> str(NumberRange(low=1980))
    '1980..'
    >>> NumberRange.parse("..120").contains(119)
    True
    """

    low: float | None = None
    high: float | None = None

    def __post_init__(self) -> None:
        if self.low is None and self.high is None:
            raise InputError("A number range needs at least one end.")
        for end in (self.low, self.high):
            if end is not None and not math.isfinite(end):
                raise InputError(f"A number range cannot end at {end}.")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise InputError(f"A number range cannot run from {self.low} down to {self.high}.")

    def __str__(self) -> str:
        low = "" if self.low is None else _show(self.low)
        high = "" if self.high is None else _show(self.high)
        return low if low and low == high else f"{low}..{high}"

    def contains(self, number: float) -> bool:
        """Whether the number lies in the range, ends included."""
        above = self.low is None or number >= self.low
        return above and (self.high is None or number <= self.high)

    @classmethod
    def parse(cls, text: str) -> NumberRange:
        """Read ``"1980.."``, ``"..120"``, ``"1980..1989"`` or ``"1994"``.

        Raises:
            InputError: The text is none of these.
        """
        low, dots, high = text.strip().partition("..")
        try:
            first = float(low) if low else None
            last = (float(high) if high else None) if dots else first
        except ValueError:
            raise InputError(
                f"{text!r} is not a number range.", "Write 1980.., ..120 or 1980..1989."
            ) from None
        return cls(low=first, high=last)
