"""The types that retrieval shares: items, interactions, queries, candidates and the ledger.

It knows what an item has and what a query asks; it does not know who is talking.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from interest.errors import InputError
from interest.interests import Interest

__all__ = [
    "AttributeValue",
    "Candidate",
    "Interaction",
    "Item",
    "LedgerEntry",
    "Part",
    "Query",
    "Review",
    "Verdict",
]

#: Several names, or one number. An attribute that is not known is absent, never empty.
AttributeValue = tuple[str, ...] | float


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """One thing that can be recommended.

    Attributes:
        item_id: Unique in the catalogue.
        title: What people call it.
        attributes: Column name to values: ``{"genre": ("Crime",), "year": 1995.0}``. What the
            catalogue does not know is absent.
        description: Free text about it, or "".
    """

    item_id: str
    title: str
    attributes: Mapping[str, AttributeValue]
    description: str = ""

    def __post_init__(self) -> None:
        if not self.item_id or not self.title.strip():
            raise InputError(f"Item without id or title: {self.item_id!r}, {self.title!r}.")

    def names(self, column: str) -> tuple[str, ...]:
        """The values of a column of names; empty if unknown."""
        value = self.attributes.get(column, ())
        return value if isinstance(value, tuple) else ()

    def number(self, column: str) -> float | None:
        """The value of a numeric column; None if unknown."""
        value = self.attributes.get(column)
        return None if value is None or isinstance(value, tuple) else value

    @property
    def label(self) -> str:
        """Title with the year, where one is known: ``"Heat (1995)"``."""
        year = self.number("year")
        return self.title if year is None else f"{self.title} ({int(year)})"


@dataclass(frozen=True, kw_only=True, slots=True)
class Interaction:
    """Somebody did something with an item.

    Attributes:
        user_id: Who.
        item_id: With what.
        value: Rating in the scale of the source; 1.0 for implicit feedback.
        timestamp: Seconds since the epoch, or None where the source has no times.
    """

    user_id: str
    item_id: str
    value: float = 1.0
    timestamp: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Review:
    """What somebody wrote about an item.

    Attributes:
        user_id: Who.
        item_id: About what.
        text: The words, verbatim: evidence points into them.
        timestamp: Seconds since the epoch, or None where the source has no times.
    """

    user_id: str
    item_id: str
    text: str
    timestamp: float | None = None


class Part(StrEnum):
    """What a score is made of. The parts of a candidate add up to its score."""

    SEMANTIC = "semantic"  #: text vector against what was said and liked
    COLLABORATIVE = "collaborative"  #: vector learned from other people's interactions
    PROFILE = "profile"  #: facets of the profile that the item has
    POPULARITY = "popularity"  #: a small prior
    AVERSION = "aversion"  #: nearness to what is disliked, at most 0


def _empty() -> tuple[str, ...]:
    return ()


def _no_interests() -> tuple[Interest, ...]:
    return ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Query:
    """What a profile and this turn ask for.

    Attributes:
        n: How many items; at least 1.
        text: Free words to match by meaning, or "".
        interests: What holds for the user now. Hard ones filter, soft ones move scores.
        wishes: What this turn asks for; counts more than ``interests``. Same rules.
        like: Items to start from in this turn ("something like Heat"), most important first.
        liked: Items the user likes, oldest first.
        disliked: Items the user dislikes, oldest first.
        exclude: Items that must not come back: seen, rejected, shown before.
        diversity: 0 = by score alone, 1 = as varied as possible.
    """

    n: int = 5
    text: str = ""
    interests: tuple[Interest, ...] = field(default_factory=_no_interests)
    wishes: tuple[Interest, ...] = field(default_factory=_no_interests)
    like: tuple[str, ...] = field(default_factory=_empty)
    liked: tuple[str, ...] = field(default_factory=_empty)
    disliked: tuple[str, ...] = field(default_factory=_empty)
    exclude: frozenset[str] = frozenset()
    diversity: float = 0.3

    def __post_init__(self) -> None:
        if self.n < 1:
            raise InputError(f"n is {self.n}; a query asks for at least one item.")
        if not 0.0 <= self.diversity <= 1.0:
            raise InputError(f"diversity {self.diversity} lies outside [0, 1].")


class Verdict(StrEnum):
    """What the catalogue says about one constraint and one item."""

    MET = "met"
    VIOLATED = "violated"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True, slots=True)
class LedgerEntry:
    """One constraint, one item, one verdict.

    Attributes:
        interest: What was asked for.
        verdict: Met, violated, or unknown where the catalogue cannot tell.
        column: Column that decided, or "" if none could.
        value: What the item has there, for people (``"1979"``, ``"Horror, Sci-Fi"``), or "".
    """

    interest: Interest
    verdict: Verdict
    column: str = ""
    value: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """An item that retrieval brings.

    Attributes:
        item_id: The item.
        rank: 1 is best.
        score: Higher is better; comparable within one answer only.
        parts: What the score is made of; they add up to it.
        ledger: One entry per interest and wish of the query that has a sign.
        cold: Whether the item has no interactions.
    """

    item_id: str
    rank: int
    score: float
    parts: Mapping[Part, float]
    ledger: tuple[LedgerEntry, ...]
    cold: bool = False
