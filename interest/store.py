"""The store seam: profiles, an append-only event log and conversations, saved together or not.

It knows what is kept and when it is safe; it does not know a database.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from interest.profile import InterestProfile

__all__ = ["Event", "EventKind", "ProfileStore", "StoredTurn"]


class EventKind(StrEnum):
    """What happened to a profile."""

    SAID = "said"  #: a chat turn added or changed interests
    LIKED = "liked"
    DISLIKED = "disliked"
    SEEN = "seen"
    REJECTED = "rejected"
    CLEARED = "cleared"  #: a reaction was taken back
    EDITED = "edited"  #: the person added, changed or deleted an interest by hand
    RECOMMENDED = "recommended"
    IMPORTED = "imported"


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """One line of the append-only log.

    Attributes:
        kind: What happened.
        at: When; timezone-aware.
        payload: JSON-serialisable details.
        event_id: Given by the store; 0 before it is stored.
    """

    kind: EventKind
    at: datetime
    payload: Mapping[str, Any]
    event_id: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredTurn:
    """One turn of a conversation as it is kept: what was said and a JSON record of the answer."""

    conversation_id: str
    turn_id: str
    at: datetime
    user_text: str
    reply: str
    record: Mapping[str, Any]


class ProfileStore(Protocol):
    """Keeps what people said. Every method is one transaction: all of it or nothing."""

    def load(self, user_id: str) -> InterestProfile:
        """The user's profile; an empty one with revision 0 if there is none yet."""
        ...

    def save(
        self,
        profile: InterestProfile,
        *,
        events: Sequence[Event] = (),
        turn: StoredTurn | None = None,
    ) -> InterestProfile:
        """Save a profile that was loaded, changed and not touched by anyone else since.

        Args:
            profile: Carries the revision it was loaded with.
            events: Appended to the log in the same transaction.
            turn: Appended to its conversation in the same transaction.

        Returns:
            The profile with its new revision.

        Raises:
            ConflictError: The stored revision is not the profile's. Load again and repeat.
            StoreError: Nothing was written.
        """
        ...

    def events(self, user_id: str, *, after: int = 0, limit: int = 1000) -> tuple[Event, ...]:
        """Events with an id above ``after``, oldest first."""
        ...

    def turns(self, user_id: str, conversation_id: str) -> tuple[StoredTurn, ...]:
        """The turns of a conversation, oldest first."""
        ...

    def conversations(self, user_id: str) -> tuple[str, ...]:
        """Ids of somebody's conversations; the one with the newest turn comes first."""
        ...

    def users(self) -> tuple[str, ...]:
        """Ids of everybody with a profile, sorted."""
        ...

    def delete(self, user_id: str) -> Mapping[str, int]:
        """Remove everything about a user; how many rows went, per table. Unknown users: zeros."""
        ...

    def close(self) -> None:
        """Let go of files and connections."""
        ...
