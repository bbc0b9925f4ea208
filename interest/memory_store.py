"""MemoryStore: the profile store that forgets when the process ends; the public fake of the seam.

It keeps the same promises as the real one, apart from durability; it does not know a database.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from interest.errors import ConflictError, StoreError
from interest.profile import InterestProfile
from interest.store import Event, StoredTurn
from interest.store_checks import check_storable, check_text, json_copy

__all__ = ["MemoryStore"]


def _no_events() -> list[Event]:
    return []


def _no_turns() -> dict[tuple[str, str], StoredTurn]:
    return {}


@dataclass(kw_only=True, slots=True)
class _Person:
    profile: InterestProfile
    events: list[Event] = field(default_factory=_no_events)
    turns: dict[tuple[str, str], StoredTurn] = field(default_factory=_no_turns)


class MemoryStore:
    """A :class:`interest.store.ProfileStore` in memory; safe for several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._people: dict[str, _Person] = {}
        self._last_event = 0

    def load(self, user_id: str) -> InterestProfile:
        check_text(user_id)
        with self._lock:
            person = self._people.get(user_id)
            return InterestProfile(user_id=user_id) if person is None else person.profile

    def save(
        self,
        profile: InterestProfile,
        *,
        events: Sequence[Event] = (),
        turn: StoredTurn | None = None,
    ) -> InterestProfile:
        check_storable(profile, events, turn)
        with self._lock:
            person = self._people.get(profile.user_id)
            stored = 0 if person is None else person.profile.revision
            if stored != profile.revision:
                raise ConflictError(
                    f"The profile of {profile.user_id!r} is not at revision {profile.revision} "
                    "any more.",
                    "Load it again and repeat the change.",
                )
            saved = replace(profile, revision=stored + 1)
            person = person or _Person(profile=saved)
            if turn is not None:
                key = (turn.conversation_id, turn.turn_id)
                if key in person.turns:
                    raise StoreError(
                        f"Turn {turn.turn_id!r} of conversation {turn.conversation_id!r} is "
                        "stored already.",
                        "Give each turn its own id.",
                    )
                person.turns[key] = replace(turn, record=json_copy(turn.record))
            for event in events:
                self._last_event += 1
                person.events.append(
                    replace(event, payload=json_copy(event.payload), event_id=self._last_event)
                )
            person.profile = saved
            self._people[profile.user_id] = person
            return saved

    def events(self, user_id: str, *, after: int = 0, limit: int = 1000) -> tuple[Event, ...]:
        check_text(user_id)
        with self._lock:
            person = self._people.get(user_id)
            found = [] if person is None else [e for e in person.events if e.event_id > after]
            return tuple(
                replace(event, payload=json_copy(event.payload)) for event in found[: max(limit, 0)]
            )

    def turns(self, user_id: str, conversation_id: str) -> tuple[StoredTurn, ...]:
        check_text(user_id, conversation_id)
        with self._lock:
            person = self._people.get(user_id)
            return tuple(
                replace(turn, record=json_copy(turn.record))
                for turn in (person.turns.values() if person is not None else ())
                if turn.conversation_id == conversation_id
            )

    def conversations(self, user_id: str) -> tuple[str, ...]:
        check_text(user_id)
        with self._lock:
            person = self._people.get(user_id)
            turns = [] if person is None else list(person.turns.values())
        newest_first = (turn.conversation_id for turn in reversed(turns))
        return tuple(dict.fromkeys(newest_first))

    def users(self) -> tuple[str, ...]:
        with self._lock:
            return tuple(sorted(self._people))

    def delete(self, user_id: str) -> Mapping[str, int]:
        check_text(user_id)
        with self._lock:
            person = self._people.pop(user_id, None)
        interests = () if person is None else person.profile.interests
        reactions = () if person is None else person.profile.reactions
        return {
            "profiles": 0 if person is None else 1,
            "interests": len(interests),
            "interest_evidence": sum(len(interest.evidence) for interest in interests),
            "reactions": len(reactions),
            "reaction_evidence": sum(len(reaction.evidence) for reaction in reactions),
            "events": 0 if person is None else len(person.events),
            "turns": 0 if person is None else len(person.turns),
        }

    def close(self) -> None:
        """Keep everything: tests look at a store after they closed it."""
