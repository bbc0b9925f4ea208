"""Extraction: the embedded model's structured output beside the rules, by typed overlap F1."""

from __future__ import annotations

import json
import os
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from agent.llm.constrained import Grammar
from agent.llm.engine import LocalEngine
from interest.errors import ModelError
from interest.llm import Message

TEXTS = 100
#: Zero-shot is the slower and the worse way: fewer texts show it.
_ZERO_SHOT_TEXTS = 40
_FACETS = ("genre", "person", "title")
_ROOT = Path(__file__).resolve().parent.parent
_SHARED = Path(os.environ.get("PALATE_SHARED", _ROOT.parent / "shared"))
_FILE = _SHARED / "data" / "extraction" / "ccpe.train.jsonl"

_SCHEMA = {
    "type": "object",
    "properties": {
        "interests": {
            "type": "array",
            "maxItems": 4,
            "items": {
                "type": "object",
                "properties": {
                    "facet": {"enum": list(_FACETS)},
                    "quote": {"type": "string", "maxLength": 30},
                },
                "required": ["facet", "quote"],
            },
        }
    },
    "required": ["interests"],
}

_SHOTS: Sequence[tuple[str, Sequence[tuple[str, str]]]] = (
    (
        "I really enjoy war films, Casablanca most of all.",
        [("genre", "war"), ("title", "Casablanca")],
    ),
    ("Well, because it makes me think about my own life.", []),
    ("Humphrey Bogart is great in it.", [("person", "Humphrey Bogart")]),
    ("I watched The African Queen with my parents last night.", [("title", "The African Queen")]),
)

_Span = tuple[str, int, int]


def measure_extraction(engine: LocalEngine) -> dict[str, Any]:
    """Zero-shot and four-shot, as JSON and as lines whose words must stand in the text."""
    if not _FILE.is_file():
        return {"left_out": "no gold data beside the project; set PALATE_SHARED"}
    lines = _FILE.read_text(encoding="utf-8").splitlines()[:TEXTS]
    rows = [json.loads(line) for line in lines]
    results: dict[str, Any] = {"file": _FILE.name}
    for name, as_json, shots in (
        ("json_4_shot", True, 4),
        ("spans_4_shot", False, 4),
        ("json_zero_shot", True, 0),
        ("spans_zero_shot", False, 0),
    ):
        some = rows if shots else rows[:_ZERO_SHOT_TEXTS]
        results[name] = _measure(engine, some, as_json=as_json, shots=shots)
        print(f"  {name}: {results[name]}", flush=True)
    return results


def _measure(
    engine: LocalEngine, rows: Sequence[dict[str, Any]], *, as_json: bool, shots: int
) -> dict[str, Any]:
    counts: Counter[str] = Counter()
    started, verbatim, quotes, failed = time.perf_counter(), 0, 0, 0
    for row in rows:
        text = row["text"]
        try:
            found = list(_read(_answer(engine, text, as_json=as_json, shots=shots), as_json))
        except (ModelError, ValueError):
            found, failed = [], failed + 1
        spans = {
            (facet, text.lower().index(quote.lower()), len(quote))
            for facet, quote in found
            if quote.strip() and quote.lower() in text.lower()
        }
        quotes, verbatim = quotes + len(found), verbatim + sum(q in text for _, q in found)
        _count(counts, [(f, start, start + length) for f, start, length in spans], row)
    seconds = time.perf_counter() - started
    facets = {facet: _figures(counts, (facet,)) for facet in _FACETS}
    return {
        "micro": _figures(counts, _FACETS),
        **facets,
        "texts": len(rows),
        "quotes": quotes,
        "verbatim": verbatim,
        "failed": failed,
        "s_each": round(seconds / len(rows), 3),
    }


def _answer(engine: LocalEngine, text: str, *, as_json: bool, shots: int) -> str:
    form = (
        'Answer with JSON: {"interests":[{"facet":"genre|person|title","quote":"words"}]}.'
        if as_json
        else "Write one per line as label: words. Write none if there is nothing."
    )
    messages = [
        Message(
            role="system",
            content="List the film genres, people and film titles that the text names, in the "
            f"words of the text. {form}",
        )
    ]
    for shot, spans in _SHOTS[:shots]:
        messages.append(Message(role="user", content=shot))
        messages.append(Message(role="assistant", content=_written(spans, as_json)))
    messages.append(Message(role="user", content=text))
    grammar = Grammar.json(_SCHEMA) if as_json else Grammar.labelled_spans(text, _FACETS, most=4)
    pieces = engine.generate(engine.prompt(messages), max_tokens=80, grammar=grammar)
    return "".join(piece.text for piece in pieces)


def _written(spans: Sequence[tuple[str, str]], as_json: bool) -> str:
    if as_json:
        found = [{"facet": facet, "quote": quote} for facet, quote in spans]
        return json.dumps({"interests": found}, separators=(",", ":"))
    return "".join(f"{facet}: {quote}\n" for facet, quote in spans) or "none\n"


def _read(answer: str, as_json: bool) -> Iterator[tuple[str, str]]:
    if as_json:
        for entry in json.loads(answer)["interests"]:
            yield entry["facet"], entry["quote"]
        return
    for line in answer.splitlines():
        facet, colon, quote = line.partition(": ")
        if colon:
            yield facet, quote.strip(" .,;!?")


def _count(counts: Counter[str], found: Sequence[_Span], row: dict[str, Any]) -> None:
    """One-to-one, greedy by place: same facet, spans overlap."""
    gold = [(entry["facet"], *entry["evidence"]) for entry in row["interests"] if entry["evidence"]]
    for facet, start, end in sorted(found, key=lambda span: span[1]):
        hit = next((g for g in gold if g[0] == facet and start < g[2] and g[1] < end), None)
        counts[f"{facet} given"] += 1
        if hit is not None:
            counts[f"{facet} right"] += 1
            gold.remove(hit)
    for entry in row["interests"]:
        counts[f"{entry['facet']} gold"] += bool(entry["evidence"])


def _figures(counts: Counter[str], facets: Sequence[str]) -> dict[str, float]:
    right, given, gold = (
        sum(counts[f"{facet} {what}"] for facet in facets) for what in ("right", "given", "gold")
    )
    return {
        "precision": round(right / given, 3) if given else 0.0,
        "recall": round(right / gold, 3) if gold else 0.0,
        "f1": round(2 * right / (given + gold), 3) if given + gold else 0.0,
        "gold": gold,
    }
