"""Encoders: texts become unit vectors, by sentence-transformers or by hashing.

It knows model folders, their checksums and threads; it does not know items or catalogues, nor
where a model folder comes from (see ``interest.assets``).
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
import zlib
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from interest.errors import AssetError, SetupError
from interest.progress import Progress, no_progress
from interest.threads import thread_count
from retrieval.seams import FloatArray

__all__ = [
    "MINILM_SHA256_PREFIX",
    "HashingEncoder",
    "SentenceTransformerEncoder",
    "unit_rows",
]

#: all-MiniLM-L6-v2, ``model.safetensors``; two packagers ship the same file.
MINILM_SHA256_PREFIX = "53aa51172d14"
#: From this many texts on, speed counts more than the last digits of a vector.
_MANY = 512

_WORD = re.compile(r"\w+", re.UNICODE)


def unit_rows(rows: FloatArray) -> FloatArray:
    """Rows scaled to length one; all-zero rows stay zero.

    Args:
        rows: ``(n, dim) float32``.
    """
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    return (rows / np.where(norms > 0.0, norms, 1.0)).astype(np.float32)


class SentenceTransformerEncoder:
    """A sentence-transformers model in a folder, checked against its checksum before use.

    Args:
        folder: Holds ``model.safetensors``, ``modules.json`` and the tokenizer.
        name: What the encoder is called in manifests.
        sha256_prefix: What the SHA-256 of ``model.safetensors`` must start with; "" accepts any.
        threads: Threads for encoding.
        batch_size: Texts per forward pass.
    """

    def __init__(
        self,
        folder: Path,
        *,
        name: str = "all-MiniLM-L6-v2",
        sha256_prefix: str = MINILM_SHA256_PREFIX,
        threads: int | None = None,
        batch_size: int = 64,
    ) -> None:
        self._folder = folder
        self._name = name
        self._expected = sha256_prefix
        self._threads = thread_count() if threads is None else threads
        self._batch_size = batch_size
        self._lock = threading.Lock()

    @property
    def encoder_id(self) -> str:
        """Name and checksum of the weights.

        Raises:
            AssetError: The weights are missing or are not the expected file.
        """
        return self._checked_id

    @property
    def dim(self) -> int:
        """Length of the vectors, from the pooling layer's configuration.

        Raises:
            AssetError: The configuration is missing or cannot be read.
        """
        return self._pooled_dim

    @cached_property
    def _checked_id(self) -> str:
        """Name and checksum of the weights; they are read once.

        Raises:
            AssetError: The weights are missing or are not the expected file.
        """
        weights = self._folder / "model.safetensors"
        if not weights.is_file():
            raise AssetError(
                f"The encoder has no file {weights}.", "Run palate doctor to fetch it again."
            )
        with weights.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        if not digest.startswith(self._expected):
            raise AssetError(
                f"The encoder file {weights} is damaged or another model: its SHA-256 starts "
                f"{digest[:12]}, expected {self._expected}.",
                "Delete the folder and run palate doctor to fetch it again.",
            )
        return f"{self._name}-{digest[:12]}"

    @cached_property
    def _pooled_dim(self) -> int:
        """Length of the vectors; the configuration is read once.

        Raises:
            AssetError: The configuration is missing or cannot be read.
        """
        path = self._folder / "1_Pooling" / "config.json"
        try:
            return int(json.loads(path.read_text(encoding="utf-8"))["word_embedding_dimension"])
        except (OSError, ValueError, KeyError) as error:
            raise AssetError(
                f"The encoder configuration {path} cannot be read ({error}).",
                "Delete the folder and run palate doctor to fetch it again.",
            ) from error

    @cached_property
    def _model(self) -> Any:
        """The model, loaded on first use: importing torch takes seconds."""
        _ = self.encoder_id  # checks the weights before they are read
        try:
            from sentence_transformers import SentenceTransformer
        except ImportError as error:
            raise SetupError(
                f"sentence-transformers cannot be imported ({error}).", "Run make install."
            ) from error
        model = SentenceTransformer(str(self._folder), device="cpu", local_files_only=True)
        return model.eval()

    def encode(self, texts: Sequence[str], *, progress: Progress = no_progress) -> FloatArray:
        """Encode texts, the longest first, so that a batch wastes little padding.

        Returns:
            ``(len(texts), dim) float32``, unit rows, in the order of ``texts``.

        Raises:
            AssetError: The model is missing or damaged.
        """
        out = np.zeros((len(texts), self.dim), dtype=np.float32)
        order = sorted(range(len(texts)), key=lambda row: (-len(texts[row]), row))
        many = len(texts) >= _MANY
        with self._lock, _torch_threads(self._threads), _half_precision(many):
            for start in range(0, len(order), self._batch_size):
                rows = order[start : start + self._batch_size]
                out[rows] = self._embedded([texts[row] for row in rows])
                progress("encoding texts", min(start + self._batch_size, len(order)), len(order))
        return unit_rows(out)

    def _embedded(self, texts: Sequence[str]) -> FloatArray:
        """One forward pass; ``SentenceTransformer.encode`` around it takes a millisecond more,
        which is a tenth of a short query."""
        import torch

        with torch.inference_mode():
            found = self._model(self._model.preprocess(list(texts)))["sentence_embedding"]
        return found.float().numpy()


@contextmanager
def _torch_threads(threads: int) -> Generator[None]:
    """Pin torch's threads for a block and give them back: a language model may share them."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        yield
    finally:
        torch.set_num_threads(before)


@contextmanager
def _half_precision(wanted: bool) -> Generator[None]:
    """Multiply in bfloat16 where the processor has instructions for it.

    On such a processor the catalogue is encoded 2.8 times as fast; the cosine to the vectors in
    full precision was at least .9999 over 1,024 items.
    """
    import torch

    able: Mapping[str, Any] = getattr(torch.cpu, "get_capabilities", dict)()
    fast = bool(able.get("amx_bf16") or able.get("avx512_bf16"))
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=wanted and fast):
        yield


class HashingEncoder:
    """A fake that needs no model: hashed words and character trigrams, signed (Weinberger 2009).

    Texts that share words come out near each other, which is all that tests need.

    Args:
        dim: Length of the vectors.
    """

    def __init__(self, dim: int = 256) -> None:
        self._dim = dim

    @property
    def encoder_id(self) -> str:
        return f"hashing-{self._dim}"

    @property
    def dim(self) -> int:
        return self._dim

    def encode(self, texts: Sequence[str], *, progress: Progress = no_progress) -> FloatArray:
        """Encode texts; the same text gives the same vector in every process."""
        out = np.zeros((len(texts), self._dim), dtype=np.float32)
        for row, text in enumerate(texts):
            for feature, weight in _features(text):
                code = zlib.crc32(feature.encode("utf-8"))
                out[row, (code >> 1) % self._dim] += weight if code & 1 else -weight
            progress("encoding texts", row + 1, len(texts))
        return unit_rows(out)


def _features(text: str) -> Iterator[tuple[str, float]]:
    """Words with weight 1, their trigrams with weight 0.2, and one mark for every text.

    The mark keeps the vector of the empty text from being all zero.
    """
    yield "\x02", 0.1
    for word in _WORD.findall(text.lower()):
        yield word, 1.0
        padded = f"<{word}>"
        for start in range(len(padded) - 2):
            yield padded[start : start + 3], 0.2
