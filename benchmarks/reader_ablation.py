"""What each part of the trained reader adds: rules, encoder, language model, both.

    python -m benchmarks.reader_ablation --data ../shared/data/extraction --heldout build/heldout

Chat is scored by typed overlap F1 and sign, reviews by (aspect span, sign) F1, each with bootstrap
intervals and paired differences to the shipped combination. ``redial.dev`` is scored on the
dialogues that were not used for training.
"""

from __future__ import annotations

import argparse
import json
import platform
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from agent.trained_reader import open_marker, shipped_weights
from eval.cases import CaseFile, read_cases
from eval.extraction import evaluate_extraction
from interest.aspects import AspectExtractor
from interest.dialogue import DialogueExtractor
from interest.domain import load_domain
from interest.extraction import Extractor
from interest.reader.about import read_about
from interest.reader.chat_reader import ChatReader
from interest.reader.marks import Marker
from interest.reader.review_reader import ReviewReader
from interest.rule_extractor import GazetteerExtractor, RuleExtractor
from interest.training.examples import redial_is_for_training
from ui.cli.reading import demo_vocabulary

RESULTS = Path(__file__).parent / "results" / "reader_ablation.json"
CHAT = ("ccpe.dev.jsonl", "redial.dev.jsonl")
REVIEWS = ("memd-laptop.dev.jsonl", "memd-books.dev.jsonl", "memd-hotel.dev.jsonl")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--heldout", type=Path, help="what scripts/heldout_gold.py wrote")
    parser.add_argument("--out", type=Path, default=RESULTS)
    options = parser.parse_args()
    markers = _markers()
    found: dict[str, Any] = {"machine": _machine()}
    chat = [options.data / name for name in CHAT]
    reviews = [options.data / name for name in REVIEWS]
    if options.heldout:
        chat.append(options.heldout / "heldout-chat.jsonl")
        reviews.append(options.heldout / "heldout-reviews.jsonl")
    for path in chat:
        found[path.name] = _measure(_cases(path), _chat_extractors(markers), "movies")
    for path in reviews:
        found[path.name] = _measure(_cases(path), _review_extractors(markers), "products")
    options.out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def _markers() -> dict[str, Marker]:
    """The shipped combination first, then its parts."""
    members: list[str] = read_about(shipped_weights())["members"]
    markers: dict[str, Marker] = {"shipped": open_marker()}
    if len(members) > 1:
        markers |= {name: open_marker(shipped_weights() / name) for name in members}
    return markers


def _chat_extractors(markers: Mapping[str, Marker]) -> list[Extractor]:
    domain = load_domain("movies")
    rules = RuleExtractor(domain, demo_vocabulary(domain))
    readers = [ChatReader(rules, marker, name=name) for name, marker in markers.items()]
    gazetteer = GazetteerExtractor(domain, demo_vocabulary(domain))
    return [DialogueExtractor(one) for one in (*readers, rules, gazetteer)]


def _review_extractors(markers: Mapping[str, Marker]) -> list[Extractor]:
    domain = load_domain("products")
    readers = [ReviewReader(domain, marker, name=name) for name, marker in markers.items()]
    return [*readers, AspectExtractor(domain)]


def _cases(path: Path) -> CaseFile:
    cases = read_cases(path)
    if not path.name.startswith("redial"):
        return cases
    kept = tuple(case for case in cases.cases if not redial_is_for_training(case.case_id))
    return replace(cases, cases=kept)


def _measure(cases: CaseFile, extractors: list[Extractor], domain: str) -> dict[str, Any]:
    report = evaluate_extraction(
        cases,
        extractors[:-1],
        baselines=extractors[-1:],
        fold=load_domain(domain).fold,
        batch_size=256,
        now=datetime.now(UTC),
        rng=np.random.default_rng(20_260_101),
    )
    summary = report.summary()
    rows = {name: _row(report.main.value, row) for name, row in summary["extractors"].items()}
    pairs = [
        {key: entry[key] for key in ("extractor", "baseline", "measure", "difference", "interval")}
        for entry in summary["comparisons"]
        if entry["extractor"] == extractors[0].name
        and entry["measure"] in (f"{report.main.value}.micro.f1", "polarity.macro_f1")
    ]
    for name, row in rows.items():
        print(cases.name, name, row)
    return {"n_texts": len(cases.cases), "sha256": cases.sha256, "rows": rows, "pairs": pairs}


def _row(main: str, figures: Mapping[str, Any]) -> dict[str, Any]:
    micro: Mapping[str, Any] = figures[main]["micro"]
    sign: Mapping[str, Any] = figures["polarity"] or {}
    facets: Mapping[str, Any] = figures[main].get("facets", {})
    return {
        "f1": micro["f1"],
        "interval": micro["interval"],
        "precision": micro["precision"],
        "recall": micro["recall"],
        "facets": {name: entry["f1"] for name, entry in facets.items()},
        "sign_macro_f1": sign.get("macro_f1"),
        "sign_interval": sign.get("interval"),
        "recall_dislikes": sign.get("recall_dislikes"),
        "coverage": sign.get("coverage"),
        "invention_rate": figures["abstention"]["invention_rate"],
        "grounding_rate": figures["grounding_rate"],
        "ece": figures["calibration"]["ece"],
        "seconds_per_text": figures["seconds_per_text"],
    }


def _machine() -> dict[str, Any]:
    import os

    return {"processor": platform.machine(), "cores": os.cpu_count(), "at": str(datetime.now(UTC))}


if __name__ == "__main__":
    main()
