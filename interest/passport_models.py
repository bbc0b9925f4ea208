"""The published form of a profile, as pydantic models; its JSON Schema is made from them.

It knows names, types and limits of the fields; what they mean together is checked by the types
of :mod:`interest.profile`. A change of meaning raises ``SCHEMA_VERSION``.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, PlainSerializer, WithJsonSchema

from interest.evidence import Source
from interest.interests import NEUTRAL_BELOW, Strictness
from interest.profile import ReactionKind

__all__ = ["EvidenceForm", "InterestForm", "ProfileForm", "ReactionForm"]


def _utc_text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


_Moment = Annotated[
    AwareDatetime,
    PlainSerializer(_utc_text, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class EvidenceForm(_Form):
    """The exact words, or the line kept for an act, that show an interest or a reaction."""

    source: Source = Field(description="Kind of text the quote is from.")
    source_id: str = Field(description="Identifies the text: a turn, a review, an event, an edit.")
    start: int = Field(ge=0, description="Offset of the first character, in Unicode code points.")
    end: int = Field(ge=1, description="Offset after the last character.")
    quote: str = Field(min_length=1, description="The words; end - start code points long.")
    observed_at: _Moment = Field(description="When it was said or done.")


class InterestForm(_Form):
    """One thing that somebody likes, dislikes, demands or refuses."""

    facet: str = Field(min_length=1, description="Kind of interest, as the domain names it.")
    value: str = Field(
        min_length=1,
        description="Canonical value; numbers are ranges: 1980.., ..120, 1980..1989 or 1994.",
    )
    preference: float = Field(ge=-1, le=1, description="Sign and strength.")
    polarity: Literal[-1, 0, 1] | None = Field(
        default=None,
        description="Sign of the preference, 0 where its magnitude is below "
        f"{NEUTRAL_BELOW:g}. Always exported; may be left out or null on import.",
    )
    confidence: float = Field(ge=0, le=1, description="How sure the reading is.")
    strictness: Strictness = Field(
        description="hard rules out what does not fit (preference > 0) or what fits (< 0); "
        "soft moves items up and down."
    )
    linked: bool = Field(
        default=True,
        description="Whether the value is the catalogue's or the domain's own, not only the "
        "person's words.",
    )
    valid_from: _Moment = Field(description="Since when it holds.")
    valid_to: _Moment | None = Field(
        default=None, description="When it ended; null while it holds."
    )
    condition: str = Field(
        default="",
        description="Under what alone it holds, in the person's own words, lower-case and "
        "single-spaced; empty if it always holds. Always exported; may be left out on import.",
    )
    evidence: list[EvidenceForm] = Field(min_length=1, description="Oldest first.")


class ReactionForm(_Form):
    """What somebody did with one item."""

    item_id: str = Field(min_length=1, description="Item of the catalogue.")
    kind: ReactionKind = Field(description="liked and disliked imply seen.")
    at: _Moment = Field(description="When.")
    evidence: list[EvidenceForm] = Field(min_length=1, description="Words or act that show it.")


class ProfileForm(_Form):
    """Everything Palate holds about one person's taste."""

    schema_version: Literal[1] = Field(description="Version of this form.")
    user_id: str = Field(min_length=1, description="Whose profile it is.")
    domain: str = Field(min_length=1, description="Domain that the facets belong to.")
    revision: int = Field(default=0, ge=0, description="Raised by one with every save.")
    updated_at: _Moment | None = Field(default=None, description="Time of the last change.")
    interests: list[InterestForm] = Field(description="At most one per facet, value and condition.")
    reactions: list[ReactionForm] = Field(description="At most one per item.")
