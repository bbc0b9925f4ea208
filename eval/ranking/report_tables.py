"""The smaller tables of a protocol: seeds, comparisons, groups of users, popularity, cost.

It knows how figures are shown to people; it does not know how they are made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from eval.html import Markup, join, tag
from eval.ranking.lists import BINS
from eval.report_parts import series_name, show, show_range, table, with_interval

__all__ = ["bins", "by_seed", "comparisons", "cost", "groups"]


def by_seed(view: Mapping[str, Any], found: Mapping[str, Any], names: Sequence[str]) -> Markup:
    """The primary measure of every seed; nothing where there is only one."""
    measure = found["measure"]
    rows = [
        [series_name(names.index(method), method), *map(show, figures["by_seed"][measure])]
        for method, figures in view["methods"].items()
        if "by_seed" in figures
    ]
    if not rows:
        return join()
    head = ["", *[f"seed {seed}" for seed in found["seeds"]]]
    return tag("details", tag("summary", f"{measure} by seed"), table(head, rows))


def comparisons(view: Mapping[str, Any]) -> Markup:
    """Differences and ratios to the reference."""
    if not view["comparisons"]:
        return tag("p", "Nothing to compare with was run.")
    rows = [
        [
            entry["method"],
            entry["measure"],
            "–" if entry["difference"] is None else f"{entry['difference']:+.3f}",
            show_range(entry["interval"]),
            show(entry["ratio"]),
            show_range(entry["ratio_interval"]),
            show(entry["share_better"]),
        ]
        for entry in view["comparisons"]
    ]
    head = [
        "",
        "measure",
        "difference",
        "interval",
        "ratio",
        "interval",
        "share of resamples ahead",
    ]
    said = f"Compared with {view['reference']}, user by user, on the same resamples"
    return tag("details", tag("summary", said), table(head, rows))


def groups(found: Mapping[str, Any], names: Sequence[str]) -> Markup:
    """The primary measure for users of whom little and much is known."""
    parts: Mapping[str, Any] = found["groups"]
    if len(parts) < 2:
        return join()
    head = ["", *[f"{name} ({one['n_users']:,} users)" for name, one in parts.items()]]
    methods = next(iter(parts.values()))["methods"]
    rows = [
        [
            series_name(names.index(method), method),
            *[with_interval(one["methods"][method], "mean", "interval") for one in parts.values()],
        ]
        for method in methods
    ]
    title = f"{found['measure']} by how much is known of a user ({found['primary']})"
    return join(tag("h3", title), table(head, rows))


def bins(found: Mapping[str, Any], names: Sequence[str]) -> Markup:
    """What is found of popular and of unpopular items."""
    parts: Mapping[str, Any] = found["popularity_bins"]
    if not parts:
        return join()
    rows = [
        [
            series_name(names.index(method), method),
            *[with_interval(figures[name], "mean", "interval") for name in BINS],
        ]
        for method, figures in parts["methods"].items()
    ]
    said = (
        "Each bin has about a third of the interactions learned from; the tail has the new items."
    )
    title = f"{parts['measure']} by how popular what is wanted is ({parts['view']})"
    return join(tag("h3", title), tag("p", said, class_="soft"), table(["", *BINS], rows))


def cost(found: Mapping[str, Any], names: Sequence[str]) -> Markup:
    """Time of learning and scoring, and the settings that were chosen."""
    rows = [
        [
            series_name(names.index(method), method),
            show(spent["fit_seconds"]),
            show(spent["score_ms"]),
            "; ".join(dict.fromkeys(one["setting"] for one in spent["tuning"])) or "as it comes",
        ]
        for method, spent in found["cost"].items()
    ]
    head = ["", "seconds of learning", "ms per user for the whole catalogue", "setting"]
    return tag("details", tag("summary", "Time and settings"), table(head, rows))
