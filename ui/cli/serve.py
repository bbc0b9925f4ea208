"""``palate serve``: the page and the doors for programs, on one address."""

from __future__ import annotations

from pathlib import Path
from threading import Thread
from typing import Annotated

import typer

from interest.errors import InputError
from ui.cli.opening import opened, warm_up
from ui.cli.output import say
from ui.cli.settings import (
    DEFAULT_WORKSPACE,
    BaseUrlOption,
    LlmOption,
    VerboseOption,
    WorkspaceOption,
)

__all__ = ["serve"]


def serve(
    host: Annotated[str, typer.Option("--host", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="Port.")] = 7860,
    open_browser: Annotated[
        bool, typer.Option("--open/--no-open", help="Open the page in a browser.")
    ] = False,
    guests: Annotated[
        bool,
        typer.Option(
            "--guests/--no-guests",
            help="Whether people without an account may use the page; only on this machine.",
        ),
    ] = True,
    public_url: Annotated[
        str,
        typer.Option(
            "--public-url", help="Address that people use, if a proxy stands before this server."
        ),
    ] = "",
    rate_limit: Annotated[
        float,
        typer.Option(
            "--rate-limit",
            min=0,
            help="Requests a minute for each user or key; 0 for as many as they like.",
        ),
    ] = 240,
    build_demo: Annotated[
        bool,
        typer.Option(
            "--build-demo-if-missing", help="Build the demo workspace first if there is none."
        ),
    ] = False,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    llm: LlmOption = None,
    llm_base_url: BaseUrlOption = None,
    verbose: VerboseOption = False,
) -> None:
    """Open the chat page, and the doors for programs. Ctrl-C ends it.

    The page is at /, the REST API at /api/v1 (described in /api/openapi.json), the
    OpenAI-compatible one at /v1, and MCP at /mcp.

    Examples:

    \b
      palate serve --open
      palate serve --port 7861 --llm openai:my-model --llm-base-url http://127.0.0.1:8000/v1
      palate serve --host 0.0.0.0 --public-url https://palate.example.org
    """
    from ui.page.address import address_of, bind, is_loopback, origin_of

    local = is_loopback(host)
    origin = origin_of(public_url)
    if not local:
        check_public(host, workspace)
    listener = bind(host, port)  # before the work of loading: a taken port is known at once
    with listener:
        if build_demo:
            from ui.cli.build import build_demo_if_missing

            build_demo_if_missing(workspace, llm)
        with opened(workspace, llm=llm, llm_base_url=llm_base_url) as palate:
            from agent.palate import utc_now
            from ui.auth.guard import Rules
            from ui.page.server import create_app, serve_app
            from ui.services import open_services

            rules = Rules(local=local, guests=guests and local, public_origin=origin)
            services = open_services(palate, clock=utc_now, rules=rules, per_minute=rate_limit)
            app = create_app(services, host=host)
            Thread(target=warm_up, args=(palate,), daemon=True).start()
            address = origin or address_of(host, port)

            def ready() -> None:
                if not local and not rules.secure:
                    say(
                        "Warning: passwords and keys travel unencrypted. Put a proxy with HTTPS "
                        "before this server and pass --public-url https://…"
                    )
                say(f"Palate is at {address} (Ctrl-C ends it).")
                if open_browser:
                    typer.launch(address)

            try:
                serve_app(app, listener, ready=ready)
            finally:
                services.close()
    say("Stopped.")


def check_public(host: str, workspace: Path) -> None:
    """Refuse to be reachable from elsewhere before anybody can sign in.

    Raises:
        InputError: Nobody has an account.
    """
    from ui.cli.accounts import opened_accounts

    with opened_accounts(workspace) as accounts:
        if not accounts.any():
            raise InputError(
                f"{host} can be reached from other machines, and nobody has an account here.",
                "Add one first: palate user add NAME --role operator. Or use --host 127.0.0.1.",
            )
