"""How much faster batches of the trained reader are than the same model writing JSON, text by text.

    python -m benchmarks.reader_speed --data ../shared/data/extraction/ccpe.dev.jsonl

Both read the same texts with the same base model, in one process, on the same number of threads,
loaded and warmed up. The other way is what the embedded model does without training: one greedy,
schema-constrained JSON answer per text, its instructions cached.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from agent.assembly import make_extractor
from agent.llm.factory import open_llm
from agent.trained_reader import open_marker, shipped_weights
from eval.cases import read_cases
from interest.domain import load_domain
from interest.extraction import Extractor, TextUnit
from interest.reader.about import read_about
from interest.reader.chat_reader import ChatReader
from interest.rule_extractor import RuleExtractor
from ui.cli.reading import demo_vocabulary

RESULTS = Path(__file__).parent / "results" / "reader_speed.json"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--texts", type=int, default=1279)
    parser.add_argument("--json-texts", type=int, default=12)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--out", type=Path, default=RESULTS)
    options = parser.parse_args()
    os.environ["PALATE_THREADS"] = str(options.threads)
    cases = read_cases(options.data, limit=options.texts).cases
    units = [TextUnit(text_id=case.case_id, text=case.text) for case in cases]
    domain = load_domain("movies")
    vocabulary = demo_vocabulary(domain)
    rules = RuleExtractor(domain, vocabulary)
    model = open_llm("embedded", capable=True)
    one_by_one = make_extractor(domain, vocabulary, model, alone=True)
    step = max(1, len(units) // options.json_texts)
    slow = _seconds(one_by_one, units[::step][: options.json_texts], batch=1)
    rows: dict[str, Any] = {"one-by-one greedy JSON": slow}
    members: list[str] = read_about(shipped_weights())["members"]
    markers = {"shipped": open_marker()} | {
        f"{name} alone": open_marker(shipped_weights() / name) for name in members
    }
    for name, marker in markers.items():
        rows[f"trained reader, {name}"] = _seconds(ChatReader(rules, marker), units, batch=256)
    rows["rules"] = _seconds(rules, units, batch=256)
    for row in rows.values():
        row["times_one_by_one"] = round(row["texts_per_second"] / slow["texts_per_second"], 1)
    found = {"at": str(datetime.now(UTC)), "threads": options.threads, "rows": rows}
    options.out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(found, indent=1))


def _seconds(extractor: Extractor, units: list[TextUnit], *, batch: int) -> dict[str, Any]:
    extractor.extract(units[:1])
    started = time.perf_counter()
    for start in range(0, len(units), batch):
        extractor.extract(units[start : start + batch])
    seconds = time.perf_counter() - started
    return {
        "texts": len(units),
        "seconds": round(seconds, 2),
        "texts_per_second": round(len(units) / seconds, 3),
    }


if __name__ == "__main__":
    main()
