"""Make the environment: a virtual environment with exactly the versions of constraints.txt.

Runs on the system's bare Python with the standard library alone. When everything is in place it
returns at once: a stamp holds the hash of what was installed. Whatever goes wrong ends in one line
that says what to do; the full log stays in ``.venv/setup.log``.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
LOG = VENV / "setup.log"
NEEDED_GB = 4.0
UV = "uv==0.13.9"


def main() -> int:
    """Make or update the environment; 0 if it stands."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dev", action="store_true", help="with what the tests need")
    options = parser.parse_args()
    extras = ["gpu" if os.environ.get("PALATE_GPU") == "1" else "cpu"]
    extras += ["dev"] if options.dev else []
    wanted = _fingerprint()
    if all(_stamped(extra) == wanted for extra in extras):
        return 0
    try:
        _make(extras)
    except _SetupFailedError as failure:
        print(f"Error: {failure}", file=sys.stderr)
        return 1
    for extra in extras:
        _stamp(extra).write_text(wanted, encoding="utf-8")
    return 0


class _SetupFailedError(Exception):
    """One line for the person who ran make."""


def _fingerprint() -> str:
    digest = hashlib.sha256(sys.version.encode())
    for name in ("pyproject.toml", "constraints.txt"):
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def _stamp(extra: str) -> Path:
    return VENV / f".installed-{extra}"


def _stamped(extra: str) -> str:
    path = _stamp(extra)
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def _make(extras: Sequence[str]) -> None:
    if sys.version_info < (3, 11):  # noqa: UP036 - this script meets any Python
        version = ".".join(map(str, sys.version_info[:2]))
        raise _SetupFailedError(
            f"Python {version} is too old. Install 3.11 or newer, then: make run PYTHON=python3.11"
        )
    free = shutil.disk_usage(ROOT).free / 1e9
    if free < NEEDED_GB and not any(VENV.glob(".installed-*")):
        raise _SetupFailedError(
            f"{free:.1f} GB are free on the disk of {ROOT}; the environment needs "
            f"{NEEDED_GB:.0f} GB. Make room, then run the same command again."
        )
    if not (VENV / "bin" / "python").exists():
        print("Creating the environment in .venv …", flush=True)
        _create()
    print("Installing packages (a few minutes the first time) …", flush=True)
    _run([str(VENV / "bin" / "python"), "-m", "pip", "install", "--quiet", UV])
    target = f"{ROOT}[{','.join(extras)}]"
    command = [str(VENV / "bin" / "uv"), "pip", "install", "--python", str(VENV / "bin" / "python")]
    command += ["--constraint", str(ROOT / "constraints.txt"), "--editable", target]
    backend = os.environ.get("PALATE_TORCH_BACKEND")
    if backend:  # for example "cpu": the smaller build, from PyTorch's own index
        command += ["--torch-backend", backend]
    _run(command)


def _create() -> None:
    result = subprocess.run(
        [sys.executable, "-m", "venv", str(VENV)], capture_output=True, text=True, check=False
    )
    if result.returncode != 0:
        shutil.rmtree(VENV, ignore_errors=True)
        if "ensurepip" in result.stdout + result.stderr:
            raise _SetupFailedError(
                "Python's venv module is not complete. On Debian: apt install python3-venv,"
                " then run the same command again."
            )
        raise _SetupFailedError(
            f"The environment could not be created: {_last_line(result.stderr)}"
        )


def _run(command: Sequence[str]) -> None:
    """Run an installer; its output goes to the log."""
    environment = dict(os.environ)
    # uv reads its own variable for folders of local wheels; pip users have set pip's.
    if "PIP_FIND_LINKS" in environment:
        environment.setdefault("UV_FIND_LINKS", environment["PIP_FIND_LINKS"])
    environment.setdefault("UV_HTTP_TIMEOUT", "300")
    environment["VIRTUAL_ENV"] = str(VENV)
    with LOG.open("a", encoding="utf-8") as log:
        log.write(f"$ {' '.join(command)}\n")
        log.flush()
        result = subprocess.run(
            command, stdout=log, stderr=subprocess.STDOUT, env=environment, check=False
        )
    if result.returncode != 0:
        raise _SetupFailedError(_reason())


_REASONS = (
    (
        r"No space left on device|ENOSPC",
        "The disk is full. Make room ({need:.0f} GB), then run the same command again.",
    ),
    (
        r"dns error|Name or service not known|Temporary failure in name resolution"
        r"|Connection refused|error sending request|Network is unreachable|timed out"
        r"|NewConnectionError|Failed to fetch|ConnectError",
        "The package registry could not be reached. Check the network or the proxy settings, then"
        " run the same command again; what is here already is kept.",
    ),
    (
        r"No solution found|No matching distribution|not found in the package registry",
        "A package could not be had in the version that is asked for.",
    ),
    (r"Permission denied|EACCES", "A file may not be written. Check who owns .venv."),
)


def _reason() -> str:
    text = LOG.read_text(encoding="utf-8", errors="replace").rsplit("\n$ ", 1)[-1]
    for pattern, message in _REASONS:
        if re.search(pattern, text, re.IGNORECASE):
            return f"{message.format(need=NEEDED_GB)} Details: {LOG.relative_to(ROOT)}"
    return f"Installing failed: {_last_line(text)} Details: {LOG.relative_to(ROOT)}"


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "no reason was given."


if __name__ == "__main__":
    sys.exit(main())
