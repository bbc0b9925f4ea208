"""A report on disk: complete, escaped, asking nothing from anywhere."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from eval.cases import Case, CaseFile, GoldInterest
from eval.extraction import ExtractionReport, evaluate_extraction
from eval.report import write_report
from eval.report_page import report_page
from eval.worst_cases import Mistake, worst_cases
from interest.errors import ModelError, SetupError
from interest.extraction import Mention
from interest.interests import Strictness
from interest.reading import readable
from interest.scripted_extractor import ScriptedExtractor

HOSTILE = '<script>alert("x")</script> & <img src=http://evil.example/x> \ud800'
FINE = "I love horror"
EMPTY = "hi there"
BROKEN = "boo"


def said(text: str, start: int, end: int, *, value: str, sign: float, sure: float) -> Mention:
    assert end <= len(text)
    return Mention(
        facet="genre",
        value=value,
        preference=sign,
        confidence=sure,
        strictness=Strictness.SOFT,
        start=start,
        end=end,
    )


@pytest.fixture(name="report")
def make_report() -> ExtractionReport:
    texts = {
        HOSTILE: (GoldInterest(facet="<b>genre</b>", value="<i>", polarity=1, evidence=(0, 8)),),
        FINE: (GoldInterest(facet="genre", value="horror", polarity=-1, evidence=(7, 13)),),
        EMPTY: (),
        BROKEN: (GoldInterest(facet="genre", value="b"), GoldInterest(facet="genre", value="o")),
    }
    cases = tuple(
        Case(case_id=f"<{n}>", text=text, interests=gold)
        for n, (text, gold) in enumerate(texts.items())
    )
    answers = {
        readable(HOSTILE): [said(HOSTILE, 0, 4, value="</td>", sign=1, sure=0.2)],
        FINE: [said(FINE, 7, 13, value="horror", sign=1, sure=0.9)],
        EMPTY: [said(EMPTY, 3, 8, value="there", sign=0, sure=0.7)],
        BROKEN: ModelError("<u>coughs</u>"),
    }
    return evaluate_extraction(
        CaseFile(name="<data>", sha256="ab" * 32, cases=cases),
        [ScriptedExtractor(answers, name="<reader>")],
        now=datetime(2026, 11, 22, tzinfo=UTC),
        rng=np.random.default_rng(0),
        n_resamples=20,
    )


class Tags(HTMLParser):
    """Collects the elements and every attribute that could ask for something."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.links += [value or "" for key, value in attrs if key in ("src", "href", "action")]


def test_the_three_files(report: ExtractionReport, tmp_path: Path) -> None:
    summary, predictions, page = write_report(report, tmp_path / "new" / "folder")
    assert json.loads(summary.read_text(encoding="utf-8")) == report.summary()
    rows = [json.loads(line) for line in predictions.read_text(encoding="utf-8").splitlines()]
    assert [(row["extractor"], row["id"]) for row in rows[:5]] == [
        ("<reader>", "<0>"),
        ("<reader>", "<1>"),
        ("<reader>", "<2>"),
        ("<reader>", "<3>"),
        ("majority sign on <reader>", "<0>"),
    ]
    assert rows[0]["text"] == HOSTILE
    assert rows[1]["predicted"] == [
        {
            "facet": "genre",
            "value": "horror",
            "polarity": 1,
            "preference": 1,
            "confidence": 0.9,
            "strictness": "soft",
            "condition": None,
            "evidence": [7, 13],
            "quote": "horror",
            "opinion": None,
            "gold_facet": "genre",
            "counted": True,
            "correct": True,
            "gold": 0,
        }
    ]
    assert rows[1]["gold"] == [
        {
            "facet": "genre",
            "value": "horror",
            "polarity": -1,
            "evidence": [7, 13],
            "opinion": None,
            "found": True,
        }
    ]
    assert rows[2]["predicted"][0]["correct"] is False
    assert rows[3]["error"] == "<u>coughs</u>"
    assert page.read_bytes().startswith(b"<!doctype html>")


def test_the_page_escapes_everything_and_asks_for_nothing(report: ExtractionReport) -> None:
    html = report_page(report)
    tags = Tags()
    tags.feed(html)
    assert not tags.names & {"script", "img", "link", "iframe", "b", "i", "u", "data", "reader"}
    assert tags.links == []
    assert "url(" not in html
    assert "@import" not in html
    assert "default-src 'none'" in html
    assert "&lt;/script&gt;" in html
    assert "&lt;u&gt;coughs&lt;/u&gt;" in html
    assert {"table", "svg", "details", "mark"} <= tags.names


def test_every_element_of_the_page_is_closed(report: ExtractionReport) -> None:
    class Balance(HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.open: list[str] = []

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            self.open.append(tag)

        def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            """Closed at once."""

        def handle_endtag(self, tag: str) -> None:
            assert self.open.pop() == tag

    balance = Balance()
    balance.feed(report_page(report))
    assert balance.open == []


def test_worst_cases_by_kind(report: ExtractionReport) -> None:
    groups = worst_cases(report, report.runs[0])
    ids = {kind: [case.scored.case.case_id for case in cases] for kind, cases in groups.items()}
    assert ids == {
        Mistake.FAILED: ["<3>"],
        Mistake.INVENTED: ["<2>", "<0>"],  # the surer one first
        Mistake.MISSED: ["<3>", "<0>"],  # two missed before one
        Mistake.SIGN: ["<1>"],
    }
    assert [len(cases) for cases in worst_cases(report, report.runs[0], n=1).values()] == [1] * 4


def test_a_folder_that_cannot_be_written_is_named(report: ExtractionReport, tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_text("a file")
    with pytest.raises(SetupError, match=r"cannot be written to .*taken"):
        write_report(report, taken)
