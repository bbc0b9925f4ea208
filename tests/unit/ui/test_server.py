"""The web server around the page: health, hosts, guests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from agent.palate import Palate
from tests.support.server import ADDRESS, Served, served
from ui.page.how import how_html


@pytest.fixture(scope="module")
def server(small_workspace: Path) -> Iterator[Served]:
    with served(small_workspace) as opened:
        yield opened


@pytest.fixture(scope="module")
def palate(server: Served) -> Palate:
    return server.palate


@pytest.fixture(scope="module")
def client(server: Served) -> Iterator[TestClient]:
    with TestClient(server.app, base_url=ADDRESS) as opened:
        yield opened


def test_health_names_the_model(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok", "llm": "none (rules only)"}


def test_the_page_is_served_with_a_guests_cookie_and_our_look(client: TestClient) -> None:
    client.cookies.clear()
    page = client.get("/")
    assert page.status_code == 200
    assert "palate_guest=guest-" in page.headers["set-cookie"]
    assert "p-card" in page.text  # the style sheet travels in the page


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", ""])
def test_other_names_for_this_machine_are_refused(client: TestClient, host: str) -> None:
    assert client.get("/healthz", headers={"host": host}).status_code == 400


@pytest.mark.parametrize("host", ["localhost:7860", "127.0.0.1", "[::1]:7860"])
def test_its_own_names_are_served(client: TestClient, host: str) -> None:
    assert client.get("/healthz", headers={"host": host}).status_code == 200


def test_nothing_describes_the_interface_to_strangers(client: TestClient) -> None:
    assert client.get("/openapi.json").status_code == 404


def test_how_it_works_says_who_does_what(palate: Palate) -> None:
    text = how_html(palate.status, palate.domain)
    for words in ("24 films", "none (rules only)", "hashing-256", "Content only"):
        assert words in text
    for role in palate.status.roles:
        assert str(role.duty) in text
