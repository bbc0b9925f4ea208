"""An encoder that remembers: vectors of texts in a file, so that no text is encoded twice.

It knows texts, vectors and how to append safely; it does not know what the texts are. A build that
is killed goes on where it was; a catalogue that changed a little is encoded a little.

The file holds records of one size: 16 bytes of the text's SHA-256, the vector in float32, a CRC32
of both. A torn or damaged record is dropped and its text encoded again.
"""

from __future__ import annotations

import hashlib
import os
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from interest.progress import Progress, no_progress
from retrieval.seams import Encoder, FloatArray

__all__ = ["CachingEncoder"]

_KEY_BYTES = 16
#: Texts between two writes: what a kill can cost.
_BATCH = 1024


class CachingEncoder:
    """Implements :class:`retrieval.seams.Encoder` around another encoder.

    One process at a time may use a folder; a build holds the workspace's lock.

    Args:
        encoder: Encodes what is not known yet.
        folder: Holds one file per encoder id.
        progress: Told how many texts have their vector.
    """

    def __init__(self, encoder: Encoder, folder: Path, *, progress: Progress = no_progress) -> None:
        self._encoder = encoder
        self._progress = progress
        self._path = folder / f"{re.sub(r'[^A-Za-z0-9._-]', '_', encoder.encoder_id)}.vectors"
        self._used: dict[bytes, FloatArray] = {}

    @property
    def encoder_id(self) -> str:
        return self._encoder.encoder_id

    @property
    def dim(self) -> int:
        return self._encoder.dim

    def encode(self, texts: Sequence[str], *, progress: Progress = no_progress) -> FloatArray:
        """As the inner encoder; texts that were encoded before are only looked up.

        Args:
            texts: What to encode.
            progress: Told how many texts have their vector.

        Returns:
            ``(len(texts), dim) float32``, unit rows.
        """
        keys = [_key(text) for text in texts]
        known = {**self._read(), **self._used}
        todo = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        total = len(texts)
        progress("encoding texts", total - len(todo), total)
        for done, vectors in self._encode(todo):
            known.update(vectors)
            progress("encoding texts", total - len(todo) + done, total)
        self._used.update((key, known[key]) for key in keys)
        if not texts:
            return np.zeros((0, self.dim), dtype=np.float32)
        return np.stack([known[key] for key in keys])

    def forget_unused(self) -> None:
        """Drop from the file what was not asked for since this object was made."""
        records = _records(self._used, self.dim)
        fresh = self._path.with_suffix(".new")
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with fresh.open("wb") as file:
            _write(file.fileno(), records)
        fresh.replace(self._path)

    def _encode(self, todo: Mapping[bytes, str]) -> Iterator[tuple[int, dict[bytes, FloatArray]]]:
        """Encode batch by batch, keeping each. Like lengths go together: little padding."""
        order = sorted(todo, key=lambda key: -len(todo[key]))
        for start in range(0, len(order), _BATCH):
            batch = order[start : start + _BATCH]
            rows = self._encoder.encode([todo[key] for key in batch])
            vectors = dict(zip(batch, rows, strict=True))
            self._append(vectors)
            yield start + len(batch), vectors

    def _append(self, vectors: Mapping[bytes, FloatArray]) -> None:
        """Write records after the last whole one; on the disk when this returns."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("ab") as file:
            whole = file.tell() - file.tell() % _type(self.dim).itemsize
            file.truncate(whole)
            _write(file.fileno(), _records(vectors, self.dim))

    def _read(self) -> dict[bytes, FloatArray]:
        if not self._path.is_file():
            return {}
        kind = _type(self.dim)
        content = self._path.read_bytes()
        rows = np.frombuffer(content[: len(content) - len(content) % kind.itemsize], dtype=kind)
        return {
            bytes(row["key"]): row["vector"]
            for row in rows
            if zlib.crc32(row.tobytes()[:-4]) == row["crc"]
        }


def _key(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:_KEY_BYTES]


def _type(dim: int) -> np.dtype[np.void]:
    return np.dtype([("key", np.uint8, (_KEY_BYTES,)), ("vector", "<f4", (dim,)), ("crc", "<u4")])


def _records(vectors: Mapping[bytes, FloatArray], dim: int) -> NDArray[np.void]:
    rows = np.zeros(len(vectors), dtype=_type(dim))
    for row, (key, vector) in zip(rows, vectors.items(), strict=True):
        row["key"] = np.frombuffer(key, dtype=np.uint8)
        row["vector"] = vector
        row["crc"] = zlib.crc32(row.tobytes()[:-4])
    return rows


def _write(file: int, records: NDArray[np.void]) -> None:
    content = memoryview(records.tobytes())
    while content:
        content = content[os.write(file, content) :]
    os.fsync(file)
