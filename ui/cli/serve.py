"""``palate serve``: the chat page on this machine."""

from __future__ import annotations

import logging
from threading import Thread
from typing import TYPE_CHECKING, Annotated

import typer

from interest.errors import PalateError
from ui.cli.opening import opened
from ui.cli.output import say
from ui.cli.settings import (
    DEFAULT_WORKSPACE,
    BaseUrlOption,
    LlmOption,
    VerboseOption,
    WorkspaceOption,
)

if TYPE_CHECKING:
    from agent.palate import Palate

__all__ = ["serve"]

logger = logging.getLogger(__name__)


def serve(
    host: Annotated[str, typer.Option("--host", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="Port.")] = 7860,
    open_browser: Annotated[
        bool, typer.Option("--open/--no-open", help="Open the page in a browser.")
    ] = False,
    allow_public: Annotated[
        bool,
        typer.Option(
            "--allow-public",
            help="Allow an address that other machines can reach. There is no sign-in yet.",
        ),
    ] = False,
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
    """Open the chat page. Ctrl-C ends it.

    Examples:

    \b
      palate serve --open
      palate serve --port 7861 --llm openai:my-model --llm-base-url http://127.0.0.1:8000/v1
    """
    from ui.page.address import address_of, bind, check_host, is_loopback

    check_host(host, allow_public=allow_public)
    listener = bind(host, port)  # before the work of loading: a taken port is known at once
    with listener:
        if build_demo:
            from ui.cli.build import build_demo_if_missing

            build_demo_if_missing(workspace, llm)
        with opened(workspace, llm=llm, llm_base_url=llm_base_url) as palate:
            from agent.palate import utc_now
            from ui.page.server import create_app, serve_app

            app = create_app(palate, clock=utc_now, host=host)
            Thread(target=_warm_up, args=(palate,), daemon=True).start()
            address = address_of(host, port)

            def ready() -> None:
                if not is_loopback(host):
                    say("Warning: everybody who can reach this address can use this page.")
                say(f"Palate is at {address} (Ctrl-C ends it).")
                if open_browser:
                    typer.launch(address)

            serve_app(app, listener, ready=ready)
    say("Stopped.")


def _warm_up(palate: Palate) -> None:
    """Beside the first look at the page; whatever is wrong is said again where it matters."""
    try:
        palate.warm_up()
    except PalateError as error:
        logger.warning("%s", error)
