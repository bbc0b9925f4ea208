"""Changes: what has to be written so that an ordered list in a database becomes another one.

It knows keys, entries and places; it does not know a database.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

__all__ = ["Changes", "changes"]

KeyT = TypeVar("KeyT", bound=Hashable)
EntryT = TypeVar("EntryT")


@dataclass(frozen=True, kw_only=True, slots=True)
class Changes(Generic[KeyT, EntryT]):
    """The difference between two ordered lists.

    Attributes:
        gone: Keys of entries to delete: those that are no more and those that changed.
        moved: Keys of entries that stay as they are but elsewhere, with their new place.
        fresh: Entries to insert after that, with their place.
    """

    gone: tuple[KeyT, ...]
    moved: tuple[tuple[KeyT, int], ...]
    fresh: tuple[tuple[int, EntryT], ...]


def changes(
    before: Sequence[EntryT], after: Sequence[EntryT], key: Callable[[EntryT], KeyT]
) -> Changes[KeyT, EntryT]:
    """Compare two lists in which every key occurs at most once; a place is an index."""
    old = {key(entry): (place, entry) for place, entry in enumerate(before)}
    new = [(place, key(entry), entry) for place, entry in enumerate(after)]
    same = {name for _, name, entry in new if name in old and old[name][1] == entry}
    return Changes(
        gone=tuple(name for name in old if name not in same),
        moved=tuple(
            (name, place) for place, name, _ in new if name in same and old[name][0] != place
        ),
        fresh=tuple((place, entry) for place, name, entry in new if name not in same),
    )
