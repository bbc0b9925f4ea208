"""The forms of what the REST API answers, as pydantic models; OpenAPI is made from them.

They know names and types. What comes in is :mod:`ui.api.asked`'s. The form of a profile is the
passport's (:mod:`interest.passport_models`), the same in every export.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Generic, Literal, TypeVar

from pydantic import BaseModel, Field

from interest.interests import Strictness
from interest.passport_models import ProfileForm
from interest.store import EventKind
from retrieval.types import Part, Verdict

__all__ = [
    "ChatAnswer",
    "Deleted",
    "EventForm",
    "Health",
    "ItemForm",
    "Me",
    "Page",
    "People",
    "RecommendationForm",
    "Recommendations",
    "StatusForm",
    "StoredTurnForm",
    "as_form",
]

_T = TypeVar("_T")
_Form = TypeVar("_Form", bound=BaseModel)


def as_form(form: type[_Form], data: Mapping[str, Any]) -> _Form:
    """Published JSON as its form, by way of text: the profile's form takes times as text only."""
    return form.model_validate_json(json.dumps(data))


class InterestName(BaseModel):
    """What names an interest."""

    facet: str
    value: str
    condition: str = ""


class LedgerForm(InterestName):
    """One constraint and what the catalogue says of it."""

    preference: float
    strictness: Strictness
    verdict: Verdict
    column: str
    item_value: str


class QuoteForm(BaseModel):
    """Words that a claim rests on."""

    source: str
    source_id: str
    span: tuple[int, int]
    quote: str


class ClaimForm(BaseModel):
    """One statement of an explanation, and what it resolves to."""

    kind: Literal["words", "attribute", "support"]
    text: str
    item_id: str = ""
    column: str = ""
    value: str = ""
    interest: InterestName | None = None
    evidence: QuoteForm | None = None
    other_item_id: str = ""


class ExplanationForm(BaseModel):
    """Why an item is recommended."""

    text: str
    claims: list[ClaimForm]


class RecommendationForm(BaseModel):
    """One item, what its score is made of, what it meets, and why it is here."""

    item_id: str
    title: str
    rank: int
    score: float
    parts: dict[Part, float] = Field(description="They add up to the score.")
    ledger: list[LedgerForm]
    explanation: ExplanationForm
    attributes: dict[str, list[str] | float]
    cold: bool = Field(description="Whether nobody has rated it.")


class Recommendations(BaseModel):
    """A list, best first."""

    recommendations: list[RecommendationForm]


class ChatAnswer(BaseModel):
    """One finished answer."""

    reply: str
    recommendations: list[RecommendationForm]
    profile: ProfileForm
    learned: list[InterestName]
    notices: list[str]
    timing: dict[str, float] = Field(description="Milliseconds per stage.")
    llm: str
    turn_id: str
    conversation_id: str


class ItemForm(BaseModel):
    """An item of the catalogue."""

    item_id: str
    title: str
    label: str = Field(description="Title with the year, where one is known.")
    attributes: dict[str, list[str] | float] = Field(description="What is not known is absent.")
    description: str


class StoredTurnForm(BaseModel):
    """One turn of a conversation."""

    conversation_id: str
    turn_id: str
    at: datetime
    user_text: str
    reply: str
    record: dict[str, Any] = Field(description="What the answer consisted of.")


class EventForm(BaseModel):
    """One line of the log of somebody's profile."""

    event_id: int
    kind: EventKind
    at: datetime
    payload: dict[str, Any]


class Page(BaseModel, Generic[_T]):
    """A part of a list; ``next_cursor`` leads to the next one and is null at the end."""

    entries: list[_T]
    next_cursor: str | None = None


class Deleted(BaseModel):
    """A signed receipt: what was removed, records per place, and what could not be reached."""

    receipt: int
    user_id: str
    at: datetime
    removed: dict[str, int]
    remaining: list[str]
    signature: str


class Health(BaseModel):
    """That the server answers."""

    status: Literal["ok"] = "ok"


class Me(BaseModel):
    """Whom the credentials stand for, and what they may do."""

    user_id: str
    means: Literal["owner", "guest", "session", "key"]
    scopes: list[str]


class People(BaseModel):
    """Everybody with a profile."""

    users: list[str]


class RoleForm(BaseModel):
    """One duty, who does it, and why."""

    duty: str
    done_by: str
    reason: str


class StatusForm(BaseModel):
    """What is running."""

    domain: str
    n_items: int
    n_interactions: int
    encoder: str
    index: str
    llm: str
    roles: list[RoleForm]
    notes: list[str]
