"""Write ``docs/reference/cli.md`` from the commands' own help.

python scripts/write_cli_docs.py          writes the file
python scripts/write_cli_docs.py --check  exits with 1 if it is not up to date
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from typer.main import get_command
from typer.testing import CliRunner

from ui.cli.app import app

TARGET = Path(__file__).resolve().parent.parent / "docs" / "reference" / "cli.md"
_WIDTH = "100"

_HEAD = """\
# The command line

Written by `scripts/write_cli_docs.py` from the commands' own help.

Exit codes: 0 done · 1 this machine, the store or a model is in the way, or a measure was missed ·
2 a value that was passed in is wrong · 130 interrupted · 141 the reader of the output went away.
"""


def cli_docs() -> str:
    """The whole page as Markdown."""
    sections = [f"## `{' '.join(path)}`\n\n```\n{_help(path)}```\n" for path in _paths()]
    return "\n".join([_HEAD, *sections])


def _paths() -> Iterator[tuple[str, ...]]:
    """``("palate",)``, ``("palate", "build")`` … in the order of the help."""
    yield from _below(get_command(app), ("palate",))


def _below(command: Any, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    yield path
    children: dict[str, Any] = getattr(command, "commands", {})
    for name, child in children.items():
        yield from _below(child, (*path, name))


def _help(path: tuple[str, ...]) -> str:
    """What ``--help`` prints, at one width on every machine."""
    environment = {name: None for name in os.environ if name.startswith(("PALATE_", "OPENAI_"))}
    result = CliRunner().invoke(
        app,
        [*path[1:], "--help"],
        prog_name=path[0],
        env={**environment, "COLUMNS": _WIDTH, "NO_COLOR": "1"},
    )
    if result.exit_code != 0:
        raise SystemExit(f"{' '.join(path)} --help failed: {result.output}")
    return "\n".join(line.rstrip() for line in result.output.strip().splitlines()) + "\n"


def main() -> int:
    """Write or check; the exit code."""
    text = cli_docs()
    if "--check" in sys.argv[1:]:
        fresh = TARGET.is_file() and TARGET.read_text(encoding="utf-8") == text
        if not fresh:
            print(f"{TARGET} is not up to date: run python scripts/write_cli_docs.py")
        return int(not fresh)
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text(text, encoding="utf-8")
    print(f"Wrote {TARGET}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
