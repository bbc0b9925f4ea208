"""What exists in ``retrieval``, as signals over the whole catalogue.

It knows how each is asked for scores; it does not know how they are measured. The default product
asks the same parts with candidates first; here every item is scored, so that what is measured is
the order and not the search.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace

import numpy as np

from eval.ranking.methods import Fit, TrainingSet, binary
from retrieval.encoder import unit_rows
from retrieval.engine_config import EngineConfig
from retrieval.engine_making import learn_blend
from retrieval.facet_index import FacetIndex
from retrieval.fusion import FusedSpace, Weights, fuse
from retrieval.ials import IALS, ColdModel, IALSConfig
from retrieval.intent import Intent
from retrieval.learned import LearnedTaste
from retrieval.prominence import prominence
from retrieval.ranking import Ranker
from retrieval.seams import CollaborativeModel, FloatArray, History, IntArray, Signal
from retrieval.taste import fold_in

__all__ = [
    "fit_fused",
    "fit_ials",
    "fit_popularity",
    "fit_random",
    "fit_ranking_stage",
    "fit_text",
    "fit_text_raw",
]


@dataclass(frozen=True, kw_only=True)
class _Random:
    """A drawn order, another one for every history; the same history gives the same order."""

    n_items: int
    seed: int
    name: str = "random"

    def scores(self, history: History) -> FloatArray:
        rng = np.random.default_rng([self.seed, zlib.crc32(history.rows.tobytes())])
        return rng.random(self.n_items, dtype=np.float32)


@dataclass(frozen=True, kw_only=True)
class _Fixed:
    """The same scores for everybody."""

    values: FloatArray
    name: str = "popularity"

    def scores(self, history: History) -> FloatArray:
        del history  # nobody's history counts
        return self.values


@dataclass(frozen=True, kw_only=True)
class _FoldIn:
    """Inner products with the folded-in user; popularity for who has no history."""

    model: CollaborativeModel
    cold_start: FloatArray
    training: TrainingSet
    name: str = "iALS"

    def scores(self, history: History) -> FloatArray:
        liked, disliked = self.training.positives(history), self.training.negatives(history)
        user = self.model.fold_in(liked.tolist(), disliked.tolist())
        return self.cold_start if user is None else self.model.item_vectors @ user


@dataclass(frozen=True, kw_only=True)
class _Cosine:
    """Inner products of text vectors with the mean of the history's; popularity without one."""

    vectors: FloatArray
    cold_start: FloatArray
    training: TrainingSet
    name: str

    def scores(self, history: History) -> FloatArray:
        liked = self.training.positives(history)
        if len(liked) == 0:
            return self.cold_start
        return self.vectors @ self.vectors[liked].mean(axis=0)


@dataclass(frozen=True, kw_only=True)
class _Learned:
    """What the engine learns from one training set."""

    model: CollaborativeModel
    space: FusedSpace
    ranker: Ranker
    weights: Weights
    training: TrainingSet


@dataclass(frozen=True, kw_only=True)
class _Fused:
    """One query to the fused index, as candidates are asked for."""

    learned: _Learned
    name: str = "fused index"

    def scores(self, history: History) -> FloatArray:
        learned, training = self.learned, self.learned.training
        liked, disliked = training.positives(history), training.negatives(history)
        text = None
        if len(liked):
            text = unit_rows(learned.space.text(liked).mean(axis=0)[None])[0]
        user = fold_in(learned.model, learned.space, liked, disliked, windows=(10, 3))
        return learned.space.vectors @ learned.space.query(text, user, learned.weights)


@dataclass(frozen=True, kw_only=True)
class _RankingStage:
    """The sum of the ranking stage's parts, over all items."""

    learned: _Learned
    name: str = "ranking stage"

    def scores(self, history: History) -> FloatArray:
        training, ranker = self.learned.training, self.learned.ranker
        n_items = len(training.catalogue)
        intent = _liking(training.positives(history), training.negatives(history), n_items)
        parts = ranker.parts(intent, ranker.tastes(intent), np.arange(n_items))
        return np.sum(list(parts.values()), axis=0).astype(np.float32)


def fit_random(training: TrainingSet) -> Signal:
    """A drawn order per history."""
    return _Random(n_items=training.matrix.n_items, seed=training.seed)


def fit_popularity(training: TrainingSet) -> Signal:
    """Counts of the training part."""
    return _Fixed(values=_popularity(training))


def fit_ials(config: IALSConfig) -> Fit:
    """A fit of iALS with settings; its seed is the training set's."""

    def fit(training: TrainingSet) -> Signal:
        seeded = replace(config, seed=training.seed)
        model = IALS.fit(binary(training), seeded, progress=training.progress)
        return _FoldIn(model=model, cold_start=_popularity(training), training=training)

    return fit


def fit_text_raw(training: TrainingSet) -> Signal:
    """Text vectors as the encoder gives them."""
    vectors, cold = training.vectors(), _popularity(training)
    return _Cosine(vectors=vectors, cold_start=cold, training=training, name="text, raw")


def fit_text(training: TrainingSet) -> Signal:
    """Text vectors minus their mean."""
    raw = training.vectors()
    vectors = unit_rows(raw - raw.mean(axis=0))
    cold = _popularity(training)
    return _Cosine(vectors=vectors, cold_start=cold, training=training, name="text, mean-centred")


def fit_fused(training: TrainingSet) -> Signal:
    """The item vectors of the index."""
    return _Fused(learned=_learned(training))


def fit_ranking_stage(training: TrainingSet) -> Signal:
    """The engine's ranker."""
    return _RankingStage(learned=_learned(training))


def _learned(training: TrainingSet) -> _Learned:
    return training.shared("engine", lambda: _learn(training))


def _learn(training: TrainingSet) -> _Learned:
    """As :meth:`retrieval.engine.Engine.fit`, without an index; signs are kept."""
    config, catalogue, matrix = EngineConfig(), training.catalogue, training.matrix
    model: CollaborativeModel = ColdModel(matrix.n_items)
    if len(matrix.users):
        model = IALS.fit(matrix, config.ials, progress=training.progress)
    facets, warm = FacetIndex(catalogue), matrix.counts > 0
    space = fuse(
        text=training.vectors(),
        collaborative=model.item_vectors,
        warm=warm,
        attributes=facets.features(config.fusion.attribute_least, warm),
        prominence=prominence(catalogue, matrix.counts),
        config=config.fusion,
    )
    described = float(np.mean([bool(item.description) for item in catalogue]))
    blend = learn_blend(matrix, model, config, training.progress)
    learned = LearnedTaste(blend[0], space) if blend else None
    ranker = Ranker(space, facets, model, config.ranking, described=described, learned=learned)
    return _Learned(
        model=model,
        space=space,
        ranker=ranker,
        weights=config.candidates.taste,
        training=training,
    )


def _popularity(training: TrainingSet) -> FloatArray:
    """Likes per item where only likes are wanted, else interactions."""
    matrix = training.matrix
    return (matrix.likes if training.liked_only else matrix.counts).astype(np.float32)


def _liking(liked: IntArray, disliked: IntArray, n_items: int) -> Intent:
    nothing = np.empty(0, dtype=np.int64)
    return Intent(
        references=nothing,
        liked=liked,
        disliked=disliked,
        wishes=(),
        interests=(),
        refusals=(),
        phrases=(),
        averse=(),
        echoes=nothing,
        allowed=np.ones(n_items, dtype=np.bool_),
    )
