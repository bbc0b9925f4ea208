"""A cell: one method on one split, measured list by list.

It knows signals, trials and measures; it does not know other methods, seeds or files.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from eval.ranking.lists import BINS, LIST_MEASURES, ListJudge
from eval.ranking.measures import CUTOFFS, accuracy
from eval.ranking.methods import Fit, Method, TrainingSet, scores_for
from eval.ranking.order import checked, first_places
from eval.ranking.protocols import Protocol, View
from eval.ranking.trials import Split
from interest.progress import Progress, no_progress
from retrieval.seams import IntArray, Signal

__all__ = ["Cell", "ViewFigures", "measure", "run_cell", "validate"]

_DEEPEST = max(CUTOFFS)
#: Lists between two calls of the progress callback.
_TELL_EVERY = 20


def _no_tuning() -> dict[str, float]:
    return {}


@dataclass(frozen=True, kw_only=True)
class ViewFigures:
    """One view of all trials.

    Attributes:
        users: ``(n,)``, whose lists these are.
        known: ``(n,)``, length of the history.
        columns: Measure → ``(n,) float64``; NaN where it is not defined.
        lists: ``(n, 20) int64``, first places as shown; -1 where there are no more.
    """

    users: IntArray
    known: IntArray
    columns: Mapping[str, NDArray[np.float64]]
    lists: IntArray


@dataclass(frozen=True, kw_only=True)
class Cell:
    """What was measured of one method on one split.

    Attributes:
        views: By name.
        fit_seconds: Wall-clock time of learning, choosing settings included.
        score_seconds: Wall-clock time of scoring the whole catalogue, per trial.
        setting: What was chosen on the validation part, or "".
        tuning: Setting → what it reached there.
    """

    views: Mapping[str, ViewFigures]
    fit_seconds: float
    score_seconds: float
    setting: str = ""
    tuning: Mapping[str, float] = field(default_factory=_no_tuning)


def run_cell(
    method: Method,
    training: TrainingSet,
    split: Split,
    protocol: Protocol,
    judge: ListJudge,
    *,
    tune: bool = False,
    progress: Progress = no_progress,
    clock: Callable[[], float] = time.perf_counter,
) -> Cell:
    """Learn a method and measure it, once.

    Args:
        method: What to measure.
        training: Made of the training part of ``split``.
        split: Training part and trials.
        protocol: Its views and primary measure.
        judge: Of the same training part.
        tune: Choose among the method's settings on a validation part inside the training part.
        progress: Called with trials done.
        clock: Seconds.

    Raises:
        ModelError: The method gives scores of another length or that are not finite.
    """
    before = clock()
    fit, setting, tuning = method.fit, "", dict[str, float]()
    if tune and method.settings:
        tuning = _tuned(method, training, protocol)
        setting = max(tuning, key=lambda name: tuning[name])
        fit = method.settings[setting]
    signal = fit(training)
    fit_seconds = clock() - before
    views, seconds = measure(
        method.name, signal, split, protocol.views, judge, progress=progress, clock=clock
    )
    return Cell(
        views=views,
        fit_seconds=fit_seconds,
        score_seconds=seconds / max(len(split.trials), 1),
        setting=setting,
        tuning=tuning,
    )


def _tuned(method: Method, training: TrainingSet, protocol: Protocol) -> dict[str, float]:
    """The primary measure of every setting on the validation part."""
    inner = training.inner()
    primary = protocol.views[0]
    return {
        name: validate(fit, training.on(inner), inner, primary.name, protocol.measure)
        for name, fit in method.settings.items()
    }


def validate(fit: Fit, training: TrainingSet, inner: Split, view: str, name: str) -> float:
    """The mean of one measure over the trials of a validation split."""
    signal = fit(training)
    lists: list[IntArray] = []
    wanted: list[IntArray] = []
    for trial in inner.trials:
        if view in trial.asks:
            ask = trial.asks[view]
            scores = checked(
                scores_for(signal, trial.user, trial.history), inner.train.n_items, signal.name
            )
            lists.append(first_places(scores, ask, _DEEPEST)[0])
            wanted.append(ask.wanted)
    return float(np.mean(accuracy(lists, wanted)[name]))


def measure(
    name: str,
    signal: Signal,
    split: Split,
    views: Sequence[View],
    judge: ListJudge,
    *,
    progress: Progress = no_progress,
    clock: Callable[[], float] = time.perf_counter,
) -> tuple[dict[str, ViewFigures], float]:
    """Rank every trial in every view, user by user.

    Returns:
        Figures by view, and the seconds that scoring took.
    """
    gathered = {view.name: _Gathered(view, judge) for view in views}
    seconds, total = 0.0, len(split.trials)
    for done, trial in enumerate(split.trials, start=1):
        before = clock()
        scores = scores_for(signal, trial.user, trial.history)
        seconds += clock() - before
        checked(scores, split.train.n_items, name)
        for view, ask in trial.asks.items():
            against, shown = first_places(scores, ask, _DEEPEST)
            gathered[view].add(trial.user, trial.history.rows, ask.wanted, against, shown)
        if done % _TELL_EVERY == 0 or done == total:
            progress(name, done, total)
    return {name: rows.figures() for name, rows in gathered.items()}, seconds


class _Gathered:
    """Lists of one view as they come."""

    def __init__(self, view: View, judge: ListJudge) -> None:
        self._view = view
        self._judge = judge
        self._users: list[int] = []
        self._known: list[int] = []
        self._wanted: list[IntArray] = []
        self._against: list[IntArray] = []
        self._shown: list[IntArray] = []
        self._judged: list[dict[str, float]] = []

    def add(
        self, user: int, history: IntArray, wanted: IntArray, against: IntArray, shown: IntArray
    ) -> None:
        self._users.append(user)
        self._known.append(len(history))
        self._wanted.append(wanted)
        self._against.append(against)
        self._shown.append(shown)
        judged = {} if self._view.sampled else self._by_bin(against, wanted)
        self._judged.append(
            judged | (self._judge.judge(shown, history) if self._view.lists else {})
        )

    def _beyond_accuracy(self) -> tuple[str, ...]:
        bins = () if self._view.sampled else tuple(f"R@{_DEEPEST}-{name}" for name in BINS)
        return (*bins, *(LIST_MEASURES if self._view.lists else ()))

    def _by_bin(self, against: IntArray, wanted: IntArray) -> dict[str, float]:
        found = self._judge.found_by_bin(against, wanted)
        return {f"R@{_DEEPEST}-{name}": value for name, value in found.items()}

    def figures(self) -> ViewFigures:
        lists = np.full((len(self._shown), _DEEPEST), -1, dtype=np.int64)
        for place, shown in enumerate(self._shown):
            lists[place, : len(shown)] = shown
        columns = accuracy(self._against, self._wanted)
        for name in self._beyond_accuracy():
            columns[name] = np.array([row[name] for row in self._judged], dtype=np.float64)
        return ViewFigures(
            users=np.array(self._users, dtype=np.int64),
            known=np.array(self._known, dtype=np.int64),
            columns=columns,
            lists=lists,
        )
