"""What an evaluation holds before anything is computed from it.

It knows runs, cases and settings; it does not know figures.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from eval.cases import CaseFile
from eval.costs import Cost
from eval.matching import Rule
from eval.scoring import CountTable, ScoredCase, main_rule

__all__ = ["Evaluation", "ExtractorRun"]


@dataclass(frozen=True, kw_only=True, slots=True)
class ExtractorRun:
    """What one extractor did on all cases.

    Attributes:
        name: What tables call it.
        baseline: Whether it is there to be beaten.
        scored: One per case, in order.
        table: What each text adds to each count.
        sums: ``(n_resamples, n_columns) float64``; the same texts are drawn for every extractor.
        seconds_per_text: Wall-clock time of reading, in batches, without loading.
        first_seconds: Wall-clock time of the very first text, loading included.
        cost: Calls and tokens of its language model; None where it has none.
    """

    name: str
    baseline: bool
    scored: tuple[ScoredCase, ...]
    table: CountTable
    sums: NDArray[np.float64]
    seconds_per_text: float
    first_seconds: float
    cost: Cost | None = None


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """Several extractors on the same cases; the first run is the one under test.

    Attributes:
        data: The cases.
        runs: Extractors first, baselines after them.
        rules: The rules that were applied.
        fold: Predicted facet to gold facet.
        at: When it was measured.
        seed: Seed of the resampling, None where the generator does not tell.
        level: Of all intervals.
    """

    data: CaseFile
    runs: tuple[ExtractorRun, ...]
    rules: tuple[Rule, ...]
    fold: Mapping[str, str]
    at: datetime
    seed: int | None
    level: float

    @cached_property
    def main(self) -> Rule:
        """The rule that decides what counts as right where only one can."""
        return main_rule(self.data.cases, self.rules)
