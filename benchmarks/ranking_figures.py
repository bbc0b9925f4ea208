"""Does the learned blend beat its parts? Four protocols, each beside tuned EASE and iALS.

``python -m benchmarks.ranking_figures PROTOCOL …`` with ``loo`` (ml-100k, the last item among 99),
``split`` (ml-100k and ml-latest-small, the last fifth of each history, whole catalogue), ``ncf``
(ml-1m, the split of He et al. 2017). Everything is tuned inside the training part; the test part
is scored once. Results go to ``benchmarks/results/ranking_figures.json``.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from benchmarks.ranking_data import Log, ml_1m_ncf, ml_100k, ml_latest_small
from benchmarks.ranking_measures import Values, among, full_ndcg, mean, ratio
from retrieval.ials import IALSConfig
from retrieval.matrix import InteractionMatrix
from retrieval.seams import FloatArray, History, IntArray, Signal
from retrieval.signals.ease import EASE, EASEConfig
from retrieval.signals.factors import Factors, FactorsConfig
from retrieval.signals.history import histories
from retrieval.signals.neighbours import ItemKNN, UserKNN
from retrieval.signals.popularity import Popularity
from retrieval.signals.recipe import Recipe
from retrieval.signals.training import BlendConfig, fit_blend

RESULT = Path(__file__).parent / "results" / "ranking_figures.json"

Measure = Callable[[FloatArray], Values]
Fit = Callable[[InteractionMatrix], Signal]

REGS = (100.0, 200.0, 300.0, 500.0)
FACTORISATIONS = tuple(
    IALSConfig(dim=dim, unobserved=weight, reg=reg)
    for dim, weight, reg in (
        (32, 0.3, 0.01),
        (64, 0.3, 0.01),
        (64, 0.3, 0.003),
        (64, 0.1, 0.01),
        (64, 1.0, 0.01),
        (128, 0.3, 0.01),
    )
)


def score(signal: Signal, known: Sequence[History]) -> FloatArray:
    return np.array([signal.scores(history) for history in known], dtype=np.float32)


def tuned(
    candidates: Mapping[str, Fit], train: InteractionMatrix, measure: Measure
) -> tuple[str, dict[str, float]]:
    """The candidate that is best on validation, with all their values."""
    known = histories(train)
    found: dict[str, float] = {}
    for name, fit in candidates.items():
        found[name] = mean(measure(score(fit(train), known)))
        print(f"  validation {name}: {found[name]}", flush=True)
    return max(found, key=lambda name: found[name]), found


def eases() -> dict[str, Fit]:
    return {f"EASE reg={reg:g}": lambda m, r=reg: EASE.fit(m, EASEConfig(reg=r)) for reg in REGS}


def factorisations(grid: Sequence[IALSConfig] = FACTORISATIONS) -> dict[str, Fit]:
    return {
        f"iALS d={c.dim} w={c.unobserved:g} reg={c.reg:g}": (
            lambda m, c=c: Factors.fit(m, FactorsConfig(ials=c))
        )
        for c in grid
    }


def blends(recipe: Recipe, held: Sequence[int]) -> dict[str, Fit]:
    """The blend as it is in the product, without content; how much is held back is tuned."""
    return {
        f"blend held<={most}": lambda m, most=most: fit_blend(
            m,
            lambda part, progress: recipe.fit(part, progress=progress),
            BlendConfig(hidden=0.0, lengths=(0, 5), at_most=most),
        )
        for most in held
    }


def compare(
    inner: InteractionMatrix,
    train: InteractionMatrix,
    measures: tuple[Measure, Measure],
    kinds: Mapping[str, Mapping[str, Fit]],
) -> dict[str, Any]:
    """Tune each kind on ``inner``, fit it on ``train``, measure once; ratios to EASE and iALS."""
    known = histories(train)
    values: dict[str, Values] = {}
    report: dict[str, Any] = {"validation": {}, "chosen": {}}
    for kind, candidates in kinds.items():
        name, found = next(iter(candidates)), {}
        if len(candidates) > 1:
            name, found = tuned(candidates, inner, measures[0])
        values[kind] = measures[1](score(candidates[name](train), known))
        report["validation"][kind], report["chosen"][kind] = found, name
        print(f"{kind}: {mean(values[kind])} ({name})", flush=True)
    bar = max(("EASE", "iALS"), key=lambda kind: float(np.nanmean(values[kind])))
    report["test"] = {kind: mean(found) for kind, found in values.items()}
    # A place among the first n gives a gain above 0: the share of hits comes for free.
    report["hits"] = {kind: round(float(np.mean(found > 0.0)), 4) for kind, found in values.items()}
    report["bar"] = bar
    report["against the bar"] = {k: ratio(v, values[bar]) for k, v in values.items() if k != bar}
    print(json.dumps(report["against the bar"], indent=1), flush=True)
    return report


def kinds_of(recipe: Recipe, held: Sequence[int]) -> dict[str, dict[str, Fit]]:
    def follows(m: InteractionMatrix) -> Signal:
        return next(s for s in recipe.fit(m).people if s.name == "transitions")

    return {
        "popularity": {"": lambda m: Popularity.fit(m)},
        "itemKNN": {"": lambda m: ItemKNN.fit(m)},
        "userKNN": {"": lambda m: UserKNN.fit(m)},
        "EASE": eases(),
        "iALS": factorisations(),
        "transitions": {"": follows},
        "blend": blends(recipe, held),
    }


def leave_one_out(log: Log) -> dict[str, Any]:
    """The last item of each user among 99 that the user never took, three draws of them."""
    sizes = np.diff(log.starts)
    everything = log.rows(np.ones(len(log.users), dtype=np.bool_))

    def measure(hold: int, seed: int) -> Measure:
        positive = np.array([rows[-hold] for rows in everything])
        draws: list[IntArray] = []
        for draw in range(3):
            rng = np.random.default_rng((seed, draw))
            free = (np.setdiff1d(np.arange(log.n_items), rows) for rows in everything)
            draws.append(np.array([rng.choice(rows, 99, replace=False) for rows in free]))
        return lambda s: np.mean([among(s, positive, negatives) for negatives in draws], axis=0)

    return compare(
        log.matrix(log.until(sizes - 2)),
        log.matrix(log.until(sizes - 1)),
        (measure(2, 7), measure(1, 1)),
        kinds_of(_recipe(log), (1, 5, 50)),
    )


def time_split(log: Log) -> dict[str, Any]:
    """The last fifth of each history, ranked among everything not in the rest."""
    sizes = np.diff(log.starts)
    cut = (0.8 * sizes).astype(np.int64)
    inner = (0.8 * cut).astype(np.int64)

    def measure(first: IntArray, last: IntArray) -> Measure:
        known = histories(log.matrix(log.until(first)))
        wanted = log.rows(log.until(last) & ~log.until(first))
        return lambda scores: full_ndcg(scores, known, wanted)

    return compare(
        log.matrix(log.until(inner)),
        log.matrix(log.until(cut)),
        (measure(inner, cut), measure(cut, sizes)),
        kinds_of(_recipe(log), (5, 50)),
    )


def ncf() -> dict[str, Any]:
    """One item per user among the 99 of the published split; no times.

    Validation: an item of each user's training part, drawn at random, among 99 others.
    """
    data = ml_1m_ncf()
    log, rng = data.log, np.random.default_rng(5)
    sizes = np.diff(log.starts)
    drawn = log.starts[:-1] + (rng.random(log.n_users) * sizes).astype(np.int64)
    keep = np.ones(len(log.users), dtype=np.bool_)
    keep[drawn] = False
    everything = log.rows(np.ones(len(log.users), dtype=np.bool_))
    negatives = np.array(
        [
            rng.choice(np.setdiff1d(np.arange(log.n_items), rows), 99, replace=False)
            for rows in everything
        ]
    )
    drawn_items = log.items[drawn]

    def blend(dim: int, reg: float, *, timed: bool) -> Fit:
        recipe = Recipe(
            timed=timed, ease=EASEConfig(reg=reg), ials=IALSConfig(dim=dim, unobserved=0.3)
        )
        config = BlendConfig(hidden=0.0, lengths=(), at_most=1, people=2000)
        return lambda m: fit_blend(m, lambda part, p: recipe.fit(part, progress=p), config)

    kinds: dict[str, dict[str, Fit]] = {
        "EASE": {"EASE reg=1000": lambda m: EASE.fit(m, EASEConfig(reg=1000.0))},
        "iALS": factorisations([IALSConfig(dim=64, unobserved=0.3, reg=0.003)]),
        "blend": {
            f"d=64 reg=1000{' file order' if timed else ''}": blend(64, 1000.0, timed=timed)
            for timed in (False, True)
        },
    }
    report = compare(
        log.matrix(keep),
        log.matrix(np.ones(len(log.users), dtype=np.bool_)),
        (
            lambda s: among(s, drawn_items, negatives),
            lambda s: among(s, data.positive, data.negatives),
        ),
        kinds,
    )
    report["HR@10"] = report.pop("hits")
    return report


def _recipe(log: Log) -> Recipe:
    recipe = Recipe()
    if log.n_items > 5000:  # what one or two people took has no followers to learn
        return replace(recipe, transitions=replace(recipe.transitions, least=3))
    return recipe


PROTOCOLS: dict[str, Callable[[], dict[str, Any]]] = {
    "loo": lambda: leave_one_out(ml_100k()),
    "split ml-100k": lambda: time_split(ml_100k()),
    "ncf": ncf,
    "split ml-latest-small": lambda: time_split(ml_latest_small()),
}


def keep(name: str, report: Mapping[str, Any], started: float) -> None:
    """Add one protocol's report to the file."""
    kept: dict[str, Any] = {}
    if RESULT.exists():
        kept = json.loads(RESULT.read_text(encoding="utf-8"))
    kept[name] = {
        **report,
        "seconds": round(perf_counter() - started, 1),
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {
            "processor": platform.processor() or platform.machine(),
            "cores": os.cpu_count(),
            "python": platform.python_version(),
            "numpy": np.__version__,
        },
    }
    RESULT.parent.mkdir(parents=True, exist_ok=True)
    RESULT.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description="Does the learned blend beat its parts?")
    parser.add_argument("protocols", nargs="*", choices=[*PROTOCOLS, []], default=[*PROTOCOLS])
    for name in parser.parse_args().protocols:
        started = perf_counter()
        print(f"== {name}", flush=True)
        keep(name, PROTOCOLS[name](), started)


if __name__ == "__main__":
    main()
