"""The summary of an evaluation as plain data: what ``summary.json`` and ``--json`` show.

It knows counts and their statistics; it does not know how they were made or where they go.

Keys, under ``extractors.NAME``:

- ``overlap``, ``exact``: per facet (``facets.F``) and over all (``micro``): ``precision``,
  ``recall``, ``f1``, ``interval`` of F1, ``n_correct``, ``n_predicted``, ``n_gold``; for reviews
  also ``span``, ``aspect`` and ``quad`` (``micro`` only).
- ``polarity``: ``macro_f1`` over liked and disliked, ``recall_dislikes``, each with an interval,
  on gold that was found; ``classes`` with precision, recall and F1 of each sign; ``n_pairs``;
  ``coverage``: share of the signed gold that was found; ``majority_macro_f1``: what one sign for
  everything would reach on the same pairs; ``end_to_end``: the same where gold that was not
  found counts as missed.
- ``grounding_rate``: share of the mentions whose words stand in the text.
- ``abstention``: ``n_empty_texts``, texts without gold; ``invention_rate``: share of these in
  which something was predicted.
- ``calibration``: ``brier``, ``ece``, ``bins``.
- ``left_out``: predictions in facets that gold does not use, by facet: neither right nor wrong.
- ``seconds_per_text``, ``first_text_seconds``, ``n_failed``.
- ``cost``: ``calls``, ``input_tokens`` and ``output_tokens`` per text; None without a model.

``comparisons`` holds paired differences: of every other run to the first baseline, and of the
extractor under test to every other extractor.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from eval.bootstrap import Interval, compare, interval
from eval.matching import Rule
from eval.metrics import (
    brier,
    calibration_bins,
    expected_calibration_error,
    f1,
    macro_f1,
    precision,
    ratio,
    recall,
)
from eval.runs import Evaluation, ExtractorRun
from eval.scoring import MICRO, SIGNS, statistics_of
from interest.errors import UnknownNameError

__all__ = ["SUMMARY_VERSION", "confidences", "figure", "is_met", "summarise"]

#: Raised when the meaning of a key changes.
SUMMARY_VERSION = 1

_SIGN_NAMES = {1: "liked", -1: "disliked", 0: "neutral"}
_LESS_IS_BETTER = ("brier", "ece", "invention_rate", "seconds", "first_text", "n_failed", "cost")

Floats = NDArray[np.float64]


def summarise(report: Evaluation) -> dict[str, Any]:
    """Everything measured, as plain data."""
    baseline = next((run for run in report.runs if run.baseline), None)
    return {
        "schema_version": SUMMARY_VERSION,
        "data": _data(report),
        "run": {
            "at": report.at.isoformat(),
            "seed": report.seed,
            "n_resamples": int(report.runs[0].sums.shape[0]),
            "level": report.level,
            "fold": dict(report.fold),
            "main_rule": report.main.value,
        },
        "extractors": {run.name: _extractor(report, run) for run in report.runs},
        "baseline": None if baseline is None else baseline.name,
        "comparisons": [
            entry
            for run, other in _paired(report.runs, baseline)
            for entry in _comparisons(run, other, report.level)
        ],
    }


def _paired(
    runs: Sequence[ExtractorRun], baseline: ExtractorRun | None
) -> list[tuple[ExtractorRun, ExtractorRun]]:
    pairs = [] if baseline is None else [(run, baseline) for run in runs if run is not baseline]
    rivals = [run for run in runs[1:] if not run.baseline]
    return [*[(runs[0], rival) for rival in rivals], *pairs]


def figure(extractor: Mapping[str, Any], measure: str) -> float | None:
    """Follow a dotted path to a number.

    Raises:
        UnknownNameError: The path leads nowhere; the message lists those that do.
    """
    known = dict(_numbers(extractor))
    if measure not in known:
        raise UnknownNameError(
            f"There is no measure {measure!r}.", f"Choose one of: {', '.join(known)}."
        )
    return known[measure]


def is_met(value: float | None, threshold: float, measure: str) -> bool:
    """Whether a figure reaches a threshold; what is not defined reaches none."""
    if value is None:
        return False
    less = any(part.startswith(_LESS_IS_BETTER) for part in measure.split("."))
    return value <= threshold if less else value >= threshold


def confidences(report: Evaluation, run: ExtractorRun) -> tuple[list[float], list[bool]]:
    """Confidence of every counted prediction, and whether the main rule calls it right."""
    sure: list[float] = []
    right: list[bool] = []
    for one in run.scored:
        correct = {p for p, _ in one.pairs.get(report.main, ())}
        for n, prediction in enumerate(one.predictions):
            if one.counts(prediction, report.main):
                sure.append(prediction.mention.confidence)
                right.append(n in correct)
    return sure, right


def _numbers(node: Mapping[str, Any], prefix: str = "") -> list[tuple[str, float | None]]:
    found: list[tuple[str, float | None]] = []
    for key, value in node.items():
        if isinstance(value, Mapping):
            found += _numbers(cast("Mapping[str, Any]", value), f"{prefix}{key}.")
        elif value is None or (isinstance(value, int | float) and not isinstance(value, bool)):
            found.append((f"{prefix}{key}", value))
    return found


def _data(report: Evaluation) -> dict[str, Any]:
    cases = report.data.cases
    gold = [interest for case in cases for interest in case.interests]
    return {
        "name": report.data.name,
        "sha256": report.data.sha256,
        "n_texts": len(cases),
        "n_gold": len(gold),
        "n_texts_without_gold": sum(not case.interests for case in cases),
        "n_gold_without_span": sum(interest.evidence is None for interest in gold),
        "n_gold_in_assistant_words": sum(case.outside_user_turns() for case in cases),
        "facets": dict(sorted(Counter(interest.facet for interest in gold).items())),
        "n_bad_lines": len(report.data.problems),
    }


def _extractor(report: Evaluation, run: ExtractorRun) -> dict[str, Any]:
    totals: Floats = run.table.matrix.sum(axis=0)
    drawn = statistics_of(run.table.columns, run.sums)
    counts = {column: float(totals[at]) for column, at in run.table.columns.items()}
    measures: dict[str, Any] = {"baseline": run.baseline}
    for rule in report.rules:
        measures[rule.value] = _rule(rule, counts, drawn, report)
    measures["polarity"] = _polarity(counts, drawn, report.level)
    measures["grounding_rate"] = _number(
        ratio(counts["grounded", "", "yes"], counts["grounded", "", "all"])
    )
    measures["abstention"] = {
        "n_empty_texts": int(counts["empty", "", "texts"]),
        "invention_rate": _number(
            ratio(counts["empty", "", "invented"], counts["empty", "", "texts"])
        ),
    }
    measures["calibration"] = _calibration(*confidences(report, run))
    measures["left_out"] = dict(
        sorted(Counter(p.facet for s in run.scored for p in s.predictions if not p.counted).items())
    )
    measures["seconds_per_text"] = _number(run.seconds_per_text)
    measures["first_text_seconds"] = _number(run.first_seconds)
    measures["cost"] = _cost(run)
    measures["n_failed"] = sum(bool(one.error) for one in run.scored)
    return measures


def _cost(run: ExtractorRun) -> dict[str, Any] | None:
    if run.cost is None:
        return None
    n = max(1, len(run.scored))
    return {
        "calls": _number(run.cost.calls / n),
        "input_tokens": _number(run.cost.input_tokens / n),
        "output_tokens": _number(run.cost.output_tokens / n),
    }


def _rule(
    rule: Rule,
    counts: Mapping[tuple[str, str, str], float],
    drawn: Mapping[str, Floats],
    report: Evaluation,
) -> dict[str, Any]:
    def of(name: str) -> dict[str, Any]:
        correct, predicted, gold = (
            counts[rule.value, name, number] for number in ("correct", "predicted", "gold")
        )
        spread = interval(drawn[f"{rule.value}.{name}.f1"], level=report.level)
        return {
            "precision": _number(precision(correct, predicted)),
            "recall": _number(recall(correct, gold)),
            "f1": _number(f1(correct, predicted, gold)),
            "interval": _pair(spread),
            "n_correct": int(correct),
            "n_predicted": int(predicted),
            "n_gold": int(gold),
        }

    measured: dict[str, Any] = {"micro": of(MICRO)}
    if rule in (Rule.OVERLAP, Rule.EXACT):
        measured["facets"] = {facet: of(facet) for facet in sorted(report.data.facets)}
    return measured


def _polarity(
    counts: Mapping[tuple[str, str, str], float], drawn: Mapping[str, Floats], level: float
) -> dict[str, Any] | None:
    """Sign, or None where no gold has one."""

    def row(number: str) -> Floats:
        return np.array([counts["sign", str(sign), number] for sign in SIGNS])

    correct, predicted, gold, everything = map(row, ("correct", "predicted", "gold", "gold_all"))
    if everything.sum() == 0:
        return None
    two = slice(0, 2)
    always = np.zeros(len(SIGNS))
    always[gold.argmax()] = gold.sum()
    return {
        "macro_f1": _number(macro_f1(correct[two], predicted[two], gold[two])),
        "interval": _pair(interval(drawn["polarity.macro_f1"], level=level)),
        "recall_dislikes": _number(recall(correct[1], gold[1])),
        "recall_dislikes_interval": _pair(interval(drawn["polarity.recall_dislikes"], level=level)),
        "classes": {
            _SIGN_NAMES[sign]: {
                "precision": _number(precision(correct[n], predicted[n])),
                "recall": _number(recall(correct[n], gold[n])),
                "f1": _number(f1(correct[n], predicted[n], gold[n])),
                "n_gold": int(gold[n]),
            }
            for n, sign in enumerate(SIGNS)
        },
        "n_pairs": int(gold.sum()),
        "coverage": _number(ratio(gold.sum(), everything.sum())),
        "majority_macro_f1": _number(
            macro_f1(np.minimum(gold, always)[two], always[two], gold[two])
        ),
        "end_to_end": {
            "macro_f1": _number(macro_f1(correct[two], predicted[two], everything[two])),
            "recall_dislikes": _number(recall(correct[1], everything[1])),
        },
    }


def _calibration(sure: Sequence[float], right: Sequence[bool]) -> dict[str, Any]:
    return {
        "brier": _number(brier(sure, right)),
        "ece": _number(expected_calibration_error(sure, right)),
        "n": len(sure),
        "bins": [
            {
                "low": bin.low,
                "high": bin.high,
                "n": bin.n,
                "confidence": _number(bin.confidence),
                "accuracy": _number(bin.accuracy),
            }
            for bin in calibration_bins(sure, right)
        ],
    }


def _comparisons(run: ExtractorRun, baseline: ExtractorRun, level: float) -> list[dict[str, Any]]:
    here = statistics_of(run.table.columns, run.table.matrix.sum(axis=0))
    there = statistics_of(baseline.table.columns, baseline.table.matrix.sum(axis=0))
    drawn_here = statistics_of(run.table.columns, run.sums)
    drawn_there = statistics_of(baseline.table.columns, baseline.sums)
    entries: list[dict[str, Any]] = []
    for measure in here:
        gap = float(here[measure] - there[measure])
        if math.isnan(gap):
            continue
        found = compare(gap, drawn_here[measure], drawn_there[measure], level=level)
        entries.append(
            {
                "extractor": run.name,
                "baseline": baseline.name,
                "measure": measure,
                "difference": _number(found.difference),
                "interval": _pair(found.interval),
                "share_better": _number(found.share_better),
            }
        )
    return entries


def _number(value: float | Floats) -> float | None:
    """A figure for JSON, which has no NaN."""
    plain = float(value)
    return None if math.isnan(plain) else round(plain, 6)


def _pair(spread: Interval) -> list[float] | None:
    low, high = _number(spread.low), _number(spread.high)
    return None if low is None or high is None else [low, high]
