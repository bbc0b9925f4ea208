"""Items that nobody has interacted with: among themselves, and in one catalogue with the others.

A fifth of ml-100k's films is never trained; a user's last fifth of the ratings is to be found.
Three seeds. ``nDCG@20`` ranks the new films only; ``R@20`` ranks all films. Run
``python -m benchmarks.ranking_cold``; results go to ``benchmarks/results/ranking_cold.json``. The
blend learns its weights inside the training part, with films of its own hidden from its signals;
how far new items are lifted is chosen there as well.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from benchmarks.ranking_data import Log, ml_100k, text_vectors
from benchmarks.ranking_measures import Values, full_ndcg, mean, ratio, recall
from retrieval.catalogue import Catalogue
from retrieval.encoder import unit_rows
from retrieval.facet_index import FacetIndex
from retrieval.matrix import InteractionMatrix
from retrieval.seams import BoolArray, FloatArray, History, IntArray, Signal
from retrieval.signals.attributes import attribute_features
from retrieval.signals.blend import Blend
from retrieval.signals.content import TextConfig, TextSignal
from retrieval.signals.factors import Factors
from retrieval.signals.history import HistoryWeights, histories
from retrieval.signals.recipe import Content, Recipe
from retrieval.signals.training import BlendConfig, fit_blend

RESULT = Path(__file__).parent / "results" / "ranking_cold.json"
CURVE = RESULT.with_name("ranking_cold_curve.json")
SEEDS = (0, 1, 2)


@dataclass(frozen=True, kw_only=True)
class Parted:
    """A training part and what is to be found.

    Attributes:
        cold: ``(n_items,)``; hidden items.
        train: What may be learned from.
        known: It, by user.
        wanted: The late part of each history.
        cold_wanted: The hidden items of it.
        cold_ever: The hidden items of the whole history.
    """

    cold: BoolArray
    train: InteractionMatrix
    known: Sequence[History]
    wanted: Sequence[IntArray]
    cold_wanted: Sequence[IntArray]
    cold_ever: Sequence[IntArray]


def content_of(
    catalogue: Catalogue, text: FloatArray, warm: BoolArray, *, attributes: bool = True
) -> Content:
    """Features of the bridge: centred text, values, numbers, how well known."""
    facets = FacetIndex(catalogue)
    blocks = [0.5 * unit_rows(text - text.mean(axis=0))]
    if attributes:
        weights = np.array([catalogue.weight(item.item_id) for item in catalogue])
        known = np.log1p(weights) / max(1.0, float(np.log1p(weights).max()))
        blocks += [0.5 * attribute_features(catalogue, facets, warm), known[:, None]]
    return Content(text=text, features=np.hstack(blocks).astype(np.float32), facets=facets)


def cold_items(log: Log, seed: int) -> BoolArray:
    cold = np.zeros(log.n_items, dtype=np.bool_)
    chosen = np.random.default_rng(seed).choice(log.n_items, log.n_items // 5, replace=False)
    cold[chosen] = True
    return cold


def blend_of(train: InteractionMatrix, content: Content) -> Blend:
    recipe = Recipe()
    config = BlendConfig(lengths=(0, 5), people=600)
    return fit_blend(train, lambda m, p: recipe.fit(m, content, progress=p), config)


def scores(signal: Signal, train: InteractionMatrix) -> FloatArray:
    return np.array([signal.scores(history) for history in histories(train)], dtype=np.float32)


def parted(log: Log, inside: BoolArray, seed: int, at: float = 0.8) -> Parted:
    """Hide a fifth of the items and the last fifth of what is ``inside`` of each history."""
    cold = cold_items(log, seed)
    sizes = np.bincount(log.users[inside], minlength=log.n_users)
    places = np.zeros(len(log.users), dtype=np.int64)
    places[inside] = np.arange(int(inside.sum())) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    early = inside & (places < (at * sizes).astype(np.int64)[log.users])
    train = log.matrix(early & ~cold[log.items])
    wanted = log.rows(inside & ~early)
    return Parted(
        cold=cold,
        train=train,
        known=histories(train),
        wanted=wanted,
        cold_wanted=[rows[cold[rows]] for rows in wanted],
        cold_ever=[rows[cold[rows]] for rows in log.rows(inside)],
    )


def lifted(scores: FloatArray, cold: BoolArray, by: float) -> FloatArray:
    """One query-side weight for all new items."""
    return scores + np.float32(by) * cold


def calibrate(part: Parted, blend: FloatArray, pure: FloatArray) -> float:
    """The largest lift of new items that keeps R@20 over all items at that of iALS."""
    bar = mean(recall(pure, part.known, part.wanted))
    found = 0.0
    for lift in np.arange(0.0, 3.0, 0.1):
        if mean(recall(lifted(blend, part.cold, lift), part.known, part.wanted)) >= bar:
            found = float(lift)
    return round(found, 1)


def run(log: Log, text: FloatArray, seed: int) -> tuple[dict[str, dict[str, Values]], float]:
    """Values per user of every method and measure, and the lift that was chosen."""
    catalogue = log.catalogue
    assert catalogue is not None
    everything = np.ones(len(log.users), dtype=np.bool_)
    part = parted(log, everything, seed)
    # The same once more inside the training part, with other films hidden: for the lift only.
    inner_log = log.keeping(part.train)
    inner = parted(inner_log, np.ones(len(inner_log.users), dtype=np.bool_), seed + 100)
    inner_blend = blend_of(inner.train, content_of(catalogue, text, inner.train.counts > 0))
    lift = calibrate(
        inner,
        scores(inner_blend, inner.train),
        scores(Factors.fit(inner.train), inner.train),
    )
    train = part.train
    plain = TextConfig(history=HistoryWeights())
    methods = {"text, mean-centred": scores(TextSignal.fit(train, text, plain), train)}
    methods["iALS"] = scores(Factors.fit(train), train)
    bare = blend_of(train, content_of(catalogue, text, train.counts > 0, attributes=False))
    methods["blend, text only"] = scores(bare, train)
    blend = blend_of(train, content_of(catalogue, text, train.counts > 0))
    methods["blend"] = scores(blend, train)
    methods["blend, new items lifted"] = lifted(methods["blend"], part.cold, lift)
    for signal in blend.ingredients.content:
        methods[f"part: {signal.name}"] = scores(signal, train)
    found: dict[str, dict[str, Values]] = {}
    for name, s in methods.items():
        found[name] = {
            "nDCG@20 among new, the last fifth wanted": full_ndcg(
                s, part.known, part.cold_wanted, only=part.cold
            ),
            "nDCG@20 among new, all ever taken wanted": full_ndcg(
                s, part.known, part.cold_ever, only=part.cold
            ),
            "R@20": recall(s, part.known, part.wanted),
            "R@20 of new": recall(s, part.known, part.cold_wanted),
        }
        print(seed, name, {k: mean(v) for k, v in found[name].items()}, flush=True)
    print(seed, "lift", lift, flush=True)
    return found, lift


def curve(log: Log, text: FloatArray) -> list[dict[str, float]]:
    """What each lift gives and costs on the test part: to be read, not to be chosen from."""
    assert log.catalogue is not None
    rows: dict[float, list[tuple[float, float]]] = {}
    for seed in SEEDS:
        part = parted(log, np.ones(len(log.users), dtype=np.bool_), seed)
        pure = mean(recall(scores(Factors.fit(part.train), part.train), part.known, part.wanted))
        content = content_of(log.catalogue, text, part.train.counts > 0)
        blend = scores(blend_of(part.train, content), part.train)
        for lift in (0.0, 0.5, 1.0, 1.25, 1.5, 1.75, 2.0):
            up = lifted(blend, part.cold, lift)
            of_all = mean(recall(up, part.known, part.wanted)) / pure
            rows.setdefault(lift, []).append(
                (of_all, mean(recall(up, part.known, part.cold_wanted)))
            )
        print(seed, rows, flush=True)
    return [
        {
            "lift": lift,
            "R@20 / iALS": round(float(np.mean([a for a, _ in found])), 3),
            "R@20 of new": round(float(np.mean([b for _, b in found])), 4),
        }
        for lift, found in rows.items()
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description="How well are new items ranked?")
    parser.add_argument("--curve", action="store_true", help="only what each lift gives and costs")
    if parser.parse_args().curve:
        log = ml_100k()
        assert log.catalogue is not None
        found = curve(log, text_vectors(log.catalogue))
        CURVE.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
        print(json.dumps(found, indent=2))
        return
    started = perf_counter()
    log = ml_100k()
    assert log.catalogue is not None
    text = text_vectors(log.catalogue)
    runs, lifts = zip(*(run(log, text, seed) for seed in SEEDS), strict=True)
    joined = {
        name: {m: np.concatenate([r[name][m] for r in runs]) for m in measures}
        for name, measures in runs[0].items()
    }
    base, pure = joined["text, mean-centred"], joined["iALS"]
    report: dict[str, Any] = {
        "items": log.n_items,
        "seeds": SEEDS,
        "lifts": lifts,
        "mean": {n: {m: mean(v) for m, v in ms.items()} for n, ms in joined.items()},
        "against text, mean-centred": {
            n: {m: ratio(v, base[m]) for m, v in ms.items() if m.startswith("nDCG")}
            for n, ms in joined.items()
        },
        "R@20 against iALS": {n: ratio(ms["R@20"], pure["R@20"]) for n, ms in joined.items()},
        "seconds": round(perf_counter() - started, 1),
    }
    RESULT.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()
