"""Accounts: signing in and out, passwords and keys, over the store.

It knows what a password, a token or a key opens; it does not know HTTP or a terminal.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from interest.account_store import AccountStore
from interest.accounts import ROLE_SCOPES, Account, ApiKey, Role, Scope, checked_name
from ui.auth.buckets import Buckets
from ui.auth.identity import AuthError, Identity, Means
from ui.auth.secrets import (
    check_password,
    hash_password,
    hash_secret,
    make_key,
    make_token,
    needs_new_hash,
    read_key,
    same_secret,
    verify_password,
)
from ui.user_ids import checked_user_id

__all__ = ["SIGNED_IN_FOR", "Accounts"]

#: A browser stays signed in for so long.
SIGNED_IN_FOR = timedelta(days=14)
#: Tries to sign in, per minute, for one name and from one address.
_TRIES_PER_NAME = 5
_TRIES_PER_ADDRESS = 20


class Accounts:
    """Who may come in. Safe for several threads.

    Args:
        store: Keeps accounts, sign-ins and keys.
        clock: The time, as a parameter.
    """

    def __init__(self, store: AccountStore, *, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock
        self._per_name = Buckets(_TRIES_PER_NAME)
        self._per_address = Buckets(_TRIES_PER_ADDRESS)

    @classmethod
    def open(cls, place: str | Path, *, clock: Callable[[], datetime]) -> Accounts:
        """Open the accounts in the store of the profiles. Raises as ``AccountStore.open``."""
        return cls(AccountStore.open(place), clock=clock)

    def add(self, name: str, password: str, role: Role) -> Account:
        """Add an account.

        Raises:
            InputError: The name is taken or none, or the password too short or too long.
        """
        account = Account(user_id=checked_name(name), role=role, created_at=self._clock())
        check_password(password)
        self._store.add(account, hash_password(password))
        return account

    def all(self) -> tuple[Account, ...]:
        """All accounts by name."""
        return self._store.accounts()

    def set_password(self, name: str, password: str) -> None:
        """Replace a password; whoever is signed in with the old one is signed out.

        Raises:
            UnknownNameError: There is no such account.
            InputError: The password is too short or too long.
        """
        check_password(password)
        self._store.set_password_hash(name, hash_password(password), sign_out=True)

    def remove(self, name: str) -> None:
        """Remove an account, its sign-ins and its keys; the profile stays.

        Raises:
            UnknownNameError: There is no such account.
        """
        self._store.remove(name)

    def sign_in(self, name: str, password: str, *, address: str = "") -> str:
        """Sign in.

        Args:
            name: Of the account.
            password: As it was typed.
            address: From where, for counting tries.

        Returns:
            The token for the browser's cookie.

        Raises:
            AuthError: Name and password do not go together; does not tell which is wrong.
            TooManyError: Too many tries.
        """
        self._per_address.take(address)
        self._per_name.take(name.casefold()[:64])
        known = self._store.password_hash(name) if _storable(name) else None
        if not verify_password(known, password):
            raise AuthError("Name and password do not go together.", "Try again.")
        if known is not None and needs_new_hash(known):
            self._store.set_password_hash(name, hash_password(password), sign_out=False)
        token, now = make_token(), self._clock()
        self._store.add_sign_in(hash_secret(token), name, now=now, until=now + SIGNED_IN_FOR)
        return token

    def sign_out(self, token: str) -> None:
        """End a sign-in; nothing happens if it has ended."""
        self._store.end_sign_in(hash_secret(token))

    def by_token(self, token: str) -> Identity | None:
        """Who is signed in with a token; None if it is unknown or has ended."""
        account = self._store.signed_in(hash_secret(token), now=self._clock())
        if account is None:
            return None
        return Identity(
            user_id=account.user_id, scopes=ROLE_SCOPES[account.role], means=Means.SESSION
        )

    def add_key(
        self,
        user_id: str,
        scopes: frozenset[Scope],
        *,
        label: str = "",
        lasts: timedelta | None = None,
    ) -> tuple[ApiKey, str]:
        """Make a key that speaks for somebody.

        Returns:
            What is kept, and the key itself, which cannot be had again.

        Raises:
            InputError: It cannot be a user's id.
        """
        key_id, key = make_key()
        now = self._clock()
        kept = ApiKey(
            key_id=key_id,
            user_id=checked_user_id(user_id),
            label=label,
            scopes=scopes,
            created_at=now,
            expires_at=None if lasts is None else now + lasts,
        )
        self._store.add_key(kept, hash_secret(key))
        return kept, key

    def keys(self) -> tuple[ApiKey, ...]:
        """All keys, also those that do not work any more, oldest first."""
        return self._store.keys()

    def revoke_key(self, key_id: str) -> None:
        """End a key now.

        Raises:
            UnknownNameError: There is no such key.
        """
        self._store.revoke_key(key_id, now=self._clock())

    def by_key(self, key: str) -> Identity:
        """For whom a key speaks.

        Raises:
            AuthError: It is no key, or does not work any more.
        """
        refused = AuthError("The key is not valid.", "Make one: palate key add --user NAME")
        key_id = read_key(key)
        found = None if key_id is None else self._store.key(key_id)
        if found is None or not same_secret(key, found[1]):
            raise refused
        kept = found[0]
        if not kept.works_at(self._clock()):
            ended = "was revoked" if kept.revoked_at else "has expired"
            raise AuthError(f"The key {kept.key_id} {ended}.", refused.remedy)
        return Identity(
            user_id=kept.user_id, scopes=kept.scopes, means=Means.KEY, key_id=kept.key_id
        )

    def any(self) -> bool:
        """Whether anybody has an account."""
        return bool(self._store.accounts())

    def close(self) -> None:
        """Let go of connections."""
        self._store.close()


def _storable(name: str) -> bool:
    return "\0" not in name and not any("\ud800" <= mark <= "\udfff" for mark in name)
