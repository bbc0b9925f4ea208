"""A set of ids in eight bytes each: tells repeated ids in files of many millions of lines.

It knows hashes, not ids: two different ids are taken for one with a probability of about
n² / 2⁶⁵, three in a million for ten million ids.
"""

from __future__ import annotations

from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

__all__ = ["IdSet"]

#: Hashes gathered in a Python set before they are packed into a sorted array.
_FRESH = 65_536


class IdSet:
    """Grows only. Packed arrays double in size, so that there are few of them to search."""

    def __init__(self) -> None:
        self._fresh: set[int] = set()
        self._packed: list[NDArray[np.uint64]] = []

    def add(self, name: str) -> bool:
        """Add an id; False if it was there."""
        digest = blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8).digest()
        key = int.from_bytes(digest, "little")
        if key in self._fresh or any(_holds(keys, key) for keys in self._packed):
            return False
        self._fresh.add(key)
        if len(self._fresh) == _FRESH:
            self._pack()
        return True

    def _pack(self) -> None:
        keys = np.fromiter(self._fresh, dtype=np.uint64, count=len(self._fresh))
        while self._packed and len(self._packed[-1]) <= len(keys):
            keys = np.concatenate([self._packed.pop(), keys])
        self._packed.append(np.sort(keys))
        self._fresh = set()


def _holds(keys: NDArray[np.uint64], key: int) -> bool:
    at = int(np.searchsorted(keys, np.uint64(key)))
    return at < len(keys) and int(keys[at]) == key
