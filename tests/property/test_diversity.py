"""Choosing a list: what holds at every setting of the dial, for any scores and likenesses."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from retrieval.diversity import choose

unit = st.floats(0.0, 1.0, width=32)


@st.composite
def worlds(
    draw: st.DrawFn,
) -> tuple[NDArray[np.float64], NDArray[np.float64], list[int], list[int]]:
    """Scores, best first; likenesses; series; twins."""
    size = draw(st.integers(0, 12))
    scores = np.sort(draw(arrays(np.float64, size, elements=unit)))[::-1]
    likeness = draw(arrays(np.float64, (size, size), elements=unit))
    likeness = (likeness + likeness.T) / 2
    np.fill_diagonal(likeness, 1.0)
    keys = st.lists(st.integers(0, 5), min_size=size, max_size=size)
    return scores, likeness, draw(keys), draw(keys)


@given(worlds(), st.integers(1, 14), st.sampled_from([0.0, 0.1, 0.5, 0.9, 1.0]))
@settings(max_examples=300)
def test_a_list_is_full_in_order_and_has_the_same_thing_twice_only_at_the_end(
    world: tuple[NDArray[np.float64], NDArray[np.float64], list[int], list[int]],
    n: int,
    diversity: float,
) -> None:
    scores, likeness, series, twins = world
    chosen = choose(
        scores, likeness.__getitem__, n, diversity=diversity, series=series, twins=twins
    )
    assert len(set(chosen)) == len(chosen) == min(n, len(scores))
    assert [float(scores[place]) for place in chosen] == sorted(scores[chosen], reverse=True)
    if chosen:
        assert chosen[0] == 0  # what fits best is always there
    things = {twins[place] for place in chosen}
    # Everything there is was shown once before anything was shown twice.
    assert len(things) == min(n, len(set(twins)))


@given(worlds(), st.integers(1, 14))
@settings(max_examples=200)
def test_at_0_the_score_alone_decides(
    world: tuple[NDArray[np.float64], NDArray[np.float64], list[int], list[int]], n: int
) -> None:
    scores, likeness, series, _ = world
    chosen = choose(scores, likeness.__getitem__, n, diversity=0.0, series=series)
    assert chosen == list(range(min(n, len(scores))))


@given(worlds(), st.sampled_from([0.1, 0.5, 1.0]))
@settings(max_examples=200)
def test_every_series_comes_once_before_one_comes_twice(
    world: tuple[NDArray[np.float64], NDArray[np.float64], list[int], list[int]], diversity: float
) -> None:
    scores, likeness, series, _ = world
    for n in range(1, len(scores) + 1):
        chosen = choose(scores, likeness.__getitem__, n, diversity=diversity, series=series)
        assert len({series[place] for place in chosen}) == min(n, len(set(series)))


@given(worlds())
@settings(max_examples=200)
def test_at_1_the_second_is_what_is_least_like_the_first(
    world: tuple[NDArray[np.float64], NDArray[np.float64], list[int], list[int]],
) -> None:
    scores, likeness, _, _ = world
    if len(scores) < 2:
        return
    series = list(range(len(scores)))
    first, second = choose(scores, likeness.__getitem__, 2, diversity=1.0, series=series)
    assert likeness[first, second] == likeness[0, 1:].min()
