"""Measuring extraction: every extractor reads every case, and what it found is held against gold.

It knows extractors and cases; it does not know how a report looks (:mod:`eval.report`) and prints
nothing. An extractor that fails on a text becomes a record with an error, not a crash.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any

import numpy as np

from eval.baselines import majority_sign
from eval.bootstrap import resampled_sums
from eval.cases import Case, CaseFile, Speaker
from eval.costs import Cost, Meter
from eval.matching import Rule
from eval.runs import Evaluation, ExtractorRun
from eval.scoring import ScoredCase, count_table, rules_for, score_case
from eval.summary import figure, is_met, summarise
from interest.errors import InputError, ModelError
from interest.evidence import Source
from interest.extraction import Extractor, TextUnit
from interest.progress import Progress, no_progress
from interest.reading import Reading, read_texts

__all__ = ["ExtractionReport", "evaluate_extraction"]


class ExtractionReport(Evaluation):
    """The outcome of an evaluation, with its figures; the first run is the one under test."""

    @cached_property
    def _summary(self) -> dict[str, Any]:
        return summarise(self)

    def summary(self) -> dict[str, Any]:
        """Everything measured, ready for JSON: what is not defined is None. See docs of the keys
        in :mod:`eval.summary`."""
        return self._summary

    def meets(self, threshold: float, measure: str = "overlap.micro.f1") -> bool:
        """Whether the extractor under test reaches a threshold.

        Args:
            threshold: At least this; at most this for measures where less is better (Brier
                score, calibration error, invention, seconds, failures).
            measure: Path into its part of the summary: ``"polarity.macro_f1"``.

        Raises:
            UnknownNameError: There is no such measure.
        """
        return is_met(self.value(measure), threshold, measure)

    def value(self, measure: str) -> float | None:
        """One figure of the extractor under test; None where the data does not define it.

        Raises:
            UnknownNameError: There is no such measure.
        """
        return figure(self._summary["extractors"][self.runs[0].name], measure)


def evaluate_extraction(
    cases: CaseFile,
    extractors: Sequence[Extractor],
    *,
    now: datetime,
    rng: np.random.Generator,
    baselines: Sequence[Extractor] = (),
    meters: Mapping[str, Meter] | None = None,
    fold: Mapping[str, str] | None = None,
    batch_size: int = 32,
    n_resamples: int = 1000,
    level: float = 0.95,
    progress: Progress = no_progress,
    clock: Callable[[], float] = time.perf_counter,
) -> ExtractionReport:
    """Run extractors over cases and score them.

    Args:
        cases: Texts and gold.
        extractors: What is measured; the first one is under test, and is compared with each of
            the others in pairs, text by text.
        now: When; goes into the report.
        rng: Draws the resamples.
        baselines: Simple extractors for the same table; differences are taken against the
            first. What the extractor under test finds, all with one sign, is added as the last.
        meters: Per extractor name, what counts the calls of its model.
        fold: Predicted facet to gold facet, where gold is coarser.
        batch_size: Texts per call.
        n_resamples: Bootstrap resamples.
        level: Of the intervals.
        progress: Called per batch with texts read.
        clock: Seconds, for measuring time.

    Raises:
        InputError: No extractor, no case, or two extractors with one name.
    """
    _check(cases, extractors, baselines)
    rules, folded = rules_for(cases), dict(fold or {})
    units = [_unit(case) for case in cases.cases]
    read = [
        _read_all(extractor, units, batch_size, progress, clock, (meters or {}).get(extractor.name))
        for extractor in (*extractors, *baselines)
    ]
    read.append(_with_one_sign(read[0]))
    scored = [_score(outcome, cases, rules, folded) for outcome in read]
    tables = [count_table(s, rules=rules, facets=sorted(cases.facets)) for s in scored]
    drawn = resampled_sums(np.hstack([table.matrix for table in tables]), n_resamples, rng)
    runs = tuple(
        ExtractorRun(
            name=outcome.name,
            baseline=n >= len(extractors),
            scored=one,
            table=table,
            sums=sums,
            seconds_per_text=outcome.seconds / len(units),
            first_seconds=outcome.first_seconds,
            cost=outcome.cost,
        )
        for n, (outcome, one, table, sums) in enumerate(
            zip(read, scored, tables, np.hsplit(drawn, len(read)), strict=True)
        )
    )
    return ExtractionReport(
        data=cases,
        runs=runs,
        rules=rules,
        fold=folded,
        at=now,
        seed=_seed_of(rng),
        level=level,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Outcome:
    """What one extractor read, before it is scored."""

    name: str
    readings: tuple[Reading | ModelError, ...]
    seconds: float
    first_seconds: float
    cost: Cost | None


def _check(
    cases: CaseFile, extractors: Sequence[Extractor], baselines: Sequence[Extractor]
) -> None:
    if not extractors:
        raise InputError("There is no extractor to evaluate.", "Pass at least one.")
    if not cases.cases:
        raise InputError(f"{cases.name} has no cases.", "Pass at least one text.")
    names = [extractor.name for extractor in (*extractors, *baselines)]
    if len(set(names)) != len(names):
        raise InputError(f"Two extractors have one name: {', '.join(names)}.", "Rename one.")


def _read_all(
    extractor: Extractor,
    units: Sequence[TextUnit],
    batch_size: int,
    progress: Progress,
    clock: Callable[[], float],
    meter: Meter | None,
) -> _Outcome:
    before = clock()
    _readings(extractor, units[:1])
    first_seconds = clock() - before
    spent = Cost() if meter is None else meter.total
    readings: list[Reading | ModelError] = []
    seconds = 0.0
    for start in range(0, len(units), batch_size):
        before = clock()
        readings.extend(_readings(extractor, units[start : start + batch_size]))
        seconds += clock() - before
        progress(f"reading with {extractor.name}", len(readings), len(units))
    return _Outcome(
        name=extractor.name,
        readings=tuple(readings),
        seconds=seconds,
        first_seconds=first_seconds,
        cost=None if meter is None else meter.total - spent,
    )


def _with_one_sign(outcome: _Outcome) -> _Outcome:
    return replace(
        outcome,
        name=f"majority sign on {outcome.name}",
        cost=None,
        readings=tuple(
            reading if isinstance(reading, ModelError) else majority_sign(reading)
            for reading in outcome.readings
        ),
    )


def _score(
    outcome: _Outcome, data: CaseFile, rules: Sequence[Rule], fold: Mapping[str, str]
) -> tuple[ScoredCase, ...]:
    facets = data.facets
    return tuple(
        score_case(
            case,
            Reading(mentions=()) if isinstance(reading, ModelError) else reading,
            rules=rules,
            fold=fold,
            gold_facets=facets,
            error=str(reading) if isinstance(reading, ModelError) else "",
        )
        for case, reading in zip(data.cases, outcome.readings, strict=True)
    )


def _unit(case: Case) -> TextUnit:
    source = Source.REVIEW if case.speaker is Speaker.REVIEWER else Source.CHAT
    return TextUnit(text_id=case.case_id, text=case.text, source=source, asked=case.asked)


def _readings(extractor: Extractor, units: Sequence[TextUnit]) -> list[Reading | ModelError]:
    """Read a batch; where that fails, text by text, so that only the bad ones are lost."""
    try:
        return list[Reading | ModelError](read_texts(extractor, units))
    except ModelError as error:
        if len(units) == 1:
            return [error]
    return [reading for unit in units for reading in _readings(extractor, [unit])]


def _seed_of(rng: np.random.Generator) -> int | None:
    sequence = rng.bit_generator.seed_seq
    entropy = sequence.entropy if isinstance(sequence, np.random.SeedSequence) else None
    return entropy if isinstance(entropy, int) else None
