"""Taste: the items somebody likes, as a few directions instead of one blurred mean.

It knows vectors; it does not know why an item is liked. Someone who likes war films and musicals
is not someone who likes what lies between: each group of likes asks its own query.
"""

from __future__ import annotations

import numpy as np

from retrieval.encoder import unit_rows
from retrieval.fusion import FusedSpace
from retrieval.seams import CollaborativeModel, FloatArray, IntArray

__all__ = ["directions", "fold_in", "medoids"]

#: What the predicted vectors of cold likes count beside what other people's likes tell.
_COLD_SHARE = 0.5


def medoids(vectors: FloatArray, most: int) -> IntArray:
    """Places of a few rows that lie far from each other, the last row first.

    Args:
        vectors: ``(n, dim)``, in order of time; the last is the most recent.
        most: How many at most.

    Returns:
        ``(min(n, most),) int64``.
    """
    if len(vectors) == 0:
        return np.empty(0, dtype=np.int64)
    chosen = [len(vectors) - 1]
    nearest = vectors @ vectors[-1]
    while len(chosen) < min(most, len(vectors)):
        nearest[chosen] = np.inf
        chosen.append(int(np.argmin(nearest)))
        nearest = np.maximum(nearest, vectors @ vectors[chosen[-1]])
    return np.array(chosen, dtype=np.int64)


def directions(vectors: FloatArray, most: int) -> FloatArray:
    """Unit means of the rows around each medoid.

    Args:
        vectors: ``(n, dim)``, in order of time.
        most: How many directions at most.

    Returns:
        ``(min(n, most), dim) float32``.
    """
    centres = medoids(vectors, most)
    if len(centres) == 0:
        return np.empty((0, vectors.shape[1]), dtype=np.float32)
    owner = np.argmax(vectors @ vectors[centres].T, axis=1)
    owner[centres] = np.arange(len(centres))
    means = [vectors[owner == place].mean(axis=0) for place in range(len(centres))]
    return unit_rows(np.array(means, dtype=np.float32))


def fold_in(
    model: CollaborativeModel, space: FusedSpace, liked: IntArray, disliked: IntArray
) -> FloatArray | None:
    """The user's direction, from warm likes in closed form and cold ones by the bridge.

    Returns:
        ``(collaborative_dim,) float32`` of length one, shorter if it rests on guesses alone; or
        None if nothing says anything.
    """
    if model.dim == 0:
        return None
    total = np.zeros(model.dim, dtype=np.float32)
    solved = model.fold_in(liked.tolist(), disliked.tolist())
    if solved is not None and len(liked):
        total += unit_rows(solved[None])[0]
    cold = liked[~np.any(model.item_vectors[liked] != 0.0, axis=1)]
    if len(cold):
        share = _COLD_SHARE * len(cold) / len(liked)
        total += share * unit_rows(space.collaborative(cold).mean(axis=0)[None])[0]
    length = float(np.linalg.norm(total))
    return total / max(length, 1.0) if length > 0.0 else None
