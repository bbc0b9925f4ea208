"""Running an evaluation: every method on every split, cell by cell.

It knows data, methods and protocols; it does not know figures over users
(:mod:`eval.ranking.summary`) or how a report looks.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from eval.ranking.cell_store import CellStore, code_digest
from eval.ranking.cells import Cell, run_cell
from eval.ranking.dataset import Dataset
from eval.ranking.division import SplitOptions
from eval.ranking.lists import ListJudge
from eval.ranking.methods import TrainingSet
from eval.ranking.protocols import Protocol
from eval.ranking.results import Measured, ProtocolRun, RankingSettings, Results, SplitFacts
from eval.ranking.trials import Split, check_no_leak
from interest.errors import InputError, ModelError
from interest.progress import Progress, no_progress
from retrieval.seams import FloatArray

__all__ = ["run_ranking"]


def run_ranking(
    data: Dataset,
    settings: RankingSettings,
    *,
    now: datetime,
    text: FloatArray | None = None,
    encoder_id: str = "",
    folder: Path | None = None,
    resume: bool = True,
    left_out: Mapping[str, str] | None = None,
    progress: Progress = no_progress,
    clock: Callable[[], float] = time.perf_counter,
) -> Results:
    """Measure everything.

    Args:
        data: What to measure on.
        settings: What to measure.
        now: Goes into the report.
        text: ``(n_items, text_dim)`` raw unit text vectors, if there are any.
        encoder_id: What made them.
        folder: Where cells are kept while the run is under way; None keeps nothing.
        resume: Take over cells that an interrupted run with the same settings left there.
        left_out: Methods that the data does not allow, for the report.
        progress: Called with cells done, and per cell with trials done.
        clock: Seconds.

    Raises:
        InputError: The data does not allow a protocol.
        SetupError: The folder cannot be written.
    """
    started = clock()
    store = None
    if folder is not None:
        store = CellStore(folder, _signature(data, settings, encoder_id), resume=resume)
    total = sum(len(_seeds(protocol, settings)) for protocol in settings.protocols)
    count = _Count(total * len(settings.methods), progress)
    runs = tuple(
        ProtocolRun(
            protocol=protocol,
            seeds=tuple(
                _measure(data, settings, protocol, seed, text, store, count)
                for seed in _seeds(protocol, settings)
            ),
        )
        for protocol in settings.protocols
    )
    return Results(
        data=data,
        settings=settings,
        runs=runs,
        left_out=dict(left_out or {}),
        resumed=count.resumed,
        seconds=clock() - started,
        at=now,
    )


class _Count:
    """Cells done."""

    def __init__(self, total: int, progress: Progress) -> None:
        self._total = total
        self._done = 0
        self.progress = progress
        self.resumed = 0
        progress("cells", 0, total)

    def one_more(self, *, resumed: bool) -> None:
        self._done += 1
        self.resumed += resumed
        self.progress("cells", self._done, self._total)


def _seeds(protocol: Protocol, settings: RankingSettings) -> tuple[int, ...]:
    return settings.seeds if protocol.drawn else settings.seeds[:1]


def _measure(
    data: Dataset,
    settings: RankingSettings,
    protocol: Protocol,
    seed: int,
    text: FloatArray | None,
    store: CellStore | None,
    count: _Count,
) -> Measured:
    options = SplitOptions(liked_only=settings.liked_only, given=data.given)
    split = protocol.divide(data, seed, options)
    check_no_leak(split)
    if not split.trials:
        reasons = "; ".join(f"{reason}: {n} users" for reason, n in split.left_out.items())
        raise InputError(
            f"{protocol.name} leaves nobody to test on {data.name}: {reasons}.",
            "Choose another protocol, or give more interactions.",
        )
    split = _fewer(split, settings.n_users, seed)
    training = TrainingSet(
        matrix=split.train,
        catalogue=data.catalogue,
        text=text,
        seed=seed,
        liked_only=settings.liked_only,
        inner=lambda: protocol.validation(split.train, seed, options),
        reviews=None if data.reviews is None else data.reviews.within(split.train),
        progress=_staged(count.progress, f"{protocol.name}, seed {seed}"),
    )
    judge = ListJudge.of(split.train, data.catalogue, text)
    cells: dict[str, Cell] = {}
    failed: dict[str, str] = {}
    for method in settings.methods:
        key = (protocol.name, method.name, str(seed))
        cell = None if store is None else store.load(*key)
        resumed = cell is not None
        if cell is None:
            try:
                cell = run_cell(
                    method,
                    training,
                    split,
                    protocol,
                    judge,
                    tune=settings.tune,
                    progress=training.progress,
                )
            except ModelError as error:
                failed[method.name] = str(error)
        if cell is not None:
            cells[method.name] = cell
            if store is not None and not resumed:
                store.save(cell, *key)
        count.one_more(resumed=resumed)
    return Measured(seed=seed, split=_facts(split), cells=cells, failed=failed)


def _fewer(split: Split, n_users: int | None, seed: int) -> Split:
    users = np.unique([trial.user for trial in split.trials])
    if n_users is None or n_users >= len(users):
        return split
    drawn = set(np.random.default_rng(seed).choice(users, n_users, replace=False).tolist())
    note = f"{n_users} of {len(users)} users are drawn for the test."
    trials = tuple(trial for trial in split.trials if trial.user in drawn)
    return replace(split, trials=trials, notes=(*split.notes, note))


def _facts(split: Split) -> SplitFacts:
    return SplitFacts(
        n_train=len(split.train.users),
        n_trials=len(split.trials),
        n_users=len({trial.user for trial in split.trials}),
        left_out=dict(split.left_out),
        notes=split.notes,
    )


def _staged(progress: Progress, where: str) -> Progress:
    def tell(stage: str, done: int, total: int) -> None:
        progress(f"{where}: {stage}", done, total)

    return tell


def _signature(data: Dataset, settings: RankingSettings, encoder_id: str) -> dict[str, Any]:
    """Everything that a cell depends on besides its key."""
    return {
        "data": data.content_hash,
        "liked_only": settings.liked_only,
        "tune": settings.tune,
        "n_users": settings.n_users,
        "encoder": encoder_id,
        "code": code_digest(),
    }
