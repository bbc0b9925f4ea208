"""A server over a workspace for tests: the real application, in this process or on a socket."""

from __future__ import annotations

import asyncio
import shutil
import socket
import threading
import time
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from agent.palate import Palate, utc_now
from interest.accounts import Role, read_scopes
from ui.auth.guard import Rules
from ui.page.server import create_app
from ui.services import Services, open_services

__all__ = ["ADDRESS", "PASSWORD", "Served", "own_workspace", "served", "serving"]

ADDRESS = "http://127.0.0.1:7860"
OWN = "chat,recommend,profile:read,profile:write"
PASSWORD = "correct horse battery"


@dataclass(frozen=True, kw_only=True)
class Served:
    """An application, what it stands on, and ways in."""

    app: FastAPI
    palate: Palate
    services: Services

    def key(self, user_id: str, scopes: str = OWN) -> str:
        """A new key."""
        return self.services.accounts.add_key(user_id, read_scopes(scopes))[1]

    def signed(self, user_id: str, scopes: str = OWN) -> dict[str, str]:
        """The headers of a program that speaks for somebody."""
        return {"Authorization": f"Bearer {self.key(user_id, scopes)}"}

    def account(self, name: str, role: Role = Role.USER) -> None:
        """An account with the password of all tests."""
        self.services.accounts.add(name, PASSWORD, role)


def own_workspace(template: Path, folder: Path) -> Path:
    """A copy of a workspace, without the profiles that other tests left in it."""
    shutil.copytree(template, folder, ignore=shutil.ignore_patterns("profiles.sqlite*"))
    return folder


@contextmanager
def served(
    workspace: Path,
    *,
    rules: Rules | None = None,
    per_minute: float = 0,
    llm: str = "none",
    host: str = "127.0.0.1",
    store: str | None = None,
) -> Generator[Served]:
    """The whole application over a workspace; use Starlette's test client with it."""
    palate = Palate.open(workspace, llm=llm, store=store)
    services = open_services(
        palate, clock=utc_now, rules=rules or Rules(local=True), per_minute=per_minute
    )

    async def create() -> FastAPI:
        # Outside of a running loop Gradio makes loops of its own and never closes them.
        return create_app(services, host=host)

    # In a thread of its own: other tests may have left a loop running in this one.
    with ThreadPoolExecutor(1) as threads:
        app = threads.submit(lambda: asyncio.run(create())).result()
    try:
        yield Served(app=app, palate=palate, services=services)
    finally:
        services.close()
        palate.close()


@contextmanager
def serving(app: FastAPI) -> Generator[str]:
    """The application on a socket of this machine; its address."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        config = uvicorn.Config(app, log_config=None, access_log=False, timeout_graceful_shutdown=3)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        deadline = time.monotonic() + 60
        while not server.started:
            assert time.monotonic() < deadline, "the server did not start"
            assert thread.is_alive(), "the server ended"
            time.sleep(0.02)
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            server.should_exit = True
            thread.join(timeout=30)
