"""From a new like to a new list, over 3,000 items: fold in and search; and what the rest adds.

    python -m benchmarks.fold_in_speed

The demo's films: all with ratings, and others up to 3,000. One thread; medians of processor time
per like. *index*: the user's vector is solved anew and the index asked for 20 items. *blend*: the
learned ranking of the whole history, best 20. *engine*: everything, with explanation parts,
diversity and ledger.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter, process_time

import numpy as np
import torch

from interest.domain import load_domain
from retrieval.catalogue import Catalogue
from retrieval.demo import load_demo
from retrieval.encoder_files import default_encoder
from retrieval.engine import Engine
from retrieval.engine_making import fit_parts
from retrieval.exact_index import best_rows
from retrieval.fusion import Weights
from retrieval.signals.history import history_of
from retrieval.types import Query

RESULT = Path(__file__).parent / "results" / "fold_in_speed.json"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--items", type=int, default=3_000)
    parser.add_argument("--likes", type=int, default=300)
    parser.add_argument("--out", type=Path, default=RESULT)
    options = parser.parse_args()
    torch.set_num_threads(1)
    demo = load_demo(load_domain("movies"))
    rated_ids = {one.item_id for one in demo.interactions}
    films = sorted(demo.catalogue, key=lambda item: item.item_id not in rated_ids)
    catalogue = Catalogue(films[: options.items], demo.catalogue.domain)
    parts = fit_parts(catalogue, demo.interactions, default_encoder())
    engine = Engine(parts)
    assert parts.blend is not None
    blend, weights = parts.blend[0], Weights(collaborative=0.7, prominence=0.4)
    rng = np.random.default_rng(0)
    rated = np.flatnonzero(parts.interactions.counts)

    def index(rows: list[int]) -> None:
        user = parts.model.fold_in(rows)
        query = parts.space.query(None, user, weights)
        parts.index.search(query[None], 20)

    def learned(rows: list[int]) -> None:
        best_rows(blend.scores(history_of(rows)), 20)

    def whole(rows: list[int]) -> None:
        liked = tuple(catalogue.items[row].item_id for row in rows)
        engine.recommend(Query(n=20, liked=liked))

    ways: dict[str, Callable[[list[int]], None]] = {
        "index": index,
        "blend": learned,
        "engine": whole,
    }
    taken: dict[str, tuple[list[float], list[float]]] = {name: ([], []) for name in ways}
    for like in range(options.likes + 5):
        rows = rng.choice(rated, 20, replace=False).tolist()
        for name, way in ways.items():  # interleaved: noise hits all alike
            wall, cpu = perf_counter(), process_time()
            way(rows)
            if like >= 5:  # the first ones fill caches
                taken[name][0].append(1e3 * (perf_counter() - wall))
                taken[name][1].append(1e3 * (process_time() - cpu))
    found = {
        "at": str(datetime.now(UTC)),
        "items": options.items,
        "items_with_interactions": len(rated),
        "likes": options.likes,
        "history": 20,
        "ms_p50": {
            name: {"wall": round(float(np.median(w)), 3), "cpu": round(float(np.median(c)), 3)}
            for name, (w, c) in taken.items()
        },
    }
    options.out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
