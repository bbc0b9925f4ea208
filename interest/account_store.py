"""AccountStore: accounts, sign-ins and keys in the store's database.

It knows rows; it does not know how a password or a secret becomes its hash, or who may ask.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.exc import IntegrityError

from interest.account_models import AccountRow, ApiKeyRow, SignInRow
from interest.accounts import Account, ApiKey, Role, Scope
from interest.errors import InputError, PalateError, UnknownNameError
from interest.store_checks import check_text
from interest.store_engine import open_engine, reading, store_url, writing
from interest.store_migrate import migrate

__all__ = ["AccountStore"]


class AccountStore:
    """Who can sign in, and which keys there are. Safe for several threads and processes.

    Use :meth:`open`.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @classmethod
    def open(cls, place: str | Path) -> AccountStore:
        """Open the store of the profiles, and bring its tables up to date.

        Raises:
            InputError: The URL cannot be read or names a database that is not supported.
            SetupError: The database's driver is not installed.
            StoreError: The database cannot be opened, or was written by a newer version.
        """
        engine = open_engine(store_url(place))
        try:
            migrate(engine)
        except PalateError:
            engine.dispose()
            raise
        return cls(engine)

    def add(self, account: Account, password_hash: str) -> None:
        """Add an account.

        Raises:
            InputError: There is one of this name, in whatever case.
        """
        check_text(account.user_id)
        taken = next(
            (a for a in self.accounts() if a.user_id.casefold() == account.user_id.casefold()), None
        )
        refused = InputError(
            f"There is an account {(taken or account).user_id!r} already.",
            f"Choose another name, or: palate user passwd {(taken or account).user_id}",
        )
        if taken is not None:
            raise refused
        row = sa.insert(AccountRow).values(
            user_id=account.user_id,
            role=account.role.value,
            password_hash=password_hash,
            created_at=account.created_at,
        )
        with writing(self._engine) as connection:
            try:
                connection.execute(row)
            except IntegrityError as error:  # somebody else was faster
                raise refused from error

    def accounts(self) -> tuple[Account, ...]:
        """All accounts by name."""
        with reading(self._engine) as connection:
            rows = connection.execute(sa.select(AccountRow.__table__)).mappings().all()
        return tuple(sorted(map(_account, rows), key=lambda account: account.user_id))

    def password_hash(self, user_id: str) -> str | None:
        """The hash of somebody's password; None if there is no such account."""
        check_text(user_id)
        query = sa.select(AccountRow.password_hash).where(AccountRow.user_id == user_id)
        with reading(self._engine) as connection:
            return connection.execute(query).scalar()

    def set_password_hash(self, user_id: str, password_hash: str, *, sign_out: bool) -> None:
        """Replace a password; with ``sign_out`` everybody signed in with the old one must anew.

        Raises:
            UnknownNameError: There is no such account.
        """
        change = sa.update(AccountRow).where(AccountRow.user_id == user_id)
        with writing(self._engine) as connection:
            if connection.execute(change.values(password_hash=password_hash)).rowcount != 1:
                raise _nobody(user_id)
            if sign_out:
                connection.execute(sa.delete(SignInRow).where(SignInRow.user_id == user_id))

    def remove(self, user_id: str) -> None:
        """Remove an account with its sign-ins and keys. The profile stays.

        Raises:
            UnknownNameError: There is no such account.
        """
        with writing(self._engine) as connection:
            connection.execute(sa.delete(SignInRow).where(SignInRow.user_id == user_id))
            connection.execute(sa.delete(ApiKeyRow).where(ApiKeyRow.user_id == user_id))
            gone = connection.execute(sa.delete(AccountRow).where(AccountRow.user_id == user_id))
            if gone.rowcount != 1:
                raise _nobody(user_id)

    def add_sign_in(self, token_hash: str, user_id: str, *, now: datetime, until: datetime) -> None:
        """Remember that a browser is signed in; those that ended are forgotten.

        Raises:
            UnknownNameError: There is no such account any more.
        """
        row = sa.insert(SignInRow).values(
            token_hash=token_hash, user_id=user_id, created_at=now, expires_at=until
        )
        with writing(self._engine) as connection:
            connection.execute(sa.delete(SignInRow).where(SignInRow.expires_at <= now))
            try:
                connection.execute(row)
            except IntegrityError as error:
                raise _nobody(user_id) from error

    def signed_in(self, token_hash: str, *, now: datetime) -> Account | None:
        """Whose browser this is; None if the sign-in is unknown or has ended."""
        query = (
            sa.select(AccountRow.__table__)
            .join(SignInRow, SignInRow.user_id == AccountRow.user_id)
            .where(SignInRow.token_hash == token_hash, SignInRow.expires_at > now)
        )
        with reading(self._engine) as connection:
            row = connection.execute(query).mappings().first()
        return None if row is None else _account(row)

    def end_sign_in(self, token_hash: str) -> None:
        """Forget a sign-in; nothing happens if there is none."""
        with writing(self._engine) as connection:
            connection.execute(sa.delete(SignInRow).where(SignInRow.token_hash == token_hash))

    def add_key(self, key: ApiKey, secret_hash: str) -> None:
        """Remember a key."""
        check_text(key.user_id, key.label)
        with writing(self._engine) as connection:
            connection.execute(
                sa.insert(ApiKeyRow).values(
                    key_id=key.key_id,
                    user_id=key.user_id,
                    label=key.label,
                    secret_hash=secret_hash,
                    scopes=" ".join(sorted(key.scopes)),
                    created_at=key.created_at,
                    expires_at=key.expires_at,
                    revoked_at=key.revoked_at,
                )
            )

    def key(self, key_id: str) -> tuple[ApiKey, str] | None:
        """A key and the hash of its secret, whether it still works or not; None if unknown."""
        check_text(key_id)
        query = sa.select(ApiKeyRow.__table__).where(ApiKeyRow.key_id == key_id)
        with reading(self._engine) as connection:
            row = connection.execute(query).mappings().first()
        return None if row is None else (_key(row), str(row["secret_hash"]))

    def keys(self) -> tuple[ApiKey, ...]:
        """All keys, those that do not work any more too, oldest first."""
        with reading(self._engine) as connection:
            rows = connection.execute(sa.select(ApiKeyRow.__table__)).mappings().all()
        return tuple(sorted(map(_key, rows), key=lambda key: (key.created_at, key.key_id)))

    def revoke_key(self, key_id: str, *, now: datetime) -> None:
        """End a key now; one that is revoked already stays as it is.

        Raises:
            UnknownNameError: There is no such key.
        """
        moment = sa.func.coalesce(ApiKeyRow.revoked_at, now, type_=ApiKeyRow.revoked_at.type)
        change = sa.update(ApiKeyRow).where(ApiKeyRow.key_id == key_id).values(revoked_at=moment)
        with writing(self._engine) as connection:
            if connection.execute(change).rowcount != 1:
                raise UnknownNameError(f"There is no key {key_id!r}.", "See: palate key list")

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()


def _account(row: Mapping[Any, Any]) -> Account:
    return Account(
        user_id=row["user_id"], role=Role(row["role"]), created_at=cast(datetime, row["created_at"])
    )


def _key(row: Mapping[Any, Any]) -> ApiKey:
    return ApiKey(
        key_id=row["key_id"],
        user_id=row["user_id"],
        label=row["label"],
        scopes=frozenset(Scope(name) for name in str(row["scopes"]).split()),
        created_at=row["created_at"],
        expires_at=row["expires_at"],
        revoked_at=row["revoked_at"],
    )


def _nobody(user_id: str) -> UnknownNameError:
    return UnknownNameError(f"There is no account {user_id!r}.", "See: palate user list")
