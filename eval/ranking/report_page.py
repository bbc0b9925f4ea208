"""The page of a ranking evaluation: every protocol with its tables and plots, in one file.

It knows how figures are shown to people; it does not know how they are made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from eval.html import Markup, join, page, tag
from eval.plots import Bar, bars
from eval.ranking.lists import LIST_MEASURES
from eval.ranking.measures import ACCURACY
from eval.ranking.plots import Dot, Line, lines, rounded_up, scatter
from eval.ranking.report_tables import bins, by_seed, comparisons, cost, groups
from eval.report_parts import (
    COLOURS,
    N_COLOURS,
    STYLE,
    series_name,
    table,
    with_interval,
)

__all__ = ["ranking_page"]

_STYLE = (
    STYLE
    + f".thin {{ stroke-width: 1; }} .warn {{ border-left: 3px solid {COLOURS[1]}; "
    + "padding-left: .8rem; }\n"
    + "".join(
        f".l{n} {{ stroke: {colour}; stroke-width: 2; }}\n" for n, colour in enumerate(COLOURS)
    )
)
_SAMPLED = (
    "Sampled: only some items are ranked. Such figures compare with published ones; they do not "
    "tell which method is better on a whole catalogue (Krichene and Rendle, KDD 2020)."
)
_OF_ALL_LISTS = ("coverage@20", "gini@20")


def ranking_page(summary: Mapping[str, Any]) -> str:
    """The whole page as HTML."""
    title = f"Ranking on {summary['data']['name']}"
    names = list(summary["run"]["methods"])
    return page(
        title,
        _STYLE,
        tag("h1", title),
        _facts(summary),
        _methods(summary),
        *[
            _protocol(name, found, names, summary["run"])
            for name, found in summary["protocols"].items()
        ],
    )


def _facts(summary: Mapping[str, Any]) -> Markup:
    data, run = summary["data"], summary["run"]
    seeds = ", ".join(map(str, run["seeds"]))
    lines_ = [
        f"{data['n_users']:,} users, {data['n_items']:,} items "
        f"({data['n_items_with_interactions']:,} with interactions), "
        f"{data['n_interactions']:,} interactions, {data['n_likes']:,} of them likes"
        f"{'' if data['has_times'] else '; no times'}.",
        f"Wanted: {run['wanted']}. Settings "
        f"{'chosen on validation parts' if run['tuned'] else 'as they come'}.",
        f"Measured {run['at']} in {run['seconds']:,.0f} s; {100 * run['level']:g} % intervals from "
        f"{run['n_resamples']} bootstrap resamples of the users; seeds {seeds}.",
        f"Ties: {run['ties']}. Accuracy by {run['measured_by']}.",
        f"sha256 {data['sha256']}",
        *data["notes"],
    ]
    return tag("p", *[join(line, tag("br")) for line in lines_], class_="soft")


def _methods(summary: Mapping[str, Any]) -> Markup:
    run = summary["run"]
    listed = [
        tag("li", series_name(n, name), f": {line}{_role(name, run['baselines'])}")
        for n, (name, line) in enumerate(run["methods"].items())
    ]
    listed += [tag("li", f"{name} is left out: it {why}") for name, why in run["left_out"].items()]
    return join(tag("h2", "Methods"), tag("ul", *listed))


def _role(name: str, baselines: Sequence[str]) -> str:
    return " (baseline)" if name in baselines else ""


def _protocol(
    name: str, found: Mapping[str, Any], names: Sequence[str], run: Mapping[str, Any]
) -> Markup:
    split = found["split"]
    sizes = "; ".join(
        f"seed {seed}: {one['n_train']:,} interactions to learn from, {one['n_lists']:,} lists of "
        f"{one['n_users']:,} users"
        for seed, one in zip(found["seeds"], split, strict=True)
    )
    left_out = {reason: n for one in split for reason, n in one["left_out"].items()}
    notes = [f"{n:,} users are not tested: {reason}." for reason, n in left_out.items()]
    notes += list(dict.fromkeys(note for one in split for note in one["notes"]))
    notes += [f"{method} failed: {why}" for method, why in found["failed"].items()]
    views = found["views"]
    shown = [
        tag("h2", name),
        tag("p", f"{found['line'][:1].upper()}{found['line'][1:]}."),
        tag("p", *[join(line, tag("br")) for line in (f"{sizes}.", *notes)], class_="soft"),
    ]
    if not views:
        return join(*shown)
    primary = found["primary"] if found["primary"] in views else next(iter(views))
    shown.append(_plots(found, views[primary], names))
    if name == "cold-users":
        shown.append(_by_likes(views, found["measure"], names))
    shown += [_view(views[view], view, view == primary, names, found) for view in views]
    return join(*shown, groups(found, names), bins(found, names), cost(found, names))


def _plots(found: Mapping[str, Any], view: Mapping[str, Any], names: Sequence[str]) -> Markup:
    measure, methods = found["measure"], view["methods"]
    ends = [
        methods[name][measure]["interval"][1]
        for name in methods
        if methods[name][measure]["interval"]
    ]
    groups = {name: [_bar(names.index(name), methods[name][measure])] for name in methods}
    shown = [
        tag(
            "figure",
            tag("figcaption", f"{measure}, {view['line']}"),
            bars(groups, label=f"{measure} by method", end=rounded_up(max(ends, default=1.0))),
        )
    ]
    for other in ("coverage@20", "popularity@10"):
        dots = [
            Dot(
                series=names.index(m) % N_COLOURS,
                name=m,
                x=row[other]["mean"],
                y=row[measure]["mean"],
            )
            for m, row in methods.items()
            if other in row and row[other]["mean"] is not None and row[measure]["mean"] is not None
        ]
        if dots:
            plot = scatter(dots, x_name=other, y_name=measure, label=f"{measure} beside {other}")
            shown.append(tag("figure", tag("figcaption", f"{measure} beside {other}"), plot))
    return tag("div", *shown, class_="plots")


def _bar(series: int, figure: Mapping[str, Any]) -> Bar:
    spread = figure["interval"]
    return Bar(
        series=series % N_COLOURS,
        value=figure["mean"],
        interval=None if spread is None else (spread[0], spread[1]),
    )


def _by_likes(views: Mapping[str, Any], measure: str, names: Sequence[str]) -> Markup:
    ordered = sorted(views, key=lambda view: int(view.removeprefix("likes-")))
    methods = views[ordered[0]]["methods"]
    found = [
        Line(
            series=names.index(name) % N_COLOURS,
            name=name,
            values=[views[view]["methods"][name][measure]["mean"] for view in ordered],
            intervals=[views[view]["methods"][name][measure]["interval"] for view in ordered],
        )
        for name in methods
    ]
    plot = lines(
        [view.removeprefix("likes-") for view in ordered],
        found,
        x_name="likes known",
        y_name=measure,
        label=f"{measure} by number of known likes",
    )
    return tag("figure", tag("figcaption", f"{measure} by number of known likes"), plot)


def _view(
    view: Mapping[str, Any],
    name: str,
    primary: bool,
    names: Sequence[str],
    found: Mapping[str, Any],
) -> Markup:
    extra = [
        m for m in (*LIST_MEASURES, *_OF_ALL_LISTS) if m in next(iter(view["methods"].values()))
    ]
    head = ["", *ACCURACY, *extra]
    rows = [
        [
            series_name(names.index(method), method),
            *[with_interval(figures[m], "mean", "interval") for m in (*ACCURACY, *extra)],
        ]
        for method, figures in view["methods"].items()
    ]
    title = f"{name}: {view['line']}{' (primary)' if primary else ''}"
    return join(
        tag("h3", title),
        *([tag("p", _SAMPLED, class_="warn")] if view["sampled"] else []),
        tag("p", f"{view['n_lists']:,} lists of {view['n_users']:,} users.", class_="soft"),
        table(head, rows),
        by_seed(view, found, names),
        comparisons(view),
    )
