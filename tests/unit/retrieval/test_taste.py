"""Taste: likes as a few directions, and folding them in."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from retrieval.fusion import FusedSpace
from retrieval.seams import FloatArray
from retrieval.taste import directions, fold_in, is_cold, medoids

EAST, NORTH, NORTH_EAST = [1.0, 0.0], [0.0, 1.0], [0.6, 0.8]


def rows(*vectors: Sequence[float]) -> FloatArray:
    return np.array(vectors, dtype=np.float32)


class Adding:
    """A model whose fold-in adds the vectors up: easy to check by hand."""

    def __init__(self, vectors: FloatArray) -> None:
        self.item_vectors = vectors
        self.dim = int(vectors.shape[1])

    def fold_in(self, liked: Sequence[int], disliked: Sequence[int] = ()) -> FloatArray | None:
        total = self.item_vectors[list(liked)].sum(axis=0) - self.item_vectors[list(disliked)].sum(
            axis=0
        )
        return total if np.any(total) else None


def space_of(collaborative: FloatArray) -> FusedSpace:
    text = np.ones((len(collaborative), 1), dtype=np.float32)
    return FusedSpace(
        vectors=np.hstack((text, collaborative, text)),
        text_mean=np.zeros(1, dtype=np.float32),
        text_dim=1,
    )


def ints(*values: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.array(values, dtype=np.int64)


def test_medoids_start_with_the_latest_and_lie_far_apart() -> None:
    assert medoids(rows(EAST, NORTH_EAST, NORTH), 2).tolist() == [2, 0]
    assert medoids(rows(EAST, NORTH_EAST, NORTH), 9).tolist() == [2, 0, 1]
    assert medoids(np.empty((0, 2), dtype=np.float32), 3).tolist() == []


def test_directions_are_means_of_groups() -> None:
    found = directions(rows(EAST, EAST, NORTH, NORTH), 2)
    assert found.tolist() == [NORTH, EAST]
    mixed = directions(rows(EAST, NORTH), 1)
    np.testing.assert_allclose(mixed, [[0.5**0.5, 0.5**0.5]], atol=1e-6)
    assert directions(np.empty((0, 2), dtype=np.float32), 3).shape == (0, 2)


def test_recent_stretches_count_again() -> None:
    vectors = rows(EAST, EAST, EAST, NORTH)
    model, space = Adding(vectors), space_of(vectors)
    whole = fold_in(model, space, ints(0, 1, 2, 3), ints())
    recent = fold_in(model, space, ints(0, 1, 2, 3), ints(), windows=(1, 9))
    assert whole is not None
    assert recent is not None
    np.testing.assert_allclose(whole, np.array([3, 1]) / 10**0.5, atol=1e-6)
    # The stretch of nine is no stretch of four likes.
    np.testing.assert_allclose(recent, (whole + np.array([0, 1])) / 2, atol=1e-6)


def test_cold_likes_count_by_their_predicted_vectors_but_less() -> None:
    model, space = Adding(rows(EAST, [0, 0])), space_of(rows(EAST, NORTH))
    assert is_cold(model, ints(0, 1)).tolist() == [False, True]
    alone = fold_in(model, space, ints(1), ints())
    assert alone is not None
    np.testing.assert_allclose(alone, [0, 0.5], atol=1e-6)
    both = fold_in(model, space, ints(0, 1), ints())
    assert both is not None
    np.testing.assert_allclose(both, np.array([1, 0.25]) / 1.0625**0.5, atol=1e-6)


def test_nothing_liked_is_a_cold_start() -> None:
    vectors = rows(EAST, NORTH)
    assert fold_in(Adding(vectors), space_of(vectors), ints(), ints(0)) is None
    empty = np.zeros((2, 0), dtype=np.float32)
    assert fold_in(Adding(empty), space_of(empty), ints(0), ints()) is None
