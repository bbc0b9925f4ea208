"""Metrics, each against a figure computed by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

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


def test_precision_recall_and_f1_of_3_right_among_4_predicted_and_6_to_find() -> None:
    assert float(precision(3, 4)) == 0.75
    assert float(recall(3, 6)) == 0.5
    assert float(f1(3, 4, 6)) == 0.6  # 2 * .75 * .5 / 1.25


def test_what_is_not_defined_is_nan_and_what_is_wrong_is_zero() -> None:
    assert math.isnan(float(precision(0, 0)))
    assert math.isnan(float(recall(0, 0)))
    assert math.isnan(float(f1(0, 0, 0)))
    assert float(f1(0, 0, 5)) == 0.0
    assert float(f1(0, 5, 0)) == 0.0
    assert brier([], []) != brier([], [])
    assert math.isnan(expected_calibration_error([], []))


def test_counts_may_be_arrays() -> None:
    np.testing.assert_array_equal(f1([1, 0, 2], [1, 0, 2], [3, 0, 2]), [0.5, math.nan, 1.0])
    np.testing.assert_array_equal(ratio([1.0, 2.0], 4), [0.25, 0.5])


def test_majority_sign_on_19_likes_and_1_dislike_has_macro_f1_of_19_by_39() -> None:
    # liked: precision .95, recall 1, F1 38/39; disliked: F1 0; the mean of both is 19/39.
    assert float(macro_f1([19, 0], [20, 0], [19, 1])) == pytest.approx(19 / 39)


def test_macro_f1_leaves_out_classes_without_gold() -> None:
    assert float(macro_f1([2, 0], [2, 1], [2, 0])) == 1.0
    assert math.isnan(float(macro_f1([0, 0], [1, 1], [0, 0])))


def test_macro_f1_works_per_resample() -> None:
    found = macro_f1([[1, 1], [1, 0]], [[1, 1], [2, 0]], [[1, 1], [1, 1]])
    np.testing.assert_allclose(found, [1.0, 1 / 3])  # second: F1 of 2/3 and of 0


def test_brier_is_the_mean_squared_gap() -> None:
    assert brier([1.0, 0.5, 0.0], [True, False, True]) == pytest.approx((0 + 0.25 + 1) / 3)


def test_bins_hold_their_mean_confidence_and_accuracy() -> None:
    low, high = calibration_bins([0.1, 0.3, 1.0, 0.5], [False, True, True, True], n_bins=2)
    assert (low.n, low.confidence, low.accuracy) == (2, pytest.approx(0.2), 0.5)
    assert (high.n, high.confidence, high.accuracy) == (2, pytest.approx(0.75), 1.0)
    empty = calibration_bins([0.9], [True], n_bins=2)[0]
    assert empty.n == 0
    assert math.isnan(empty.accuracy)


def test_calibration_error_weighs_the_gaps_of_the_bins() -> None:
    # Bins of the test above: gaps .3 and .25, two predictions each.
    found = expected_calibration_error([0.1, 0.3, 1.0, 0.5], [False, True, True, True], n_bins=2)
    assert found == pytest.approx(0.275)
    assert expected_calibration_error([1.0, 1.0], [True, True]) == 0.0
