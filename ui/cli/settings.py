"""What all commands share: the options that repeat, and the settings behind them.

It knows names, environment variables and defaults; it does not know what the commands do.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from ui.user_ids import checked_user_id

__all__ = [
    "DEFAULT_USER",
    "DEFAULT_WORKSPACE",
    "BaseUrlOption",
    "DomainOption",
    "LlmOption",
    "Settings",
    "UserOption",
    "VerboseOption",
    "WeightsOption",
    "WorkspaceOption",
]

DEFAULT_WORKSPACE = Path("palate-workspace")
#: On one's own machine there is one person; ``--user`` is for those who keep several.
DEFAULT_USER = "me"
#: What speaks up with ``--verbose``; the libraries below would drown it.
_OUR_LOGGERS = ("agent", "eval", "interest", "retrieval", "ui", "uvicorn")


@dataclass(slots=True)
class Settings:
    """What the error handler needs to know after a command has failed."""

    verbose: bool = False


def _be_verbose(context: typer.Context, value: bool) -> bool:
    if value:
        if isinstance(context.obj, Settings):
            context.obj.verbose = True
        logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
        for package in _OUR_LOGGERS:
            logging.getLogger(package).setLevel(logging.INFO)
    return value


VerboseOption = Annotated[
    bool,
    typer.Option(
        "--verbose",
        callback=_be_verbose,
        is_eager=True,
        help="Show log lines, and the traceback of an error.",
    ),
]
WorkspaceOption = Annotated[
    Path,
    typer.Option(
        "--workspace",
        envvar="PALATE_WORKSPACE",
        help="Folder that holds catalogue, index and profiles.",
    ),
]
LlmOption = Annotated[
    str | None,
    typer.Option(
        "--llm",
        envvar="PALATE_LLM",
        show_default="embedded",
        help="Language model: embedded, none, openai:MODEL, anthropic:MODEL or another provider "
        "of LangChain, a folder with a transformers model, or hf:ORG/NAME (needs "
        "HF_HUB_OFFLINE=0 until it is on this machine).",
    ),
]
WeightsOption = Annotated[
    Path | None,
    typer.Option(
        "--weights",
        help="Folder of other weights for the trained reader (scripts/train_reader.py).",
    ),
]
BaseUrlOption = Annotated[
    str | None,
    typer.Option(
        "--llm-base-url",
        envvar="OPENAI_BASE_URL",
        help="Address of an OpenAI-compatible server (vLLM, Ollama, llama.cpp).",
    ),
]
DomainOption = Annotated[str, typer.Option("--domain", help="Which kinds of interests there are.")]
UserOption = Annotated[
    str, typer.Option("--user", callback=checked_user_id, help="Whose profile it is.")
]
