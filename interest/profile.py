"""InterestProfile: what is known of one person, as one immutable value.

It knows interests and reactions to items; it does not know where it is stored or how interests
are merged into it (see :mod:`interest.merge`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from interest.errors import InputError
from interest.evidence import Evidence
from interest.interests import Interest, InterestKey

__all__ = ["SCHEMA_VERSION", "InterestProfile", "Reaction", "ReactionKind"]

#: Version of the profile's exported form; a change of meaning raises it.
SCHEMA_VERSION = 1


class ReactionKind(StrEnum):
    """What a person did with one item."""

    LIKED = "liked"
    DISLIKED = "disliked"
    SEEN = "seen"
    REJECTED = "rejected"


@dataclass(frozen=True, kw_only=True, slots=True)
class Reaction:
    """What somebody did with one item, and the words or the act that show it.

    Attributes:
        item_id: Item of the catalogue.
        kind: ``liked`` and ``disliked`` imply seen; ``rejected`` is "not interested".
        evidence: At least one quote or act.
        at: When; timezone-aware.
    """

    item_id: str
    kind: ReactionKind
    evidence: tuple[Evidence, ...]
    at: datetime

    def __post_init__(self) -> None:
        if not self.item_id:
            raise InputError("Reaction without item_id.")
        if not self.evidence:
            raise InputError(f"Reaction to item {self.item_id!r} has no evidence.")


def _no_interests() -> tuple[Interest, ...]:
    return ()


def _no_reactions() -> tuple[Reaction, ...]:
    return ()


@dataclass(frozen=True, kw_only=True, slots=True)
class InterestProfile:
    """Everything Palate holds about one person's taste.

    Attributes:
        user_id: Whose profile it is.
        domain: Name of the domain that its facets belong to.
        interests: At most one per key (facet, value and condition), in the order in which they
            first appeared.
        reactions: At most one per item; a later one replaces an earlier one.
        revision: Raised by one with every save; 0 means never saved.
        updated_at: Time of the last change; None for an empty new profile.
        schema_version: Version of the exported form.
    """

    user_id: str
    domain: str = "movies"
    interests: tuple[Interest, ...] = field(default_factory=_no_interests)
    reactions: tuple[Reaction, ...] = field(default_factory=_no_reactions)
    revision: int = 0
    updated_at: datetime | None = None
    schema_version: int = SCHEMA_VERSION

    def __post_init__(self) -> None:
        if not self.user_id.strip():
            raise InputError("A profile needs a user id.", "Pass one, for example --user ada.")
        if len(self.by_key) != len(self.interests):
            raise InputError(f"Profile of {self.user_id!r} holds one interest twice.")
        if len({reaction.item_id for reaction in self.reactions}) != len(self.reactions):
            raise InputError(f"Profile of {self.user_id!r} holds two reactions to one item.")

    @property
    def by_key(self) -> Mapping[InterestKey, Interest]:
        """The interests by (facet, value), conditional ones by (facet, value, condition)."""
        return {interest.key: interest for interest in self.interests}

    def items(self, *kinds: ReactionKind) -> tuple[str, ...]:
        """Ids of the items with one of these reactions, oldest first."""
        chosen = [reaction for reaction in self.reactions if reaction.kind in kinds]
        return tuple(r.item_id for r in sorted(chosen, key=lambda reaction: reaction.at))

    def holding(self, now: datetime) -> Iterable[Interest]:
        """The interests that are valid now."""
        return (interest for interest in self.interests if interest.holds_at(now))
