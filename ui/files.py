"""Writing a file that somebody asked for, without losing one that is there.

It knows paths and text; it does not know what the text is.
"""

from __future__ import annotations

import os
from pathlib import Path

from interest.errors import InputError, SetupError

__all__ = ["write_new"]


def write_new(path: Path, text: str, *, overwrite: bool = False) -> None:
    """Write a whole file or nothing.

    Args:
        path: Its folder must exist.
        text: Written as UTF-8.
        overwrite: Whether a file that is there may be replaced.

    Raises:
        InputError: The file exists and may not be replaced.
        SetupError: It cannot be written there.
    """
    if path.exists() and not overwrite:
        raise InputError(f"{path} exists already.", "Pass --overwrite to replace it.")
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_text(text, encoding="utf-8")
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise SetupError(
            f"{path} cannot be written: {error.strerror}.", "Choose another place."
        ) from error
