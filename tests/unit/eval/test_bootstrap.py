"""Resampling: known distributions and known differences."""

from __future__ import annotations

import math

import numpy as np
import pytest

from eval import bootstrap
from eval.bootstrap import Interval, compare, interval, resampled_sums


def test_every_resample_draws_as_many_texts_as_there_are() -> None:
    counts = np.array([[1.0, 2.0], [1.0, 5.0], [1.0, 11.0]])
    sums = resampled_sums(counts, 200, np.random.default_rng(1))
    assert sums.shape == (200, 2)
    np.testing.assert_array_equal(sums[:, 0], 3.0)
    possible = {a + b + c for a in (2, 5, 11) for b in (2, 5, 11) for c in (2, 5, 11)}
    assert set(sums[:, 1].tolist()) <= possible
    assert len(set(sums[:, 1].tolist())) > 5


def test_the_interval_of_a_share_is_the_binomial_one() -> None:
    # 400 texts, 30 % right: standard error sqrt(.3 * .7 / 400) = .0229, times 1.96 = .045.
    right = np.zeros((400, 1))
    right[:120] = 1.0
    sums = resampled_sums(right, 4000, np.random.default_rng(2)) / 400
    found = interval(sums[:, 0])
    assert found.low == pytest.approx(0.3 - 0.045, abs=0.006)
    assert found.high == pytest.approx(0.3 + 0.045, abs=0.006)


def test_chunks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    counts = np.random.default_rng(3).random((50, 4))
    whole = resampled_sums(counts, 20, np.random.default_rng(4))
    monkeypatch.setattr(bootstrap, "_CELLS", 120)
    np.testing.assert_allclose(resampled_sums(counts, 20, np.random.default_rng(4)), whole)


def test_no_texts_give_empty_sums() -> None:
    np.testing.assert_array_equal(
        resampled_sums(np.empty((0, 3)), 2, np.random.default_rng(0)), np.zeros((2, 3))
    )


def test_interval_takes_percentiles_and_leaves_undefined_resamples_out() -> None:
    values = np.arange(101.0)
    found = interval(values, level=0.9)
    assert (found.low, found.high) == (pytest.approx(5.0), pytest.approx(95.0))
    with_gaps = np.array([math.nan, 1.0, 1.0, 1.0])
    assert interval(with_gaps) == Interval(low=1.0, high=1.0)
    assert math.isnan(interval(np.array([math.nan, math.nan, 1.0])).low)


def test_a_constant_lead_is_certain_and_a_tie_is_even() -> None:
    second = np.array([0.1, 0.5, 0.9])
    lead = compare(0.25, second + 0.25, second)
    assert lead.difference == 0.25
    assert lead.interval.low == pytest.approx(0.25)
    assert lead.share_better == 1.0
    assert compare(0.0, second, second).share_better == 0.5
    assert compare(0.0, np.array([1.0, 0.0]), np.array([0.0, 1.0])).share_better == 0.5
