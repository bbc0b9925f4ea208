"""AnswerStore: answers to requests that may be sent again, so that nothing is done twice.

It knows who asked under which key, a fingerprint of what was asked, and the answer; it does not
know HTTP. An answer is kept for a day. One that is being worked on holds its key for a while and
then gives it free, in case whoever worked on it was killed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from interest.errors import ConflictError, InputError, PalateError
from interest.store_checks import check_text
from interest.store_engine import open_engine, reading, store_url, writing
from interest.store_migrate import migrate
from interest.store_models import AnswerRow

__all__ = ["KEPT_FOR", "WORKED_ON_FOR", "AnswerStore", "StoredAnswer"]

KEPT_FOR = timedelta(hours=24)
#: Longer than any answer takes.
WORKED_ON_FOR = timedelta(minutes=5)


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredAnswer:
    """An answer as it was given.

    Attributes:
        status: Its number.
        media_type: What kind of text the body is.
        body: The text.
    """

    status: int
    media_type: str
    body: str


class AnswerStore:
    """Answers by user and key. Safe for several threads and processes. Use :meth:`open`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @classmethod
    def open(cls, place: str | Path) -> AnswerStore:
        """Open the store of the profiles, and bring its tables up to date.

        Raises:
            PalateError: As :meth:`interest.sql_store.SqlStore.open`.
        """
        engine = open_engine(store_url(place))
        try:
            migrate(engine)
        except PalateError:
            engine.dispose()
            raise
        return cls(engine)

    def begin(
        self, user_id: str, key: str, fingerprint: str, *, now: datetime
    ) -> StoredAnswer | None:
        """Take a key, or get the answer that was given under it.

        Args:
            user_id: Who asks; keys of different people have nothing to do with each other.
            key: Chosen by whoever asks.
            fingerprint: Of everything that was asked.
            now: The time.

        Returns:
            The answer, or None if the request has to be worked on now.

        Raises:
            InputError: The key was used for another request.
            ConflictError: The same request is being worked on.
        """
        check_text(user_id, key)
        mine = (AnswerRow.user_id == user_id, AnswerRow.key == key)
        dead = AnswerRow.status.is_(None) & (AnswerRow.started_at <= now - WORKED_ON_FOR)
        with writing(self._engine) as connection:
            old = AnswerRow.started_at <= now - KEPT_FOR
            connection.execute(sa.delete(AnswerRow).where(old | (sa.and_(*mine) & dead)))
            if connection.dialect.name == "postgresql":
                # Whoever comes second waits here, as SQLite's writers do for their turn.
                lock = sa.func.hashtextextended(f"{user_id}\n{key}", 0)
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(lock)))
            found = connection.execute(sa.select(AnswerRow.__table__).where(*mine)).mappings()
            row = found.first()
            if row is None:
                connection.execute(
                    sa.insert(AnswerRow).values(
                        user_id=user_id,
                        key=key,
                        fingerprint=fingerprint,
                        started_at=now,
                        status=None,
                        media_type="",
                        body="",
                    )
                )
                return None
        if row["fingerprint"] != fingerprint:
            raise InputError(
                f"The idempotency key {key!r} was used for another request.",
                "Give each new request a key of its own.",
            )
        if row["status"] is None:
            raise ConflictError(
                f"The request with the idempotency key {key!r} is still being worked on.",
                "Send it again in a moment.",
            )
        return StoredAnswer(status=row["status"], media_type=row["media_type"], body=row["body"])

    def finish(self, user_id: str, key: str, answer: StoredAnswer) -> None:
        """Keep the answer. Nothing is kept for somebody who was deleted in between."""
        change = (
            sa.update(AnswerRow)
            .where(AnswerRow.user_id == user_id, AnswerRow.key == key)
            .values(status=answer.status, media_type=answer.media_type, body=answer.body)
        )
        with writing(self._engine) as connection:
            connection.execute(change)

    def abandon(self, user_id: str, key: str) -> None:
        """Give the key free: the request failed and may be tried again."""
        with writing(self._engine) as connection:
            connection.execute(
                sa.delete(AnswerRow).where(
                    AnswerRow.user_id == user_id,
                    AnswerRow.key == key,
                    AnswerRow.status.is_(None),
                )
            )

    def count(self) -> int:
        """How many answers are kept."""
        with reading(self._engine) as connection:
            return connection.execute(
                sa.select(sa.func.count()).select_from(AnswerRow)
            ).scalar_one()

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()
