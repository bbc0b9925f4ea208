"""What every vector index promises: values, not shapes. The NumPy index is the oracle."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from interest.errors import InputError, UnknownNameError, WorkspaceError
from retrieval.exact_index import ExactIndex
from retrieval.faiss_index import FaissIndex
from retrieval.index_choice import ChosenIndex, IndexConfig, build_index
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


FAST = ["pq", "ivf", "hnsw"]


def realistic(size: int, dim: int = 48) -> tuple[FloatArray, FloatArray]:
    """Vectors on a low-dimensional sheet with noise, and means of neighbours as queries."""
    rng = np.random.default_rng(3)
    sheet = rng.standard_normal((size, 12)) @ rng.standard_normal((12, dim))
    vectors = sheet / np.linalg.norm(sheet, axis=1, keepdims=True)
    vectors = (vectors + 0.3 / dim**0.5 * rng.standard_normal((size, dim))).astype(np.float32)
    seeds = rng.integers(0, size, 30)
    near = np.argsort(-(vectors[seeds] @ vectors.T), axis=1)[:, :8]
    queries = np.array([vectors[rng.choice(rows, 4)].mean(axis=0) for rows in near])
    return vectors, queries.astype(np.float32)


def found_share(found: NDArray[np.int64], expected: NDArray[np.int64]) -> float:
    shares = [len(set(f) & set(e)) / len(e) for f, e in zip(found, expected, strict=True)]
    return float(np.mean(shares))


@pytest.fixture(scope="module", params=FAST)
def fast(request: pytest.FixtureRequest) -> tuple[ChosenIndex, ExactIndex, FloatArray]:
    vectors, queries = realistic(8000)
    index = build_index(vectors, IndexConfig(kind=str(request.param)), queries)
    return index, ExactIndex(vectors), queries


Fast = tuple[ChosenIndex, ExactIndex, FloatArray]


def test_fast_indexes_find_what_the_oracle_finds(fast: Fast) -> None:
    index, oracle, queries = fast
    scores, rows = index.search(queries, 20)
    assert found_share(rows, oracle.search(queries, 20)[1]) >= 0.95
    assert np.all(np.diff(scores, axis=1) <= 0.0)
    assert index.facts.recall_at_20 >= 0.95


@pytest.mark.parametrize("share", [0.001, 0.01, 0.3, 0.6, 0.99])
def test_fast_indexes_fill_every_place_under_a_filter(fast: Fast, share: float) -> None:
    index, oracle, queries = fast
    allowed = np.random.default_rng(5).random(index.size) < share
    wanted = min(20, int(np.count_nonzero(allowed)))
    _, rows = index.search(queries, wanted, allowed=allowed)
    assert np.all(rows >= 0)
    assert np.all(allowed[rows])
    assert found_share(rows, oracle.search(queries, wanted, allowed=allowed)[1]) >= 0.95


def test_fast_indexes_answer_a_filter_that_hides_all_that_is_near(fast: Fast) -> None:
    index, oracle, queries = fast
    allowed = np.ones(index.size, dtype=np.bool_)
    allowed[oracle.search(queries[:1], 3000)[1][0]] = False
    _, rows = index.search(queries[:1], 20, allowed=allowed)
    assert np.all(allowed[rows])
    assert found_share(rows, oracle.search(queries[:1], 20, allowed=allowed)[1]) >= 0.95


def test_fast_indexes_read_back_mapped(fast: Fast, tmp_path: Path) -> None:
    index, _, queries = fast
    vectors, _ = realistic(8000)
    np.save(tmp_path / "vectors.npy", vectors)
    index.save(tmp_path)
    mapped = np.load(tmp_path / "vectors.npy", mmap_mode="r")
    loaded = ChosenIndex.load(tmp_path, mapped)
    assert loaded.facts == index.facts
    for before, after in zip(index.search(queries, 20), loaded.search(queries, 20), strict=True):
        assert before.tolist() == after.tolist()
    with pytest.raises(WorkspaceError, match="palate build"):
        ChosenIndex.load(tmp_path, mapped[:-1])


def test_the_index_is_chosen_by_size() -> None:
    vectors, queries = realistic(2000)
    small = build_index(vectors, IndexConfig(), queries)
    large = build_index(vectors, IndexConfig(exact_up_to=1000), queries)
    assert (small.facts.kind, large.facts.kind) == ("flat", "pq")


def test_unknown_kinds_and_too_few_items_are_refused() -> None:
    with pytest.raises(UnknownNameError, match="bogus"):
        IndexConfig(kind="bogus")
    with pytest.raises(InputError, match="1000"):
        build_index(VECTORS, IndexConfig(kind="pq"), query(1, 0))
