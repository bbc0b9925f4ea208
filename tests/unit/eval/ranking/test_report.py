"""The page of a ranking evaluation: complete, escaped, asking nothing from anywhere."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from eval.ranking.existing import fit_popularity, fit_random
from eval.ranking.methods import Method
from eval.ranking.plots import Dot, Line, lines, rounded_up, scatter
from eval.ranking.protocols import PROTOCOLS
from eval.ranking.report import write_ranking_report
from eval.ranking.report_page import ranking_page
from eval.ranking.results import RankingSettings
from eval.ranking.runs import run_ranking
from eval.ranking.summary import summarise
from interest.errors import ModelError, SetupError
from tests.support.rankings import dataset

HOSTILE = '<script>alert("x")</script><img src=http://evil.example/x>'


def failing(training: object) -> Any:
    raise ModelError("<u>coughs</u>")


@pytest.fixture(name="summary", scope="module")
def make_summary() -> dict[str, Any]:
    settings = RankingSettings(
        methods=(
            Method(name=HOSTILE, line="<b>bold</b>", fit=fit_popularity, baseline=True),
            Method(name="random", line="drawn", fit=fit_random),
            Method(name="broken", line="fails", fit=failing),
        ),
        protocols=tuple(one for one in PROTOCOLS if one.name != "given"),
        seeds=(0, 1),
        n_resamples=50,
    )
    data = dataset(name=f"tiny {HOSTILE}", length=16)
    now = datetime(2026, 11, 25, tzinfo=UTC)
    return summarise(run_ranking(data, settings, now=now, left_out={"<i>text</i>": "<s>no</s>"}))


class Tags(HTMLParser):
    """Collects elements and what could ask for something, and checks that all are closed."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.links: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        self._note(tag, attrs)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._note(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def _note(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.links += [value or "" for key, value in attrs if key in ("src", "href", "action")]


def test_the_page_escapes_everything_and_asks_for_nothing(summary: dict[str, Any]) -> None:
    html = ranking_page(summary)
    tags = Tags()
    tags.feed(html)
    assert tags.open == []
    assert not tags.names & {"script", "img", "link", "iframe", "b", "i", "u", "s"}
    assert tags.links == []
    assert "url(" not in html
    assert "default-src 'none'" in html
    assert "&lt;/script&gt;" in html
    assert "&lt;u&gt;coughs&lt;/u&gt;" in html
    assert {"table", "svg", "details", "h2"} <= tags.names


def test_every_protocol_and_view_is_on_the_page(summary: dict[str, Any]) -> None:
    html = ranking_page(summary)
    for name, found in summary["protocols"].items():
        assert f"<h2>{name}</h2>" in html
        assert found["views"]
        for view, figures in found["views"].items():
            assert f"<h3>{view}: " in html
            for method in ("random",):
                mean = figures["methods"][method]["nDCG@10"]["mean"]
                assert f"{mean:.3f}" in html
    assert "(primary)" in html
    assert '<th scope="col">seed 1</th>' in html
    assert "by number of known likes" in html


def test_sampled_figures_are_labelled(summary: dict[str, Any]) -> None:
    html = ranking_page(summary)
    assert html.count("Sampled: only some items are ranked") == 1
    sampled = summary["protocols"]["leave-one-out"]["views"]["sampled"]
    assert sampled["sampled"] is True
    assert "coverage@20" not in sampled["methods"]["random"]


def test_the_two_files(summary: dict[str, Any], tmp_path: Path) -> None:
    figures, page = write_ranking_report(summary, tmp_path / "new" / "folder")
    assert json.loads(figures.read_text(encoding="utf-8")) == summary
    assert page.read_bytes().startswith(b"<!doctype html>")
    taken = tmp_path / "taken"
    taken.write_text("a file")
    with pytest.raises(SetupError, match=r"cannot be written to .*taken"):
        write_ranking_report(summary, taken)


@pytest.mark.parametrize(
    ("value", "end"),
    [(0.0, 1.0), (0.19, 0.2), (0.2, 0.2), (0.21, 0.3), (0.65, 0.8), (0.9, 1.0), (1, 1), (7.2, 8)],
)
def test_scales_end_at_round_numbers(value: float, end: float) -> None:
    assert rounded_up(value) == pytest.approx(end)


def test_plots_show_their_figures_in_words_too() -> None:
    dots = [Dot(series=0, name="<a>", x=0.5, y=0.1), Dot(series=1, name="b", x=0.0, y=0.0)]
    picture = scatter(dots, x_name="coverage", y_name="nDCG", label="one & two")
    assert "&lt;a&gt;: coverage 0.500, nDCG 0.100" in picture
    assert 'aria-label="one &amp; two"' in picture
    found = [Line(series=0, name="a", values=[0.1, None, 0.3], intervals=[(0.0, 0.2), None, None])]
    picture = lines(["0", "1", "3"], found, x_name="likes", y_name="nDCG", label="by likes")
    assert picture.count("<circle") == 2
    assert scatter([], x_name="x", y_name="y", label="nothing").count("<circle") == 0
