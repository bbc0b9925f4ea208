"""The page of an evaluation: tables, plots and the worst cases, in one file without a request.

It knows how figures are shown to people; it does not know how they are made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from eval.extraction import ExtractionReport
from eval.html import Markup, join, page, tag
from eval.matching import Rule
from eval.plots import Bar, bars, reliability
from eval.report_cases import legend, worst_of
from eval.report_parts import (
    N_COLOURS,
    STYLE,
    series_name,
    show,
    show_range,
    table,
    with_interval,
)

__all__ = ["report_page"]

#: Facets with the most gold get bars; a review set may have a hundred categories.
_MAX_FACETS = 12
#: Comparisons shown: whole measures, not every facet.
_WHOLE = (".micro.f1", "polarity.macro_f1", "polarity.recall_dislikes")


def report_page(report: ExtractionReport) -> str:
    """The whole page as HTML."""
    summary = report.summary()
    title = f"Extraction on {report.data.name}"
    return page(
        title,
        STYLE,
        tag("h1", title),
        _facts(summary),
        tag("h2", "Figures"),
        _figures(report, summary),
        tag("h2", "In pairs, on the same resamples"),
        _comparisons(summary),
        tag("h2", "By facet"),
        _facet_bars(report, summary),
        tag("h2", "Confidence against truth"),
        _reliability(summary),
        tag("h2", "Worst cases"),
        legend(),
        *[worst_of(report, run) for run in report.runs if not run.baseline],
    )


def _facts(summary: Mapping[str, Any]) -> Markup:
    data, run = summary["data"], summary["run"]
    lines = [
        f"{data['n_texts']} texts, {data['n_gold']} gold interests, "
        f"{data['n_texts_without_gold']} texts with nothing to find.",
        f"Measured {run['at']}; {100 * run['level']:g} % intervals from {run['n_resamples']} "
        f"bootstrap resamples of the texts, seed {run['seed']}.",
        f"sha256 {data['sha256']}",
    ]
    if data["n_bad_lines"]:
        lines.append(f"{data['n_bad_lines']} lines of the file could not be used.")
    if data["n_gold_in_assistant_words"]:
        lines.append(
            f"{data['n_gold_in_assistant_words']} gold spans stand in the assistant's words; only "
            "the user's turns are read."
        )
    if run["fold"]:
        folded = ", ".join(f"{fine} as {coarse}" for fine, coarse in run["fold"].items())
        lines.append(f"Facets counted as another: {folded}.")
    return tag("p", *[join(line, tag("br")) for line in lines], class_="soft")


def _figures(report: ExtractionReport, summary: Mapping[str, Any]) -> Markup:
    rules = [rule for rule in report.rules if rule is not Rule.SPAN]
    head = ["", *[f"{rule.value} F1" for rule in rules], f"{report.main.value} P / R"]
    head += ["sign macro-F1", "dislikes found", "grounded", "invented on empty", "Brier", "ECE"]
    head += ["ms per text", "tokens per text", "left out", "failed"]
    rows = [
        [series_name(n, name), *_cells(report.main, rules, figures)]
        for n, (name, figures) in enumerate(summary["extractors"].items())
    ]
    return table(head, rows)


def _cells(main: Rule, rules: Sequence[Rule], figures: Mapping[str, Any]) -> list[str]:
    sign: Mapping[str, Any] = figures["polarity"] or {}
    whole = figures[main.value]["micro"]
    return [
        *[with_interval(figures[r.value]["micro"], "f1", "interval") for r in rules],
        f"{show(whole['precision'])} / {show(whole['recall'])}",
        with_interval(sign, "macro_f1", "interval"),
        with_interval(sign, "recall_dislikes", "recall_dislikes_interval"),
        show(figures["grounding_rate"]),
        show(figures["abstention"]["invention_rate"]),
        show(figures["calibration"]["brier"]),
        show(figures["calibration"]["ece"]),
        f"{1000 * (figures['seconds_per_text'] or 0.0):.2f}",
        _tokens(figures["cost"]),
        str(sum(figures["left_out"].values())),
        str(figures["n_failed"]),
    ]


def _tokens(cost: Mapping[str, float] | None) -> str:
    if cost is None:
        return "–"
    return f"{cost['input_tokens']:.0f} in, {cost['output_tokens']:.0f} out"


def _comparisons(summary: Mapping[str, Any]) -> Markup:
    chosen = [entry for entry in summary["comparisons"] if entry["measure"].endswith(_WHOLE)]
    if not chosen:
        return tag("p", "Nothing to compare with was run.")
    rows = [
        [
            entry["extractor"],
            entry["baseline"],
            entry["measure"],
            f"{entry['difference']:+.3f}",
            show_range(entry["interval"]),
            show(entry["share_better"]),
        ]
        for entry in chosen
    ]
    said = "How much the first is ahead of the second, text by text."
    head = ["extractor", "other", "measure", "difference", "interval", "share of resamples ahead"]
    return join(tag("p", said), table(head, rows))


def _facet_bars(report: ExtractionReport, summary: Mapping[str, Any]) -> Markup:
    counts: Mapping[str, int] = summary["data"]["facets"]
    common = sorted(counts, key=lambda facet: -counts[facet])[:_MAX_FACETS]
    groups = {
        f"{facet} ({counts[facet]})": [
            _bar(n, figures[Rule.OVERLAP.value]["facets"][facet])
            for n, figures in enumerate(summary["extractors"].values())
        ]
        for facet in common
    }
    names = [series_name(n, run.name) for n, run in enumerate(report.runs)]
    plot = bars(groups, label="Typed overlap F1 by facet, with intervals")
    return join(tag("p", "Typed overlap F1: ", *[join(name, " ") for name in names]), plot)


def _bar(series: int, figures: Mapping[str, Any]) -> Bar:
    spread = figures["interval"]
    return Bar(
        series=series % N_COLOURS,
        value=figures["f1"],
        interval=None if spread is None else (spread[0], spread[1]),
    )


def _reliability(summary: Mapping[str, Any]) -> Markup:
    plots = [
        tag(
            "figure",
            tag("figcaption", series_name(n, name)),
            reliability(
                figures["calibration"]["bins"],
                series=n % N_COLOURS,
                label=f"Share of right predictions by confidence, {name}",
            ),
        )
        for n, (name, figures) in enumerate(summary["extractors"].items())
    ]
    return tag("div", *plots, class_="plots")
