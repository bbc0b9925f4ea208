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
from retrieval.facet_index import FacetIndex
from retrieval.fusion import FusedSpace, fuse
from retrieval.ials import IALS, ColdModel
from retrieval.intent import Intent, IntentReader
from retrieval.matrix import InteractionMatrix
from retrieval.phrase_cache import PhraseCache
from retrieval.prominence import prominence
from retrieval.ranking import Ranker, Taste
from retrieval.seams import CollaborativeModel, Encoder, FloatArray, IntArray, VectorIndex
from retrieval.series import series_of
from retrieval.support import Support
from retrieval.titles import TitleIndex
from retrieval.types import Candidate, Interaction, LedgerEntry, Part, Query
from retrieval.user_vectors import user_vector

__all__ = ["Engine"]

_INDEX = "index.faiss"


class Engine:
    """Retrieval over one catalogue. Immutable once made; safe to share between threads.

    Make one with :meth:`fit` or :meth:`load`.

    Args:
        catalogue: The items.
        encoder: The encoder that made the text vectors.
        space: Item vectors.
        index: Search over them.
        interactions: What the collaborative vectors were learned from.
        model: The collaborative model.
        config: Weights.
    """

    def __init__(
        self,
        *,
        catalogue: Catalogue,
        encoder: Encoder,
        space: FusedSpace,
        index: VectorIndex,
        interactions: InteractionMatrix,
        model: CollaborativeModel,
        config: EngineConfig,
    ) -> None:
        self.catalogue = catalogue
        self._encoder = encoder
        self._space = space
        self._index = index
        self._interactions = interactions
        self._model = model
        self._config = config
        self._facets = FacetIndex(catalogue)
        self._constraints = Constraints(catalogue)
        self._phrases = PhraseCache(encoder)
        self._reader = IntentReader(
            catalogue,
            self._facets,
            self._constraints,
            prominence=space.prominence(),
            encode=self._phrases.encode,
        )
        described = sum(bool(item.description) for item in catalogue) / max(len(catalogue), 1)
        self._ranker = Ranker(space, self._facets, model, config.ranking, described=described)
        self._candidates = Candidates(space, index, config.candidates)
        self._titles = TitleIndex(catalogue)
        self._series = series_of(catalogue, self._facets)
        self._support = Support(interactions)

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
        warm = matrix.counts > 0
        space = fuse(
            text=text,
            collaborative=model.item_vectors,
            warm=warm,
            attributes=FacetIndex(catalogue).features(config.fusion.attribute_least, warm),
            prominence=prominence(catalogue, matrix.counts),
            config=config.fusion,
        )
        return cls(
            catalogue=catalogue,
            encoder=encoder,
            space=space,
            index=_index(space.vectors),
            interactions=matrix,
            model=model,
            config=config,
        )

    def save(self, folder: Path) -> None:
        """Write vectors, factors, interactions and index into a folder."""
        write_arrays(
            folder,
            EngineArrays(
                vectors=self._space.vectors,
                text_mean=self._space.text_mean,
                factors=self._model.item_vectors,
                interactions=self._interactions,
                facts={
                    "encoder": self._encoder.encoder_id,
                    "items": len(self.catalogue),
                    "config": self._config.as_dict(),
                },
            ),
        )
        self._index.save(folder / _INDEX)

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
        return cls(
            catalogue=catalogue,
            encoder=encoder,
            space=FusedSpace(
                vectors=arrays.vectors, text_mean=arrays.text_mean, text_dim=len(arrays.text_mean)
            ),
            index=_load_index(folder / _INDEX),
            interactions=arrays.interactions,
            model=IALS(factors, config.ials) if factors.shape[1] else ColdModel(len(catalogue)),
            config=config,
        )

    def warm_up(self) -> None:
        """Load what is loaded on first use, so that the first question is not the slow one."""
        self.recommend(Query(n=1, text="warm-up"))

    @property
    def vector_dims(self) -> tuple[int, int]:
        """Lengths of the text and the collaborative side of item and user vectors."""
        return self._space.text_dim, self._space.collaborative_dim

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
        phrases = self._phrases.encode(words) if words else np.zeros((0, self._space.text_dim))
        return user_vector(
            self._space,
            self._model,
            liked=rows[0],
            disliked=rows[1],
            phrases=phrases.astype(np.float32),
        )

    def forget_phrases(self) -> None:
        """Drop the vectors of people's words that are kept in memory."""
        self._phrases.clear()

    @property
    def index_name(self) -> str:
        """What searches, and on which device, for people."""
        return self._index.name

    @property
    def parameters(self) -> Mapping[str, float | int | str]:
        """What the engine was made with, flat, for a manifest."""
        return {
            "encoder": self._encoder.encoder_id,
            "text_dim": self._space.text_dim,
            "collaborative_dim": self._space.collaborative_dim,
            "items": len(self.catalogue),
            "items_with_interactions": int(np.count_nonzero(self._interactions.counts)),
            "users": self._interactions.n_users,
            "interactions": len(self._interactions.users),
            **self._config.flat(),
        }

    def recommend(self, query: Query) -> Answer:
        """The best items for a query.

        Hard constraints filter, exclusions and items that the query names never come back,
        everything else moves scores. The same query gives the same answer.
        """
        ms: dict[str, float] = {}
        with _timed(ms, "encode"):
            intent = self._reader.read(query)
        with _timed(ms, "search"):
            tastes = self._ranker.tastes(intent)
            rows = self._candidates.find(intent, tastes)
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
                self._constraints.relaxations(interests, self._reader.returnable(query))
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
        similarity, titled = self._titles.find(text)
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
        return self._support.both(self.catalogue.row(item_id), self.catalogue.row(other_id))

    def _rank(
        self, intent: Intent, tastes: Sequence[Taste], rows: IntArray, query: Query
    ) -> tuple[IntArray, Mapping[Part, NDArray[np.float64]]]:
        """The chosen rows, best first, with their parts."""
        parts = self._ranker.parts(intent, tastes, rows)
        scores = _score(parts)
        pool = np.lexsort((rows, -scores))[: max(self._config.pool, 4 * query.n)]
        near = rows[pool]
        picked = choose(
            scores[pool],
            lambda place: self._likeness(near, place),
            query.n,
            diversity=query.diversity,
            series=self._series[near].tolist(),
        )
        chosen = pool[picked]
        return rows[chosen], {part: values[chosen] for part, values in parts.items()}

    def _likeness(self, rows: IntArray, place: int) -> NDArray[np.float64]:
        """How much rows are like one of them: half text, half facets; in [0, 1]."""
        text = self._space.text(rows)
        meaning = np.maximum(text @ text[place], 0.0)
        return 0.5 * meaning + 0.5 * self._facets.alike(rows[place : place + 1], rows)[0]

    def _candidate(self, row: int, rank: int, parts: Mapping[Part, float]) -> Candidate:
        plain = {part: float(value) for part, value in parts.items()}
        return Candidate(
            item_id=self.catalogue.items[row].item_id,
            rank=rank,
            score=sum(plain.values()),
            parts=plain,
            ledger=(),
            cold=bool(self._interactions.counts[row] == 0),
        )


def _score(parts: Mapping[Part, NDArray[np.float64]]) -> NDArray[np.float64]:
    return np.sum(list(parts.values()), axis=0)


def _interests(query: Query) -> tuple[Interest, ...]:
    """Interests and wishes; where one key stands in both, the wish holds."""
    by_key = {interest.key: interest for interest in (*query.interests, *query.wishes)}
    return tuple(by_key.values())


def _index(vectors: FloatArray) -> VectorIndex:
    from retrieval.faiss_index import FaissIndex  # FAISS is only needed by those who search

    return FaissIndex(vectors)


def _load_index(path: Path) -> VectorIndex:
    from retrieval.faiss_index import FaissIndex

    return FaissIndex.load(path)


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
