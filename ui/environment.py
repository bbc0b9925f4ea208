"""Environment variables that must stand before heavy libraries are imported.

It knows what keeps this process quiet and on this machine; it does not know the libraries.
"""

from __future__ import annotations

import os

__all__ = ["prepare_environment"]

_DEFAULTS = {
    # Nothing asks a model hub for updates: the models lie on this machine.
    "HF_HUB_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    "GRADIO_ANALYTICS_ENABLED": "False",
    # Forked tokenizers warn on stderr in the middle of an answer.
    "TOKENIZERS_PARALLELISM": "false",
    "TRANSFORMERS_VERBOSITY": "error",
}


def prepare_environment() -> None:
    """Set what is not set; whoever sets a variable themselves has the last word."""
    for name, value in _DEFAULTS.items():
        os.environ.setdefault(name, value)
