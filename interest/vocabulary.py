"""The seam between interests and a catalogue: which values exist, and what else they are called.

It knows values per facet; it does not know items beyond their titles.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

__all__ = ["Vocabulary", "VocabularyChange", "VocabularyEntry"]


@dataclass(frozen=True, kw_only=True, slots=True)
class VocabularyEntry:
    """One value that something in the catalogue has.

    Attributes:
        facet: Facet of the domain.
        value: Canonical value; for titles the label with the year (``"Heat (1995)"``).
        names: What people call it, at least one (``("Heat",)``; ``("Robert De Niro",)``).
        item_ids: For titles, the item; for other facets empty.
        weight: How prominent it is (number of items or of ratings), for choosing between
            values with one name; never negative.
    """

    facet: str
    value: str
    names: tuple[str, ...]
    item_ids: tuple[str, ...] = ()
    weight: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class VocabularyChange:
    """How a vocabulary differs from an earlier one.

    Attributes:
        gone: (facet, case-folded value) of entries that no longer hold.
        entries: Entries that hold instead of them or besides the others.
    """

    gone: frozenset[tuple[str, str]]
    entries: tuple[VocabularyEntry, ...]


class Vocabulary(Protocol):
    """What a catalogue tells about its own values. ``retrieval.Catalogue`` implements it."""

    def entries(self) -> Iterable[VocabularyEntry]:
        """All values of all facets that have columns, plus the titles."""
        ...
