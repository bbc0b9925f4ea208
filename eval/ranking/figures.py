"""Means over users with bootstrap intervals, and paired differences and ratios.

It knows columns of values per list and whose list each is; it does not know what they measure.
Users are resampled, not lists: the lists of one user under several seeds stand or fall together.
All methods share every resample, so that differences are paired.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eval.bootstrap import compare, interval, resampled_sums
from eval.metrics import ratio
from eval.ranking.cells import ViewFigures
from retrieval.seams import BoolArray, IntArray

__all__ = ["Chosen", "Table", "number", "pair", "terciles"]

Floats = NDArray[np.float64]
Key = tuple[str, str]
#: From a view's figures to the lists that count.
Chosen = Callable[[ViewFigures], BoolArray]


@dataclass(frozen=True, kw_only=True)
class Table:
    """All methods in one view.

    Attributes:
        keys: (method, measure) of each column.
        sums: ``(n_users, n_keys)``: each user's values added up; what is not defined adds 0.
        counts: ``(n_users, n_keys)``: how many of them are defined.
        n_resamples: Bootstrap resamples.
        level: Of the intervals.
        seed: Draws the resamples.
    """

    keys: tuple[Key, ...]
    sums: Floats
    counts: Floats
    n_resamples: int
    level: float
    seed: int

    @classmethod
    def of(
        cls,
        figures: Mapping[str, Sequence[ViewFigures]],
        measures: Sequence[str],
        *,
        n_resamples: int,
        level: float,
        seed: int,
        chosen: Chosen | None = None,
    ) -> Table:
        """Gather figures.

        Args:
            figures: Method → its view under each seed, the same lists for every method.
            measures: Which columns.
            n_resamples: Bootstrap resamples.
            level: Of the intervals.
            seed: Draws the resamples.
            chosen: Which lists count; None counts all.
        """
        views = next(iter(figures.values()), ())
        keep = [np.ones(len(v.users), np.bool_) if chosen is None else chosen(v) for v in views]
        rows = [view.users[kept] for view, kept in zip(views, keep, strict=True)]
        users, owner = np.unique(np.concatenate(rows or [np.empty(0)]), return_inverse=True)
        keys = tuple((method, name) for method in figures for name in measures)
        sums, counts = np.zeros((len(users), len(keys))), np.zeros((len(users), len(keys)))
        for place, (method, name) in enumerate(keys):
            found = zip(figures[method], keep, strict=True)
            values = np.concatenate([view.columns[name][kept] for view, kept in found])
            known = ~np.isnan(values)
            filled = np.where(known, values, 0.0)
            sums[:, place] = np.bincount(owner, filled, minlength=len(users))
            counts[:, place] = np.bincount(owner, known, minlength=len(users))
        return cls(
            keys=keys, sums=sums, counts=counts, n_resamples=n_resamples, level=level, seed=seed
        )

    @property
    def n_users(self) -> int:
        return len(self.sums)

    @cached_property
    def _means(self) -> Floats:
        return ratio(self.sums.sum(axis=0), self.counts.sum(axis=0))

    @cached_property
    def _drawn(self) -> Floats:
        """``(n_resamples, n_keys)``: the mean on every resample."""
        both = np.hstack((self.sums, self.counts))
        added = resampled_sums(both, self.n_resamples, np.random.default_rng(self.seed))
        return ratio(added[:, : len(self.keys)], added[:, len(self.keys) :])

    def mean(self, method: str, measure: str) -> float:
        """The mean; NaN where it is not defined for any list."""
        return float(self._means[self.keys.index((method, measure))])

    def figure(self, method: str, measure: str) -> dict[str, Any]:
        """``mean`` and ``interval`` for the summary."""
        drawn = self._drawn[:, self.keys.index((method, measure))]
        spread = interval(drawn, level=self.level)
        return {
            "mean": number(self.mean(method, measure)),
            "interval": pair(spread.low, spread.high),
        }

    def comparison(self, method: str, reference: str, measure: str) -> dict[str, Any]:
        """How far one method is ahead of another: difference and ratio, each with an interval."""
        here, there = self.mean(method, measure), self.mean(reference, measure)
        first = self._drawn[:, self.keys.index((method, measure))]
        second = self._drawn[:, self.keys.index((reference, measure))]
        found = compare(here - there, first, second, level=self.level)
        ratios = interval(ratio(first, second), level=self.level)
        return {
            "method": method,
            "reference": reference,
            "measure": measure,
            "difference": number(found.difference),
            "interval": pair(found.interval.low, found.interval.high),
            "ratio": number(float(ratio(here, there))),
            "ratio_interval": pair(ratios.low, ratios.high),
            "share_better": number(found.share_better),
        }


def number(value: float) -> float | None:
    """A figure for JSON, which has no NaN."""
    return None if np.isnan(value) else round(float(value), 5)


def pair(low: float, high: float) -> list[float] | None:
    """An interval for JSON."""
    ends = (number(low), number(high))
    return None if None in ends else [end for end in ends if end is not None]


def terciles(known: IntArray) -> list[tuple[int, int]]:
    """Sizes of histories in up to three groups of about a third each, as first and last size."""
    edges = np.unique(np.quantile(known, [1 / 3, 2 / 3], method="lower"))
    starts = [int(known.min()), *(int(edge) + 1 for edge in edges)]
    ends = [*(int(edge) for edge in edges), int(known.max())]
    return [(low, high) for low, high in zip(starts, ends, strict=True) if low <= high]
