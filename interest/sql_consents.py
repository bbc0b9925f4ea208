"""Consents: where one person's profile may go, as they said it.

It knows people and names of destinations; it does not know what is sent there. Nothing is taken
for granted: without a word from the person, nothing goes to webhooks or to other systems.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from interest.errors import InputError
from interest.passport_tables import ConsentRow
from interest.sql_outbox import owe_updates, withdraw
from interest.sql_profiles import load_profile
from interest.store_checks import check_text
from interest.store_engine import reading, writing

__all__ = ["Consent", "Consents", "check_destination"]

_LONGEST = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class Consent:
    """What somebody said about one destination."""

    destination: str
    granted: bool
    at: datetime


def check_destination(name: str) -> str:
    """The name, if it can be one.

    Raises:
        InputError: It is empty, long, or has characters besides letters, digits and ``-_.:``.
    """
    plain = name.replace("-", "").replace("_", "").replace(".", "").replace(":", "")
    if not plain.isalnum() or len(name) > _LONGEST:
        raise InputError(
            f"{name[:_LONGEST]!r} cannot be the name of a destination.",
            "Use letters, digits, - _ . and :, at most 100.",
        )
    return name


class Consents:
    """What people said about destinations."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def of(self, user_id: str) -> tuple[Consent, ...]:
        """Everything that somebody said, by destination."""
        check_text(user_id)
        query = sa.select(ConsentRow.destination, ConsentRow.granted, ConsentRow.at).where(
            ConsentRow.user_id == user_id
        )
        with reading(self._engine) as connection:
            found = [Consent(**row) for row in connection.execute(query).mappings()]
        return tuple(sorted(found, key=lambda consent: consent.destination))

    def say(self, user_id: str, destination: str, *, granted: bool, now: datetime) -> None:
        """Allow or refuse a destination.

        A webhook that is allowed gets the profile as it is; one that is no longer allowed gets
        nothing that still waits, and is told to forget what it has.

        Raises:
            InputError: The name cannot be one.
        """
        check_text(user_id)
        check_destination(destination)
        with writing(self._engine) as connection:
            before = _granted(connection, user_id, destination)
            connection.execute(
                sa.delete(ConsentRow).where(
                    ConsentRow.user_id == user_id, ConsentRow.destination == destination
                )
            )
            connection.execute(
                sa.insert(ConsentRow).values(
                    user_id=user_id, destination=destination, granted=granted, at=now
                )
            )
            if granted and not before:
                profile = load_profile(connection, user_id)
                if profile is not None:
                    owe_updates(connection, [profile], now, only=destination)
            if before and not granted:
                withdraw(connection, user_id, destination, now)


def _granted(connection: Connection, user_id: str, destination: str) -> bool:
    query = sa.select(ConsentRow.granted).where(
        ConsentRow.user_id == user_id, ConsentRow.destination == destination
    )
    return bool(connection.execute(query).scalar())
