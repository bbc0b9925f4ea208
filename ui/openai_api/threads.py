"""Which conversation a request goes on with: clients send the history, not a name.

It knows the person's words in the history and the stored turns; it does not know HTTP. All
conversations that begin with the same words share a stem and are numbered. A request goes on with
the newest one whose turns are the history it sends; otherwise a new one begins.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

from interest.store import StoredTurn
from interest.store_checks import storable_text

__all__ = ["find_conversation"]

#: How many of the newest are compared with the history.
_LOOKED_AT = 8

ReadTurns = Callable[[str], Sequence[StoredTurn]]


def find_conversation(said: Sequence[str], turns_of: ReadTurns) -> str:
    """The conversation that a history belongs to.

    Args:
        said: What the person said, oldest first; the last one is not answered yet.
        turns_of: Turns of a conversation, oldest first; empty where there is none.

    Returns:
        Its id; the conversation may not exist yet.
    """
    digest = hashlib.sha256(storable_text(said[0]).encode("utf-8")).hexdigest()
    stem = f"chat-{digest[:16]}"
    before = [storable_text(text) for text in said[:-1]]
    last = _last(stem, turns_of)
    if before:
        for number in range(last, max(0, last - _LOOKED_AT), -1):
            turns = turns_of(f"{stem}-{number}")
            if [turn.user_text for turn in turns] == before:
                return f"{stem}-{number}"
    return f"{stem}-{last + 1}"


def _last(stem: str, turns_of: ReadTurns) -> int:
    """The highest number in use; numbers have no gaps, so that few looks are enough."""
    above = 1
    while turns_of(f"{stem}-{above}"):
        above *= 2
    below = above // 2
    while above - below > 1:
        middle = (below + above) // 2
        if turns_of(f"{stem}-{middle}"):
            below = middle
        else:
            above = middle
    return below
