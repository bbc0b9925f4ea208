"""Pages: all profiles of a store, some hundred at a time, and profiles put in from outside.

It knows an order, a place in it and what changed since; it does not know what a page becomes.
Memory holds one page, however many people there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from interest.passport_tables import ConsentRow, profiles_table
from interest.profile import InterestProfile
from interest.sql_outbox import owe_updates
from interest.sql_profiles import insert_profiles, last_change, load_profiles
from interest.store_checks import check_storable
from interest.store_engine import reading, writing

__all__ = ["ProfilePages", "Selection"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Selection:
    """Which profiles are meant.

    Attributes:
        destination: Consent to it decides; None asks nobody (a copy for the person themselves).
        asked_first: Whether the destination needs a yes; else only a no keeps somebody out.
        user_id: Only this person, or None for everybody.
        since_change: Only what was saved after the change with this number.
        since_time: Only what says that it was updated at or after this time.
    """

    destination: str | None = None
    asked_first: bool = True
    user_id: str | None = None
    since_change: int = 0
    since_time: datetime | None = None


class ProfilePages:
    """The profiles of a store, page by page."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def last_change(self) -> int:
        """Number of the last save; what is saved later has a higher one."""
        with reading(self._engine) as connection:
            return last_change(connection)

    def count(self, selection: Selection) -> int:
        """How many profiles are meant."""
        query = _restricted(sa.select(sa.func.count()).select_from(profiles_table), selection)
        with reading(self._engine) as connection:
            return int(connection.execute(query).scalar_one())

    def left_out(self, selection: Selection) -> int:
        """How many would be meant, had they agreed."""
        anybody = Selection(
            user_id=selection.user_id,
            since_change=selection.since_change,
            since_time=selection.since_time,
        )
        return self.count(anybody) - self.count(selection)

    def page(self, selection: Selection, *, after: str | None, size: int) -> list[InterestProfile]:
        """The next profiles after a user id, in the database's order of ids; each as it is now.

        Raises:
            StoreError: The rows of somebody do not make a profile.
        """
        user_id = profiles_table.c.user_id
        query = _restricted(sa.select(user_id), selection).order_by(user_id).limit(size)
        if after is not None:
            query = query.where(user_id > after)
        with reading(self._engine) as connection:
            return load_profiles(connection, list(connection.execute(query).scalars()))

    def insert_new(self, profiles: Sequence[InterestProfile], *, now: datetime) -> frozenset[str]:
        """Insert those who are not there yet, exactly as they are, in one transaction.

        Args:
            profiles: At most one per person.
            now: The moment of the import.

        Returns:
            Ids of those who were there already; nothing of them was changed.

        Raises:
            InputError: One of them cannot be stored.
            StoreError: Nothing was written.
        """
        for profile in profiles:
            check_storable(profile, (), None)
        user_id = profiles_table.c.user_id
        wanted = [profile.user_id for profile in profiles]
        with writing(self._engine) as connection:
            query = sa.select(user_id).where(user_id.in_(wanted))
            there = frozenset(connection.execute(query).scalars())
            fresh = [profile for profile in profiles if profile.user_id not in there]
            if fresh:
                insert_profiles(connection, fresh)
                owe_updates(connection, fresh, now)
        return there


def _restricted(query: sa.Select[Any], selection: Selection) -> sa.Select[Any]:
    columns = profiles_table.c
    if selection.user_id is not None:
        query = query.where(columns.user_id == selection.user_id)
    if selection.since_change:
        query = query.where(columns.change > selection.since_change)
    if selection.since_time is not None:
        query = query.where(columns.updated_at >= selection.since_time)
    if selection.destination is None:
        return query
    said = sa.select(ConsentRow.user_id).where(
        ConsentRow.user_id == columns.user_id, ConsentRow.destination == selection.destination
    )
    if selection.asked_first:
        return query.where(said.where(ConsentRow.granted).exists())
    return query.where(~said.where(~ConsentRow.granted).exists())
