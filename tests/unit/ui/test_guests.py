"""Guests: who gets a cookie, and whose page an address opens."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from interest.errors import InputError
from ui.page.guests import GuestCookie, user_of

GUEST = f"guest-{'0a' * 16}"


def asking(*, user: str = "", cookie: str = "", session: str | None = "tab") -> Any:
    """A page's request as Gradio hands it over."""
    return SimpleNamespace(
        query_params={"user": user} if user else {},
        cookies={"palate_guest": cookie} if cookie else {},
        session_hash=session,
    )


def test_a_guest_is_known_by_the_cookie() -> None:
    assert user_of(asking(cookie=GUEST), named=True) == GUEST


def test_a_name_in_the_address_wins_where_names_are_heeded() -> None:
    assert user_of(asking(user="ada", cookie=GUEST), named=True) == "ada"
    assert user_of(asking(user="ada", cookie=GUEST), named=False) == GUEST


def test_a_forged_cookie_opens_nobody_elses_page() -> None:
    assert user_of(asking(cookie="ada"), named=True) == "guest-tab"


def test_without_anything_every_tab_is_somebody_new() -> None:
    first, second = (user_of(asking(session=None), named=True) for _ in range(2))
    assert first.startswith("guest-")
    assert first != second


@pytest.mark.parametrize("name", ["a b", "<script>", "x" * 65, "a/b"])
def test_odd_names_are_refused(name: str) -> None:
    with pytest.raises(InputError):
        user_of(asking(user=name), named=True)


def page(request: Request) -> Response:
    return HTMLResponse("<p>page</p>")


def data(request: Request) -> Response:
    return JSONResponse({})


@pytest.fixture
def client() -> TestClient:
    app = Starlette(routes=[Route("/", page), Route("/data", data)])
    app.add_middleware(GuestCookie)
    return TestClient(app)


def test_a_page_brings_a_cookie_once(client: TestClient) -> None:
    first = client.get("/")
    cookie = first.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    guest = first.cookies["palate_guest"]
    assert user_of(asking(cookie=guest), named=True) == guest
    assert "set-cookie" not in client.get("/").headers


def test_data_brings_no_cookie(client: TestClient) -> None:
    assert "set-cookie" not in client.get("/data").headers


def test_a_broken_cookie_is_replaced(client: TestClient) -> None:
    client.cookies.set("palate_guest", "ada")
    assert "palate_guest=guest-" in client.get("/").headers["set-cookie"]
