"""Everything that CI runs, in one place: format, lint, imports, types, tests.

Gets what the tests need where it can (as root on Debian: Chromium and PostgreSQL by apt). What
cannot be had is named by the tests themselves at the end of their report; pytest's closing line is
the last line.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"

CHECKS: tuple[tuple[str, Sequence[str]], ...] = (
    ("format", ("ruff", "format", "--check", "--quiet", ".")),
    ("lint", ("ruff", "check", "--quiet", ".")),
    ("imports", ("lint-imports", "--no-cache")),
    ("types", ("pyright",)),
)


def main() -> int:
    """Run all checks, then the tests; the exit code is that of the first failure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only-checks", action="store_true", help="no tests")
    parser.add_argument("pytest_args", nargs="*", help="passed on to pytest")
    options = parser.parse_args()
    failed = [name for name, command in CHECKS if not _passes(name, command)]
    if options.only_checks or failed:
        if failed:
            print(f"Failed: {', '.join(failed)}", file=sys.stderr)
        return 1 if failed else 0
    _get_packages()
    sys.stdout.flush()
    return _run(("pytest", *options.pytest_args))


def _passes(name: str, command: Sequence[str]) -> bool:
    print(f"== {name}", flush=True)
    return _run(command) == 0


def _run(command: Sequence[str]) -> int:
    program, *arguments = command
    return subprocess.run([str(BIN / program), *arguments], cwd=ROOT, check=False).returncode


def _get_packages() -> None:
    """Install Debian's Chromium and PostgreSQL if that is possible here; the tests tell if one is
    missing."""
    missing = [
        package
        for package, here in (
            ("chromium", shutil.which("chromium")),
            ("postgresql", any(Path("/usr/lib/postgresql").glob("*/bin/initdb"))),
        )
        if not here
    ]
    if not missing or not shutil.which("apt-get") or os.geteuid() != 0:
        return
    print(f"== installing {' and '.join(missing)} for the tests", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (("update",), ("install", "-y", "--no-install-recommends", *missing)):
        subprocess.run(
            ["apt-get", "-qq", *command],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )


if __name__ == "__main__":
    sys.exit(main())
