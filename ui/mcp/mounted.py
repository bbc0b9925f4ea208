"""MCP over HTTP, behind the guard: every message is signed by its own key.

It knows requests and the guard's answer; it does not know tools.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mcp.server.mcpserver import Context, MCPServer
from mcp.server.transport_security import TransportSecuritySettings
from starlette.responses import JSONResponse

from interest.errors import PalateError
from ui.api.problems import status_of
from ui.auth.guard import identity_of
from ui.auth.identity import AuthError, Identity
from ui.mcp.server import create_mcp_server
from ui.services import Services

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.types import ASGIApp, Receive, Scope, Send

__all__ = ["MountedMcp", "mount_mcp"]


@dataclass(frozen=True, kw_only=True)
class MountedMcp:
    """What an application needs to serve MCP at a path of its own.

    Attributes:
        app: Answers at ``/mcp``.
        server: What answers.
    """

    app: ASGIApp
    server: MCPServer[Any]

    def lifespan(self, app: FastAPI) -> AbstractAsyncContextManager[None]:
        """Runs as long as the application does: mounted applications have no life of their own."""
        return self._running()

    @asynccontextmanager
    async def _running(self) -> AsyncGenerator[None]:
        async with self.server.session_manager.run():
            yield


def mount_mcp(services: Services) -> MountedMcp:
    """MCP over the parts of a server. :class:`ui.auth.guard.Guard` must stand before it."""

    def asker(ctx: Context[Any, Any]) -> Identity:
        request: Any = ctx.request_context.request
        if request is None:
            raise AuthError("This message did not come over HTTP.")
        identity = identity_of(request.scope)
        services.buckets.take(identity.bucket)
        return identity

    server = create_mcp_server(services.palate, asker)
    app = server.streamable_http_app(
        streamable_http_path="/mcp",
        # Nothing is remembered between messages, so that no session can be taken over.
        stateless_http=True,
        # The guard and TrustedHostMiddleware check Host and Origin for all doors.
        transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
    )
    return MountedMcp(app=_Refusing(app), server=server)


class _Refusing:
    """Answers 401 or 403 before MCP is spoken, as its clients expect."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            try:
                identity_of(scope)
            except PalateError as error:
                status = status_of(error).value
                headers = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
                said = {"error": error.problem, "remedy": error.remedy}
                await JSONResponse(said, status, headers=headers)(scope, receive, send)
                return
        await self._app(scope, receive, send)
