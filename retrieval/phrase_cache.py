"""PhraseCache: vectors of short phrases, kept, because people repeat themselves.

It knows an encoder; it does not know what phrases mean.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence

import numpy as np

from retrieval.seams import Encoder, FloatArray

__all__ = ["PhraseCache"]


class PhraseCache:
    """An encoder that remembers. Safe to share between threads.

    Args:
        encoder: Encodes what is not remembered.
        most: How many phrases are kept; the one that was not used for longest goes first.
    """

    def __init__(self, encoder: Encoder, most: int = 4096) -> None:
        self._encoder = encoder
        self._most = most
        self._kept: OrderedDict[str, FloatArray] = OrderedDict()
        self._lock = threading.Lock()

    def encode(self, phrases: Sequence[str]) -> FloatArray:
        """Unit vectors, ``(len(phrases), dim) float32``."""
        out = np.empty((len(phrases), self._encoder.dim), dtype=np.float32)
        with self._lock:
            for row, phrase in enumerate(phrases):
                if phrase in self._kept:
                    self._kept.move_to_end(phrase)
                    out[row] = self._kept[phrase]
            new = [row for row, phrase in enumerate(phrases) if phrase not in self._kept]
        if new:
            out[new] = self._encoder.encode([phrases[row] for row in new])
            with self._lock:
                for row in new:
                    self._kept[phrases[row]] = out[row].copy()
                while len(self._kept) > self._most:
                    self._kept.popitem(last=False)
        return out

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._kept.clear()
