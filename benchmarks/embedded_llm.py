"""What the embedded language model can and cannot do, measured.

    .venv/bin/python benchmarks/embedded_llm.py [--only speed routing sign extraction phrasing]

It writes ``benchmarks/results/embedded_llm.json`` (figures, machine, versions). The utterances and
sentences stand in ``embedded_llm_cases.json`` and were written for this benchmark; extraction reads
the first texts of ``../shared/data/extraction/ccpe.train.jsonl`` and is left out, with a word,
where that file is not there.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from embedded_llm_duties import measure_phrasing, measure_routing, measure_sign
from embedded_llm_extraction import measure_extraction

from agent.llm.constrained import Grammar
from agent.llm.embedded import load_embedded
from agent.llm.embedded_assets import embedded_folder
from agent.llm.engine import LocalEngine
from interest.llm import Message

HERE = Path(__file__).resolve().parent
#: Two threads on a busy machine can take minutes for one answer.
_PATIENCE_S = 900.0
RESULTS = HERE / "results" / "embedded_llm.json"

_FORM = {
    "type": "object",
    "properties": {
        "title": {"type": "string", "maxLength": 20},
        "preference": {"enum": ["likes", "dislikes", "neutral"]},
        "is_a_hard_constraint": {"type": "boolean"},
        "relation": {"enum": ["statement of taste", "reference", "wish for now"]},
    },
    "required": ["title", "preference", "is_a_hard_constraint", "relation"],
}


def _run(engine: LocalEngine, messages: Sequence[Message], **options: Any) -> dict[str, float]:
    """One answer: tokens, how many were forced, seconds to the first text and in all.

    ``cpu_s`` is the time that this process had a core, which says more on a busy machine.
    """
    prompt = engine.prompt(messages)
    started, first, produced, forced, cached = time.perf_counter(), 0.0, 0, 0, 0
    cpu = time.process_time()
    for piece in engine.generate(prompt, timeout_s=_PATIENCE_S, **options):
        produced, forced = produced + piece.tokens, forced + piece.forced
        cached = piece.cached_tokens
        if piece.text and not first:
            first = time.perf_counter() - started
    seconds = time.perf_counter() - started
    return {
        "tokens": produced,
        "forced": forced,
        "cached": cached,
        "prompt": len(prompt.ids),
        "first_s": first,
        "s": seconds,
        "cpu_s": time.process_time() - cpu,
    }


def measure_speed(engine: LocalEngine, threads: int) -> dict[str, Any]:
    """Prefill and decode rates, prefix cache and fast-forward, on one prompt shape."""
    system = Message(role="system", content="You help people to find films. " * 30)
    speed: dict[str, Any] = {"threads": threads}
    user = [Message(role="user", content=f"I loved Alien, take {number}.") for number in range(9)]
    cold = _run(engine, [system, user[0]], max_tokens=1)
    warm = _run(engine, [system, user[1]], max_tokens=1)
    speed["prefill_tokens_per_s"] = cold["prompt"] / cold["s"]
    speed["prefill_tokens_per_cpu_s"] = cold["prompt"] / cold["cpu_s"]
    speed["prompt_tokens"] = cold["prompt"]
    speed["first_token_cold_s"], speed["first_token_warm_s"] = cold["first_s"], warm["first_s"]
    free = _run(engine, [system, user[2]], max_tokens=32)
    speed["decode_tokens_per_s"] = free["tokens"] / free["s"]
    speed["decode_tokens_per_cpu_s"] = free["tokens"] / free["cpu_s"]
    grammar = Grammar.json(_FORM)
    for name, fast in (("fast_forward", True), ("every_token", False)):
        runs = [
            _run(engine, [system, one], max_tokens=80, grammar=grammar, fast_forward=fast)
            for one in user[3:6]
        ]
        speed[f"json_{name}"] = {
            "s": sum(run["s"] for run in runs) / len(runs),
            "cpu_s": sum(run["cpu_s"] for run in runs) / len(runs),
            "tokens": sum(run["tokens"] for run in runs) / len(runs),
            "forced": sum(run["forced"] for run in runs) / len(runs),
        }
    options = [f"The person likes film number {number}." for number in range(12)]
    prompt = engine.prompt([system, user[6]])
    started = time.perf_counter()
    engine.score(prompt, options, timeout_s=_PATIENCE_S)
    speed["score_12_options_s"] = time.perf_counter() - started
    started = time.perf_counter()
    for option in options:
        engine.score(prompt, [option], timeout_s=_PATIENCE_S)
    speed["score_12_options_one_by_one_s"] = time.perf_counter() - started
    return speed


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.is_file():
        names = [line for line in info.read_text().splitlines() if line.startswith("model name")]
        model = names[0].partition(":")[2].strip() if names else model
    return {
        "processor": model,
        "cores": os.cpu_count(),
        "load_before": os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
        "python": platform.python_version(),
        "packages": {name: version(name) for name in ("torch", "transformers", "llguidance")},
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parts: dict[str, Callable[[LocalEngine], dict[str, Any]]] = {
        "routing": measure_routing,
        "sign": measure_sign,
        "extraction": measure_extraction,
        "phrasing": measure_phrasing,
    }
    parser.add_argument("--only", nargs="*", choices=["speed", *parts], default=["speed", *parts])
    parser.add_argument("--threads", type=int, nargs="*", default=[1, 2])
    chosen = parser.parse_args()
    results: dict[str, Any] = (
        json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.is_file() else {}
    )
    started = time.perf_counter()
    engine = load_embedded(embedded_folder())
    loaded_s = time.perf_counter() - started
    if "speed" in chosen.only:
        results["load_s"] = loaded_s
        results["speed"] = [
            measure_speed(LocalEngine(engine.model, engine.tokenizer, threads=threads), threads)
            for threads in chosen.threads
        ]
        results["machine"] = machine()
    for name, measure in parts.items():
        if name in chosen.only:
            print(f"{name} …", flush=True)
            results[name] = measure(engine)
            _save(results)
    _save(results)
    print(json.dumps(results, indent=1, ensure_ascii=False))


def _save(results: dict[str, Any]) -> None:
    results["measured_at"] = datetime.now(UTC).isoformat(timespec="seconds")
    RESULTS.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
