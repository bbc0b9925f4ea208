"""An extractor for texts and dialogues alike: of a dialogue only the person's own turns are read.

It knows that dialogues exist (:mod:`interest.reading` splits them); it does not know what is said.
"""

from __future__ import annotations

from collections.abc import Sequence

from interest.extraction import Extractor, Mention, TextUnit
from interest.reading import read_texts

__all__ = ["DialogueExtractor"]


class DialogueExtractor:
    """Lets another extractor read dialogues turn by turn.

    Args:
        inner: Reads single texts. What the other side said right before a turn reaches it as
            ``asked``: it explains "I loved that one", and nothing is learned from it alone.
    """

    def __init__(self, inner: Extractor) -> None:
        self._inner = inner

    @property
    def name(self) -> str:
        return self._inner.name

    def extract(self, units: Sequence[TextUnit]) -> list[tuple[Mention, ...]]:
        return [reading.mentions for reading in read_texts(self._inner, units)]
