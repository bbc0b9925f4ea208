"""What somebody's history at another service says: one record per thing, and what was unusable.

It knows what services have in common; it does not know any of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

__all__ = ["History", "HistoryRecord"]


@dataclass(frozen=True, kw_only=True, slots=True)
class HistoryRecord:
    """What somebody did with one thing.

    Attributes:
        place: Where it stands in the file, for people: ``"ratings.csv, line 3"``.
        title: As the service has it.
        year: Or None.
        ids: Ids that catalogues may share: IMDb ids, ISBNs without hyphens.
        rating: As a share of the best rating, in (0, 1], or None.
        rating_words: ``"4.5 of 5"``, or "".
        at: When; timezone-aware, or None where the service does not say.
        favourite: Whether it was marked with a heart or the like.
        review: The person's own words about it, plain text, or "".
    """

    place: str
    title: str
    year: int | None = None
    ids: tuple[str, ...] = ()
    rating: float | None = None
    rating_words: str = ""
    at: datetime | None = None
    favourite: bool = False
    review: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class History:
    """A file of a service, read.

    Attributes:
        service: Its name: ``"Letterboxd"``.
        records: At most one per thing, in the order of the file.
        passed_over: Reason → how many rows were no use: what is only planned, episodes …
        problems: Rows that could not be read, and why; the first hundred.
    """

    service: str
    records: tuple[HistoryRecord, ...]
    passed_over: dict[str, int]
    problems: tuple[str, ...]
