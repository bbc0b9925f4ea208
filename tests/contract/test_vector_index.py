"""What every vector index promises: values, not shapes. The NumPy index is the oracle."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from interest.errors import InputError, WorkspaceError
from retrieval.exact_index import ExactIndex
from retrieval.faiss_index import FaissIndex
from retrieval.seams import BoolArray, FloatArray, VectorIndex

Make = Callable[[FloatArray], VectorIndex]
Load = Callable[[Path], VectorIndex]

KINDS: dict[str, tuple[Make, Load]] = {
    "exact": (ExactIndex, ExactIndex.load),
    "faiss": (FaissIndex, FaissIndex.load),
}

#: Whole numbers: inner products are exact, so ties are ties in every library.
VECTORS = np.array([[1, 0], [0, 1], [1, 1], [2, 0], [1, 1], [-1, -1]], dtype=np.float32)


@pytest.fixture(params=list(KINDS))
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def index(kind: str) -> VectorIndex:
    return KINDS[kind][0](VECTORS)


def query(*values: float) -> FloatArray:
    return np.array([values], dtype=np.float32)


def test_size_and_dim(index: VectorIndex) -> None:
    assert (index.size, index.dim) == (6, 2)


def test_best_first_and_equal_scores_by_row(index: VectorIndex) -> None:
    scores, rows = index.search(query(1, 0), 6)
    assert rows.tolist() == [[3, 0, 2, 4, 1, 5]]
    assert scores.tolist() == [[2, 1, 1, 1, 0, -1]]


def test_ties_at_the_border_keep_the_lowest_rows(index: VectorIndex) -> None:
    _, rows = index.search(query(1, 0), 2)
    assert rows.tolist() == [[3, 0]]


def test_filter_works_inside_the_search(index: VectorIndex) -> None:
    allowed = np.array([False, True, False, False, True, True])
    scores, rows = index.search(query(1, 0), 2, allowed=allowed)
    assert rows.tolist() == [[4, 1]]
    assert scores.tolist() == [[1, 0]]


def test_places_that_cannot_be_filled(index: VectorIndex) -> None:
    allowed = np.array([False, False, False, False, False, True])
    scores, rows = index.search(query(1, 0), 3, allowed=allowed)
    assert rows.tolist() == [[5, -1, -1]]
    assert scores.tolist() == [[-1, -np.inf, -np.inf]]


def test_nothing_allowed(index: VectorIndex) -> None:
    scores, rows = index.search(query(1, 0), 2, allowed=np.zeros(6, dtype=np.bool_))
    assert rows.tolist() == [[-1, -1]]
    assert scores.tolist() == [[-np.inf, -np.inf]]


def test_more_than_there_are(index: VectorIndex) -> None:
    _, rows = index.search(query(0, 1), 8)
    assert rows.tolist() == [[1, 2, 4, 0, 3, 5, -1, -1]]


def test_each_query_gets_its_own_answer(index: VectorIndex) -> None:
    batch = np.array([[1, 0], [0, 1], [-1, 0]], dtype=np.float32)
    _, rows = index.search(batch, 1)
    assert rows.tolist() == [[3], [1], [5]]


def test_no_queries(index: VectorIndex) -> None:
    scores, rows = index.search(np.empty((0, 2), dtype=np.float32), 3)
    assert scores.shape == rows.shape == (0, 3)


def test_search_leaves_its_arguments_alone(index: VectorIndex) -> None:
    asked, allowed = query(1, 0), np.array([True, False] * 3)
    index.search(asked, 2, allowed=allowed)
    assert asked.tolist() == [[1, 0]]
    assert allowed.tolist() == [True, False] * 3


@pytest.mark.parametrize(
    ("asked", "n", "allowed"),
    [
        (np.ones((1, 3), dtype=np.float32), 1, None),
        (np.ones(2, dtype=np.float32), 1, None),
        (np.ones((1, 2), dtype=np.float32), 0, None),
        (np.ones((1, 2), dtype=np.float32), 1, np.ones(5, dtype=np.bool_)),
    ],
)
def test_shapes_that_do_not_fit_are_refused(
    index: VectorIndex, asked: FloatArray, n: int, allowed: BoolArray | None
) -> None:
    with pytest.raises(InputError):
        index.search(asked, n, allowed=allowed)


def test_reads_back_what_it_wrote(kind: str, index: VectorIndex, tmp_path: Path) -> None:
    index.save(tmp_path / "index")
    loaded = KINDS[kind][1](tmp_path / "index")
    batch = np.array([[1, 0], [3, -2]], dtype=np.float32)
    for before, after in zip(index.search(batch, 6), loaded.search(batch, 6), strict=True):
        assert before.tolist() == after.tolist()


@pytest.mark.parametrize("content", [None, b"", b"not an index"])
def test_a_damaged_file_is_refused(kind: str, tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "index"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(WorkspaceError, match="palate build"):
        KINDS[kind][1](path)


WHOLE = st.integers(-3, 3).map(float)


@settings(deadline=None, max_examples=150)
@given(st.data(), st.integers(1, 40), st.integers(1, 5), st.integers(1, 50))
def test_faiss_is_the_oracle(data: st.DataObject, size: int, dim: int, n: int) -> None:
    vectors = data.draw(arrays(np.float32, (size, dim), elements=WHOLE))
    queries = data.draw(arrays(np.float32, (3, dim), elements=WHOLE))
    allowed = data.draw(st.none() | arrays(np.bool_, size))
    for found, expected in zip(
        FaissIndex(vectors).search(queries, n, allowed=allowed),
        ExactIndex(vectors).search(queries, n, allowed=allowed),
        strict=True,
    ):
        assert found.tolist() == expected.tolist()


def test_real_numbers_agree_to_rounding() -> None:
    rng = np.random.default_rng(7)
    vectors = rng.standard_normal((3000, 65)).astype(np.float32)
    queries = rng.standard_normal((20, 65)).astype(np.float32)
    allowed = rng.random(3000) < 0.3
    scores, rows = FaissIndex(vectors).search(queries, 50, allowed=allowed)
    expected, expected_rows = ExactIndex(vectors).search(queries, 50, allowed=allowed)
    np.testing.assert_allclose(scores, expected, atol=1e-4)
    assert np.mean(rows == expected_rows) > 0.999
    np.testing.assert_allclose(np.einsum("qd,qnd->qn", queries, vectors[rows]), scores, atol=1e-4)
