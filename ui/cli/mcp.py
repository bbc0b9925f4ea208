"""``palate mcp``: Palate's tools for other agents."""

from __future__ import annotations

from threading import Thread
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ui.cli.opening import opened, warm_up
from ui.cli.output import say
from ui.cli.settings import (
    DEFAULT_USER,
    DEFAULT_WORKSPACE,
    UserOption,
    VerboseOption,
    WorkspaceOption,
)

if TYPE_CHECKING:
    from mcp.server.mcpserver import Context

    from ui.auth.identity import Identity

__all__ = ["mcp"]

#: The tools use no language model: the agent that calls them is one.
_NO_LLM = "none"


def mcp(
    user: UserOption = DEFAULT_USER,
    http: Annotated[
        bool, typer.Option("--http", help="Serve over HTTP, at /mcp, for clients with a key.")
    ] = False,
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="Port, for --http.")] = 7861,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    verbose: VerboseOption = False,
) -> None:
    """Speak MCP on standard input and output, for one person; or over HTTP on this machine.

    Over HTTP, every client sends a key of palate key add, and speaks for whom the key speaks.
    palate serve has the same at /mcp.

    Examples:

    \b
      palate mcp --user ada
      palate mcp --http --port 7861
    """
    with opened(workspace, llm=_NO_LLM) as palate:
        if http:
            from ui.mcp.http import serve_http

            def ready() -> None:
                say(f"MCP is at http://127.0.0.1:{port}/mcp (Ctrl-C ends it).")

            Thread(target=warm_up, args=(palate,), daemon=True).start()
            serve_http(palate, port, ready=ready)
            say("Stopped.")
            return
        from interest.accounts import ROLE_SCOPES, Role
        from ui.auth.identity import Identity, Means
        from ui.mcp.server import create_mcp_server

        owner = Identity(user_id=user, scopes=ROLE_SCOPES[Role.USER], means=Means.OWNER)

        def asker(_: Context[Any, Any]) -> Identity:
            return owner

        server = create_mcp_server(palate, asker)
        Thread(target=warm_up, args=(palate,), daemon=True).start()
        server.run("stdio")
