"""Pieces of an answer: what an engine gives while it generates.

It knows counts and why an answer ended; it imports nothing, so that whoever handles pieces does not
load torch.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Finish", "Piece"]


class Finish(StrEnum):
    """Why an answer ended."""

    STOP = "stop"  #: the model, a stop text or the grammar ended it
    LENGTH = "length"  #: the limit of tokens was reached


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """Some text of an answer.

    Attributes:
        text: May be empty while a character is not complete yet.
        tokens: How many tokens it took.
        forced: How many of them the grammar left no choice about.
        prompt_tokens: Tokens of the prompt.
        cached_tokens: How many of those came from the prefix cache.
        finish: Set on the last piece.
    """

    text: str
    tokens: int
    forced: int
    prompt_tokens: int
    cached_tokens: int
    finish: Finish | None = None
