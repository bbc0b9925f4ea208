"""Simple extractors that a real one must beat.

It knows how to be simple; it does not know any data. The gazetteer baseline is the rule extractor
of :mod:`interest.rule_extractor`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from interest.extraction import Extractor, Mention, TextUnit

__all__ = ["MajoritySign"]


class MajoritySign:
    """Finds what another extractor finds and gives everything one sign.

    People mostly name what they like, so "liked" is hard to beat by accuracy; macro-F1 and the
    recall of dislikes show what it is worth.

    Args:
        base: Finds the mentions.
        preference: What everything gets, in [-1, 1].
    """

    def __init__(self, base: Extractor, *, preference: float = 1.0) -> None:
        self._base = base
        self._preference = preference

    @property
    def name(self) -> str:
        return f"majority sign on {self._base.name}"

    def extract(self, units: Sequence[TextUnit]) -> list[tuple[Mention, ...]]:
        return [
            tuple(replace(mention, preference=self._preference) for mention in mentions)
            for mentions in self._base.extract(units)
        ]
