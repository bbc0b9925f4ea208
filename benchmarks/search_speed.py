"""How much faster the search indexes are than FAISS Flat, and how much of its answer they find.

    python -m benchmarks.search_speed --shared ../shared/data

The vectors are the engine's own (text, collaborative, prominence) of a realistic large catalogue;
the queries are those that profiles ask, other ones than the build measures with. One thread, one
query at a time, all kinds in turn inside one loop; medians of wall and of processor time.
"""

from __future__ import annotations

import argparse
import json
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import numpy as np

from benchmarks.large_catalogue import large_catalogue
from interest.threads import thread_count
from retrieval.candidates import CandidateConfig
from retrieval.encoder_files import default_encoder
from retrieval.facet_index import FacetIndex
from retrieval.fusion import FusedSpace, FusionConfig, fuse
from retrieval.ials import IALS
from retrieval.index_choice import IndexConfig, build_index
from retrieval.matrix import InteractionMatrix
from retrieval.prominence import prominence
from retrieval.sample_queries import sample_queries

RESULT = Path(__file__).parent / "results" / "search_speed.json"


def fused_space(shared: Path, cache: Path, n: int) -> FusedSpace:
    """The item vectors, as an engine makes them."""
    large = large_catalogue(shared, n, default_encoder(), cache)
    catalogue = large.catalogue
    matrix = InteractionMatrix.of(large.interactions, catalogue.row, len(catalogue))
    warm, config = matrix.counts > 0, FusionConfig()
    return fuse(
        text=large.text,
        collaborative=IALS.fit(matrix).item_vectors,
        warm=warm,
        attributes=FacetIndex(catalogue).features(config.attribute_least, warm),
        prominence=prominence(catalogue, matrix.counts),
        config=config,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--cache", type=Path, default=Path("artifacts/benchmarks"))
    parser.add_argument("--items", type=int, default=100_000)
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--kinds", nargs="+", default=["flat", "exact", "pq", "ivf"])
    parser.add_argument("--out", type=Path, default=RESULT)
    options = parser.parse_args()
    space = fused_space(options.shared, options.cache, options.items)
    asked = sample_queries(space, CandidateConfig(), 120, np.random.default_rng(0))
    queries = sample_queries(space, CandidateConfig(), options.queries, np.random.default_rng(1))
    rows: dict[str, dict[str, Any]] = {}
    indexes = {
        kind: build_index(space.vectors, IndexConfig(kind=kind), asked) for kind in options.kinds
    }
    for n in (20, 150):
        wall: dict[str, list[float]] = {kind: [] for kind in indexes}
        used: dict[str, list[float]] = {kind: [] for kind in indexes}
        shares: dict[str, list[float]] = {kind: [] for kind in indexes}
        for query in queries:
            _, expected = indexes["flat"].search(query[None], n)
            for kind, index in indexes.items():
                before, cpu = perf_counter(), process_time()
                _, found = index.search(query[None], n)
                wall[kind].append(perf_counter() - before)
                used[kind].append(process_time() - cpu)
                shares[kind].append(len(np.intersect1d(found, expected)) / n)
        for kind, index in indexes.items():
            rows[f"{kind}, best {n}"] = {
                "index": index.name,
                "wall_ms_p50": round(1e3 * float(np.median(wall[kind])), 3),
                "cpu_ms_p50": round(1e3 * float(np.median(used[kind])), 3),
                "times_flat_wall": round(float(np.median(wall["flat"]) / np.median(wall[kind])), 1),
                "times_flat_cpu": round(float(np.median(used["flat"]) / np.median(used[kind])), 1),
                "recall": round(float(np.mean(shares[kind])), 4),
            }
    found = {
        "at": str(datetime.now(UTC)),
        "items": options.items,
        "dim": int(space.vectors.shape[1]),
        "queries": options.queries,
        "threads": thread_count(),
        "rows": rows,
    }
    options.out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
