"""Interest: one thing that somebody likes, dislikes, demands or refuses, with its evidence.

It knows a facet, a value, a sign and strength, and the words that show it. It does not know
items, catalogues or how interests are found.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from interest.errors import InputError
from interest.evidence import Evidence

__all__ = [
    "NEUTRAL_BELOW",
    "Interest",
    "InterestKey",
    "Strictness",
    "condition_in",
    "condition_words",
    "interest_key",
]

#: Preferences with a magnitude below this count as neither liked nor disliked (polarity 0).
NEUTRAL_BELOW = 0.1

#: Facet and value; a conditional interest has its condition as a third part, so that "no horror
#: with the kids" and "I love horror" are two interests and what always holds keeps its short key.
InterestKey = tuple[str, str] | tuple[str, str, str]


def interest_key(facet: str, value: str, condition: str = "") -> InterestKey:
    """The key of the interest in a value, under a condition or ("") always."""
    return (facet, value, condition) if condition else (facet, value)


def condition_in(key: InterestKey) -> str:
    """The condition in a key, or "" if its interest always holds."""
    return key[2] if len(key) == 3 else ""


def condition_words(text: str) -> str:
    """A condition in the form in which it is kept: the words in lower case, with single spaces."""
    return " ".join(text.lower().split())


class Strictness(StrEnum):
    """Whether an interest rules things out or only moves them up and down."""

    HARD = "hard"
    SOFT = "soft"


@dataclass(frozen=True, kw_only=True, slots=True)
class Interest:
    """One interest. There is none without evidence.

    Attributes:
        facet: Facet of the domain (``genre``, ``person``, ``title``, ``year``, ``theme`` …); for
            reviews the ABSA aspect category.
        value: Canonical value in that facet. Numeric facets hold a range in the form of
            :class:`interest.ranges.NumberRange` (``"1980.."``, ``"..120"``, ``"1980..1989"``);
            titles hold the catalogue's label (``"Heat (1995)"``) where the title is known there.
        preference: Sign and strength in ``[-1, 1]``.
        confidence: How sure the reading is, in ``[0, 1]``.
        strictness: ``hard`` with a positive preference means "only this", with a negative one
            "never this"; ``soft`` moves scores.
        evidence: At least one quote, oldest first.
        linked: Whether the value is one of the catalogue's or the domain's own values. What is
            not linked is kept in the user's words and can only be matched by meaning.
        valid_from: When it was first shown; timezone-aware.
        valid_to: When it stopped being true, or None while it holds.
        condition: Under what alone it holds, in the user's own words and the form of
            :func:`condition_words` (``"with the kids"``); "" if it always does.
    """

    facet: str
    value: str
    preference: float
    confidence: float
    strictness: Strictness
    evidence: tuple[Evidence, ...]
    valid_from: datetime
    linked: bool = True
    valid_to: datetime | None = None
    condition: str = ""

    def __post_init__(self) -> None:
        if not self.facet or not self.value.strip():
            raise InputError(f"Interest without facet or value: {self.facet!r}, {self.value!r}.")
        if not -1.0 <= self.preference <= 1.0:
            raise InputError(f"Preference {self.preference} lies outside [-1, 1].")
        if not 0.0 <= self.confidence <= 1.0:
            raise InputError(f"Confidence {self.confidence} lies outside [0, 1].")
        if not self.evidence:
            raise InputError(f"Interest {self.facet}={self.value!r} has no evidence.")
        if self.valid_from.tzinfo is None:
            raise InputError(f"valid_from {self.valid_from.isoformat()} has no time zone.")
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise InputError("valid_to lies before valid_from.")
        if self.condition != condition_words(self.condition):
            raise InputError(
                f"The condition {self.condition!r} is not in lower case with single spaces.",
                f"Write it as {condition_words(self.condition)!r}.",
            )

    @property
    def key(self) -> InterestKey:
        """What makes two interests the same one: facet, value and, if it has one, condition."""
        return interest_key(self.facet, self.value, self.condition)

    @property
    def polarity(self) -> int:
        """1 liked, -1 disliked, 0 neither."""
        if abs(self.preference) < NEUTRAL_BELOW:
            return 0
        return 1 if self.preference > 0 else -1

    @property
    def is_hard(self) -> bool:
        return self.strictness is Strictness.HARD

    def holds_at(self, now: datetime) -> bool:
        """Whether the interest is valid at this moment."""
        return self.valid_from <= now and (self.valid_to is None or now < self.valid_to)
