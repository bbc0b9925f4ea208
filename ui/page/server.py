"""The web server: the page and the doors for programs, in one application on one address.

It knows which door is where and that the guard stands before all of them; it does not know what
happens behind any.
"""

from __future__ import annotations

import logging
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from urllib.parse import urlsplit

import uvicorn
from fastapi import FastAPI
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.routing import Route

from ui.api.app import create_api
from ui.api.problems import add_problem_handlers
from ui.auth.guard import Guard
from ui.auth.sign_in_page import sign_in_routes
from ui.mcp.mounted import mount_mcp
from ui.openai_api.app import create_openai_api
from ui.page.address import LOCAL_NAMES
from ui.page.app import build_page
from ui.page.guests import GuestCookie
from ui.page.resources import page_file
from ui.page.theme import page_theme
from ui.page.toolkit import ui
from ui.services import Services
from ui.trouble import WithoutWords

__all__ = ["create_app", "serve_app"]


def create_app(services: Services, *, host: str) -> FastAPI:
    """The application: the page at ``/``, programs at ``/api/v1``, ``/v1`` and ``/mcp``.

    Args:
        services: What answers, and who is answered; must stay open as long as the application runs.
        host: Where it will be served.
    """
    rules = services.rules
    mcp = mount_mcp(services)
    app = FastAPI(
        title="Palate",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=mcp.lifespan,
    )
    if rules.local and rules.guests:
        app.add_middleware(GuestCookie)
    app.add_middleware(Guard, accounts=services.accounts, rules=rules)
    if rules.local:
        # A page elsewhere whose name was pointed at this machine must not speak for its reader.
        public = urlsplit(rules.public_origin).hostname
        names = [*LOCAL_NAMES, host, *([public] if public else [])]
        app.add_middleware(TrustedHostMiddleware, allowed_hosts=names)

    @app.get("/healthz")
    def healthz() -> dict[str, str]:  # pyright: ignore[reportUnusedFunction]
        return {"status": "ok", "llm": services.palate.status.llm}

    # What no door takes, such as a path with a line break in it, is refused in this form too.
    add_problem_handlers(app)
    app.include_router(sign_in_routes(services.accounts, rules))
    app.mount("/api", create_api(services))
    app.mount("/v1", create_openai_api(services))
    app.router.routes.append(Route("/mcp", mcp.app))
    return ui.mount_gradio_app(
        app,
        build_page(services),
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
    logging.getLogger("uvicorn.error").addFilter(WithoutWords())
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
