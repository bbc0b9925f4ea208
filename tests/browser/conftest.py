"""A real browser, real pages of it, and real servers for them to look at."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
ARTIFACTS = ROOT / "artifacts"

_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
]
_START_S = 120.0
#: Long enough for a machine with other work; nothing waits longer than it must.
_PATIENCE_MS = 60_000

expect.set_options(timeout=_PATIENCE_MS)


@dataclass
class Visit:
    """One page in a browser of its own, and what went wrong in it."""

    page: Page
    problems: list[str] = field(default_factory=list[str])
    outside: list[str] = field(default_factory=list[str])

    def watch(self) -> None:
        """Note errors, and every request that leaves this machine."""
        self.page.on(
            "console",
            lambda message: self.problems.append(message.text) if message.type == "error" else None,
        )
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("dialog", lambda dialog: self.problems.append(f"dialog {dialog.message}"))
        self.page.on("request", lambda request: self._check(request.url))
        self.page.on("websocket", lambda socket: self._check(socket.url))

    def _check(self, url: str) -> None:
        if not url.startswith(("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:")):
            self.outside.append(url)


class Opener(Protocol):
    """Opens an address in a browser profile of its own."""

    def __call__(
        self, url: str, *, width: int = 1280, height: int = 860, dark: bool = False
    ) -> Page: ...


@pytest.fixture(scope="session")
def browser(chromium_path: Path) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=chromium_path, args=_FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def visit(browser: Browser) -> Iterator[Opener]:
    """Open an address in a new browser profile; in the end no page may have had a problem."""
    visits: list[Visit] = []

    def open_page(url: str, *, width: int = 1280, height: int = 860, dark: bool = False) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            accept_downloads=True,
        )
        context.set_default_timeout(_PATIENCE_MS)
        opened = Visit(page=context.new_page())
        opened.watch()
        visits.append(opened)
        opened.page.goto(url)
        opened.page.get_by_label("Your message").wait_for()
        opened.page.locator("#p-taste-panel .p-taste").wait_for()
        return opened.page

    yield open_page
    for opened in visits:
        opened.page.context.close()
    assert [problem for opened in visits for problem in opened.problems] == []
    assert [url for opened in visits for url in opened.outside] == []


@pytest.fixture(scope="session")
def small_page(small_workspace: Path) -> Iterator[str]:
    """The address of a page over the small workspace, without a language model."""
    with serving(small_workspace, "--llm", "none") as url:
        yield url


@pytest.fixture
def changing_page(small_workspace: Path, tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """The address of a page over a workspace that the test may change, and the workspace."""
    workspace = Path(shutil.copytree(small_workspace, tmp_path / "workspace"))
    with serving(workspace, "--llm", "none") as url:
        yield url, workspace


@pytest.fixture(scope="session")
def demo_page(demo_workspace: Path) -> Iterator[str]:
    """The address of a page over the demo workspace, with the embedded model."""
    with serving(demo_workspace, "--llm", "embedded") as url:
        yield url


@contextmanager
def serving(workspace: Path, *options: str) -> Generator[str]:
    """``palate serve`` in a process of its own; its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    ARTIFACTS.mkdir(exist_ok=True)
    log = ARTIFACTS / f"serve-{port}.log"
    command = "import sys; from ui.cli.main import run; sys.exit(run(sys.argv[1:]))"
    arguments = ["serve", "--workspace", str(workspace), "--port", str(port), *options]
    with log.open("w") as sink:
        process = subprocess.Popen(
            [sys.executable, "-c", command, *arguments],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *_python_path()])},
            stdout=sink,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait_for(f"http://127.0.0.1:{port}/healthz", process, log)
            yield f"http://127.0.0.1:{port}/"
            process.send_signal(signal.SIGINT)
            assert process.wait(timeout=30) == 0, log.read_text()
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
    assert "Traceback" not in log.read_text(), log.read_text()


def _python_path() -> list[str]:
    return [entry for entry in (os.environ.get("PYTHONPATH", ""),) if entry]


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _START_S
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text()
        try:
            with urlopen(url, timeout=5) as answer:
                if answer.status == 200:
                    return
        except (URLError, TimeoutError, ConnectionError):
            time.sleep(0.2)
    raise AssertionError(f"{url} did not answer in {_START_S:.0f} s: {log.read_text()}")
