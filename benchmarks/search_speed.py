"""How much faster the search indexes are than FAISS Flat, and how much of its answer they find.

    python -m benchmarks.search_speed --shared ../shared/data

The vectors are the engine's own (text, collaborative, prominence) of a realistic large catalogue;
the queries are those that profiles ask, other ones than the build measures with. One thread, one
query at a time; medians of wall and of processor time. Kinds take turns in blocks of queries; and,
as ``after others``, query by query, where every kind finds the processor's caches full of what
the kind before it has read (the whole matrix).
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from dataclasses import dataclass
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
from retrieval.seams import FloatArray, IntArray, VectorIndex

#: Queries that one kind answers before the next one takes its turn.
_BLOCK = 20
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


@dataclass(frozen=True, slots=True)
class _Timed:
    """Median seconds per query, and what was found."""

    wall: float
    cpu: float
    found: list[IntArray]


def _timed(
    indexes: Mapping[str, VectorIndex], queries: FloatArray, n: int, block: int
) -> dict[str, _Timed]:
    wall: dict[str, list[float]] = {kind: [] for kind in indexes}
    cpu: dict[str, list[float]] = {kind: [] for kind in indexes}
    found: dict[str, list[IntArray]] = {kind: [] for kind in indexes}
    for start in range(0, len(queries), block):
        for kind, index in indexes.items():
            for query in queries[start : start + block]:
                at, used = perf_counter(), process_time()
                _, rows = index.search(query[None], n)
                wall[kind].append(perf_counter() - at)
                cpu[kind].append(process_time() - used)
                found[kind].append(rows[0])
    return {
        kind: _Timed(float(np.median(wall[kind])), float(np.median(cpu[kind])), found[kind])
        for kind in indexes
    }


def _recall(found: list[IntArray], expected: IntArray) -> float:
    shares = [len(np.intersect1d(a, b)) / len(b) for a, b in zip(found, expected, strict=True)]
    return float(np.mean(shares))


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
        expected = indexes["flat"].search(queries, n)[1]
        for name, block in (("", _BLOCK), (", after others", 1)):
            timed = _timed(indexes, queries, n, block)
            flat = timed["flat"]
            for kind, index in indexes.items():
                own = timed[kind]
                rows[f"{kind}, best {n}{name}"] = {
                    "index": index.name,
                    "wall_ms_p50": round(1e3 * own.wall, 3),
                    "cpu_ms_p50": round(1e3 * own.cpu, 3),
                    "times_flat_wall": round(flat.wall / own.wall, 1),
                    "times_flat_cpu": round(flat.cpu / own.cpu, 1),
                    "recall": round(_recall(own.found, expected), 4),
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
