"""The public fake of the extraction seam: answers that were written down beforehand.

It knows texts and their answers; it does not know how to read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from interest.errors import ModelError
from interest.extraction import Mention, TextUnit

__all__ = ["ScriptedExtractor"]


class ScriptedExtractor:
    """Answers by text.

    Args:
        answers: Text to its mentions, or to the error that reading it raises. Other texts hold
            nothing.
        name: What tables call it.
    """

    def __init__(
        self, answers: Mapping[str, Sequence[Mention] | ModelError], *, name: str = "scripted"
    ) -> None:
        self._answers = answers
        self._name = name
        self.batches: list[tuple[TextUnit, ...]] = []

    @property
    def name(self) -> str:
        return self._name

    def extract(self, units: Sequence[TextUnit]) -> list[tuple[Mention, ...]]:
        self.batches.append(tuple(units))
        return [self._answer(unit) for unit in units]

    def _answer(self, unit: TextUnit) -> tuple[Mention, ...]:
        answer = self._answers.get(unit.text, ())
        if isinstance(answer, ModelError):
            raise answer
        return tuple(sorted(answer, key=lambda mention: mention.start))
