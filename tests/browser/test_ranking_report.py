"""The page of a ranking evaluation in a real browser: it asks for nothing and fits the window."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from eval.ranking.existing import fit_popularity, fit_random
from eval.ranking.methods import Method
from eval.ranking.protocols import PROTOCOLS
from eval.ranking.report import write_ranking_report
from eval.ranking.results import RankingSettings
from eval.ranking.runs import run_ranking
from eval.ranking.summary import summarise
from tests.support.rankings import dataset

pytestmark = pytest.mark.browser

HOSTILE = "<script>document.title = 'taken'</script>"


@pytest.fixture(name="address", scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a report over every protocol."""
    settings = RankingSettings(
        methods=(
            Method(name="popularity", line=HOSTILE, fit=fit_popularity, baseline=True),
            Method(name="random", line="drawn", fit=fit_random),
        ),
        protocols=tuple(one for one in PROTOCOLS if one.name != "given"),
        n_resamples=20,
    )
    data = dataset(name=f"tiny {HOSTILE}", length=16)
    results = run_ranking(data, settings, now=datetime(2026, 11, 25, tzinfo=UTC))
    folder: Path = tmp_path_factory.mktemp("ranking")
    return write_ranking_report(summarise(results), folder)[1].as_uri()


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (400, True)])
def test_the_page_opens_alone(browser: Browser, address: str, width: int, dark: bool) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        color_scheme="dark" if dark else "light",
        offline=True,
    )
    page = context.new_page()
    problems: list[str] = []
    requests: list[str] = []
    page.on("console", lambda message: problems.append(message.text))
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("request", lambda request: requests.append(request.url))
    page.goto(address)
    assert page.title() == f"Ranking on tiny {HOSTILE}"
    assert page.locator("h2").count() == 7
    assert page.locator("svg").first.is_visible()
    page.locator("summary").first.click()
    assert page.locator("details table").first.is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()
    assert (problems, requests) == ([], [address])
