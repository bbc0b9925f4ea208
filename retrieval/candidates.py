"""Candidates: where the items come from that ranking then orders.

It knows the index and the sources; it does not know parts or scores that people see. Several
queries go to the index in one batch, the filter inside the search; what only columns can tell and
what is best known is added, so that a profile without any vector still gets answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from retrieval.exact_index import best_rows
from retrieval.fusion import FusedSpace, Weights
from retrieval.intent import Intent
from retrieval.ranking import Taste
from retrieval.seams import BoolArray, FloatArray, IntArray, VectorIndex

__all__ = ["CandidateConfig", "Candidates"]


@dataclass(frozen=True, kw_only=True, slots=True)
class CandidateConfig:
    """How many candidates each source brings, and with what weights the index is asked.

    Attributes:
        per_query: Rows per query of the index.
        by_columns: Rows by wants.
        by_prominence: Best known rows.
        taste: Weights of queries from liked items.
        phrase: Weights of queries from words.
    """

    per_query: int = 150
    by_columns: int = 200
    by_prominence: int = 100
    taste: Weights = field(
        default_factory=lambda: Weights(text=0.5, collaborative=0.7, prominence=0.4)
    )
    phrase: Weights = field(default_factory=lambda: Weights(text=1.0, prominence=0.1))


class Candidates:
    """Finds candidates.

    Args:
        space: Makes queries.
        index: Answers them.
        config: How many and how.
    """

    def __init__(self, space: FusedSpace, index: VectorIndex, config: CandidateConfig) -> None:
        self._space = space
        self._index = index
        self._config = config

    def find(self, intent: Intent, tastes: Sequence[Taste]) -> IntArray:
        """Rows of candidates, ascending, each once; all of them allowed."""
        allowed = np.flatnonzero(intent.allowed)
        if len(allowed) <= self._config.per_query:
            return allowed
        found = [
            self._by_columns(intent, allowed),
            self._best_known(allowed),
            *self._learned(tastes, intent.allowed),
        ]
        queries = [*self._of_tastes(tastes), *self._of_phrases(intent)]
        if queries:
            batch = np.array(queries, dtype=np.float32)
            _, rows = self._index.search(batch, self._config.per_query, allowed=intent.allowed)
            found.append(rows[rows >= 0])
        marked = np.zeros(len(intent.allowed), dtype=np.bool_)
        marked[np.concatenate(found)] = True
        return np.flatnonzero(marked)

    def _of_tastes(self, tastes: Sequence[Taste]) -> list[FloatArray]:
        """One query per direction, all with what other people's likes tell."""
        return [
            self._space.query(direction, taste.user, self._config.taste)
            for taste in tastes
            for direction in taste.directions
        ]

    def _learned(self, tastes: Sequence[Taste], allowed: BoolArray) -> list[IntArray]:
        """What the learned ranking puts first."""
        return [
            taste.learned.best(allowed, self._config.per_query)
            for taste in tastes
            if taste.learned is not None
        ]

    def _of_phrases(self, intent: Intent) -> list[FloatArray]:
        return [
            self._space.query(phrase.vector, None, self._config.phrase) for phrase in intent.phrases
        ]

    def _by_columns(self, intent: Intent, allowed: IntArray) -> IntArray:
        """Items that have most of what is wanted, the best known first."""
        wants = (*intent.wishes, *intent.interests)
        if not wants:
            return np.empty(0, dtype=np.int64)
        total = 0.1 * self._space.prominence(allowed)
        for want in wants:
            total = total + want.weight * want.strength[allowed]
        return allowed[best_rows(total.astype(np.float32), self._config.by_columns)]

    def _best_known(self, allowed: IntArray) -> IntArray:
        known = self._space.prominence(allowed)
        return allowed[best_rows(known, self._config.by_prominence)]
