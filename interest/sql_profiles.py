"""Profiles out of their rows and into them, one at a time or a page at once.

It knows which rows make a profile; it does not know transactions or who changes what.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from interest.errors import InputError, StoreError
from interest.passport_tables import CounterRow
from interest.profile import InterestProfile
from interest.store_models import (
    InterestEvidenceRow,
    InterestRow,
    ProfileRow,
    ReactionEvidenceRow,
    ReactionRow,
)
from interest.store_rows import (
    interest_evidence_rows,
    interest_row,
    profile_from,
    reaction_evidence_rows,
    reaction_row,
)

__all__ = [
    "Rows",
    "execute_many",
    "insert_profiles",
    "last_change",
    "load_profile",
    "load_profiles",
    "mapped_rows",
    "next_change",
]

Rows = Sequence[Mapping[str, Any]]

_PARTS = (InterestRow, InterestEvidenceRow, ReactionRow, ReactionEvidenceRow)
_CHANGE = "change"


def mapped_rows(connection: Connection, query: sa.Select[Any]) -> Rows:
    """The rows of a query, by column name."""
    return cast(Rows, connection.execute(query).mappings().all())


def execute_many(connection: Connection, query: sa.Executable, rows: Rows) -> None:
    """Run a statement once per row; not at all without rows."""
    if rows:
        connection.execute(query, rows)


def load_profile(connection: Connection, user_id: str) -> InterestProfile | None:
    """The stored profile, or None.

    Raises:
        StoreError: The rows do not make a profile.
    """
    found = load_profiles(connection, [user_id])
    return found[0] if found else None


def load_profiles(connection: Connection, user_ids: Sequence[str]) -> list[InterestProfile]:
    """The stored profiles of these people, in their order; who has none is passed over.

    Raises:
        StoreError: The rows do not make a profile.
    """
    if not user_ids:
        return []
    mine = sa.select(ProfileRow).where(ProfileRow.user_id.in_(user_ids))
    profiles = {row["user_id"]: row for row in mapped_rows(connection, mine)}
    parts = [_by_user(connection, table, user_ids) for table in _PARTS]
    return [
        _made(profiles[user_id], *(part.get(user_id, ()) for part in parts))
        for user_id in user_ids
        if user_id in profiles
    ]


def _by_user(
    connection: Connection, table: type[Any], user_ids: Sequence[str]
) -> dict[str, list[Mapping[str, Any]]]:
    query = sa.select(table).where(table.user_id.in_(user_ids)).order_by(table.position)
    found: dict[str, list[Mapping[str, Any]]] = {}
    for row in mapped_rows(connection, query):
        found.setdefault(row["user_id"], []).append(row)
    return found


def _made(profile: Mapping[str, Any], *parts: Rows) -> InterestProfile:
    try:
        return profile_from(profile, *parts)
    except (InputError, ValueError) as error:
        raise StoreError(
            f"The stored profile of {profile['user_id']!r} is damaged: {error}",
            "Restore a copy of the store, or delete this profile and import it again.",
        ) from error


def insert_profiles(connection: Connection, profiles: Sequence[InterestProfile]) -> None:
    """Insert profiles as they are, revisions included; nobody of them may be there yet."""
    change = next_change(connection, len(profiles))
    people = [
        {
            "user_id": profile.user_id,
            "domain": profile.domain,
            "revision": profile.revision,
            "schema_version": profile.schema_version,
            "updated_at": profile.updated_at,
            "change": change - len(profiles) + 1 + place,
        }
        for place, profile in enumerate(profiles)
    ]
    interests = _numbered((p.user_id, p.interests) for p in profiles)
    reactions = _numbered((p.user_id, p.reactions) for p in profiles)
    execute_many(connection, sa.insert(ProfileRow), people)
    for table, rows in (
        (InterestRow, (interest_row(*entry) for entry in interests)),
        (InterestEvidenceRow, _flat(interest_evidence_rows(u, i) for u, _, i in interests)),
        (ReactionRow, (reaction_row(*entry) for entry in reactions)),
        (ReactionEvidenceRow, _flat(reaction_evidence_rows(u, r) for u, _, r in reactions)),
    ):
        execute_many(connection, sa.insert(table), list(rows))


def _numbered(lists: Iterable[tuple[str, Sequence[Any]]]) -> list[tuple[str, int, Any]]:
    return [
        (user_id, place, entry) for user_id, entries in lists for place, entry in enumerate(entries)
    ]


def _flat(rows: Iterable[Iterable[dict[str, Any]]]) -> Iterable[dict[str, Any]]:
    return chain.from_iterable(rows)


def next_change(connection: Connection, count: int = 1) -> int:
    """Take the next numbers of the count of changes; the last one of them comes back.

    The counter's row stays locked until the end of the transaction, so that changes become
    visible in the order of their numbers: who has seen change 7 misses none before it.
    """
    mine = CounterRow.name == _CHANGE
    raised = connection.execute(
        sa.update(CounterRow)
        .where(mine)
        .values(value=CounterRow.value + count)
        .returning(CounterRow.value)
    ).scalar()
    if raised is not None:
        return int(raised)
    connection.execute(sa.insert(CounterRow).values(name=_CHANGE, value=count))
    return count


def last_change(connection: Connection) -> int:
    """The number of the last change; 0 before the first."""
    query = sa.select(CounterRow.value).where(CounterRow.name == _CHANGE)
    return int(connection.execute(query).scalar() or 0)
