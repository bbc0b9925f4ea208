"""Whose page it is, on every press: of whoever is signed in, or a guest's.

It knows Gradio's requests and the guard's answer; it does not know what is on the page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from interest.errors import InputError
from ui.auth.guard import identity_of
from ui.auth.identity import Identity, Means
from ui.auth.sign_in_page import account_html
from ui.page.guests import user_of
from ui.page.session import Session
from ui.services import Services

if TYPE_CHECKING:
    import gradio as gr

__all__ = ["Visitors"]


class Visitors:
    """Who looks at the page.

    Args:
        services: Who there is, and how much one may ask.
    """

    def __init__(self, services: Services) -> None:
        self._services = services

    def user(self, request: gr.Request) -> str:
        """The user that a page belongs to.

        A name in the address is no sign-in; it is heeded on one's own machine as long as nobody
        has an account there.

        Raises:
            InputError: The name in the address cannot be a user's.
        """
        identity = _identity(request)
        if identity.means is Means.SESSION:
            return identity.user_id
        named = self._services.rules.local and not self._services.accounts.any()
        return user_of(request, named=named)

    def account_html(self, request: gr.Request) -> str:
        """What the page's head says of who is signed in."""
        identity = _identity(request)
        if identity.means is Means.SESSION:
            return account_html(identity.user_id, can_sign_in=True)
        return account_html("", can_sign_in=self._services.accounts.any())

    def check(self, session: Session, request: gr.Request) -> None:
        """Refuse a tab that was opened by somebody else than who is signed in now.

        Raises:
            InputError: The tab shows another person's page.
        """
        identity = _identity(request)
        signed_in = identity.user_id if identity.means is Means.SESSION else ""
        mine = session.user_id == signed_in if signed_in else not self._has_account(session)
        if not mine:
            raise InputError("You are not signed in as this page's owner any more.", "Reload it.")

    def take(self, request: gr.Request) -> None:
        """Count a message.

        Raises:
            TooManyError: Too many in a short time.
        """
        self._services.buckets.take(_identity(request).bucket)

    def _has_account(self, session: Session) -> bool:
        accounts = self._services.accounts.all()
        return any(account.user_id == session.user_id for account in accounts)


def _identity(request: gr.Request) -> Identity:
    """Whom the guard recognised; Gradio keeps the request that came through it."""
    sent: Any = request
    return identity_of(sent.request.scope)
