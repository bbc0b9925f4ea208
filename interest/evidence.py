"""Evidence: the exact words (or the act) that show an interest.

It knows spans and where they came from; it does not know what they mean.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from interest.errors import InputError

__all__ = ["Evidence", "Source"]


class Source(StrEnum):
    """Where the words came from."""

    CHAT = "chat"
    REVIEW = "review"
    RATING = "rating"
    FEEDBACK = "feedback"
    EDIT = "edit"


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """A verbatim quote and where it stands.

    Attributes:
        source: Kind of text the quote is from.
        source_id: Identifies the text: a turn id, a review id, an event id.
        start: Offset of the first character, in Unicode code points.
        end: Offset after the last character; ``end - start == len(quote)``.
        quote: The words themselves. For ``rating``, ``feedback`` and ``edit`` the text is the
            line that the store keeps for the act (for example ``"liked Heat (1995)"``).
        observed_at: When it was said; timezone-aware.
    """

    source: Source
    source_id: str
    start: int
    end: int
    quote: str
    observed_at: datetime

    def __post_init__(self) -> None:
        if not self.quote.strip():
            raise InputError("Evidence without words: the quote is empty.")
        if self.start < 0 or self.end - self.start != len(self.quote):
            raise InputError(
                f"Evidence span [{self.start}, {self.end}) does not fit the quote {self.quote!r} "
                f"of {len(self.quote)} characters."
            )
        if self.observed_at.tzinfo is None:
            raise InputError(f"observed_at {self.observed_at.isoformat()} has no time zone.")

    def holds_in(self, text: str) -> bool:
        """Whether the quote stands in ``text`` exactly where it says."""
        return text[self.start : self.end] == self.quote

    @classmethod
    def cut(
        cls,
        text: str,
        start: int,
        end: int,
        *,
        source: Source,
        source_id: str,
        observed_at: datetime,
    ) -> Evidence:
        """Cut the evidence out of the text, so that it holds by construction.

        Raises:
            InputError: The span is empty or lies outside the text.
        """
        if not 0 <= start < end <= len(text):
            raise InputError(
                f"Span [{start}, {end}) lies outside a text of {len(text)} characters."
            )
        return cls(
            source=source,
            source_id=source_id,
            start=start,
            end=end,
            quote=text[start:end],
            observed_at=observed_at,
        )

    @classmethod
    def whole(cls, text: str, *, source: Source, source_id: str, observed_at: datetime) -> Evidence:
        """Take a whole line as evidence, as acts (ratings, feedback, edits) do."""
        return cls.cut(
            text, 0, len(text), source=source, source_id=source_id, observed_at=observed_at
        )
