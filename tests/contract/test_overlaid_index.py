"""An index with changed and new rows on top finds what an exact index over all of it finds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from interest.errors import InputError
from retrieval.exact_index import ExactIndex
from retrieval.faiss_index import FaissIndex
from retrieval.fresh.overlaid_index import OverlaidIndex

WHOLE = st.integers(-3, 3).map(float)


@settings(deadline=None, max_examples=200)
@given(st.data(), st.integers(1, 20), st.integers(0, 6), st.integers(1, 4), st.integers(1, 30))
def test_the_oracle_agrees(data: st.DataObject, size: int, new: int, dim: int, n: int) -> None:
    built = data.draw(arrays(np.float32, (size, dim), elements=WHOLE))
    changed = data.draw(st.sets(st.integers(0, size - 1)))
    rows = np.array([*sorted(changed), *range(size, size + new)], dtype=np.int64)
    vectors = data.draw(arrays(np.float32, (len(rows), dim), elements=WHOLE))
    whole = np.concatenate((built, np.zeros((new, dim), np.float32)))
    whole[rows] = vectors
    queries = data.draw(arrays(np.float32, (3, dim), elements=WHOLE))
    allowed = data.draw(st.none() | arrays(np.bool_, size + new))
    index = OverlaidIndex(FaissIndex(built), rows, vectors)
    assert (index.size, index.dim) == whole.shape
    found = index.search(queries, n, allowed=allowed)
    for ours, oracle in zip(
        found, ExactIndex(whole).search(queries, n, allowed=allowed), strict=True
    ):
        assert ours.tolist() == oracle.tolist()


def test_new_rows_follow_on_the_old_ones() -> None:
    with pytest.raises(InputError, match=r"follow on 2; they are \[4\]"):
        OverlaidIndex(ExactIndex(np.eye(3, dtype=np.float32)), np.array([4]), np.ones((1, 3), "f4"))


def test_changes_are_not_saved_with_an_index(tmp_path: Path) -> None:
    base = ExactIndex(np.eye(3, dtype=np.float32))
    index = OverlaidIndex(base, np.array([1]), np.ones((1, 3), dtype=np.float32))
    assert index.name == "exact NumPy index, with 1 changed rows"
    with pytest.raises(InputError, match="not saved"):
        index.save(tmp_path / "index")
