"""The web server around the page: health, hosts, guests."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from agent.palate import Palate
from ui.page.how import how_html
from ui.page.server import create_app


@pytest.fixture(scope="module")
def palate(small_workspace: Path) -> Iterator[Palate]:
    opened = Palate.open(small_workspace, llm="none")
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def client(palate: Palate) -> Iterator[TestClient]:
    async def create() -> FastAPI:
        # Outside of a running loop Gradio makes loops of its own and never closes them.
        return create_app(palate, clock=lambda: datetime.now(UTC), host="127.0.0.1")

    # In a thread of its own: other tests may have left a loop running in this one.
    with ThreadPoolExecutor(1) as threads:
        app = threads.submit(lambda: asyncio.run(create())).result()
    with TestClient(app, base_url="http://127.0.0.1:7860") as opened:
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
