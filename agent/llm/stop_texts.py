"""Stop texts: end an answer where one of them begins, and never show a part of one.

It knows pieces of text; it does not know models.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from agent.llm.pieces import Finish, Piece

__all__ = ["cut_at"]


def cut_at(pieces: Iterator[Piece], stops: Sequence[str]) -> Iterator[Piece]:
    """The pieces up to the first stop text; what might be the beginning of one is held back."""
    held = ""
    for piece in pieces:
        held += piece.text
        found = [place for place in (held.find(stop) for stop in stops) if place >= 0]
        if found:
            yield replace(piece, text=held[: min(found)], finish=Finish.STOP)
            return
        keep = 0 if piece.finish else _possible_beginning(held, stops)
        yield replace(piece, text=held[: len(held) - keep])
        held = held[len(held) - keep :]


def _possible_beginning(text: str, stops: Sequence[str]) -> int:
    """Length of the longest end of ``text`` with which a stop text begins."""
    longest = max((len(stop) for stop in stops), default=1) - 1
    for length in range(min(longest, len(text)), 0, -1):
        if any(stop.startswith(text[-length:]) for stop in stops):
            return length
    return 0
