"""Passwords, keys and session tokens: how they are made, and how they are recognised.

It knows secrets and their hashes; it does not know accounts, requests or a database. Passwords are
hashed by Argon2id. Keys and tokens have 256 random bits of their own, so that nobody can guess
them and a plain SHA-256 keeps them as safe, at a price that every request can pay.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from interest.errors import InputError

__all__ = [
    "LONGEST_PASSWORD",
    "SHORTEST_PASSWORD",
    "check_password",
    "hash_password",
    "hash_secret",
    "make_key",
    "make_token",
    "needs_new_hash",
    "read_key",
    "same_secret",
    "verify_password",
]

SHORTEST_PASSWORD = 10
#: Hashing takes time by length; nobody types more.
LONGEST_PASSWORD = 512

_HASHER: Final = PasswordHasher()
#: Verified where there is no account, so that the time tells nobody who has one.
_NOBODY: Final = _HASHER.hash("nobody has this password")
_KEY = re.compile(r"palate_(?P<key_id>[0-9a-f]{16})_(?P<secret>[\w-]{43})", re.ASCII)


def check_password(password: str) -> None:
    """Refuse a password that is too easy, or too long to hash.

    Raises:
        InputError: Says the limits, never the password.
    """
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise InputError(
            f"The password has {len(password)} characters.",
            f"Use between {SHORTEST_PASSWORD} and {LONGEST_PASSWORD}.",
        )


def hash_password(password: str) -> str:
    """Argon2id with its parameters and salt, as one line."""
    return _HASHER.hash(password.encode("utf-8", "surrogatepass"))


def verify_password(password_hash: str | None, password: str) -> bool:
    """Whether it is the password; takes as long where there is no account (None)."""
    if len(password) > LONGEST_PASSWORD:
        return False
    typed = password.encode("utf-8", "surrogatepass")
    try:
        _HASHER.verify(password_hash or _NOBODY, typed)
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def needs_new_hash(password_hash: str) -> bool:
    """Whether today's parameters are stronger than those it was hashed with."""
    return _HASHER.check_needs_rehash(password_hash)


def make_token() -> str:
    """A session's token."""
    return secrets.token_urlsafe(32)


def make_key() -> tuple[str, str]:
    """A new key: its id, and the whole key as its owner gets it, once."""
    key_id = secrets.token_hex(8)
    return key_id, f"palate_{key_id}_{secrets.token_urlsafe(32)}"


def read_key(key: str) -> str | None:
    """The id in a key; None if it does not have the form of one."""
    found = _KEY.fullmatch(key)
    return None if found is None else found["key_id"]


def hash_secret(secret: str) -> str:
    """What is kept of a key or a token."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def same_secret(secret: str, kept: str) -> bool:
    """Whether this is the secret of a hash; takes the same time wherever they differ."""
    return hmac.compare_digest(hash_secret(secret), kept)
