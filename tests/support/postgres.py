"""A PostgreSQL server of its own for the tests, on loopback, as a user without rights.

It knows Debian's layout and PostgreSQL's programs; it does not install them.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

__all__ = ["find_postgres", "running_postgres"]

#: PostgreSQL refuses to run as root; Debian's package makes this user.
_USER = "postgres"
_NAME = "palate"


def find_postgres() -> Path | None:
    """The folder of PostgreSQL's programs; None if they are not installed."""
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    on_path = shutil.which("initdb")
    found = [*places, *([Path(on_path)] if on_path else [])]
    return found[0].parent if found else None


@contextmanager
def running_postgres(programs: Path) -> Generator[str]:
    """A server with an empty database; its URL."""
    folder = Path(tempfile.mkdtemp(prefix="palate-postgres-"))
    as_root = os.geteuid() == 0
    if as_root:
        owner = pwd.getpwnam(_USER)
        os.chown(folder, owner.pw_uid, owner.pw_gid)

    def run(*command: str) -> None:
        _run([*(("runuser", "-u", _USER, "--") if as_root else ()), *command], folder)

    data = str(folder / "data")
    port = _free_port()
    try:
        run(str(programs / "initdb"), "-D", data, "-A", "trust", "-U", _NAME, "--no-sync")
        options = f"-p {port} -c listen_addresses=127.0.0.1 -k {folder} -c fsync=off"
        log = str(folder / "log")
        run(str(programs / "pg_ctl"), "-D", data, "-o", options, "-l", log, "-w", "start")
        try:
            run(str(programs / "createdb"), "-h", "127.0.0.1", "-p", str(port), "-U", _NAME, _NAME)
            yield f"postgresql://{_NAME}@127.0.0.1:{port}/{_NAME}"
        finally:
            run(str(programs / "pg_ctl"), "-D", data, "-m", "fast", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(command: Sequence[str], folder: Path) -> None:
    # The server keeps the streams it is given: it must not keep those of the tests.
    with (folder / "commands").open("a+") as log:
        done = subprocess.run(
            command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd="/", check=False
        )
        if done.returncode:
            log.seek(0)
            raise RuntimeError(f"{' '.join(command)} failed: {log.read()}")


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
