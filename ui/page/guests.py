"""Who is looking at the page: a guest known by a cookie, or a name in the address.

It knows requests and cookies; it does not know profiles. This is no sign-in: on one's own machine
there is nobody to keep out, and the server refuses other addresses unless told otherwise.
"""

from __future__ import annotations

import re
import uuid
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING, Any

from interest.errors import InputError
from ui.user_ids import checked_user_id

if TYPE_CHECKING:
    import gradio as gr
    from starlette.datastructures import Headers
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["GuestCookie", "guest_in", "user_of"]

_COOKIE = "palate_guest"
_GUEST = re.compile(r"guest-[0-9a-f]{32}")
_NAME = re.compile(r"[\w.@-]{1,64}")
#: A year: the profile itself stays until it is deleted.
_MAX_AGE_S = 365 * 24 * 3600


def user_of(request: gr.Request, *, named: bool) -> str:
    """The user that a page belongs to.

    Args:
        request: The page's request; carries the cookie that :class:`GuestCookie` set.
        named: Whether ``?user=NAME`` is heeded.

    Raises:
        InputError: The name in the address cannot be a user's.
    """
    sent: Any = request
    name = str(sent.query_params.get("user", "")).strip()
    if named and name:
        if not _NAME.fullmatch(checked_user_id(name)):
            raise InputError(
                f"{name[:64]!r} cannot be a user's name.",
                "Use up to 64 letters, digits and . _ - @ in ?user=NAME.",
            )
        return name
    guest = str(sent.cookies.get(_COOKIE, ""))
    if _GUEST.fullmatch(guest):
        return guest
    # A browser that keeps no cookies is somebody new with every tab.
    return f"guest-{request.session_hash or uuid.uuid4().hex}"


def guest_in(headers: Headers) -> str:
    """The guest that a request's cookie names, or ""."""
    try:
        morsel = SimpleCookie(headers.get("cookie", "")).get(_COOKIE)
    except CookieError:
        return ""
    return morsel.value if morsel is not None and _GUEST.fullmatch(morsel.value) else ""


class GuestCookie:
    """Middleware: gives every browser that has none a guest's cookie."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or _has_cookie(scope):
            await self._app(scope, receive, send)
            return
        cookie = f"{_COOKIE}=guest-{uuid.uuid4().hex}; Max-Age={_MAX_AGE_S}; Path=/; HttpOnly"

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start" and _is_page(message):
                line = (b"set-cookie", f"{cookie}; SameSite=Lax".encode("ascii"))
                message["headers"] = [*message.get("headers", ()), line]
            await send(message)

        await self._app(scope, receive, send_with_cookie)


def _has_cookie(scope: Scope) -> bool:
    for name, value in scope["headers"]:
        if name == b"cookie":
            try:
                morsel = SimpleCookie(value.decode("latin-1")).get(_COOKIE)
            except CookieError:
                continue
            if morsel is not None and _GUEST.fullmatch(morsel.value):
                return True
    return False


def _is_page(message: Message) -> bool:
    """Only the page itself: its many parallel parts would each bring another guest."""
    headers = dict(message.get("headers", ()))
    return bytes(headers.get(b"content-type", b"")).startswith(b"text/html")
