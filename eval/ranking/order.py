"""From scores to the first places of a list.

It knows scores and candidates; it does not know measures. Equal scores: for accuracy a wanted item
comes after all others with its score, so that a method that cannot tell items apart gains nothing
by it; lists that are shown come in the order of rows.
"""

from __future__ import annotations

import numpy as np

from eval.ranking.trials import Ask
from interest.errors import ModelError
from retrieval.seams import FloatArray, IntArray

__all__ = ["checked", "first_places"]


def first_places(scores: FloatArray, ask: Ask, n: int) -> tuple[IntArray, IntArray]:
    """The best candidates of an ask.

    Args:
        scores: ``(n_items,)``.
        ask: What is ranked.
        n: How many.

    Returns:
        Rows, best first, ``(min(n, candidates),) int64`` each: with ties against what is wanted,
        and with ties in the order of rows.
    """
    rows = ask.candidates(len(scores))
    values = scores[rows]
    if len(rows) > n:
        least = np.partition(values, len(values) - n)[len(values) - n]
        rows = rows[values >= least]
        values = scores[rows]
    by_row = np.argsort(-values, kind="stable")
    against = np.lexsort((np.isin(rows, ask.wanted), -values))
    return rows[against[:n]], rows[by_row[:n]]


def checked(scores: FloatArray, n_items: int, method: str) -> FloatArray:
    """Scores as they must be.

    Raises:
        ModelError: They are of another length, or not finite.
    """
    if scores.shape != (n_items,):
        raise ModelError(f"{method} gave scores of shape {scores.shape} for {n_items} items.")
    if not np.all(np.isfinite(scores)):
        row = int(np.flatnonzero(~np.isfinite(scores))[0])
        raise ModelError(f"{method} gave item {row} the score {scores[row]}.")
    return scores
