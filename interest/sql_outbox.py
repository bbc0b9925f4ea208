"""The outbox: events that a save or a deletion owes to others, written in the same transaction.

It knows rows and states; it does not know HTTP (see :mod:`interest.exports.relay`). An event is
there if and only if the save is, so that a crash neither loses one nor tells of what was not saved.

Per person and destination, events leave in their order: one that cannot be delivered holds back
those of the same person, and nobody else's.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.engine import Connection, CursorResult, Engine

from interest.errors import InputError, UnknownNameError
from interest.exports.cloudevents import EventType, deleted_event, updated_event
from interest.passport_tables import ConsentRow, DestinationRow, OutboxRow
from interest.profile import InterestProfile
from interest.store_engine import reading, scrub, writing

__all__ = [
    "Destination",
    "Outbox",
    "OutboxState",
    "Parcel",
    "Standing",
    "owe_deletion",
    "owe_updates",
    "told",
    "withdraw",
]


class OutboxState(StrEnum):
    """Where an event is on its way."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"  #: given up; ``retry`` puts it back


@dataclass(frozen=True, kw_only=True, slots=True)
class Destination:
    """A receiver of webhooks.

    Attributes:
        name: What consent is given to.
        url: Where events are posted.
        secret: Signs them; ``whsec_`` and base64.
        created_at: Since when.
    """

    name: str
    url: str
    secret: str
    created_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Parcel:
    """One event on its way: what is sent where, and how often that was tried."""

    position: int
    event_id: str
    destination: Destination
    body: str
    attempts: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """How the outbox of one destination stands: numbers of events, and the last trouble."""

    name: str
    url: str
    waiting: int
    delivered: int
    failed: int
    problem: str


def owe_updates(
    connection: Connection,
    profiles: Sequence[InterestProfile],
    now: datetime,
    *,
    only: str | None = None,
) -> None:
    """Owe each profile to the destinations that its person has allowed, or to one of them."""
    by_user = {profile.user_id: profile for profile in profiles}
    query = (
        sa.select(ConsentRow.user_id, ConsentRow.destination)
        .join(DestinationRow, DestinationRow.name == ConsentRow.destination)
        .where(ConsentRow.user_id.in_(list(by_user)), ConsentRow.granted)
        .order_by(ConsentRow.user_id, ConsentRow.destination)
    )
    if only is not None:
        query = query.where(ConsentRow.destination == only)
    allowed = connection.execute(query).all()
    rows = [
        _row(destination, user_id, EventType.UPDATED, updated_event(by_user[user_id], now=now), now)
        for user_id, destination in allowed
    ]
    if rows:
        connection.execute(sa.insert(OutboxRow), rows)


def owe_deletion(
    connection: Connection, user_id: str, destinations: Iterable[str], reason: str, now: datetime
) -> int:
    """Tell destinations that they have to forget somebody; how many are told."""
    rows = [
        _row(name, user_id, EventType.DELETED, deleted_event(user_id, reason=reason, now=now), now)
        for name in sorted(destinations)
    ]
    if rows:
        connection.execute(sa.insert(OutboxRow), rows)
    return len(rows)


def told(connection: Connection, user_id: str, destination: str | None = None) -> frozenset[str]:
    """Destinations that may hold something of somebody: an event was sent, or is being sent."""
    query = sa.select(OutboxRow.destination).where(
        OutboxRow.user_id == user_id,
        OutboxRow.kind == EventType.UPDATED.value,
        sa.or_(OutboxRow.state == OutboxState.DELIVERED.value, OutboxRow.attempts > 0),
    )
    if destination is not None:
        query = query.where(OutboxRow.destination == destination)
    return frozenset(connection.execute(query).scalars())


def withdraw(connection: Connection, user_id: str, destination: str, now: datetime) -> None:
    """Take back what waits for a destination, and tell it to forget what it has."""
    knows = told(connection, user_id, destination)
    connection.execute(
        sa.delete(OutboxRow).where(
            OutboxRow.user_id == user_id,
            OutboxRow.destination == destination,
            OutboxRow.kind == EventType.UPDATED.value,
        )
    )
    owe_deletion(connection, user_id, knows, "consent withdrawn", now)


