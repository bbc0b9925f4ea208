"""The engine: recommend, find similar items, search, and judge, over one catalogue.

It knows the stages and their order; it does not know people, profiles or dialogue. Retrieval
brings some hundred candidates, ranking takes their scores apart, diversity chooses among the
best, the ledger says what holds.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from interest.interests import Interest
from interest.progress import Progress, no_progress
from retrieval.answers import Answer
from retrieval.candidates import Candidates
from retrieval.catalogue import Catalogue
from retrieval.choosing import Chooser
from retrieval.constraints import Constraints
from retrieval.engine_config import EngineConfig
from retrieval.engine_making import fit_parts, load_parts, save_parts
from retrieval.engine_parts import EngineParts
from retrieval.fresh.changes import ItemState
from retrieval.fresh.growing import grow
from retrieval.intent import Intent, IntentReader
from retrieval.learned import LearnedTaste
from retrieval.ranking import Ranker, Taste
from retrieval.seams import Encoder, FloatArray, IntArray
from retrieval.types import Candidate, Interaction, LedgerEntry, Part, Query
from retrieval.user_vectors import user_vector

__all__ = ["Engine"]


class Engine:
    """Retrieval over one catalogue. Immutable once made; safe to share between threads.

    Make one with :meth:`fit` or :meth:`load`.

    Args:
        parts: What it is made of.
        base: The parts as they were built, where items have changed since.
    """

    def __init__(self, parts: EngineParts, *, base: EngineParts | None = None) -> None:
        self._parts = parts
        self._base = base or parts
        self._constraints = Constraints(parts.catalogue)
        self._reader = IntentReader(
            parts.catalogue,
            parts.facets,
            self._constraints,
            prominence=parts.space.prominence(),
            encode=parts.phrases.encode,
        )
        self._ranker = Ranker(
            parts.space,
            parts.facets,
            parts.model,
            parts.config.ranking,
            described=parts.described,
            learned=LearnedTaste(parts.blend[0], parts.space) if parts.blend else None,
        )
        self._candidates = Candidates(parts.space, parts.index, parts.config.candidates)
        self._chooser = Chooser(parts)

    @classmethod
    def fit(
        cls,
        catalogue: Catalogue,
        interactions: Sequence[Interaction],
        encoder: Encoder,
        *,
        config: EngineConfig | None = None,
        progress: Progress = no_progress,
    ) -> Engine:
        """Encode the items, learn from the interactions, fuse and index.

        Args:
            catalogue: The items; at least one.
            interactions: May be empty: then only content counts.
            encoder: Texts to vectors.
            config: Weights and sizes.
            progress: Called while it works.

        Raises:
            UnknownNameError: An interaction names an item that the catalogue has not.
            SetupError: FAISS is missing.
        """
        return cls(fit_parts(catalogue, interactions, encoder, config=config, progress=progress))

    def changed(self, states: Mapping[str, ItemState]) -> Engine:
        """An engine in which items were added, changed or removed since the build.

        Args:
            states: What became of items since the build, by id: all of it, not only what is new.

        Raises:
            DataError: An attribute is empty, or of another kind than in other items.
        """
        return Engine(grow(self._base, states), base=self._base) if states else Engine(self._base)

    def save(self, folder: Path) -> None:
        """Write vectors, factors, interactions and index into a folder.

        Raises:
            InputError: Items have changed since it was made; the journal keeps those.
        """
        save_parts(self._parts, folder)

    @classmethod
    def load(cls, folder: Path, catalogue: Catalogue, encoder: Encoder) -> Engine:
        """Load what :meth:`save` wrote.

        Raises:
            WorkspaceError: Files are missing or damaged, or were made for another catalogue or
                by another encoder.
            SetupError: FAISS is missing.
        """
        return cls(load_parts(folder, catalogue, encoder))

    @property
    def catalogue(self) -> Catalogue:
        """The items."""
        return self._parts.catalogue

    def warm_up(self) -> None:
        """Load what is loaded on first use, so that the first question is not the slow one."""
        self.recommend(Query(n=1, text="warm-up"))
        self._base.catalogue.warm_up()

    @property
    def vector_dims(self) -> tuple[int, int]:
        """Lengths of the text and the collaborative side of item and user vectors."""
        return self._parts.space.text_dim, self._parts.space.collaborative_dim

    def user_vector(
        self, *, liked: Sequence[str], disliked: Sequence[str], words: Sequence[str]
    ) -> FloatArray:
        """One vector for somebody, ``(sum of vector_dims,) float32``; see
        :func:`retrieval.user_vectors.user_vector`. Items that the catalogue no longer has are
        passed over."""
        rows = [
            np.array([self.catalogue.row(i) for i in items if i in self.catalogue], dtype=np.int64)
            for items in (liked, disliked)
        ]
        parts = self._parts
        empty = np.zeros((0, parts.space.text_dim))
        phrases = parts.phrases.encode(words) if words else empty
        return user_vector(
            parts.space,
            parts.model,
            liked=rows[0],
            disliked=rows[1],
            phrases=phrases.astype(np.float32),
        )

    def forget_phrases(self) -> None:
        """Drop the vectors of people's words that are kept in memory."""
        self._parts.phrases.clear()

    @property
    def index_name(self) -> str:
        """What searches, and on which device, for people."""
        return self._parts.index.name

    @property
    def encoder(self) -> Encoder:
        """The encoder of texts."""
        return self._parts.encoder

    @property
    def parameters(self) -> Mapping[str, float | int | str]:
        """What the engine was made with, flat, for a manifest."""
        parts = self._parts
        return {
            "encoder": parts.encoder.encoder_id,
            "text_dim": parts.space.text_dim,
            "collaborative_dim": parts.space.collaborative_dim,
            "items": len(parts.catalogue),
            "items_with_interactions": int(np.count_nonzero(parts.interactions.counts)),
            "users": parts.interactions.n_users,
            "interactions": len(parts.interactions.users),
            **parts.config.flat(),
            **parts.index_facts.flat(),
        }

    def recommend(self, query: Query) -> Answer:
        """The best items for a query.

        Hard constraints filter; exclusions and items that the query names never come back, nor
        does the same thing under another id; everything else moves scores. If ``n`` items are
        left, ``n`` come back. The same query gives the same answer.
        """
        ms: dict[str, float] = {}
        with _timed(ms, "encode"):
            intent = self._reader.read(query)
            new = self._chooser.new(query)
            intent = replace(intent, allowed=intent.allowed & new)
        with _timed(ms, "search"):
            tastes = self._ranker.tastes(intent)
            found = self._candidates.find(intent, tastes)
            rows = self._chooser.filled_up(found, intent.allowed, query.n)
        with _timed(ms, "rank"):
            picked, parts = self._rank(intent, tastes, rows, query)
        with _timed(ms, "ledger"):
            interests = _interests(query)
            candidates = tuple(
                self._candidate(int(row), place + 1, {p: float(v[place]) for p, v in parts.items()})
                for place, row in enumerate(picked)
            )
            candidates = tuple(
                replace(c, ledger=self.ledger(c.item_id, interests)) for c in candidates
            )
            matching = int(np.count_nonzero(intent.allowed))
            few = matching < query.n
            relaxations = (
                self._constraints.relaxations(interests, self._reader.returnable(query) & new)
                if few
                else ()
            )
        return Answer(candidates=candidates, matching=matching, relaxations=relaxations, ms=ms)

    def similar(
        self, item_id: str, n: int, *, exclude: frozenset[str] = frozenset()
    ) -> tuple[Candidate, ...]:
        """Items like one item, in what they are and in who likes them.

        Raises:
            UnknownNameError: The catalogue has no such item.
        """
        self.catalogue.row(item_id)
        query = Query(n=n, like=(item_id,), exclude=exclude, diversity=0.1)
        return self.recommend(query).candidates

    def search(self, text: str, n: int) -> tuple[Candidate, ...]:
        """Items by title, then by meaning; nothing of anybody's profile counts.

        Titles that are like the text count as ``PROFILE``, meaning as ``SEMANTIC``.
        """
        if not text.strip() or n < 1:
            return ()
        similarity, titled = self._parts.titles.find(text)
        intent = self._reader.read(Query(n=n, text=text))
        rows = np.union1d(titled, self._candidates.find(intent, ()))
        parts = dict(self._ranker.parts(intent, (), rows))
        bonus = np.zeros(len(rows))
        bonus[np.searchsorted(rows, titled)] = 2.0 * similarity
        parts[Part.PROFILE] = parts[Part.PROFILE] + bonus
        best = np.lexsort((rows, -_score(parts)))[:n]
        return tuple(
            self._candidate(int(rows[i]), place + 1, {p: float(v[i]) for p, v in parts.items()})
            for place, i in enumerate(best)
        )

    def judge(self, item_id: str, query: Query) -> Candidate:
        """Score and ledger of one item, whether or not it would be recommended; rank 1.

        Raises:
            UnknownNameError: The catalogue has no such item.
        """
        row = self.catalogue.row(item_id)
        intent = self._reader.read(query)
        rows = np.array([row], dtype=np.int64)
        parts = self._ranker.parts(intent, self._ranker.tastes(intent), rows)
        found = self._candidate(row, 1, {part: float(values[0]) for part, values in parts.items()})
        return replace(found, ledger=self.ledger(item_id, _interests(query)))

    def ledger(self, item_id: str, interests: Sequence[Interest]) -> tuple[LedgerEntry, ...]:
        """What the catalogue says about an item and each interest.

        Raises:
            UnknownNameError: The catalogue has no such item.
        """
        return self._constraints.ledger(self.catalogue.item(item_id), interests)

    def support(self, item_id: str, other_id: str) -> int:
        """How many people in the interactions liked both items.

        Raises:
            UnknownNameError: The catalogue has no such item.
        """
        return self._parts.support.both(self.catalogue.row(item_id), self.catalogue.row(other_id))

    def _rank(
        self, intent: Intent, tastes: Sequence[Taste], rows: IntArray, query: Query
    ) -> tuple[IntArray, Mapping[Part, NDArray[np.float64]]]:
        """The chosen rows, best first, with their parts."""
        parts = self._ranker.parts(intent, tastes, rows)
        chosen = self._chooser.choose(_score(parts), rows, query.n, diversity=query.diversity)
        return rows[chosen], {part: values[chosen] for part, values in parts.items()}

    def _candidate(self, row: int, rank: int, parts: Mapping[Part, float]) -> Candidate:
        plain = {part: float(value) for part, value in parts.items()}
        return Candidate(
            item_id=self.catalogue.items[row].item_id,
            rank=rank,
            score=sum(plain.values()),
            parts=plain,
            ledger=(),
            cold=self._parts.is_cold(row),
        )


def _score(parts: Mapping[Part, NDArray[np.float64]]) -> NDArray[np.float64]:
    return np.sum(list(parts.values()), axis=0)


def _interests(query: Query) -> tuple[Interest, ...]:
    """Interests and wishes; where one key stands in both, the wish holds."""
    by_key = {interest.key: interest for interest in (*query.interests, *query.wishes)}
    return tuple(by_key.values())


@contextmanager
def _timed(ms: dict[str, float], stage: str) -> Generator[None]:
    start = perf_counter()
    yield
    ms[stage] = (perf_counter() - start) * 1000.0
