"""The sign-in page: a form without scripts, and the cookie that it leads to.

It knows forms, cookies and HTML; what a password opens is :mod:`ui.auth.accounts`'s.
"""

from __future__ import annotations

from html import escape
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from interest.errors import PalateError
from ui.auth.accounts import SIGNED_IN_FOR, Accounts
from ui.auth.guard import SESSION_COOKIE, Rules, session_token
from ui.auth.identity import TooManyError
from ui.page.resources import page_file
from ui.words import error_words

__all__ = ["account_html", "sign_in_routes"]

_HEADERS = {
    # Nothing of this page comes from elsewhere or runs, and nobody may put it into a frame.
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
}


def sign_in_routes(accounts: Accounts, rules: Rules) -> APIRouter:
    """``/sign-in`` and ``/sign-out``."""
    router = APIRouter(include_in_schema=False)

    @router.get("/sign-in")
    def form() -> Response:  # pyright: ignore[reportUnusedFunction]
        return _page()

    @router.post("/sign-in")
    async def sign_in(  # pyright: ignore[reportUnusedFunction]
        request: Request,
        name: Annotated[str, Form()] = "",
        password: Annotated[str, Form()] = "",
    ) -> Response:
        address = request.client.host if request.client else ""
        try:
            token = await run_in_threadpool(
                accounts.sign_in, name.strip(), password, address=address
            )
        except TooManyError as error:
            wait = {"Retry-After": str(error.wait_seconds)}
            return _page(error_words(error), name=name[:64], status=429, headers=wait)
        except PalateError as error:
            return _page(error_words(error), name=name[:64], status=401)
        answer = RedirectResponse("/", 303)
        answer.set_cookie(
            SESSION_COOKIE,
            token,
            max_age=int(SIGNED_IN_FOR.total_seconds()),
            httponly=True,
            samesite="lax",
            secure=rules.secure or request.url.scheme == "https",
        )
        return answer

    @router.post("/sign-out")
    async def sign_out(request: Request) -> Response:  # pyright: ignore[reportUnusedFunction]
        token = session_token(request.headers)
        if token:
            await run_in_threadpool(accounts.sign_out, token)
        answer = RedirectResponse("/", 303)
        answer.delete_cookie(SESSION_COOKIE, httponly=True, samesite="lax")
        return answer

    return router


def account_html(name: str, *, can_sign_in: bool) -> str:
    """What the page's head says of who is signed in: "" where nobody can sign in."""
    if name:
        return (
            f'<form class="p-account" method="post" action="/sign-out">Signed in as '
            f'<b>{escape(name)}</b> <button type="submit">Sign out</button></form>'
        )
    return '<p class="p-account"><a href="/sign-in">Sign in</a></p>' if can_sign_in else ""


def _page(
    problem: str = "",
    *,
    name: str = "",
    status: int = 200,
    headers: dict[str, str] | None = None,
) -> Response:
    alert = f'<p class="alert" role="alert">{escape(problem)}</p>' if problem else ""
    html = page_file("sign_in.html").replace("{alert}", alert).replace("{name}", escape(name))
    return HTMLResponse(html, status, headers={**_HEADERS, **(headers or {})})
