"""The forms of what the REST API is asked, as pydantic models; OpenAPI is made from them.

They know names, types and limits; a name that is not known is refused, not passed over.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from agent.chatting import MAX_TEXT
from interest.interests import Strictness
from interest.profile import ReactionKind

__all__ = [
    "ChangedInterest",
    "ChatRequest",
    "Feedback",
    "FeedbackKind",
    "NewInterest",
    "ReactionRequest",
]

_LONGEST_VALUE = 500

Conversation = Annotated[str, Field(min_length=1, max_length=200, description="Which one.")]
Facet = Annotated[str, Field(min_length=1, max_length=100, description="Facet of the domain.")]
Value = Annotated[str, Field(min_length=1, max_length=_LONGEST_VALUE, description="Its value.")]
Condition = Annotated[
    str,
    Field(max_length=_LONGEST_VALUE, description="Under what alone it holds; empty if always."),
]
Preference = Annotated[float, Field(ge=-1, le=1, description="-1 hates it, 1 loves it.")]
ItemId = Annotated[str, Field(min_length=1, max_length=200, description="Item of the catalogue.")]


class _Asked(BaseModel):
    """What comes in: a name that is not known is refused, not passed over."""

    model_config = ConfigDict(extra="forbid")


class ChatRequest(_Asked):
    """One message."""

    text: str = Field(min_length=1, max_length=MAX_TEXT, description="What the person says.")
    conversation_id: Conversation = "main"
    n: int = Field(default=5, ge=1, le=50, description="How many items to recommend.")


class NewInterest(_Asked):
    """An interest to add by hand; one that is there becomes what is said now."""

    facet: Facet
    value: Value
    preference: Preference = 0.8
    strictness: Strictness = Strictness.SOFT
    condition: Condition = ""


class ChangedInterest(_Asked):
    """What to change about an interest that is there; what is left out stays."""

    facet: Facet
    value: Value
    condition: Condition = ""
    preference: Preference | None = None
    strictness: Strictness | None = None
    new_value: Value | None = None


class ReactionRequest(_Asked):
    """What somebody did with an item."""

    kind: ReactionKind


class FeedbackKind(StrEnum):
    """A reaction, or that there is none any more."""

    LIKED = "liked"
    DISLIKED = "disliked"
    SEEN = "seen"
    REJECTED = "rejected"
    CLEARED = "cleared"


class Feedback(_Asked):
    """One act of somebody on one item."""

    item_id: ItemId
    kind: FeedbackKind
