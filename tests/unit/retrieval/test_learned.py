"""The learned ranking on the scale of the other parts."""

from __future__ import annotations

import numpy as np
import pytest

from retrieval.fusion import FusedSpace
from retrieval.learned import LearnedTaste
from retrieval.seams import FloatArray, History
from retrieval.signals.blend import Blend, Head, Ingredients


class Told:
    name = "told"

    def scores(self, history: History) -> FloatArray:
        assert 3 not in history.rows  # only items with interactions are handed on
        return np.array([1.0, 0.0, 5.0, 0.0], dtype=np.float32)


def test_warm_items_are_scaled_and_cold_ones_come_from_their_predicted_vectors() -> None:
    warm = np.array([True, True, True, False])
    one = np.ones(1, dtype=np.float32)
    blend = Blend(
        Ingredients(people=[Told()], content=[], warm=warm),
        [Head(most=None, warm=one, cold=0 * one, offset=0.0)],
    )
    vectors = np.array([[0, 1, 0], [0, 1, 0], [0, 1, 0], [0, 0.5, 0]], dtype=np.float32)
    space = FusedSpace(vectors=vectors, text_mean=np.zeros(1, dtype=np.float32), text_dim=1)
    learned = LearnedTaste(blend, space)
    user = np.array([0.8], dtype=np.float32)
    told = learned.scores(np.array([0, 3]), user)
    assert told is not None
    found = told.at(np.arange(4))
    raw = blend.scores(
        History(rows=np.array([0]), liked=np.ones(1, dtype=np.bool_), times=np.ones(1))
    )
    mean = raw[:3].mean()
    np.testing.assert_allclose(found[:3], (raw[:3] - mean) / (raw[:3].max() - mean), rtol=1e-5)
    assert found.max() == found[2] == 1.0
    assert found[3] == pytest.approx(0.4)
    np.testing.assert_array_equal(told.at(np.array([3, 2])), found[[3, 2]])
    everything = np.ones(4, dtype=np.bool_)
    assert told.best(everything, 1).tolist() == [2]
    assert told.best(~warm, 1).tolist() == []
    assert learned.scores(np.array([3]), user) is None
