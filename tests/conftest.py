"""What tests need from outside: gold data, a browser, the demo workspace, the real models.

Whatever cannot be had is named loudly at the end of the report, with what to do; with
``PALATE_STRICT_TESTS=1`` (as in CI) it is a failure.
"""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest

ROOT = Path(__file__).resolve().parent.parent


def _cannot_run(what: str) -> NoReturn:
    """A test cannot run here: a failure where everything must run, else named at the end."""
    if os.environ.get("PALATE_STRICT_TESTS") == "1":
        pytest.fail(what)
    pytest.skip(what)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name what could not run, before the closing line."""
    reasons = Counter(_reason(report) for report in terminalreporter.stats.get("skipped", []))
    if not reasons:
        return
    terminalreporter.section("COULD NOT RUN HERE", sep="!", red=True, bold=True)
    for reason, count in reasons.items():
        terminalreporter.write_line(f"{count} tests: {reason}", red=True)


def _reason(report: pytest.TestReport) -> str:
    if isinstance(report.longrepr, tuple):
        return str(report.longrepr[2]).removeprefix("Skipped: ")
    return str(report.longrepr)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The gold data that lies beside the project."""
    folder = Path(os.environ.get("PALATE_SHARED", ROOT.parent / "shared")) / "data"
    if not folder.is_dir():
        _cannot_run(f"no gold data at {folder}; set PALATE_SHARED to the folder that holds data/")
    return folder


@pytest.fixture(scope="session")
def chromium_path() -> Path:
    """Debian's Chromium."""
    found = shutil.which("chromium")
    if found is None:
        _cannot_run("no browser; on Debian: apt install chromium")
    return Path(found)


@pytest.fixture(scope="session")
def demo_workspace() -> Path:
    """The demo workspace with real models, built once and kept between runs."""
    from interest.errors import PalateError
    from retrieval.demo import ensure_demo

    folder = Path(os.environ.get("PALATE_TEST_WORKSPACE", ROOT / ".palate" / "test-workspace"))
    try:
        ensure_demo(folder)
    except PalateError as error:
        _cannot_run(f"no demo workspace: {error}")
    return folder


@pytest.fixture(scope="session")
def small_workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace of two dozen films without ratings; needs no model and takes a second."""
    from interest.domain import load_domain
    from retrieval.build import build_workspace
    from retrieval.catalogue import Catalogue
    from retrieval.encoder import HashingEncoder
    from retrieval.importers import load_catalogue

    domain = load_domain("movies")
    films = load_catalogue(ROOT / "tests" / "data" / "films.csv", domain)
    folder = tmp_path_factory.mktemp("small") / "workspace"
    catalogue = Catalogue(films.items, domain, weights=films.weights)
    build_workspace(folder, catalogue, (), HashingEncoder())
    return folder


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """An empty PostgreSQL database: the one that was named, or one of the tests' own."""
    from tests.support.postgres import find_postgres, running_postgres

    named = os.environ.get("PALATE_TEST_POSTGRES")
    if named:
        yield named
        return
    programs = find_postgres()
    if programs is None:
        _cannot_run("no PostgreSQL; on Debian: apt install postgresql, or set PALATE_TEST_POSTGRES")
    with running_postgres(programs) as url:
        yield url
