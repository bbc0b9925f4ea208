"""What a turn takes without a language model: encode, fold in, search, rank, ledger.

    python -m benchmarks.turn_speed --shared ../shared/data

A realistic large catalogue, a profile with likes, dislikes and interests, and a new sentence every
turn, so that no phrase is remembered. One thread; medians of wall and processor time per turn.
"""

from __future__ import annotations

import argparse
import json
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter, process_time

import numpy as np
import torch

from benchmarks.large_catalogue import large_catalogue
from interest.evidence import Evidence, Source
from interest.interests import Interest, Strictness
from retrieval.encoder_files import default_encoder
from retrieval.engine import Engine
from retrieval.types import Query

RESULT = Path(__file__).parent / "results" / "turn_speed.json"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
WORDS = ("quiet", "tense", "funny", "bleak", "warm", "slow", "strange", "grand")
NOUNS = ("heist", "family", "journey", "trial", "robot", "island", "war", "friendship")


def interest(facet: str, value: str, preference: float, *, hard: bool = False) -> Interest:
    evidence = Evidence.whole(value, source=Source.CHAT, source_id="t", observed_at=NOW)
    return Interest(
        facet=facet,
        value=value,
        preference=preference,
        confidence=0.9,
        strictness=Strictness.HARD if hard else Strictness.SOFT,
        evidence=(evidence,),
        valid_from=NOW,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--cache", type=Path, default=Path("artifacts/benchmarks"))
    parser.add_argument("--items", type=int, default=100_000)
    parser.add_argument("--turns", type=int, default=60)
    parser.add_argument("--out", type=Path, default=RESULT)
    options = parser.parse_args()
    torch.set_num_threads(1)
    large = large_catalogue(options.shared, options.items, default_encoder(), options.cache)
    engine = Engine.fit(large.catalogue, large.interactions, large.encoder)
    rated = sorted({one.item_id for one in large.interactions})
    rng = np.random.default_rng(0)
    engine.warm_up()
    stages: dict[str, list[float]] = {}
    for turn in range(options.turns + 3):
        likes = rng.choice(rated, 12, replace=False).tolist()
        word, noun = WORDS[turn % 8], NOUNS[turn // 8 % 8]
        query = Query(
            n=5,
            text=f"something {word} about a {noun}, turn {turn}",
            interests=(interest("genre", "Comedy", 0.8), interest("genre", "Horror", -0.7)),
            wishes=(interest("genre", "Drama", 1.0, hard=True),),
            liked=tuple(likes[:10]),
            disliked=tuple(likes[10:]),
        )
        wall, cpu = perf_counter(), process_time()
        answer = engine.recommend(query)
        ms = {
            "wall": 1e3 * (perf_counter() - wall),
            "cpu": 1e3 * (process_time() - cpu),
            **answer.ms,
        }
        if turn >= 3:  # the first ones fill caches
            for stage, value in ms.items():
                stages.setdefault(stage, []).append(value)
    found = {
        "at": str(datetime.now(UTC)),
        "items": options.items,
        "turns": options.turns,
        "index": engine.index_name,
        "ms_p50": {stage: round(float(np.median(ms)), 2) for stage, ms in stages.items()},
    }
    options.out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
