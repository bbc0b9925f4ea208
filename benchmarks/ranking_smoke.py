"""Does fusing beat its parts? MovieLens 100K joined with the film catalogue, one run.

Two protocols over the rated films:

* leave-one-out by time: a user's last film among 99 that the user never rated (HR@10, nDCG@10);
* one index, a fifth of the films never trained: a user's last fifth of the ratings among all
  films that the user has not rated before (R@20 over all, R@20 and nDCG@20 of the cold ones).

Run ``python -m benchmarks.ranking_smoke [--out FILE]`` from the project root. The full evaluation
is ``palate eval ranking``; this is the check that a change did not break the ranking.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from interest.domain import load_domain
from retrieval.catalogue import Catalogue
from retrieval.demo import load_demo
from retrieval.encoder_files import default_encoder
from retrieval.engine_config import EngineConfig
from retrieval.facet_index import FacetIndex
from retrieval.fusion import FusedSpace, Weights, fuse
from retrieval.ials import IALS
from retrieval.intent import Intent
from retrieval.matrix import InteractionMatrix
from retrieval.prominence import prominence
from retrieval.ranking import Ranker
from retrieval.seams import BoolArray, FloatArray, IntArray
from retrieval.taste import fold_in
from retrieval.types import Interaction

RESULT = Path(__file__).parent / "results" / "ranking_smoke.json"
NOTHING = np.empty(0, dtype=np.int64)

Scores = NDArray[np.float64]
#: From a user's rows, oldest first, to a score per item.
Method = Callable[[IntArray], Scores]


@dataclass(frozen=True, kw_only=True)
class World:
    """The rated films and who rated them when.

    Attributes:
        catalogue: Rated films only.
        text: ``(n_items, text_dim)`` raw text vectors.
        histories: Per user, interactions in order of time.
    """

    catalogue: Catalogue
    text: FloatArray
    histories: Sequence[Sequence[Interaction]]

    def rows(self, interactions: Sequence[Interaction]) -> IntArray:
        found = [self.catalogue.row(interaction.item_id) for interaction in interactions]
        return np.array(found, dtype=np.int64)


def read_world() -> World:
    demo = load_demo(load_domain("movies"))
    rated = {interaction.item_id for interaction in demo.interactions}
    items = [item for item in demo.catalogue if item.item_id in rated]
    weights = {item.item_id: demo.catalogue.weight(item.item_id) for item in items}
    catalogue = Catalogue(items, demo.catalogue.domain, weights=weights)
    by_user: dict[str, list[Interaction]] = {}
    for interaction in sorted(demo.interactions, key=lambda i: (i.timestamp or 0.0, i.item_id)):
        by_user.setdefault(interaction.user_id, []).append(interaction)
    text = default_encoder().encode([catalogue.text_of(item) for item in catalogue])
    return World(
        catalogue=catalogue, text=text, histories=[by_user[name] for name in sorted(by_user)]
    )


@dataclass(frozen=True, kw_only=True)
class Trained:
    """Everything that learned from one training set."""

    matrix: InteractionMatrix
    model: IALS
    space: FusedSpace
    ranker: Ranker

    @classmethod
    def on(cls, world: World, train: Sequence[Interaction], config: EngineConfig) -> Trained:
        catalogue = world.catalogue
        matrix = InteractionMatrix.of(train, catalogue.row, len(catalogue))
        model = IALS.fit(matrix, config.ials)
        facets, warm = FacetIndex(catalogue), matrix.counts > 0
        space = fuse(
            text=world.text,
            collaborative=model.item_vectors,
            warm=warm,
            attributes=facets.features(config.fusion.attribute_least, warm),
            prominence=prominence(catalogue, matrix.counts),
            config=config.fusion,
        )
        ranker = Ranker(space, facets, model, config.ranking, described=0.0)
        return cls(matrix=matrix, model=model, space=space, ranker=ranker)

    def methods(self, weights: Weights) -> Mapping[str, Method]:
        """The fused ones beside their parts."""
        n_items = self.matrix.n_items
        everything = np.arange(n_items)
        text = self.space.text()

        def popularity(rows: IntArray) -> Scores:
            return self.matrix.counts.astype(np.float64)

        def by_text(rows: IntArray) -> Scores:
            return (text @ text[rows].mean(axis=0)).astype(np.float64)

        def by_taste(rows: IntArray) -> Scores:
            user = self.model.fold_in(rows.tolist())
            if user is None:
                return np.zeros(n_items)
            return (self.model.item_vectors @ user).astype(np.float64)

        def fused(rows: IntArray) -> Scores:
            profile = text[rows].mean(axis=0)
            profile = profile / max(float(np.linalg.norm(profile)), 1e-9)
            user = fold_in(self.model, self.space, rows, NOTHING, windows=(10, 3))
            query = self.space.query(profile, user, weights)
            return (self.space.vectors @ query).astype(np.float64)

        def ranked(rows: IntArray) -> Scores:
            intent = _liking(rows, n_items)
            parts = self.ranker.parts(intent, self.ranker.tastes(intent), everything)
            return np.sum(list(parts.values()), axis=0)

        return {
            "popularity": popularity,
            "text, mean-centred": by_text,
            "iALS": by_taste,
            "fused index": fused,
            "ranking stage": ranked,
        }


def _liking(rows: IntArray, n_items: int) -> Intent:
    return Intent(
        references=NOTHING,
        liked=rows,
        disliked=NOTHING,
        wishes=(),
        interests=(),
        refusals=(),
        phrases=(),
        averse=(),
        echoes=NOTHING,
        allowed=np.ones(n_items, dtype=np.bool_),
    )


def leave_one_out(
    world: World, config: EngineConfig, weights: Weights, *, hold: int, seed: int
) -> dict[str, dict[str, float]]:
    """Rank one film among 99 others.

    Args:
        world: The data.
        config: Of the engine.
        weights: Of the fused query.
        hold: 1 tests on the last film, 2 on the one before (for tuning).
        seed: Of the negatives.
    """
    train = [act for history in world.histories for act in history[:-hold]]
    trained = Trained.on(world, train, config)
    rng = np.random.default_rng(seed)
    trials: list[tuple[IntArray, IntArray]] = []
    for history in world.histories:
        seen = world.rows(history)
        others = np.setdiff1d(np.arange(len(world.catalogue)), seen)
        among = np.concatenate((seen[-hold : len(seen) - hold + 1], rng.choice(others, 99, False)))
        trials.append((seen[:-hold], among))
    table: dict[str, dict[str, float]] = {}
    for name, method in trained.methods(weights).items():
        places = np.array([_place(method(rows)[among]) for rows, among in trials])
        gains = np.where(places < 10, 1.0 / np.log2(places + 2.0), 0.0)
        table[name] = _summary({"HR@10": places < 10, "nDCG@10": gains})
    return table


def _place(scores: Scores) -> int:
    """How many of the others come before the first; ties count against it."""
    return int(np.count_nonzero(scores[1:] >= scores[0]))


def cold_and_warm(
    world: World, config: EngineConfig, weights: Weights, *, seed: int
) -> dict[str, dict[str, float]]:
    """Rank all films, a fifth of which nobody has rated in training."""
    n_items = len(world.catalogue)
    cold = np.zeros(n_items, dtype=np.bool_)
    cold[np.random.default_rng(seed).choice(n_items, n_items // 5, replace=False)] = True
    train: list[Interaction] = []
    tests: list[tuple[IntArray, IntArray]] = []
    for history in world.histories:
        cut = int(0.8 * len(history))
        warm = [act for act in history[:cut] if not cold[world.catalogue.row(act.item_id)]]
        train += warm
        tests.append((world.rows(warm), world.rows(history[cut:])))
    trained = Trained.on(world, train, config)
    return {
        name: _recalls([(method(rows), rows, wanted) for rows, wanted in tests], cold)
        for name, method in trained.methods(weights).items()
    }


def _recalls(
    answers: Sequence[tuple[Scores, IntArray, IntArray]], cold: BoolArray
) -> dict[str, float]:
    overall: list[float] = []
    of_cold: list[float] = []
    among_cold: list[float] = []
    for scores, seen, wanted in answers:
        open_scores = scores.copy()
        open_scores[seen] = -np.inf
        top = np.argsort(-open_scores, kind="stable")[:20]
        overall.append(_recall(top, wanted))
        cold_wanted = wanted[cold[wanted]]
        if len(cold_wanted):
            of_cold.append(_recall(top, cold_wanted))
            rows = np.flatnonzero(cold)
            best = rows[np.argsort(-scores[rows], kind="stable")[:20]]
            among_cold.append(_ndcg(best, cold_wanted))
    return _summary(
        {
            "R@20": np.array(overall),
            "R@20 of cold": np.array(of_cold),
            "nDCG@20 among cold": np.array(among_cold),
        }
    )


def _recall(top: IntArray, wanted: IntArray) -> float:
    return float(np.isin(top, wanted).sum() / min(len(top), len(wanted)))


def _ndcg(top: IntArray, wanted: IntArray) -> float:
    discounts = 1.0 / np.log2(np.arange(2, len(top) + 2))
    return float((np.isin(top, wanted) * discounts).sum() / discounts[: len(wanted)].sum())


def _summary(values: Mapping[str, NDArray[np.generic]]) -> dict[str, float]:
    """Means and standard errors."""
    out: dict[str, float] = {}
    for name, column in values.items():
        numbers = column.astype(np.float64)
        out[name] = round(float(numbers.mean()), 4)
        out[f"{name} ±"] = round(float(numbers.std() / np.sqrt(len(numbers))), 4)
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description="Does fusing beat its parts?")
    parser.add_argument("--out", type=Path, default=RESULT)
    out = parser.parse_args().out
    started = perf_counter()
    config = EngineConfig()
    weights = config.candidates.taste
    world = read_world()
    report = {
        "data": "MovieLens 100K joined with the demo catalogue",
        "items": len(world.catalogue),
        "users": len(world.histories),
        "leave-one-out": leave_one_out(world, config, weights, hold=1, seed=1),
        "cold": [cold_and_warm(world, config, weights, seed=seed) for seed in (0, 1, 2)],
        "config": config.as_dict(),
        "machine": {
            "processor": platform.processor() or platform.machine(),
            "cores": os.cpu_count(),
            "python": platform.python_version(),
            "numpy": np.__version__,
        },
        "seconds": round(perf_counter() - started, 1),
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    print(json.dumps({key: report[key] for key in ("leave-one-out", "cold")}, indent=2))


if __name__ == "__main__":
    main()
