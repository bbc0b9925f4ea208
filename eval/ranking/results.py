"""What an evaluation of rankings is asked for, and what it holds before figures are made of it.

It knows settings and cells; it does not know how they are run or summarised.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from eval.ranking.cells import Cell
from eval.ranking.dataset import Dataset
from eval.ranking.methods import Method
from eval.ranking.protocols import Protocol
from interest.errors import InputError

__all__ = ["Measured", "ProtocolRun", "RankingSettings", "Results", "SplitFacts"]


@dataclass(frozen=True, kw_only=True)
class RankingSettings:
    """What is measured, and how.

    Attributes:
        methods: In the order of tables.
        protocols: In the order of the report.
        seeds: Of splits and of methods; protocols that draw nothing use the first.
        liked_only: Only likes are wanted.
        tune: Choose settings on validation parts.
        n_users: Test no more users than this, drawn; None tests all.
        versus: The method that others are compared with; None takes the best baseline of each
            view.
        n_resamples: Bootstrap resamples.
        level: Of the intervals.
    """

    methods: tuple[Method, ...]
    protocols: tuple[Protocol, ...]
    seeds: tuple[int, ...] = (0,)
    liked_only: bool = False
    tune: bool = False
    n_users: int | None = None
    versus: str | None = None
    n_resamples: int = 1000
    level: float = 0.95

    def __post_init__(self) -> None:
        names = [method.name for method in self.methods]
        if not names or not self.protocols or not self.seeds:
            raise InputError("There is nothing to measure.", "Name a method and a protocol.")
        if len(set(names)) < len(names):
            raise InputError(f"Two methods have one name: {', '.join(names)}.", "Rename one.")
        if self.versus is not None and self.versus not in names:
            raise InputError(
                f"{self.versus!r} is not among what is measured.",
                f"Choose among: {', '.join(names)}.",
            )


@dataclass(frozen=True, kw_only=True, slots=True)
class SplitFacts:
    """What a split was like."""

    n_train: int
    n_trials: int
    n_users: int
    left_out: Mapping[str, int]
    notes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Measured:
    """All methods on the split of one seed; ``failed`` says why a method has no cell."""

    seed: int
    split: SplitFacts
    cells: Mapping[str, Cell]
    failed: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class ProtocolRun:
    """One protocol with all of its seeds."""

    protocol: Protocol
    seeds: tuple[Measured, ...]


@dataclass(frozen=True, kw_only=True)
class Results:
    """Everything that was measured, before figures are made of it.

    Attributes:
        data: What it was measured on.
        settings: What was measured, and how.
        runs: By protocol.
        left_out: Methods that the data does not allow → why.
        resumed: Cells that an interrupted run had left.
        seconds: Wall-clock time of this run.
        at: When.
    """

    data: Dataset
    settings: RankingSettings
    runs: tuple[ProtocolRun, ...]
    left_out: Mapping[str, str]
    resumed: int
    seconds: float
    at: datetime
