"""Means, intervals, differences and ratios over users, by hand."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from eval.ranking.cells import ViewFigures
from eval.ranking.figures import Table, terciles
from retrieval.seams import BoolArray


def view(users: Sequence[int], known: Sequence[int] | None = None, **columns: Any) -> ViewFigures:
    return ViewFigures(
        users=np.array(users),
        known=np.array(known or [1] * len(users)),
        columns={name: np.array(values, dtype=np.float64) for name, values in columns.items()},
        lists=np.zeros((len(users), 20), dtype=np.int64),
    )


def table(figures: dict[str, list[ViewFigures]], *measures: str, **options: Any) -> Table:
    return Table.of(figures, measures, n_resamples=2000, level=0.95, seed=1, **options)


def test_the_mean_is_over_what_is_defined() -> None:
    found = table({"a": [view([0, 1, 2], x=[1, math.nan, 0])]}, "x")
    assert found.mean("a", "x") == 0.5
    assert found.n_users == 3


def test_a_figure_that_is_never_defined_is_none() -> None:
    found = table({"a": [view([0, 1], x=[math.nan, math.nan])]}, "x")
    assert found.figure("a", "x") == {"mean": None, "interval": None}


def test_lists_of_several_seeds_are_all_counted_and_users_resampled() -> None:
    # One user with four lists of 1, one with a list of 0: resamples are 0, .8 and 1.
    views = [view([0, 0, 1], x=[1, 1, 0]), view([0, 0], x=[1, 1])]
    found = table({"a": views}, "x")
    assert found.n_users == 2
    assert found.mean("a", "x") == 0.8
    assert found.figure("a", "x")["interval"] == [0.0, 1.0]


def test_the_interval_is_as_wide_as_theory_says() -> None:
    values = [1] * 100 + [0] * 300
    low, high = table({"a": [view(range(400), x=values)]}, "x").figure("a", "x")["interval"]
    error = math.sqrt(0.25 * 0.75 / 400)
    assert low == pytest.approx(0.25 - 1.96 * error, abs=0.006)
    assert high == pytest.approx(0.25 + 1.96 * error, abs=0.006)


def test_differences_are_paired() -> None:
    """Each user's value is one higher, whoever is drawn: the difference has no spread."""
    base = np.arange(50.0)
    figures = {"a": [view(range(50), x=base + 1)], "b": [view(range(50), x=base)]}
    found = table(figures, "x").comparison("a", "b", "x")
    assert found["difference"] == 1.0
    assert found["interval"] == [1.0, 1.0]
    assert found["share_better"] == 1.0


def test_ratios_are_paired() -> None:
    base = np.arange(1.0, 51.0)
    figures = {"a": [view(range(50), x=1.25 * base)], "b": [view(range(50), x=base)]}
    found = table(figures, "x").comparison("a", "b", "x")
    assert found["ratio"] == 1.25
    assert found["ratio_interval"] == [1.25, 1.25]


def test_a_ratio_to_nothing_is_not_defined() -> None:
    figures = {"a": [view([0, 1], x=[1, 1])], "b": [view([0, 1], x=[0, 0])]}
    found = table(figures, "x").comparison("a", "b", "x")
    assert (found["ratio"], found["ratio_interval"]) == (None, None)
    assert found["difference"] == 1.0


def test_only_chosen_lists() -> None:
    one = view([0, 1, 2], known=[1, 5, 9], x=[0.1, 0.5, 0.9])

    def knowing(found: ViewFigures) -> BoolArray:
        return found.known > 3

    found = table({"a": [one]}, "x", chosen=knowing)
    assert found.n_users == 2
    assert found.mean("a", "x") == pytest.approx(0.7)


def test_the_same_seed_gives_the_same_intervals() -> None:
    figures = {"a": [view(range(9), x=np.arange(9.0))]}
    assert table(figures, "x").figure("a", "x") == table(figures, "x").figure("a", "x")


@pytest.mark.parametrize(
    ("known", "groups"),
    [
        ([1, 2, 3, 4, 5, 6], [(1, 2), (3, 4), (5, 6)]),
        ([3, 3, 3], [(3, 3)]),
        ([0, 0, 0, 7], [(0, 0), (1, 7)]),
    ],
)
def test_groups_by_what_is_known(known: list[int], groups: list[tuple[int, int]]) -> None:
    assert terciles(np.array(known)) == groups
