"""Text vectors of a data set: made once, kept between runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from eval.ranking.texts import text_vectors
from interest.progress import Progress, no_progress
from retrieval.encoder import HashingEncoder
from retrieval.seams import FloatArray
from tests.support.rankings import dataset


class CountingEncoder(HashingEncoder):
    """Counts what it is asked to encode."""

    def __init__(self) -> None:
        super().__init__(64)
        self.encoded = 0

    def encode(self, texts: Sequence[str], *, progress: Progress = no_progress) -> FloatArray:
        self.encoded += len(texts)
        return super().encode(texts, progress=progress)


def test_a_second_run_encodes_nothing(tmp_path: Path) -> None:
    data = dataset()
    first, second = CountingEncoder(), CountingEncoder()
    made = text_vectors(data, first, cache=tmp_path)
    kept = text_vectors(data, second, cache=tmp_path)
    assert made is not None
    assert kept is not None
    np.testing.assert_array_equal(made, kept)
    expected = HashingEncoder(64).encode([data.catalogue.text_of(item) for item in data.catalogue])
    np.testing.assert_allclose(made, expected, atol=1e-6)
    assert (first.encoded, second.encoded) == (len(data.catalogue), 0)


def test_without_descriptions_there_is_nothing_to_encode(tmp_path: Path) -> None:
    encoder = CountingEncoder()
    assert text_vectors(replace(dataset(), described=False), encoder, cache=tmp_path) is None
    assert encoder.encoded == 0
