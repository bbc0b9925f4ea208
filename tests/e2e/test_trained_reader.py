"""The shipped weights on real models: sentences of every kind, verbatim quotes, nothing invented.

What is asked here is far below what is measured (docs/decisions/0003), so that another processor's
last bits do not fail it; a reader that broke does.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from agent.palate import utc_now
from agent.trained_reader import open_marker, shipped_weights
from eval.cases import CaseFile, read_cases
from eval.extraction import evaluate_extraction
from interest.dialogue import DialogueExtractor
from interest.domain import load_domain
from interest.evidence import Source
from interest.extraction import Extractor, TextUnit
from interest.reader.about import read_about
from interest.reader.chat_reader import ChatReader
from interest.reader.marks import Marker
from interest.reader.review_reader import ReviewReader
from interest.rule_extractor import RuleExtractor
from ui.cli.reading import demo_vocabulary

pytestmark = pytest.mark.models

MOVIES, PRODUCTS = load_domain("movies"), load_domain("products")


@pytest.fixture(scope="module")
def marker() -> Marker:
    return open_marker(threads=2)


@pytest.fixture(scope="module")
def chat(marker: Marker) -> Extractor:
    rules = RuleExtractor(MOVIES, demo_vocabulary(MOVIES))
    return DialogueExtractor(ChatReader(rules, marker))


@pytest.fixture(scope="module")
def reviews(marker: Marker) -> Extractor:
    return ReviewReader(PRODUCTS, marker)


def signs(extractor: Extractor, text: str, asked: str = "") -> dict[str, int]:
    (mentions,) = extractor.extract([TextUnit(text_id="t", text=text, asked=asked)])
    return {text[m.start : m.end].lower(): m.polarity for m in mentions}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("I adored Alien but slashers bore me to tears", {"alien": 1, "slashers": -1}),
        ("not really a fan of romantic comedies", {"romantic comedies": -1}),
        ("i used to love horror, can't watch it anymore", {"horror": -1}),
        ("Give me a thriller tonight", {"thriller": 1}),
        ("I'm sick of superhero movies", {"superhero movies": -1}),
    ],
)
def test_signs(chat: Extractor, text: str, wanted: dict[str, int]) -> None:
    found = signs(chat, text)
    assert {words: found.get(words) for words in wanted} == wanted


@pytest.mark.parametrize(
    "text",
    ["Hello there!", "thanks, that was quick", "my brother is obsessed with anime"],
)
def test_nothing_is_invented(chat: Extractor, text: str) -> None:
    assert signs(chat, text) == {}


def test_a_review_of_a_kind_that_was_never_trained_on(reviews: Extractor) -> None:
    text = "The room was spotless but the breakfast was cold and the receptionist was rude."
    unit = TextUnit(text_id="t", text=text, source=Source.REVIEW)
    (mentions,) = reviews.extract([unit])
    found = {text[m.start : m.end]: m.polarity for m in mentions}
    assert found == {"room": 1, "breakfast": -1, "receptionist": -1}


def measured(extractor: Extractor, data: CaseFile, domain: str) -> dict[str, float]:
    report = evaluate_extraction(
        data,
        [extractor],
        fold=load_domain(domain).fold,
        batch_size=256,
        n_resamples=10,
        now=utc_now(),
        rng=np.random.default_rng(0),
    )
    names = ("overlap.micro.f1", "grounding_rate", "n_failed")
    if domain == "products":
        names = ("aspect.micro.f1", "grounding_rate", "n_failed")
    return {name: report.value(name) or 0.0 for name in names}


@pytest.mark.shared
def test_chat_on_gold_data(chat: Extractor, shared_data: Path) -> None:
    data = read_cases(shared_data / "extraction" / "ccpe.dev.jsonl", limit=400)
    figures = measured(chat, data, "movies")
    assert figures["overlap.micro.f1"] > 0.78
    assert (figures["grounding_rate"], figures["n_failed"]) == (1.0, 0.0)


@pytest.mark.shared
def test_reviews_on_gold_data(reviews: Extractor, shared_data: Path) -> None:
    data = read_cases(shared_data / "extraction" / "memd-laptop.dev.jsonl", limit=200)
    figures = measured(reviews, data, "products")
    assert figures["aspect.micro.f1"] > 0.5
    assert figures["grounding_rate"] == 1.0


def test_weights_are_small_have_cards_and_saw_nothing_that_may_not_be_shipped() -> None:
    folder = shipped_weights()
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) <= 30_000_000
    for name in read_about(folder)["members"]:
        about = read_about(folder / name)
        assert (folder / name / "MODEL_CARD.md").is_file()
        allowed = ("ccpe.train.jsonl", "redial.dev.jsonl", "corpus/")
        assert all(source.startswith(allowed) for source in about["trained_on"])
        assert "corpus/heldout.jsonl" not in about["trained_on"]
