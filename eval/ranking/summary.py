"""The summary of a ranking evaluation as plain data: what ``summary.json`` shows.

It knows figures and their names; it does not know how they were measured or where they go.

Keys:

- ``data``, ``run``: what was measured, and how; ``run.methods`` and ``run.left_out``.
- ``protocols.P``: ``line``, ``measure`` (the primary one), ``primary`` (the primary view),
  ``seeds``, ``split`` per seed (sizes, users left out by reason, notes), ``failed``.
- ``protocols.P.views.V.methods.M``: per measure ``mean`` and ``interval`` over users;
  ``coverage@20`` and ``gini@20`` are of all lists together and have no interval; with several
  seeds ``by_seed`` has the primary measure of each.
- ``protocols.P.views.V.comparisons``: every other method with ``reference``: difference and ratio.
- ``protocols.P.groups``: the primary measure for users with few and with many known interactions.
- ``protocols.P.popularity_bins``: recall of wanted items by how popular they are.
- ``protocols.P.cost.M``: seconds of learning, milliseconds of scoring per user, chosen setting.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from eval.ranking.cells import ViewFigures
from eval.ranking.dataset import has_times
from eval.ranking.figures import Chosen, Table, number, terciles
from eval.ranking.lists import BINS, LIST_MEASURES
from eval.ranking.measures import ACCURACY, coverage, gini
from eval.ranking.protocols import View
from eval.ranking.results import ProtocolRun, RankingSettings, Results, SplitFacts

__all__ = ["COMPARED", "OF_ALL_LISTS", "SUMMARY_VERSION", "summarise"]

#: Raised when the meaning of a key changes.
SUMMARY_VERSION = 1
#: Measures in which methods are compared in pairs.
COMPARED = ("HR@10", "nDCG@10", "R@20", "nDCG@20")
#: Measures of all lists of a method together.
OF_ALL_LISTS = ("coverage@20", "gini@20")

_BIN_COLUMNS = {f"R@20-{name}": name for name in BINS}
_TIES = "equal scores count against what is wanted; lists that are shown come in catalogue order"


def summarise(results: Results) -> dict[str, Any]:
    """Everything measured, as plain data."""
    return {
        "schema_version": SUMMARY_VERSION,
        "data": _data(results),
        "run": _run(results),
        "protocols": {run.protocol.name: _protocol(run, results) for run in results.runs},
    }


def _data(results: Results) -> dict[str, Any]:
    data = results.data
    matrix = data.matrix
    return {
        "name": data.name,
        "sha256": data.content_hash,
        "n_users": matrix.n_users,
        "n_items": matrix.n_items,
        "n_items_with_interactions": int(np.count_nonzero(matrix.counts)),
        "n_interactions": len(matrix.users),
        "n_likes": int(np.count_nonzero(matrix.liked)),
        "has_times": has_times(matrix),
        "notes": list(data.notes),
    }


def _run(results: Results) -> dict[str, Any]:
    settings = results.settings
    return {
        "at": results.at.isoformat(),
        "seconds": round(results.seconds, 1),
        "cells_resumed": results.resumed,
        "seeds": list(settings.seeds),
        "wanted": "likes" if settings.liked_only else "all interactions",
        "tuned": settings.tune,
        "n_users_at_most": settings.n_users,
        "n_resamples": settings.n_resamples,
        "level": settings.level,
        "ties": _TIES,
        "measured_by": "ir-measures",
        "methods": {one.name: one.line for one in settings.methods},
        "baselines": [one.name for one in settings.methods if one.baseline],
        "left_out": dict(results.left_out),
    }


def _protocol(run: ProtocolRun, results: Results) -> dict[str, Any]:
    protocol, settings = run.protocol, results.settings
    failed = {name: why for measured in run.seeds for name, why in measured.failed.items()}
    methods = [one.name for one in settings.methods if one.name not in failed]
    views = {view.name: _figures(run, view, methods) for view in protocol.views}
    primary = protocol.views[0]
    return {
        "line": protocol.line,
        "measure": protocol.measure,
        "primary": primary.name,
        "seeds": [measured.seed for measured in run.seeds],
        "split": [_split(measured.split) for measured in run.seeds],
        "failed": failed,
        "views": {
            view.name: _view(view, views[view.name], run, results)
            for view in protocol.views
            if methods and len(views[view.name][methods[0]][0].users)
        },
        "groups": _groups(views[primary.name], protocol.measure, settings) if methods else {},
        "popularity_bins": _bins(views, run, settings) if methods else {},
        "cost": {name: _cost(run, name) for name in methods},
    }


def _split(facts: SplitFacts) -> dict[str, Any]:
    return {
        "n_train": facts.n_train,
        "n_lists": facts.n_trials,
        "n_users": facts.n_users,
        "left_out": dict(facts.left_out),
        "notes": list(facts.notes),
    }


def _figures(run: ProtocolRun, view: View, methods: Sequence[str]) -> dict[str, list[ViewFigures]]:
    return {
        name: [measured.cells[name].views[view.name] for measured in run.seeds] for name in methods
    }


def _view(
    view: View,
    figures: Mapping[str, Sequence[ViewFigures]],
    run: ProtocolRun,
    results: Results,
) -> dict[str, Any]:
    settings = results.settings
    measures = (*ACCURACY, *(LIST_MEASURES if view.lists else ()))
    table = _table(figures, measures, settings)
    primary = run.protocol.measure
    reference = settings.versus or _best_baseline(table, figures, primary, settings)
    methods: dict[str, Any] = {}
    for name, views in figures.items():
        methods[name] = {measure: table.figure(name, measure) for measure in measures}
        if view.lists:
            methods[name] |= _of_all_lists(views, results.data.matrix.n_items)
        if len(views) > 1:
            means = [float(np.mean(one.columns[primary])) for one in views]
            methods[name]["by_seed"] = {primary: [number(mean) for mean in means]}
    rivals = [name for name in figures if name != reference and reference in figures]
    return {
        "line": view.line,
        "sampled": view.sampled,
        "n_lists": sum(len(one.users) for one in next(iter(figures.values()))),
        "n_users": table.n_users,
        "reference": reference,
        "methods": methods,
        "comparisons": [
            table.comparison(name, reference, measure) for name in rivals for measure in COMPARED
        ],
    }


def _best_baseline(
    table: Table,
    figures: Mapping[str, Sequence[ViewFigures]],
    measure: str,
    settings: RankingSettings,
) -> str:
    """The best on the test itself: a bar that is rather too high than too low."""
    baselines = [one.name for one in settings.methods if one.baseline and one.name in figures]
    return max(baselines or figures, key=lambda name: table.mean(name, measure))


def _of_all_lists(views: Sequence[ViewFigures], n_items: int) -> dict[str, Any]:
    """Mean over the seeds; resampling users would only make lists repeat."""
    lists = [[row[row >= 0] for row in one.lists] for one in views]
    return {
        "coverage@20": {"mean": number(float(np.mean([coverage(one, n_items) for one in lists])))},
        "gini@20": {"mean": number(float(np.mean([gini(one, n_items) for one in lists])))},
    }


def _groups(
    figures: Mapping[str, Sequence[ViewFigures]], measure: str, settings: RankingSettings
) -> dict[str, Any]:
    known = np.concatenate([one.known for one in next(iter(figures.values()))])
    if len(known) == 0:
        return {}
    out: dict[str, Any] = {}
    for low, high in terciles(known):
        table = _table(figures, (measure,), settings, chosen=_knowing(low, high))
        out[f"{low}–{high} known" if low < high else f"{low} known"] = {
            "n_users": table.n_users,
            "methods": {name: table.figure(name, measure) for name in figures},
        }
    return out


def _knowing(low: int, high: int) -> Chosen:
    """Lists of users with so many known interactions."""
    return lambda view: (low <= view.known) & (view.known <= high)


def _bins(
    views: Mapping[str, Mapping[str, Sequence[ViewFigures]]],
    run: ProtocolRun,
    settings: RankingSettings,
) -> dict[str, Any]:
    """In the view that ranks the whole catalogue without what was seen, else in the primary one."""
    name = "full" if "full" in views else run.protocol.views[0].name
    table = _table(views[name], tuple(_BIN_COLUMNS), settings)
    return {
        "view": name,
        "measure": "R@20",
        "methods": {
            method: {bin: table.figure(method, key) for key, bin in _BIN_COLUMNS.items()}
            for method in views[name]
        },
    }


def _cost(run: ProtocolRun, name: str) -> dict[str, Any]:
    cells = [measured.cells[name] for measured in run.seeds]
    tuning = [
        {
            "setting": cell.setting,
            "validation": {setting: number(value) for setting, value in cell.tuning.items()},
        }
        for cell in cells
    ]
    return {
        "fit_seconds": number(float(np.mean([cell.fit_seconds for cell in cells]))),
        "score_ms": number(1000 * float(np.mean([cell.score_seconds for cell in cells]))),
        "tuning": [one for one in tuning if one["setting"]],
    }


def _table(
    figures: Mapping[str, Sequence[ViewFigures]],
    measures: Sequence[str],
    settings: RankingSettings,
    *,
    chosen: Chosen | None = None,
) -> Table:
    return Table.of(
        figures,
        measures,
        n_resamples=settings.n_resamples,
        level=settings.level,
        seed=settings.seeds[0],
        chosen=chosen,
    )
