"""What every encoder promises, over the hashing fake and the real model."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from interest.errors import AssetError
from retrieval.encoder import HashingEncoder, SentenceTransformerEncoder, unit_rows
from retrieval.encoder_files import default_encoder
from retrieval.seams import Encoder, FloatArray

TEXTS = [
    "a story of robots in space",
    "",
    "robots in space",
    "a cookbook of French pastry",
    "日本の映画",
    "word " * 2000,
]


@pytest.fixture(
    scope="module", params=["hashing", pytest.param("minilm", marks=pytest.mark.models)]
)
def encoder(request: pytest.FixtureRequest) -> Encoder:
    return HashingEncoder() if request.param == "hashing" else default_encoder()


@pytest.fixture(scope="module")
def vectors(encoder: Encoder) -> FloatArray:
    return encoder.encode(TEXTS)


def test_unit_rows_of_the_stated_length(encoder: Encoder, vectors: FloatArray) -> None:
    assert vectors.dtype == np.float32
    assert vectors.shape == (len(TEXTS), encoder.dim)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)


def test_order_is_that_of_the_texts(encoder: Encoder, vectors: FloatArray) -> None:
    for text, vector in zip(TEXTS, vectors, strict=True):
        np.testing.assert_allclose(encoder.encode([text])[0], vector, atol=1e-4)


def test_nearer_in_meaning_is_nearer(vectors: FloatArray) -> None:
    assert vectors[0] @ vectors[2] > vectors[0] @ vectors[3] + 0.2


def test_no_texts(encoder: Encoder) -> None:
    assert encoder.encode([]).shape == (0, encoder.dim)


def test_progress_ends_at_the_total(encoder: Encoder) -> None:
    seen: list[tuple[int, int]] = []
    encoder.encode(TEXTS, progress=lambda stage, done, total: seen.append((done, total)))
    assert seen[-1] == (len(TEXTS), len(TEXTS))
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)


def test_hashing_is_the_same_in_every_process() -> None:
    vector = HashingEncoder(8).encode(["ab"])[0]
    expected = _by_hand({"\x02": 0.1, "ab": 1.0, "<ab": 0.2, "ab>": 0.2}, 8)
    np.testing.assert_allclose(vector, expected, atol=1e-6)


def _by_hand(features: dict[str, float], dim: int) -> FloatArray:
    """CRC-32 bit by bit (polynomial 0xEDB88320), lowest bit as the sign."""
    out = np.zeros((1, dim), dtype=np.float32)
    for feature, weight in features.items():
        code = 0xFFFFFFFF
        for byte in feature.encode():
            code ^= byte
            for _ in range(8):
                code = (code >> 1) ^ (0xEDB88320 if code & 1 else 0)
        code ^= 0xFFFFFFFF
        out[0, (code >> 1) % dim] += weight if code & 1 else -weight
    return unit_rows(out)[0]


def test_unit_rows_keeps_zero_rows() -> None:
    rows = unit_rows(np.array([[3, 4], [0, 0]], dtype=np.float32))
    np.testing.assert_allclose(rows, [[0.6, 0.8], [0, 0]], atol=1e-7)


@pytest.mark.models
def test_many_texts_give_nearly_the_vectors_of_few() -> None:
    encoder = default_encoder()
    texts = [f"{place} {word}" for place in ("sea", "city") for word in map(str, range(260))]
    many = encoder.encode(texts)
    few = np.concatenate((encoder.encode(texts[:20]), encoder.encode(texts[-20:])))
    cosines = np.sum(np.concatenate((many[:20], many[-20:])) * few, axis=1)
    assert cosines.min() > 0.999


@pytest.mark.parametrize("text", ["weights of something else", None])
def test_damaged_or_missing_weights_are_refused(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / "model.safetensors").write_text(text)
    with pytest.raises(AssetError, match=r"model\.safetensors"):
        _ = SentenceTransformerEncoder(tmp_path).encoder_id


def test_weights_without_a_configuration_are_refused(tmp_path: Path) -> None:
    with pytest.raises(AssetError, match=r"config\.json"):
        _ = SentenceTransformerEncoder(tmp_path).dim


def test_the_id_is_name_and_checksum(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"abc")  # SHA-256 of "abc": FIPS 180-2, B.1
    encoder = SentenceTransformerEncoder(tmp_path, name="tiny", sha256_prefix="ba7816bf")
    assert encoder.encoder_id == "tiny-ba7816bf8f01"


def test_the_fake_is_an_encoder() -> None:
    encoders: Sequence[Encoder] = [HashingEncoder(4)]
    assert encoders[0].encoder_id == "hashing-4"
