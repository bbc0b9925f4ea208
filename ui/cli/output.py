"""Where output goes: answers to standard output, everything else to standard error.

It knows streams; it does not know what is written to them.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Generator
from contextlib import contextmanager, redirect_stdout
from typing import Any

__all__ = ["answers_only", "say", "write_json"]


@contextmanager
def answers_only() -> Generator[None]:
    """While this holds, whatever libraries print goes to standard error."""
    with redirect_stdout(sys.stderr):
        yield


def say(line: str = "") -> None:
    """Tell people something that is not part of the answer."""
    sys.stderr.write(f"{line}\n")


def write_json(value: Any) -> None:
    """Write one JSON value as the answer."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False) + "\n")
