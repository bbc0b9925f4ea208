"""Pages of long lists: where one begins and how long it is.

It knows cursors; to callers they are opaque, here they are a number.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

__all__ = ["Cursor", "Limit", "position"]

Cursor = Annotated[
    str | None,
    Query(
        description="`next_cursor` of the page before; the beginning without it.",
        pattern="^[0-9]{1,18}$",
    ),
]
Limit = Annotated[int, Query(ge=1, le=200, description="How many entries at most.")]


def position(cursor: str | None) -> int:
    """The number in a cursor."""
    return 0 if cursor is None else int(cursor)
