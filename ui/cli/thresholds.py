"""``--fail-under MEASURE=NUMBER``: what makes an evaluation a check.

It knows the form; it does not know which measures there are.
"""

from __future__ import annotations

from collections.abc import Sequence

from interest.errors import InputError

__all__ = ["parse_thresholds"]


def parse_thresholds(
    pairs: Sequence[str], *, example: str = "overlap.micro.f1=0.8"
) -> dict[str, float]:
    """Read ``["overlap.micro.f1=0.8"]``.

    Args:
        pairs: As they were given.
        example: For the error.

    Raises:
        InputError: An entry is not ``measure=number``.
    """
    thresholds: dict[str, float] = {}
    for pair in pairs:
        measure, _, number = (part.strip() for part in pair.partition("="))
        try:
            thresholds[measure] = float(number)
        except ValueError:
            raise InputError(
                f"--fail-under {pair!r} is not MEASURE=NUMBER.", f"Write {example}."
            ) from None
        if not measure:
            raise InputError(f"--fail-under {pair!r} names no measure.", "See the summary's keys.")
    return thresholds
