"""The small web server around the page: one FastAPI application on one address.

It knows HTTP, addresses and ports; it does not know what the page does.
"""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING

import uvicorn
from fastapi import FastAPI
from starlette.middleware.trustedhost import TrustedHostMiddleware

from ui.page.address import LOCAL_NAMES, is_loopback
from ui.page.app import build_page
from ui.page.guests import GuestCookie
from ui.page.resources import page_file
from ui.page.theme import page_theme
from ui.page.toolkit import ui

if TYPE_CHECKING:
    from agent.palate import Palate

__all__ = ["create_app", "serve_app"]


def create_app(palate: Palate, *, clock: Callable[[], datetime], host: str) -> FastAPI:
    """The application: the page at ``/``, and ``/healthz``.

    Args:
        palate: Answers; must stay open as long as the application runs.
        clock: Says what time it is.
        host: Where it will be served. If other machines can reach it, ``?user=`` is not heeded,
            because a name in an address is no sign-in.
    """
    local = is_loopback(host)
    app = FastAPI(title="Palate", docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(GuestCookie)
    if local:
        # A page elsewhere whose name was pointed at this machine must not speak for its reader.
        app.add_middleware(TrustedHostMiddleware, allowed_hosts=[*LOCAL_NAMES, host])

    @app.get("/healthz")
    def healthz() -> dict[str, str]:  # pyright: ignore[reportUnusedFunction]
        return {"status": "ok", "llm": palate.status.llm}

    return ui.mount_gradio_app(
        app,
        build_page(palate, clock=clock, named_users=local),
        path="/",
        theme=page_theme(),
        css=page_file("style.css"),
        footer_links=[],
        run_history=False,
        show_error=False,
        ssr_mode=False,
        mcp_server=False,
        enable_monitoring=False,
        max_file_size=0,
        app_kwargs={"docs_url": None, "redoc_url": None, "openapi_url": None},
    )


def serve_app(app: FastAPI, listener: socket.socket, *, ready: Callable[[], None]) -> None:
    """Serve until Ctrl-C or a termination signal.

    Args:
        app: From :func:`create_app`.
        listener: From :func:`bind`.
        ready: Called once when the page can be opened.
    """
    # Its own logging would write to standard output; ours says what is to be said.
    config = uvicorn.Config(app, log_config=None, access_log=False, timeout_graceful_shutdown=3)
    # Uvicorn sends the signal once more when it has shut down; both kinds then end here.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with suppress(KeyboardInterrupt):
        _Server(config, ready).run(sockets=[listener])


class _Server(uvicorn.Server):
    """Uvicorn that says when it is ready."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        if self.started:
            self._ready()
