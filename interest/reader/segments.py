"""Long texts cut at sentence ends, so that each piece is read whole.

It knows sentence ends and words; it does not know what is said.
"""

from __future__ import annotations

import re
from dataclasses import replace

from interest.extraction import TextUnit

__all__ = ["MOST_CHARACTERS", "segments"]

#: A text of at most so many characters is read in one piece.
MOST_CHARACTERS = 600
_SENTENCE = re.compile(r"(?<=[.!?。！？\n])\s+")
_WORD = re.compile(r"\s+")


def segments(unit: TextUnit, most: int = MOST_CHARACTERS) -> list[tuple[TextUnit, int]]:
    """Pieces of a text and where each begins; their texts are slices of the whole.

    Sentences are kept together as long as they fit; a sentence that is longer than a piece is cut
    between words, and a word that is longer still is cut anywhere.
    """
    text = unit.text
    if len(text) <= most:
        return [(unit, 0)]
    pieces: list[tuple[TextUnit, int]] = []
    start = 0
    while start < len(text):
        end = _cut(text, start, most)
        piece = text[start:end]
        if piece.strip():
            # Only the beginning answers the question.
            asked = unit.asked if start == 0 else ""
            pieces.append((replace(unit, text=piece, asked=asked), start))
        start = end
    return pieces


def _cut(text: str, start: int, most: int) -> int:
    if len(text) - start <= most:
        return len(text)
    window = text[start : start + most]
    for pattern in (_SENTENCE, _WORD):
        ends = [match.end() for match in pattern.finditer(window)]
        if ends:
            return start + ends[-1]
    return start + most
