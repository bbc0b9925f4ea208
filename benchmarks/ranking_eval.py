"""The ranking evaluation on one data set, its primary figures kept small enough to commit.

Run ``python -m benchmarks.ranking_eval --data ml-100k --out benchmarks/results/FILE.json`` from the
project root; ``--protocol``, ``--method``, ``--seeds`` and ``--tune`` as in
``palate eval ranking``, which makes the whole report.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from eval.ranking.methods import choose_methods
from eval.ranking.protocols import choose_protocols
from eval.ranking.registry import METHODS
from eval.ranking.results import RankingSettings
from eval.ranking.runs import run_ranking
from eval.ranking.sources import open_dataset
from eval.ranking.summary import summarise
from eval.ranking.texts import text_vectors
from interest.domain import load_domain
from retrieval.encoder_files import default_encoder

#: Measures that are kept.
_KEPT = ("HR@10", "R@20", "nDCG@10", "nDCG@20", "coverage@20", "popularity@10")


def small(summary: Mapping[str, Any]) -> dict[str, Any]:
    """The part of a summary that is committed."""
    return {
        "data": {key: value for key, value in summary["data"].items() if key != "notes"},
        "run": summary["run"],
        "protocols": {
            name: {
                "measure": found["measure"],
                "split": found["split"],
                "failed": found["failed"],
                "views": {view: _view(one) for view, one in found["views"].items()},
                "cost": found["cost"],
            }
            for name, found in summary["protocols"].items()
        },
    }


def _view(view: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "sampled": view["sampled"],
        "reference": view["reference"],
        "methods": {
            method: {
                name: [figures[name]["mean"], *(figures[name].get("interval") or ())]
                for name in _KEPT
                if name in figures
            }
            for method, figures in view["methods"].items()
        },
        "ratio to reference": {
            f"{entry['method']} {entry['measure']}": [
                entry["ratio"],
                *(entry["ratio_interval"] or ()),
            ]
            for entry in view["comparisons"]
            if entry["ratio"] is not None
        },
    }


def written(report: Mapping[str, Any]) -> str:
    """As JSON, lists of numbers on one line."""
    text = json.dumps(report, indent=1, ensure_ascii=False)
    return re.sub(r"\[[\s\d.,-]+\]", lambda found: " ".join(found[0].split()), text) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description="The ranking evaluation, in short.")
    parser.add_argument("--data", default="ml-100k")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--protocol", action="append", default=[])
    parser.add_argument("--method", action="append", default=[])
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--tune", action="store_true")
    asked = parser.parse_args()
    data = open_dataset(asked.data, load_domain("movies"))
    methods, left_out = choose_methods(asked.method, METHODS, with_text=data.described)
    settings = RankingSettings(
        methods=methods,
        protocols=choose_protocols(asked.protocol, data),
        seeds=tuple(range(asked.seeds)),
        tune=asked.tune,
    )
    text = text_vectors(data, default_encoder())
    now = datetime.now(UTC)
    results = run_ranking(data, settings, now=now, text=text, left_out=left_out)
    report = small(summarise(results)) | {
        "machine": {
            "processor": platform.processor() or platform.machine(),
            "cores": os.cpu_count(),
            "python": platform.python_version(),
            "numpy": np.__version__,
        },
        "each figure": "mean and the ends of its 95 % interval over users",
    }
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    asked.out.write_text(written(report), encoding="utf-8")
    print(f"Wrote {asked.out}.")


if __name__ == "__main__":
    main()
