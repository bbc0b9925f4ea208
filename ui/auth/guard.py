"""The guard in front of everything that is served: who is asking, and from where.

It knows headers and cookies; it does not know routes, profiles or how a refusal looks to a
program (each door says it in its own form). It stands before the page, the REST API, the OpenAI
door and MCP alike, so that there is one place where somebody is recognised.
"""

from __future__ import annotations

from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from anyio import to_thread
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, RedirectResponse

from interest.accounts import ALL_SCOPES, ROLE_SCOPES, Role
from interest.errors import StoreError
from ui.auth.accounts import Accounts
from ui.auth.identity import AuthError, ForbiddenError, Identity, Means
from ui.page.guests import guest_in

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

__all__ = ["OWNER", "SESSION_COOKIE", "Guard", "Rules", "identity_of", "session_token"]

SESSION_COOKIE = "palate_session"
#: Whose profile it is on one's own machine; the command line's default too.
OWNER = "me"
#: Doors of programs: they refuse in a form of their own.
_DOORS = ("/api/", "/v1/")
_MCP = "/mcp"
#: Open to everybody.
_OPEN = frozenset({"/healthz", "/sign-in", "/sign-out", "/favicon.ico"})
_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_IDENTITY = "palate.identity"


@dataclass(frozen=True, kw_only=True, slots=True)
class Rules:
    """Who is let in without a sign-in.

    Attributes:
        local: Whether only this machine can reach the address.
        guests: Whether the page is open to guests; only heeded on a local address.
        public_origin: Scheme, host and port under which people reach the page through a proxy,
            or "".
    """

    local: bool
    guests: bool = True
    public_origin: str = ""

    @property
    def secure(self) -> bool:
        """Whether browsers reach the page by HTTPS only."""
        return self.public_origin.startswith("https://")


class Guard:
    """Middleware: finds out who asks, and refuses what other sites' pages try to do.

    Args:
        app: What it stands before.
        accounts: Who there is.
        rules: Who is let in without a sign-in.
    """

    def __init__(self, app: ASGIApp, *, accounts: Accounts, rules: Rules) -> None:
        self._app = app
        self._accounts = accounts
        self._rules = rules

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        path = str(scope["path"])
        door = _is_door(path)
        try:
            found: Identity | AuthError | StoreError = await to_thread.run_sync(
                self._identify, headers, door
            )
        except (AuthError, StoreError) as error:
            found = error
        scope[_IDENTITY] = found
        by_key = isinstance(found, Identity) and found.means is Means.KEY
        if scope["method"] not in _READING and not by_key and self._from_elsewhere(headers):
            refusal = ForbiddenError(
                "A page of another site may not do this.", "Open Palate's own page."
            )
            if not door:
                await PlainTextResponse(str(refusal), 403)(scope, receive, send)
                return
            scope[_IDENTITY] = refusal
        if not door and path not in _OPEN and not isinstance(found, Identity):
            await self._send_away(headers, found)(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _identify(self, headers: Headers, door: bool) -> Identity:
        """Who asks.

        Raises:
            AuthError: Nobody is recognised.
        """
        sent = headers.get("authorization", "")
        if door and sent:
            kind, _, key = sent.partition(" ")
            if kind.lower() != "bearer":
                raise AuthError(
                    f"The authorization {kind[:20]!r} is not understood.",
                    "Send: Authorization: Bearer KEY",
                )
            return self._accounts.by_key(key.strip())
        token = session_token(headers)
        signed_in = self._accounts.by_token(token) if token else None
        if signed_in is not None:
            return signed_in
        if self._rules.local and self._rules.guests:
            return self._unknown(headers, door)
        raise _stranger(door)

    def _unknown(self, headers: Headers, door: bool) -> Identity:
        """On one's own machine: a guest, or the owner where nobody has an account."""
        guest = guest_in(headers)
        if guest or not door:
            own = ROLE_SCOPES[Role.USER]
            return Identity(user_id=guest or "guest", scopes=own, means=Means.GUEST)
        if self._accounts.any():
            raise _stranger(door)
        return Identity(user_id=OWNER, scopes=ALL_SCOPES, means=Means.OWNER)

    def _from_elsewhere(self, headers: Headers) -> bool:
        """Whether a browser says that another site's page sent this."""
        if headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
            return True
        origin = headers.get("origin")
        if origin is None:
            return False
        if self._rules.public_origin:
            return origin != self._rules.public_origin
        return urlsplit(origin).netloc != headers.get("host", "")

    def _send_away(
        self, headers: Headers, why: AuthError | StoreError
    ) -> PlainTextResponse | RedirectResponse:
        if isinstance(why, StoreError):
            return PlainTextResponse(str(why), 503)
        if "text/html" in headers.get("accept", ""):
            return RedirectResponse("/sign-in", 303)
        return PlainTextResponse(str(why), 401)


def identity_of(scope: Scope) -> Identity:
    """Whom the guard recognised.

    Raises:
        AuthError: Nobody.
        ForbiddenError: A page of another site sent the request.
        StoreError: The store could not be asked.
    """
    found: object = scope.get(_IDENTITY)
    if isinstance(found, Identity):
        return found
    if isinstance(found, AuthError | ForbiddenError | StoreError):
        raise found
    raise AuthError("No guard stands before this door.")


def _is_door(path: str) -> bool:
    """Whether one of the doors will answer. What they do not take falls to the page, which has no
    guard but this one: a path with a line break fits no mounted application."""
    return path == _MCP or (path.startswith(_DOORS) and "\n" not in path)


def session_token(headers: Headers) -> str:
    """The token in the session's cookie, or ""."""
    try:
        morsel = SimpleCookie(headers.get("cookie", "")).get(SESSION_COOKIE)
    except CookieError:
        return ""
    return "" if morsel is None else morsel.value


def _stranger(door: bool) -> AuthError:
    remedy = "Send: Authorization: Bearer KEY" if door else "Open /sign-in."
    return AuthError("You are not signed in.", remedy)
