"""Figures by name, and whether they reach what was asked for: an evaluation as a check.

It knows the summary's form; it does not know how figures are made.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from rapidfuzz import process

from eval.ranking.lists import LIST_MEASURES
from eval.ranking.measures import ACCURACY
from eval.ranking.results import RankingSettings
from eval.ranking.summary import COMPARED, OF_ALL_LISTS
from interest.errors import UnknownNameError

__all__ = ["check_figures", "is_met", "possible_figures", "threshold_figures"]

_LESS_IS_BETTER = ("gini", "popularity")


def threshold_figures(summary: Mapping[str, Any]) -> dict[str, float | None]:
    """What ``--fail-under`` may name: ``PROTOCOL.VIEW.METHOD.MEASURE``, and the same with
    ``.ratio`` for the ratio to the reference, ``.ratio_low`` for the lower end of its interval."""
    found: dict[str, float | None] = {}
    for protocol, one in summary["protocols"].items():
        for view, figures in one["views"].items():
            for method, measures in figures["methods"].items():
                for measure, figure in measures.items():
                    if isinstance(figure, Mapping) and "mean" in figure:
                        found[f"{protocol}.{view}.{method}.{measure}"] = figure["mean"]
            for entry in figures["comparisons"]:
                path = f"{protocol}.{view}.{entry['method']}.{entry['measure']}.ratio"
                low, _ = entry["ratio_interval"] or (None, None)
                found |= {path: entry["ratio"], f"{path}_low": low}
    return found


def possible_figures(settings: RankingSettings) -> list[str]:
    """The names of all figures that a run may have, before it is made."""
    found: list[str] = []
    for protocol in settings.protocols:
        for view in protocol.views:
            measures = (*ACCURACY, *((*LIST_MEASURES, *OF_ALL_LISTS) if view.lists else ()))
            ratios = [f"{name}.{kind}" for name in COMPARED for kind in ("ratio", "ratio_low")]
            found += [
                f"{protocol.name}.{view.name}.{method.name}.{name}"
                for method in settings.methods
                for name in (*measures, *ratios)
            ]
    return found


def check_figures(paths: Iterable[str], known: Collection[str]) -> None:
    """Refuse names of figures that there are not.

    Raises:
        UnknownNameError: Names some that there are.
    """
    for path in paths:
        if path not in known:
            near = ", ".join(name for name, _, _ in process.extract(path, list(known), limit=4))
            raise UnknownNameError(
                f"There is no figure {path!r} in this run.",
                f"Write PROTOCOL.VIEW.METHOD.MEASURE, for example one of: {near}.",
            )


def is_met(figures: Mapping[str, float | None], path: str, threshold: float) -> bool:
    """Whether a figure reaches a threshold: at least it, at most it where less is better.

    Raises:
        UnknownNameError: There is no such figure; names some that there are.
    """
    check_figures([path], figures)
    value = figures[path]
    if value is None:
        return False
    measure = path.removesuffix(".ratio_low").removesuffix(".ratio").rpartition(".")[2]
    return value <= threshold if measure.startswith(_LESS_IS_BETTER) else value >= threshold
