"""Fusion: centring, the exact split, cold items, and the bridge behind them."""

from __future__ import annotations

import numpy as np
import pytest

from interest.errors import InputError
from retrieval.bridge import Bridge
from retrieval.fusion import FusedSpace, FusionConfig, Weights, fuse
from retrieval.seams import FloatArray


def unit(rows: FloatArray) -> FloatArray:
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture
def space() -> FusedSpace:
    rng = np.random.default_rng(3)
    warm = np.array([True] * 8 + [False] * 2)
    collaborative = rng.standard_normal((10, 3)).astype(np.float32)
    collaborative[~warm] = 0.0
    return fuse(
        text=unit(rng.standard_normal((10, 5)).astype(np.float32) + 2.0),
        collaborative=collaborative,
        warm=warm,
        attributes=np.eye(10, 2, dtype=np.float32),
        prominence=np.linspace(0, 1, 10, dtype=np.float32),
        config=FusionConfig(cold_scale=0.5),
    )


def test_inner_product_splits_exactly(space: FusedSpace) -> None:
    rng = np.random.default_rng(4)
    text, taste = unit(rng.standard_normal((2, 5)).astype(np.float32))
    query = space.query(text, taste[:3], Weights(text=0.7, collaborative=1.3, prominence=0.2))
    semantic, collaborative, prominence = space.split(query)
    np.testing.assert_allclose(
        space.vectors @ query, semantic + collaborative + prominence, atol=1e-5
    )
    np.testing.assert_allclose(semantic, 0.7 * (space.text() @ text), atol=1e-5)
    np.testing.assert_allclose(collaborative, 1.3 * (space.collaborative() @ taste[:3]), atol=1e-5)
    np.testing.assert_allclose(prominence, 0.2 * np.linspace(0, 1, 10), atol=1e-6)


def test_sides_that_are_missing_count_nothing(space: FusedSpace) -> None:
    query = space.query(None, None, Weights(text=1.0, collaborative=1.0, prominence=1.0))
    np.testing.assert_allclose(space.vectors @ query, np.linspace(0, 1, 10), atol=1e-6)


def test_text_is_centred_before_it_is_scaled() -> None:
    text = np.array([[1, 0], [0.6, 0.8], [0.8, 0.6]], dtype=np.float32)
    space = fuse(
        text=text,
        collaborative=np.zeros((3, 0), dtype=np.float32),
        warm=np.zeros(3, dtype=np.bool_),
        attributes=np.zeros((3, 0), dtype=np.float32),
        prominence=np.zeros(3, dtype=np.float32),
        config=FusionConfig(),
    )
    np.testing.assert_allclose(space.text_mean, [0.8, 7 / 15], atol=1e-6)
    expected = unit(text - np.array([0.8, 7 / 15], dtype=np.float32))
    np.testing.assert_allclose(space.text(), expected, atol=1e-6)
    assert space.collaborative_dim == 0


def test_warm_vectors_have_length_one_and_cold_ones_the_scale(space: FusedSpace) -> None:
    lengths = np.linalg.norm(space.collaborative(), axis=1)
    np.testing.assert_allclose(lengths, [1.0] * 8 + [0.5] * 2, atol=1e-5)


def test_cold_items_point_where_items_like_them_point() -> None:
    """Two kinds of text, two tastes: the bridge must learn which goes with which."""
    kinds = np.array([0, 0, 0, 1, 1, 1, 0, 1])
    warm = np.array([True] * 6 + [False] * 2)
    tastes = np.where(warm[:, None], np.eye(2)[kinds], 0.0).astype(np.float32)
    space = fuse(
        text=np.eye(2, dtype=np.float32)[kinds],
        collaborative=tastes,
        warm=warm,
        attributes=np.zeros((8, 0), dtype=np.float32),
        prominence=np.zeros(8, dtype=np.float32),
        config=FusionConfig(bridge_reg=1e-3, cold_scale=1.0),
    )
    np.testing.assert_allclose(space.collaborative(np.array([6, 7])), np.eye(2), atol=0.01)


@pytest.mark.parametrize(("n", "width"), [(20, 4), (4, 20)])
def test_bridge_solves_ridge_regression(n: int, width: int) -> None:
    """More rows than features (primal) and fewer (dual) solve the same problem."""
    rng = np.random.default_rng(5)
    x = rng.standard_normal((n, width)).astype(np.float32)
    y = rng.standard_normal((n, 2)).astype(np.float32)
    # Ridge as least squares over stacked rows; a free intercept as one more column.
    stacked = np.vstack(
        (
            np.hstack((x, np.ones((n, 1)))),
            np.hstack((np.sqrt(2.0) * np.eye(width), np.zeros((width, 1)))),
        )
    )
    expected = np.linalg.lstsq(stacked, np.vstack((y, np.zeros((width, 2)))), rcond=None)[0]
    bridge = Bridge.fit(x, y, reg=2.0)
    np.testing.assert_allclose(bridge.weights, expected[:-1], atol=1e-4)
    np.testing.assert_allclose(bridge.offset, expected[-1], atol=1e-4)
    np.testing.assert_allclose(bridge.predict(x), x @ expected[:-1] + expected[-1], atol=1e-4)


def test_bridge_without_rows_is_refused() -> None:
    with pytest.raises(InputError):
        Bridge.fit(np.zeros((0, 2), dtype=np.float32), np.zeros((0, 1), dtype=np.float32))
