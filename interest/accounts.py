"""Accounts, keys and what they allow: the types that sign-in and the programs' doors share.

It knows who may do what; it does not know passwords, cookies, HTTP or a database.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from interest.errors import InputError

__all__ = [
    "ALL_SCOPES",
    "GUEST_PREFIX",
    "ROLE_SCOPES",
    "Account",
    "ApiKey",
    "Role",
    "Scope",
    "checked_name",
    "read_scopes",
]

#: Guests are told from accounts by how their ids begin.
GUEST_PREFIX = "guest-"
_NAME = re.compile(r"[\w@][\w.@-]{0,63}")


class Role(StrEnum):
    """What kind of account it is."""

    USER = "user"  #: sees and changes what is theirs
    OPERATOR = "operator"  #: also sees who is there, and speaks for others


class Scope(StrEnum):
    """What a key or a session may do."""

    CHAT = "chat"  #: talk: reads and writes the profile by what is said
    RECOMMEND = "recommend"  #: lists, searches and explanations
    PROFILE_READ = "profile:read"
    PROFILE_WRITE = "profile:write"
    ACT_AS = "act-as"  #: speak for any user; for the backend of a shop
    ADMIN = "admin"  #: see who is there


ALL_SCOPES = frozenset(Scope)
_OWN = frozenset({Scope.CHAT, Scope.RECOMMEND, Scope.PROFILE_READ, Scope.PROFILE_WRITE})
#: What somebody of a role may do once they are signed in.
ROLE_SCOPES: Mapping[Role, frozenset[Scope]] = {
    Role.USER: _OWN,
    Role.OPERATOR: _OWN | {Scope.ADMIN},
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """Somebody who signs in. The user id is the name, and that of their profile.

    Attributes:
        user_id: See :func:`checked_name`.
        role: What kind of account.
        created_at: When; timezone-aware.
    """

    user_id: str
    role: Role
    created_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class ApiKey:
    """What is kept of a key; the secret itself is not.

    Attributes:
        key_id: The part of the key that is no secret.
        user_id: For whom it speaks.
        label: What its owner calls it, or "".
        scopes: What it may do.
        created_at: When; timezone-aware.
        expires_at: When it ends by itself, or None.
        revoked_at: When it was revoked, or None.
    """

    key_id: str
    user_id: str
    label: str
    scopes: frozenset[Scope]
    created_at: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None

    def works_at(self, now: datetime) -> bool:
        """Whether it opens anything at this moment."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)


def checked_name(name: str) -> str:
    """A name that an account may have, unchanged.

    Raises:
        InputError: It is no such name.
    """
    if not _NAME.fullmatch(name):
        raise InputError(
            f"{name[:64]!r} cannot be an account's name.",
            "Use up to 64 letters, digits and . _ - @, with a letter, digit or _ in front.",
        )
    if name.casefold().startswith(GUEST_PREFIX):
        raise InputError(
            f"{name!r} cannot be an account's name: guests have names that begin like this.",
            "Choose another name.",
        )
    return name


def read_scopes(names: str) -> frozenset[Scope]:
    """Scopes from their names, separated by commas or spaces.

    Raises:
        InputError: There is no such scope, or none was given.
    """
    found: set[Scope] = set()
    for name in names.replace(",", " ").split():
        try:
            found.add(Scope(name))
        except ValueError:
            raise InputError(
                f"There is no scope {name!r}.", f"Choose from: {', '.join(Scope)}."
            ) from None
    if not found:
        raise InputError("A key needs at least one scope.", f"Choose from: {', '.join(Scope)}.")
    return frozenset(found)
