"""The console script: environment, error lines and exit codes around the commands.

It knows how a command may end; it does not know any command.

Exit codes: 0 done · 1 this machine, the store or a model is in the way · 2 a value that was passed
in is wrong · 130 interrupted · 141 the reader of our output went away.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence

from interest.errors import InputError, PalateError
from ui.cli.settings import Settings
from ui.environment import prepare_environment
from ui.words import error_words

__all__ = ["main", "run"]

_INTERRUPTED = 130
_PIPE_CLOSED = 141


def main() -> None:
    """Entry point of the console script."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run one command line.

    Args:
        arguments: Without the program's name.

    Returns:
        The exit code.
    """
    prepare_environment()
    settings = Settings()
    try:
        return _finish(_dispatch(arguments, settings))
    except PalateError as error:
        _explain(error_words(error), settings)
        return 2 if isinstance(error, InputError) else 1
    except BrokenPipeError:
        return _pipe_closed()
    except KeyboardInterrupt:
        sys.stderr.write("Interrupted.\n")
        return _INTERRUPTED
    except Exception as error:  # whatever it is, people get one line and a way to see more
        kind = type(error).__name__
        line = " ".join(str(error).split()) or "no message"
        hint = "" if settings.verbose else " Run it again with --verbose to see where."
        _explain(f"Unexpected {kind}: {line}.{hint}".replace("..", "."), settings)
        return 1


def _dispatch(arguments: Sequence[str], settings: Settings) -> int:
    from ui.cli.app import app  # after prepare_environment(): imports may read the environment

    try:
        app(args=list(arguments), prog_name="palate", obj=settings)
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else int(stop.code is not None)
    return 0


def _finish(code: int) -> int:
    """Flush here, where a closed pipe can still be answered for."""
    sys.stdout.flush()
    return code


def _explain(line: str, settings: Settings) -> None:
    if settings.verbose:
        traceback.print_exc()
    sys.stderr.write(f"Error: {line}\n")


def _pipe_closed() -> int:
    """Leave quietly: the interpreter would complain when it flushes standard output at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return _PIPE_CLOSED
