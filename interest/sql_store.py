"""SqlStore: the profile store on SQLite or PostgreSQL.

It knows which rows make a profile and how two savers keep out of each other's way; it does not
know what an interest means, or how a database is opened (see :mod:`interest.store_engine`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError

from interest.errors import ConflictError, PalateError, StoreError
from interest.exports.cloudevents import EventType
from interest.interests import Interest, InterestKey, condition_in
from interest.passport_tables import OutboxRow
from interest.profile import InterestProfile, Reaction
from interest.sql_outbox import owe_deletion, owe_updates, told
from interest.sql_profiles import execute_many, load_profile, mapped_rows, next_change
from interest.store import Event, StoredTurn
from interest.store_changes import changes
from interest.store_checks import check_storable, check_text
from interest.store_engine import WAIT_SECONDS, open_engine, reading, scrub, store_url, writing
from interest.store_migrate import migrate
from interest.store_models import (
    Base,
    EventRow,
    InterestEvidenceRow,
    InterestRow,
    ProfileRow,
    ReactionEvidenceRow,
    ReactionRow,
    TurnRow,
)
from interest.store_rows import (
    event_from,
    event_row,
    interest_evidence_rows,
    interest_row,
    reaction_evidence_rows,
    reaction_row,
    turn_from,
    turn_row,
)

__all__ = ["SqlStore"]


class SqlStore:
    """A :class:`interest.store.ProfileStore` in a database.

    Safe for several threads and several processes. Use :meth:`open`.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @classmethod
    def open(cls, place: str | Path, *, wait_seconds: float = WAIT_SECONDS) -> SqlStore:
        """Open a store and bring its tables up to date; a new one is made where there is none.

        Args:
            place: Path of an SQLite file, or a URL (``sqlite:///FILE``,
                ``postgresql://USER@HOST/NAME``).
            wait_seconds: How long a save waits for another program's (SQLite).

        Raises:
            InputError: The URL cannot be read or names a database that is not supported.
            SetupError: The database's driver is not installed.
            StoreError: The database cannot be opened, or was written by a newer version.
        """
        engine = open_engine(store_url(place), wait_seconds=wait_seconds)
        try:
            migrate(engine)
        except PalateError:
            engine.dispose()
            raise
        return cls(engine)

    def load(self, user_id: str) -> InterestProfile:
        check_text(user_id)
        with reading(self._engine) as connection:
            return load_profile(connection, user_id) or InterestProfile(user_id=user_id)

    def save(
        self,
        profile: InterestProfile,
        *,
        events: Sequence[Event] = (),
        turn: StoredTurn | None = None,
    ) -> InterestProfile:
        check_storable(profile, events, turn)
        user_id = profile.user_id
        with writing(self._engine) as connection:
            saved = _claim(connection, profile)
            stored = load_profile(connection, user_id) or saved
            _write_interests(connection, user_id, stored.interests, saved.interests)
            _write_reactions(connection, user_id, stored.reactions, saved.reactions)
            log = [event_row(user_id, event) for event in events]
            execute_many(connection, sa.insert(EventRow), log)
            if turn is not None:
                _write_turn(connection, user_id, turn)
            if (stored.interests, stored.reactions) != (saved.interests, saved.reactions):
                owe_updates(connection, [saved], _moment(saved, events))
        return saved

    def events(self, user_id: str, *, after: int = 0, limit: int = 1000) -> tuple[Event, ...]:
        check_text(user_id)
        query = (
            sa.select(EventRow)
            .where(EventRow.user_id == user_id, EventRow.event_id > after)
            .order_by(EventRow.event_id)
            .limit(max(limit, 0))
        )
        with reading(self._engine) as connection:
            return tuple(event_from(row) for row in mapped_rows(connection, query))

    def turns(self, user_id: str, conversation_id: str) -> tuple[StoredTurn, ...]:
        check_text(user_id, conversation_id)
        query = (
            sa.select(TurnRow)
            .where(TurnRow.user_id == user_id, TurnRow.conversation_id == conversation_id)
            .order_by(TurnRow.position)
        )
        with reading(self._engine) as connection:
            return tuple(turn_from(row) for row in mapped_rows(connection, query))

    def conversations(self, user_id: str) -> tuple[str, ...]:
        check_text(user_id)
        query = (
            sa.select(TurnRow.conversation_id)
            .where(TurnRow.user_id == user_id)
            .group_by(TurnRow.conversation_id)
            .order_by(sa.func.max(TurnRow.position).desc())
        )
        with reading(self._engine) as connection:
            return tuple(connection.execute(query).scalars())

    def users(self) -> tuple[str, ...]:
        with reading(self._engine) as connection:
            # Sorted here: databases sort text by their own rules.
            return tuple(sorted(connection.execute(sa.select(ProfileRow.user_id)).scalars()))

    def delete(self, user_id: str) -> Mapping[str, int]:
        """Remove everything about a user, as the seam says.

        Destinations that were sent the profile are told to forget it: that notice names the user
        until it is delivered, and is not counted among what went.
        """
        check_text(user_id)
        gone: dict[str, int] = {}
        with writing(self._engine) as connection:
            knows = told(connection, user_id)
            for table in _tables_of_people():
                query = sa.delete(table).where(table.c.user_id == user_id, *_not_a_notice(table))
                gone[table.name] = connection.execute(query).rowcount
            owe_deletion(connection, user_id, knows, "deleted", datetime.now(UTC))
        try:
            scrub(self._engine, tuple(gone))
        except StoreError as error:
            raise StoreError(
                f"{sum(gone.values())} rows of {user_id!r} are deleted, but their words may still "
                f"be in the files: {error.problem}",
                f"{error.remedy} Then delete again.",
            ) from error
        return {table.name: gone[table.name] for table in reversed(_tables_of_people())}

    @property
    def engine(self) -> Engine:
        """The database engine, for what stands beside profiles in the same database."""
        return self._engine

    def close(self) -> None:
        """Close all connections; the store can be used again and opens new ones."""
        self._engine.dispose()


