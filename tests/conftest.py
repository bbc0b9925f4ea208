"""What tests need from outside: gold data, a browser, the demo workspace, the real models.

Whatever cannot be had is named loudly at the end of the report, with what to do; with
``PALATE_STRICT_TESTS=1`` (as in CI) it is a failure.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest

ROOT = Path(__file__).resolve().parent.parent
_COULD_NOT_RUN = pytest.StashKey[dict[str, list[str]]]()


def _cannot_run(request: pytest.FixtureRequest, what: str) -> NoReturn:
    """Note that a test cannot run here, and why; a failure where everything must run."""
    missing = request.config.stash.setdefault(_COULD_NOT_RUN, {})
    missing.setdefault(what, []).append(request.node.nodeid)
    if os.environ.get("PALATE_STRICT_TESTS") == "1":
        pytest.fail(what)
    pytest.skip(what)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name what could not run, before the closing line."""
    missing = terminalreporter.config.stash.get(_COULD_NOT_RUN, {})
    if not missing:
        return
    terminalreporter.section("COULD NOT RUN HERE", sep="!", red=True, bold=True)
    for what, tests in missing.items():
        terminalreporter.write_line(f"{len(tests)} tests: {what}", red=True)


@pytest.fixture(scope="session")
def shared_data(request: pytest.FixtureRequest) -> Path:
    """The gold data that lies beside the project."""
    folder = Path(os.environ.get("PALATE_SHARED", ROOT.parent / "shared")) / "data"
    if not folder.is_dir():
        _cannot_run(
            request, f"no gold data at {folder}; set PALATE_SHARED to the folder that holds data/"
        )
    return folder


@pytest.fixture(scope="session")
def chromium_path(request: pytest.FixtureRequest) -> Path:
    """Debian's Chromium."""
    found = shutil.which("chromium")
    if found is None:
        _cannot_run(request, "no browser; on Debian: apt install chromium")
    return Path(found)


@pytest.fixture(scope="session")
def demo_workspace(request: pytest.FixtureRequest) -> Iterator[Path]:
    """The demo workspace with real models, built once and kept between runs."""
    from interest.errors import PalateError
    from retrieval.demo import ensure_demo

    folder = Path(os.environ.get("PALATE_TEST_WORKSPACE", ROOT / ".palate" / "test-workspace"))
    try:
        ensure_demo(folder)
    except PalateError as error:
        _cannot_run(request, f"no demo workspace: {error}")
    yield folder