def _row(
    destination: str, user_id: str, kind: EventType, event: tuple[str, str], now: datetime
) -> dict[str, Any]:
    event_id, body = event
    return {
        "event_id": event_id,
        "destination": destination,
        "user_id": user_id,
        "kind": kind.value,
        "body": body,
        "created_at": now,
        "state": OutboxState.WAITING.value,
        "attempts": 0,
        "problem": "",
    }


class Outbox:
    """Destinations and what is owed to them. Safe for several threads and processes."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, name: str, url: str, secret: str, *, now: datetime) -> Destination:
        """Add a destination.

        Raises:
            InputError: There is one with this name.
        """
        with writing(self._engine) as connection:
            if self._named(connection, name):
                raise InputError(
                    f"There is a destination {name!r} already.", "Remove it first, or rename this."
                )
            connection.execute(
                sa.insert(DestinationRow).values(name=name, url=url, secret=secret, created_at=now)
            )
        return Destination(name=name, url=url, secret=secret, created_at=now)

    def remove(self, name: str) -> int:
        """Remove a destination with everything owed to it, and all consents to it.

        Returns:
            How many events were owed.

        Raises:
            UnknownNameError: There is none.
        """
        with writing(self._engine) as connection:
            if not self._named(connection, name):
                raise UnknownNameError(
                    f"There is no destination {name!r}.", "See: palate webhook list."
                )
            owed = connection.execute(
                sa.select(sa.func.count()).where(
                    OutboxRow.destination == name, OutboxRow.state != OutboxState.DELIVERED.value
                )
            ).scalar_one()
            for table, column in (
                (OutboxRow, OutboxRow.destination),
                (ConsentRow, ConsentRow.destination),
                (DestinationRow, DestinationRow.name),
            ):
                connection.execute(sa.delete(table).where(column == name))
        return owed

    def destinations(self) -> tuple[Destination, ...]:
        """All destinations, by name."""
        with reading(self._engine) as connection:
            rows = connection.execute(sa.select(DestinationRow.__table__)).mappings().all()
        found = [Destination(**row) for row in rows]
        return tuple(sorted(found, key=lambda destination: destination.name))

    def standings(self) -> tuple[Standing, ...]:
        """How each destination stands, by name."""
        query = sa.select(
            OutboxRow.destination, OutboxRow.state, sa.func.count(), sa.func.max(OutboxRow.problem)
        ).group_by(OutboxRow.destination, OutboxRow.state)
        with reading(self._engine) as connection:
            counted = connection.execute(query).all()
        by_state = {(name, state): (count, problem) for name, state, count, problem in counted}
        none = (0, "")
        return tuple(
            Standing(
                name=destination.name,
                url=destination.url,
                waiting=by_state.get((destination.name, "waiting"), none)[0],
                delivered=by_state.get((destination.name, "delivered"), none)[0],
                failed=by_state.get((destination.name, "failed"), none)[0],
                problem=by_state.get((destination.name, "failed"), none)[1]
                or by_state.get((destination.name, "waiting"), none)[1],
            )
            for destination in self.destinations()
        )

    def claim(self, *, now: datetime, lease: timedelta, limit: int = 50) -> tuple[Parcel, ...]:
        """Take events that are due, the oldest one of each person and destination, for a while.

        What is neither delivered nor put off until the lease ends is due again: the program that
        had it was killed.
        """
        waiting = OutboxState.WAITING.value
        first = (
            sa.select(sa.func.min(OutboxRow.position))
            .where(OutboxRow.state == waiting)
            .group_by(OutboxRow.destination, OutboxRow.user_id)
        )
        free = sa.or_(OutboxRow.leased_until.is_(None), OutboxRow.leased_until <= now)
        due = sa.or_(OutboxRow.due_at.is_(None), OutboxRow.due_at <= now)
        columns = (OutboxRow.position, OutboxRow.event_id, OutboxRow.body, OutboxRow.attempts)
        query = (
            sa.select(*columns, DestinationRow.__table__)
            .join(DestinationRow, DestinationRow.name == OutboxRow.destination)
            .where(OutboxRow.position.in_(first), free, due)
            .order_by(OutboxRow.position)
            .limit(limit)
        )
        if self._engine.dialect.name == "postgresql":
            query = query.with_for_update(of=OutboxRow, skip_locked=True)
        with writing(self._engine) as connection:
            rows = connection.execute(query).mappings().all()
            places = [row["position"] for row in rows]
            connection.execute(
                sa.update(OutboxRow)
                .where(OutboxRow.position.in_(places))
                .values(leased_until=now + lease, attempts=OutboxRow.attempts + 1)
            )
        return tuple(
            Parcel(
                position=row["position"],
                event_id=row["event_id"],
                body=row["body"],
                attempts=row["attempts"] + 1,
                destination=Destination(
                    name=row["name"],
                    url=row["url"],
                    secret=row["secret"],
                    created_at=row["created_at"],
                ),
            )
            for row in rows
        )

    def delivered(self, parcel: Parcel, *, now: datetime) -> bool:
        """Note a delivery. The words go at once; a notice of deletion goes as a whole.

        Returns:
            Whether it was such a notice: :meth:`scrub` then removes the name from the files.
        """
        this = OutboxRow.position == parcel.position
        with writing(self._engine) as connection:
            notice = sa.delete(OutboxRow).where(this, OutboxRow.kind == EventType.DELETED.value)
            gone = connection.execute(notice).rowcount
            connection.execute(
                sa.update(OutboxRow)
                .where(this)
                .values(
                    state=OutboxState.DELIVERED.value,
                    body="",
                    delivered_at=now,
                    leased_until=None,
                    problem="",
                )
            )
        return gone > 0

    def scrub(self) -> None:
        """Overwrite what was deleted.

        Raises:
            StoreError: Somebody is in the way.
        """
        scrub(self._engine, [OutboxRow.__tablename__])

    def put_off(self, parcel: Parcel, *, until: datetime | None, problem: str) -> None:
        """Try again later, or (None) give up until somebody asks for it."""
        state = OutboxState.FAILED if until is None else OutboxState.WAITING
        with writing(self._engine) as connection:
            connection.execute(
                sa.update(OutboxRow)
                .where(OutboxRow.position == parcel.position)
                .values(state=state.value, due_at=until, leased_until=None, problem=problem)
            )

    def retry(self, name: str | None = None) -> int:
        """Make everything that waits or was given up due at once; how many events."""
        query = sa.update(OutboxRow).where(OutboxRow.state != OutboxState.DELIVERED.value)
        if name is not None:
            query = query.where(OutboxRow.destination == name)
        with writing(self._engine) as connection:
            result = connection.execute(
                query.values(state=OutboxState.WAITING.value, due_at=None, attempts=1)
            )
            return cast("CursorResult[Any]", result).rowcount

    def notices(self, user_id: str) -> tuple[str, ...]:
        """Destinations that are still to be told that somebody was deleted."""
        query = sa.select(OutboxRow.destination).where(
            OutboxRow.user_id == user_id, OutboxRow.kind == EventType.DELETED.value
        )
        with reading(self._engine) as connection:
            return tuple(sorted(set(connection.execute(query).scalars())))

    def next_due(self) -> datetime | None:
        """When the next event is due that waits for its turn; None if nothing has a time."""
        query = sa.select(sa.func.min(OutboxRow.due_at)).where(
            OutboxRow.state == OutboxState.WAITING.value
        )
        with reading(self._engine) as connection:
            return connection.execute(query).scalar()

    @staticmethod
    def _named(connection: Connection, name: str) -> bool:
        query = sa.select(DestinationRow.name).where(DestinationRow.name == name)
        return connection.execute(query).first() is not None
