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

from interest.errors import WorkspaceError
from interest.interests import Interest
from interest.progress import Progress, no_progress
from retrieval.answers import Answer
from retrieval.candidates import Candidates
from retrieval.catalogue import Catalogue
from retrieval.constraints import Constraints
from retrieval.diversity import choose
from retrieval.engine_config import EngineConfig
from retrieval.engine_files import EngineArrays, read_arrays, write_arrays
from retrieval.engine_parts import EngineParts
from retrieval.exact_index import best_rows
from retrieval.facet_index import FacetIndex
from retrieval.fresh.changes import ItemState
from retrieval.fresh.growing import grow
from retrieval.fresh.newcomers import Newcomers
from retrieval.fusion import FusedSpace, fuse
from retrieval.ials import IALS, ColdModel
from retrieval.intent import Intent, IntentReader
from retrieval.matrix import InteractionMatrix
from retrieval.prominence import prominence
from retrieval.ranking import Ranker, Taste
from retrieval.seams import BoolArray, Encoder, FloatArray, IntArray, VectorIndex
from retrieval.types import Candidate, Interaction, LedgerEntry, Part, Query

__all__ = ["Engine"]

_INDEX = "index.faiss"
_NEWCOMERS = "newcomers.npz"


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
        )
        self._candidates = Candidates(parts.space, parts.index, parts.config.candidates)

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
        config = config or EngineConfig()
        text = encoder.encode([catalogue.text_of(item) for item in catalogue], progress=progress)
        matrix = InteractionMatrix.of(interactions, catalogue.row, len(catalogue))
        model = (
            IALS.fit(matrix, config.ials, progress=progress)
            if interactions
            else ColdModel(len(catalogue))
        )
        warm, facets = matrix.counts > 0, FacetIndex(catalogue)
        space = fuse(
            text=text,
            collaborative=model.item_vectors,
            warm=warm,
            attributes=facets.features(config.fusion.attribute_least, warm),
            prominence=prominence(catalogue, matrix.counts),
            config=config.fusion,
        )
        parts = EngineParts.of(
            catalogue=catalogue,
            encoder=encoder,
            space=space,
            index=_index(space.vectors),
            interactions=matrix,
            model=model,
            config=config,
            facets=facets,
        )
        return cls(parts)

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
        parts = self._parts
        parts.index.save(_made(folder) / _INDEX)
        parts.newcomers.save(folder / _NEWCOMERS)
        write_arrays(
            folder,
            EngineArrays(
                vectors=parts.space.vectors,
                text_mean=parts.space.text_mean,
                factors=parts.model.item_vectors,
                interactions=parts.interactions,
                facts={
                    "encoder": parts.encoder.encoder_id,
                    "items": len(parts.catalogue),
                    "config": parts.config.as_dict(),
                },
            ),
        )

    @classmethod
    def load(cls, folder: Path, catalogue: Catalogue, encoder: Encoder) -> Engine:
        """Load what :meth:`save` wrote.

        Raises:
            WorkspaceError: Files are missing or damaged, or were made for another catalogue or
                by another encoder.
            SetupError: FAISS is missing.
        """
        arrays = read_arrays(folder)
        _check(arrays.facts, catalogue, encoder)
        config = EngineConfig.from_dict(arrays.facts["config"])
        factors = arrays.factors
        parts = EngineParts.of(
            catalogue=catalogue,
            encoder=encoder,
            space=FusedSpace(
                vectors=arrays.vectors, text_mean=arrays.text_mean, text_dim=len(arrays.text_mean)
            ),
            index=_load_index(folder / _INDEX),
            interactions=arrays.interactions,
            model=IALS(factors, config.ials) if factors.shape[1] else ColdModel(len(catalogue)),
            config=config,
            newcomers=_load_newcomers(folder / _NEWCOMERS),
        )
        return cls(parts)

    @property
    def catalogue(self) -> Catalogue:
        """The items."""
        return self._parts.catalogue

    def warm_up(self) -> None:
        """Load what is loaded on first use, so that the first question is not the slow one."""
        self.recommend(Query(n=1, text="warm-up"))
        self._base.catalogue.warm_up()

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
            again = self._again(query)
            intent = replace(intent, allowed=intent.allowed & again)
        with _timed(ms, "search"):
            tastes = self._ranker.tastes(intent)
            rows = self._enough(self._candidates.find(intent, tastes), intent, query.n)
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
                self._constraints.relaxations(interests, self._reader.returnable(query) & again)
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

    def _again(self, query: Query) -> BoolArray:
        """False for what the person knows already, standing in the catalogue a second time."""
        rows = [
            self.catalogue.row(item_id)
            for item_id in {*query.exclude, *query.like, *query.liked, *query.disliked}
            if self.catalogue.has_row(item_id)
        ]
        new = np.ones(len(self.catalogue), dtype=np.bool_)
        new[self._parts.twins.of(np.array(rows, dtype=np.int64))] = False
        return new

    def _pool(self, n: int) -> int:
        """How many of the best candidates diversity chooses among."""
        return max(self._parts.config.pool, 4 * n)

    def _enough(self, rows: IntArray, intent: Intent, n: int) -> IntArray:
        """Rows, filled up with the best known allowed ones where they are too few to choose."""
        allowed = np.flatnonzero(intent.allowed)
        missing = min(self._pool(n), len(allowed)) - len(rows)
        if missing <= 0:
            return rows
        rest = np.setdiff1d(allowed, rows, assume_unique=True)
        return np.union1d(rows, rest[best_rows(self._parts.space.prominence(rest), missing)])

    def _rank(
        self, intent: Intent, tastes: Sequence[Taste], rows: IntArray, query: Query
    ) -> tuple[IntArray, Mapping[Part, NDArray[np.float64]]]:
        """The chosen rows, best first, with their parts."""
        parts = self._ranker.parts(intent, tastes, rows)
        scores = _score(parts)
        pool = np.lexsort((rows, -scores))[: self._pool(query.n)]
        near = rows[pool]
        picked = choose(
            scores[pool],
            lambda place: self._likeness(near, place),
            query.n,
            diversity=query.diversity,
            series=self._parts.series.keys(near),
            twins=self._parts.twins.keys(near),
        )
        chosen = pool[picked]
        return rows[chosen], {part: values[chosen] for part, values in parts.items()}

    def _likeness(self, rows: IntArray, place: int) -> NDArray[np.float64]:
        """How much rows are like one of them: half text, half facets; in [0, 1]."""
        text = self._parts.space.text(rows)
        meaning = np.maximum(text @ text[place], 0.0)
        return 0.5 * meaning + 0.5 * self._parts.facets.alike(rows[place : place + 1], rows)[0]

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


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _index(vectors: FloatArray) -> VectorIndex:
    from retrieval.faiss_index import FaissIndex  # FAISS is only needed by those who search

    return FaissIndex(vectors)


def _load_index(path: Path) -> VectorIndex:
    from retrieval.faiss_index import FaissIndex

    return FaissIndex.load(path)


def _load_newcomers(path: Path) -> Newcomers | None:
    """None for a workspace from before there were any; they are learned anew then."""
    return Newcomers.load(path) if path.exists() else None


def _check(facts: Mapping[str, object], catalogue: Catalogue, encoder: Encoder) -> None:
    """Refuse vectors that were made for something else."""
    if facts["encoder"] != encoder.encoder_id:
        raise WorkspaceError(
            f"The vectors were made by {facts['encoder']}, not by {encoder.encoder_id}.",
            "Run palate build again.",
        )
    if facts["items"] != len(catalogue):
        raise WorkspaceError(
            f"The vectors are of {facts['items']} items, the catalogue has {len(catalogue)}.",
            "Run palate build again.",
        )


@contextmanager
def _timed(ms: dict[str, float], stage: str) -> Generator[None]:
    start = perf_counter()
    yield
    ms[stage] = (perf_counter() - start) * 1000.0
