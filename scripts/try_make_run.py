"""Try `make run` as a newcomer would: twice, cold and warm, until the page answers.

The first run makes the environment, fetches models and data, and builds the demo workspace. The
second must find all of that in place. Prints how long each took.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COLD_LIMIT_S = 1200.0
WARM_LIMIT_S = 180.0


def main() -> int:
    """0 if the page came up both times."""
    for name, limit in (("cold", COLD_LIMIT_S), ("warm", WARM_LIMIT_S)):
        seconds = _until_the_page_answers(limit)
        if seconds is None:
            print(f"make run ({name}): the page did not answer", file=sys.stderr)
            return 1
        print(f"make run ({name}): the page answered after {seconds:.0f} s", flush=True)
    return 0


def _until_the_page_answers(limit_s: float) -> float | None:
    port = _free_port()
    environment = {**os.environ, "PORT": str(port)}
    started = time.monotonic()
    server = subprocess.Popen(["make", "run"], cwd=ROOT, env=environment, start_new_session=True)
    try:
        while time.monotonic() - started < limit_s and server.poll() is None:
            if _answers(port):
                return time.monotonic() - started
            time.sleep(0.5)
        return None
    finally:
        _stop(server)


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as response:
            return response.status == 200
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def _stop(server: subprocess.Popen[bytes]) -> None:
    """End make and everything that it started."""
    if server.poll() is None:
        os.killpg(server.pid, signal.SIGINT)
    try:
        server.wait(timeout=30)
    except subprocess.TimeoutExpired:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main())
