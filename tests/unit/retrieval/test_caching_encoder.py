"""The caching encoder: same vectors, no text encoded twice, damage costs only the damaged."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from interest.progress import Progress, no_progress
from retrieval.caching_encoder import CachingEncoder
from retrieval.encoder import HashingEncoder
from retrieval.seams import FloatArray

TEXTS = [f"text number {number}" for number in range(300)]
RECORD = 16 + 4 * 8 + 4


class CountingEncoder:
    """Remembers what it was asked to encode."""

    def __init__(self, dim: int = 8) -> None:
        self._inner = HashingEncoder(dim)
        self.asked: list[str] = []

    @property
    def encoder_id(self) -> str:
        return self._inner.encoder_id

    @property
    def dim(self) -> int:
        return self._inner.dim

    def encode(self, texts: Sequence[str], *, progress: Progress = no_progress) -> FloatArray:
        self.asked.extend(texts)
        return self._inner.encode(texts, progress=progress)


def cache_file(folder: Path) -> Path:
    return folder / "hashing-8.vectors"


def test_vectors_are_those_of_the_inner_encoder_in_order(tmp_path: Path) -> None:
    texts = [*TEXTS, TEXTS[5], ""]
    vectors = CachingEncoder(HashingEncoder(8), tmp_path).encode(texts)
    np.testing.assert_array_equal(vectors, HashingEncoder(8).encode(texts))


def test_no_text_is_encoded_twice(tmp_path: Path) -> None:
    first, second = CountingEncoder(), CountingEncoder()
    cached = CachingEncoder(first, tmp_path)
    cached.encode([*TEXTS, *TEXTS[:10]])
    assert sorted(first.asked) == sorted(TEXTS)
    cached.encode(TEXTS[:3])
    assert len(first.asked) == len(TEXTS)
    again = CachingEncoder(second, tmp_path).encode([*TEXTS[:2], "new"])
    assert second.asked == ["new"]
    np.testing.assert_array_equal(again, HashingEncoder(8).encode([*TEXTS[:2], "new"]))


def test_another_encoder_has_a_file_of_its_own(tmp_path: Path) -> None:
    CachingEncoder(CountingEncoder(8), tmp_path).encode(TEXTS[:2])
    other = CountingEncoder(16)
    assert CachingEncoder(other, tmp_path).encode(TEXTS[:2]).shape == (2, 16)
    assert other.asked == TEXTS[:2]


def test_torn_end_costs_one_record(tmp_path: Path) -> None:
    CachingEncoder(CountingEncoder(), tmp_path).encode(["first", "second"])
    file = cache_file(tmp_path)
    file.write_bytes(file.read_bytes()[:-7])
    encoder = CountingEncoder()
    cached = CachingEncoder(encoder, tmp_path)
    np.testing.assert_array_equal(
        cached.encode(["first", "second"]), HashingEncoder(8).encode(["first", "second"])
    )
    assert len(encoder.asked) == 1
    assert file.stat().st_size == 2 * RECORD


def test_damaged_record_is_encoded_again(tmp_path: Path) -> None:
    CachingEncoder(CountingEncoder(), tmp_path).encode(["first", "second"])
    file = cache_file(tmp_path)
    content = bytearray(file.read_bytes())
    content[RECORD + 20] ^= 1
    file.write_bytes(content)
    encoder = CountingEncoder()
    vectors = CachingEncoder(encoder, tmp_path).encode(["first", "second"])
    np.testing.assert_array_equal(vectors, HashingEncoder(8).encode(["first", "second"]))
    assert len(encoder.asked) == 1


def test_unused_vectors_can_be_forgotten(tmp_path: Path) -> None:
    CachingEncoder(CountingEncoder(), tmp_path).encode(TEXTS)
    cached = CachingEncoder(CountingEncoder(), tmp_path)
    cached.encode(TEXTS[:4])
    cached.forget_unused()
    assert cache_file(tmp_path).stat().st_size == 4 * RECORD
    encoder = CountingEncoder()
    CachingEncoder(encoder, tmp_path).encode(TEXTS[:5])
    assert encoder.asked == [TEXTS[4]]


def test_progress_counts_what_is_known_already(tmp_path: Path) -> None:
    CachingEncoder(CountingEncoder(), tmp_path).encode(TEXTS[:40])
    steps: list[tuple[int, int]] = []
    CachingEncoder(CountingEncoder(), tmp_path).encode(
        TEXTS, progress=lambda stage, done, total: steps.append((done, total))
    )
    assert steps == [(40, 300), (300, 300)]


def test_nothing_to_encode(tmp_path: Path) -> None:
    assert CachingEncoder(CountingEncoder(), tmp_path).encode([]).shape == (0, 8)
