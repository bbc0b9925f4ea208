"""Queries as profiles will ask them, made from the items alone, to measure an index with.

It knows the fused space and the weights of queries; it does not know people. A taste is a handful
of items that lie near each other, as somebody's likes do: its query is the mean of them, weighted
as the real ones are. Every third query has words alone, like a phrase. Single items would flatter
an index: each finds itself.
"""

from __future__ import annotations

import numpy as np

from retrieval.candidates import CandidateConfig
from retrieval.encoder import unit_rows
from retrieval.fusion import FusedSpace
from retrieval.seams import FloatArray, IntArray

__all__ = ["sample_queries"]

#: Among so many random items the likes of a taste are looked for, and so many nearest are liked.
_SEEN, _NEAR, _MOST_LIKES = 3_000, 12, 6


def sample_queries(
    space: FusedSpace, config: CandidateConfig, n: int, rng: np.random.Generator
) -> FloatArray:
    """Make queries.

    Args:
        space: At least one item.
        config: The weights that the engine asks with.
        n: How many.
        rng: Chooses items.

    Returns:
        ``(n, dim) float32``.
    """
    return np.array([_query(space, config, place, rng) for place in range(n)], dtype=np.float32)


def _query(
    space: FusedSpace, config: CandidateConfig, place: int, rng: np.random.Generator
) -> FloatArray:
    likes = _likes(space, rng)
    text = unit_rows(space.text(likes).mean(axis=0)[None])[0]
    if place % 3 == 2:
        return space.query(text, None, config.phrase)
    user = unit_rows(space.collaborative(likes).mean(axis=0)[None])[0]
    return space.query(text, user, config.taste)


def _likes(space: FusedSpace, rng: np.random.Generator) -> IntArray:
    """One item and up to five others from its surroundings."""
    size = len(space.vectors)
    seen = np.sort(rng.choice(size, min(size, _SEEN), replace=False))
    first = int(rng.integers(size))
    nearness = space.vectors[seen] @ space.vectors[first]
    near = seen[np.argsort(-nearness)[:_NEAR]]
    others = rng.choice(near, min(len(near), int(rng.integers(0, _MOST_LIKES))), replace=False)
    return np.union1d(others, [first]).astype(np.int64)
