"""Who is asking, and what they may do.

It knows a user and scopes; it does not know how they were recognised.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from interest.accounts import Scope
from interest.errors import InputError
from ui.user_ids import checked_user_id

__all__ = ["AuthError", "ForbiddenError", "Identity", "Means", "TooManyError"]


class Means(StrEnum):
    """How somebody was recognised."""

    OWNER = "owner"  #: asks from the machine that Palate runs on, and nobody has an account
    GUEST = "guest"  #: a browser without a sign-in
    SESSION = "session"  #: a browser that is signed in
    KEY = "key"  #: a program


class AuthError(InputError):
    """Nobody is recognised by what was sent."""


class ForbiddenError(InputError):
    """Who asks may not do that."""


class TooManyError(InputError):
    """Too many requests.

    Args:
        wait_seconds: After which time there is room for one more.
    """

    def __init__(self, problem: str, remedy: str, *, wait_seconds: int) -> None:
        super().__init__(problem, remedy)
        self.wait_seconds = wait_seconds


@dataclass(frozen=True, kw_only=True, slots=True)
class Identity:
    """Somebody who is recognised.

    Attributes:
        user_id: Whose profile it is about.
        scopes: What may be done.
        means: How they were recognised.
        key_id: Of the key, for ``Means.KEY``.
    """

    user_id: str
    scopes: frozenset[Scope]
    means: Means
    key_id: str = ""

    @property
    def bucket(self) -> str:
        """Whose requests are counted together."""
        return f"{self.key_id}/{self.user_id}"

    @property
    def credential(self) -> str:
        """What was used; answers kept for one credential are not given to another."""
        return self.key_id or self.means.value

    def require(self, scope: Scope) -> None:
        """Go on only with a scope.

        Raises:
            ForbiddenError: It is missing.
        """
        if scope not in self.scopes:
            holder = "This key" if self.means is Means.KEY else "This sign-in"
            raise ForbiddenError(
                f"{holder} lacks the scope {scope.value!r}.",
                "Make a key that has it: palate key add --scopes …"
                if self.means is Means.KEY
                else "Use a key that has it.",
            )

    def speaking_for(self, user_id: str | None) -> Identity:
        """The same caller, about somebody else's profile; None and one's own change nothing.

        Raises:
            ForbiddenError: The scope ``act-as`` is missing.
            InputError: It cannot be a user's id.
        """
        if user_id is None or user_id == self.user_id:
            return self
        if Scope.ACT_AS not in self.scopes:
            raise ForbiddenError(
                f"You speak for {self.user_id!r} and may not speak for {user_id!r}.",
                "Leave the user out, or use a key with the scope 'act-as'.",
            )
        return replace(self, user_id=checked_user_id(user_id))
