"""Does more text help? The encoder's network, trained on shares of the examples.

    for share in 0.1 0.25 0.5; do
      python scripts/train_reader.py --base encoder --data ../shared/data/extraction \\
          --share $share --out build/curve/$share
    done
    python -m benchmarks.reader_learning_curve --data ../shared/data/extraction \\
        --heldout build/heldout build/curve/0.1 build/curve/0.25 build/curve/0.5

The shipped weights of the encoder, trained on everything, are the last point. Every network reads
with the thresholds of its own folder: none for those trained here and none for the shipped part.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from agent.trained_reader import open_marker, shipped_weights
from eval.cases import CaseFile, read_cases
from eval.extraction import evaluate_extraction
from interest.dialogue import DialogueExtractor
from interest.domain import load_domain
from interest.extraction import Extractor
from interest.reader.about import read_about
from interest.reader.chat_reader import ChatReader
from interest.reader.review_reader import ReviewReader
from interest.rule_extractor import RuleExtractor
from ui.cli.reading import demo_vocabulary

RESULTS = Path(__file__).parent / "results" / "reader_learning_curve.json"


@dataclass(frozen=True, kw_only=True)
class Sets:
    """What the networks are measured on."""

    ccpe: CaseFile
    heldout: CaseFile
    laptop: CaseFile

    @classmethod
    def read(cls, data: Path, heldout: Path) -> Sets:
        return cls(
            ccpe=read_cases(data / "ccpe.dev.jsonl"),
            heldout=read_cases(heldout / "heldout-chat.jsonl"),
            laptop=read_cases(data / "memd-laptop.dev.jsonl"),
        )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("weights", nargs="+", type=Path, help="folders, by growing share")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--heldout", type=Path, required=True, help="of scripts/heldout_gold.py")
    parser.add_argument("--out", type=Path, default=RESULTS)
    options = parser.parse_args()
    sets = Sets.read(options.data, options.heldout)
    movies = load_domain("movies")
    rules = RuleExtractor(movies, demo_vocabulary(movies))
    points = [
        _point(folder, rules, sets) for folder in (*options.weights, shipped_weights() / "encoder")
    ]
    found = {"base": "encoder", "at": str(datetime.now(UTC)), "points": points}
    options.out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def _point(folder: Path, rules: RuleExtractor, sets: Sets) -> dict[str, Any]:
    marker = open_marker(folder)
    chat = DialogueExtractor(ChatReader(rules, marker))
    reviews = ReviewReader(load_domain("products"), marker)
    heldout, ccpe = _measured(chat, sets.heldout, "movies"), _measured(chat, sets.ccpe, "movies")
    point = {
        "n_texts": read_about(folder)["training"]["n_texts"],
        "heldout_f1": heldout["f1"],
        "heldout_sign_macro_f1": heldout["sign"],
        "heldout_invention_rate": heldout["invention_rate"],
        "ccpe_f1": ccpe["f1"],
        "ccpe_invention_rate": ccpe["invention_rate"],
        "laptop_f1": _measured(reviews, sets.laptop, "products")["f1"],
    }
    print(point, flush=True)
    return point


def _measured(extractor: Extractor, cases: CaseFile, domain: str) -> dict[str, Any]:
    report = evaluate_extraction(
        cases,
        [extractor],
        baselines=[],
        fold=load_domain(domain).fold,
        batch_size=256,
        now=datetime.now(UTC),
        rng=np.random.default_rng(20_260_101),
    )
    figures: dict[str, Any] = report.summary()["extractors"][extractor.name]
    sign: dict[str, Any] = figures["polarity"] or {}
    return {
        "f1": figures[report.main.value]["micro"]["f1"],
        "sign": sign.get("macro_f1"),
        "invention_rate": figures["abstention"]["invention_rate"],
    }


if __name__ == "__main__":
    main()