def _tables_of_people() -> list[sa.Table]:
    """Every table that says whose its rows are; those that refer to others first."""
    return [table for table in reversed(Base.metadata.sorted_tables) if "user_id" in table.c]


def _not_a_notice(table: sa.Table) -> list[sa.ColumnElement[bool]]:
    """Notices of an earlier deletion that are still on their way have to arrive."""
    if table.name != OutboxRow.__tablename__:
        return []
    return [table.c.kind != EventType.DELETED.value]


def _moment(profile: InterestProfile, events: Sequence[Event]) -> datetime:
    """When a save happened, as far as it says."""
    times = [event.at for event in events] + [profile.updated_at or datetime.now(UTC)]
    return max(times)


def _claim(connection: Connection, profile: InterestProfile) -> InterestProfile:
    """Raise the revision, or find that somebody else did.

    The row stays locked until the end of the transaction, so that one saver at a time gets
    beyond this point.

    Raises:
        ConflictError: The stored revision is not the profile's.
    """
    saved = replace(profile, revision=profile.revision + 1)
    values = {
        "domain": saved.domain,
        "revision": saved.revision,
        "schema_version": saved.schema_version,
        "updated_at": saved.updated_at,
        "change": next_change(connection),
    }
    conflict = ConflictError(
        f"The profile of {profile.user_id!r} is not at revision {profile.revision} any more.",
        "Load it again and repeat the change.",
    )
    if profile.revision > 0:
        query = (
            sa.update(ProfileRow)
            .where(ProfileRow.user_id == profile.user_id, ProfileRow.revision == profile.revision)
            .values(**values)
        )
        if connection.execute(query).rowcount != 1:
            raise conflict
        return saved
    try:
        connection.execute(sa.insert(ProfileRow).values(user_id=profile.user_id, **values))
    except IntegrityError as error:
        raise conflict from error
    return saved


def _write_interests(
    connection: Connection, user_id: str, stored: Sequence[Interest], wanted: Sequence[Interest]
) -> None:
    """Write the interests that changed; quotes go with the row they belong to."""
    diff = changes(stored, wanted, lambda interest: interest.key)
    this = (
        InterestRow.user_id == user_id,
        InterestRow.facet == sa.bindparam("of_facet"),
        InterestRow.value == sa.bindparam("of_value"),
        InterestRow.condition == sa.bindparam("of_condition"),
    )
    move = sa.update(InterestRow).where(*this).values(position=sa.bindparam("place"))
    gone = [_bound(key) for key in diff.gone]
    moved = [{**_bound(key), "place": place} for key, place in diff.moved]
    fresh = [interest_row(user_id, place, interest) for place, interest in diff.fresh]
    quotes = [row for _, entry in diff.fresh for row in interest_evidence_rows(user_id, entry)]
    execute_many(connection, sa.delete(InterestRow).where(*this), gone)
    execute_many(connection, move, moved)
    execute_many(connection, sa.insert(InterestRow), fresh)
    execute_many(connection, sa.insert(InterestEvidenceRow), quotes)


def _bound(key: InterestKey) -> dict[str, Any]:
    """The parts of a key as parameters of a statement."""
    return {"of_facet": key[0], "of_value": key[1], "of_condition": condition_in(key)}


def _write_reactions(
    connection: Connection, user_id: str, stored: Sequence[Reaction], wanted: Sequence[Reaction]
) -> None:
    """Write the reactions that changed; acts go with the row they belong to."""
    diff = changes(stored, wanted, lambda reaction: reaction.item_id)
    this = (ReactionRow.user_id == user_id, ReactionRow.item_id == sa.bindparam("of_item"))
    move = sa.update(ReactionRow).where(*this).values(position=sa.bindparam("place"))
    gone = [{"of_item": item_id} for item_id in diff.gone]
    moved = [{"of_item": item_id, "place": place} for item_id, place in diff.moved]
    fresh = [reaction_row(user_id, place, reaction) for place, reaction in diff.fresh]
    acts = [row for _, entry in diff.fresh for row in reaction_evidence_rows(user_id, entry)]
    execute_many(connection, sa.delete(ReactionRow).where(*this), gone)
    execute_many(connection, move, moved)
    execute_many(connection, sa.insert(ReactionRow), fresh)
    execute_many(connection, sa.insert(ReactionEvidenceRow), acts)


def _write_turn(connection: Connection, user_id: str, turn: StoredTurn) -> None:
    try:
        connection.execute(sa.insert(TurnRow).values(turn_row(user_id, turn)))
    except IntegrityError as error:
        raise StoreError(
            f"Turn {turn.turn_id!r} of conversation {turn.conversation_id!r} is stored already.",
            "Give each turn its own id.",
        ) from error
