"""The types of a conversation: claims, explanations, recommendations, turns and their events.

It knows what one answer consists of; it does not know how it is made, nor HTTP or HTML.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from interest.evidence import Evidence
from interest.interests import InterestKey
from interest.profile import InterestProfile
from retrieval.types import Item, LedgerEntry, Part

__all__ = [
    "Claim",
    "ClaimKind",
    "Explanation",
    "ItemsReady",
    "ProfileReady",
    "Recommendation",
    "ReplyPiece",
    "Stage",
    "Turn",
    "TurnDone",
    "TurnEvent",
]


class ClaimKind(StrEnum):
    """What a claim resolves to."""

    WORDS = "words"  #: the user's own words
    ATTRIBUTE = "attribute"  #: an attribute of an item
    SUPPORT = "support"  #: a count of people in the interactions


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """One statement of an explanation and what it rests on.

    Attributes:
        kind: What it resolves to.
        text: The statement, for people.
        item_id: Item whose attribute (or support) is stated; "" for pure ``words`` claims.
        column: Catalogue column, for ``attribute`` claims.
        value: What the item has there (one name, or a number as text); for ``support`` the count.
        interest: Key of the interest whose evidence is quoted, or None.
        evidence: The quote, or None.
        other_item_id: For ``support``: the item the same people liked.
    """

    kind: ClaimKind
    text: str
    item_id: str = ""
    column: str = ""
    value: str = ""
    interest: InterestKey | None = None
    evidence: Evidence | None = None
    other_item_id: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Explanation:
    """Why an item is recommended: the verified claims, and their text."""

    text: str
    claims: tuple[Claim, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Recommendation:
    """One recommended item with everything that people and programs may ask about it."""

    item: Item
    rank: int
    score: float
    parts: Mapping[Part, float]
    ledger: tuple[LedgerEntry, ...]
    explanation: Explanation
    cold: bool = False

    @property
    def item_id(self) -> str:
        return self.item.item_id

    @property
    def title(self) -> str:
        return self.item.label


@dataclass(frozen=True, kw_only=True, slots=True)
class Turn:
    """One finished answer.

    Attributes:
        turn_id: Unique; evidence from this turn carries it as ``source_id``.
        conversation_id: Which conversation it belongs to.
        user_text: What the user said, unchanged.
        reply: What Palate said.
        recommendations: Best first; empty when nothing was asked for or nothing fits.
        profile: The profile after the turn.
        learned: Keys of the interests that this turn added or changed.
        notices: Things to be said openly: not in the catalogue, nothing fits, a fallback was used.
        timing: Milliseconds per stage; ``total`` and ``first_words`` among them.
        llm: Name of the model that was used.
    """

    turn_id: str
    conversation_id: str
    user_text: str
    reply: str
    recommendations: tuple[Recommendation, ...]
    profile: InterestProfile
    learned: tuple[InterestKey, ...]
    notices: tuple[str, ...]
    timing: Mapping[str, float]
    llm: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Stage:
    """Work has moved on to this stage (``"reading"``, ``"searching"``, ``"explaining"`` …)."""

    name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ProfileReady:
    """What was said has been read and saved; the profile is up to date."""

    profile: InterestProfile
    learned: tuple[InterestKey, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ItemsReady:
    """The recommendations stand; the reply may still be on its way."""

    recommendations: tuple[Recommendation, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ReplyPiece:
    """The next piece of the reply, already checked."""

    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class TurnDone:
    """The turn is complete and stored. Always the last event."""

    turn: Turn


TurnEvent = Stage | ProfileReady | ItemsReady | ReplyPiece | TurnDone
