"""MCP over HTTP on an address of its own, without the page.

It knows the guard and a server; it does not know tools.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from fastapi import FastAPI
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.routing import Route

from ui.auth.guard import Guard, Rules
from ui.mcp.mounted import mount_mcp
from ui.page.address import LOCAL_NAMES, bind
from ui.page.server import serve_app
from ui.services import Services, open_services

if TYPE_CHECKING:
    from agent.palate import Palate

__all__ = ["create_mcp_app", "serve_http"]

_HOST = "127.0.0.1"


def create_mcp_app(services: Services) -> FastAPI:
    """The application: MCP at ``/mcp``, behind the guard."""
    mcp = mount_mcp(services)
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, lifespan=mcp.lifespan)
    app.add_middleware(Guard, accounts=services.accounts, rules=services.rules)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(LOCAL_NAMES))
    app.router.routes.append(Route("/mcp", mcp.app))
    return app


def serve_http(palate: Palate, port: int, *, ready: Callable[[], None]) -> None:
    """Serve on this machine until Ctrl-C.

    Raises:
        SetupError: The port is taken.
    """
    from agent.palate import utc_now

    with bind(_HOST, port) as listener:
        services = open_services(palate, clock=utc_now, rules=Rules(local=True))
        try:
            serve_app(create_mcp_app(services), listener, ready=ready)
        finally:
            services.close()
