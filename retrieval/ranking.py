"""Ranking: the parts of every candidate's score.

It knows vectors, facets and an intent; it does not know where candidates come from. Each part is
a weighted sum of terms in [0, 1] or [-1, 1]; the score is the sum of the parts, nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.facet_index import FacetIndex
from retrieval.fusion import FusedSpace
from retrieval.intent import Intent, Phrase, Want
from retrieval.learned import LearnedScores, LearnedTaste
from retrieval.seams import CollaborativeModel, FloatArray, IntArray
from retrieval.taste import directions, fold_in, is_cold, medoids
from retrieval.types import Part

__all__ = ["Ranker", "RankingConfig", "Taste"]

_Doubles = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True)
class RankingConfig:
    """What each term of a score counts.

    Attributes:
        semantic: Text likeness to what is liked, where items have descriptions. A title alone
            says little of what a thing is like: without descriptions 40 % of it counts.
        phrase: Text likeness to what was said.
        collaborative: Likeness to the vector learned from other people.
        alike: Facets shared with references.
        alike_liked: Facets shared with liked items that have interactions: there other people
            tell more.
        alike_cold: The same for liked items without interactions.
        wish: Facets that were asked for.
        prominence: How well known an item is.
        refusal: Facets that are not wanted.
        averse: Text likeness to what is not wanted.
        disliked: Likeness to disliked items beyond ``disliked_from``.
        disliked_from: Likeness below this is no reason.
        beside_references: What the history counts while references are given.
        beside_wishes: What the history counts while something is wished for.
        echoes: What items that stand for a wished entity count.
        groups: Directions that likes are grouped into.
        recent: Likes in the longer recent stretch of a history.
        latest: Likes in the shorter one.
        learned: What the learned ranking of a history counts; it takes the place of
            ``collaborative`` there.
        beside_learned: What prominence counts beside the learned ranking of a history, which has
            learned for itself what popularity is worth.
        critique: What the absence of a wish costs beside references. Who says "like this one, but
            funnier" has seen that this one is not: what has not changed is no answer. A penalty
            and no bonus, because a bonus would prefer what is nothing but funny.
    """

    semantic: float = 0.4
    phrase: float = 0.6
    collaborative: float = 0.5
    alike: float = 0.9
    alike_liked: float = 0.2
    alike_cold: float = 0.7
    wish: float = 1.0
    prominence: float = 0.45
    refusal: float = 0.8
    averse: float = 0.6
    disliked: float = 0.8
    disliked_from: float = 0.3
    beside_references: float = 0.25
    beside_wishes: float = 0.5
    echoes: float = 0.3
    groups: int = 4
    recent: int = 10
    latest: int = 3
    learned: float = 1.0
    beside_learned: float = 0.3
    critique: float = 1.0


@dataclass(frozen=True, kw_only=True)
class Taste:
    """One source of taste: the references of this turn, or the history.

    Attributes:
        rows: Items, oldest first.
        weight: What the source counts beside the others.
        alike: What facets shared with it count.
        directions: ``(k, text_dim)`` unit text vectors.
        user: ``(collaborative_dim,)`` unit vector, or None.
        examples: Rows to compare facets with.
        learned: What was learned from other people about such a history, or None.
    """

    rows: IntArray
    weight: float
    alike: float
    directions: FloatArray
    user: FloatArray | None
    examples: IntArray
    learned: LearnedScores | None = None


class Ranker:
    """Scores candidates.

    Args:
        space: Item vectors.
        facets: Values per item.
        model: Folds likes in.
        config: Weights.
        described: Share of the items that have a description.
        learned: Scores a history by what was learned from other people's; None without any.
    """

    def __init__(
        self,
        space: FusedSpace,
        facets: FacetIndex,
        model: CollaborativeModel,
        config: RankingConfig,
        *,
        described: float,
        learned: LearnedTaste | None = None,
    ) -> None:
        self._space = space
        self._facets = facets
        self._model = model
        self._config = config
        self._learned = learned
        self._semantic_weight = config.semantic * (0.4 + 0.6 * described)

    def tastes(self, intent: Intent) -> tuple[Taste, ...]:
        """References, history and echoes, each with what it counts."""
        config = self._config
        asks = bool(intent.wishes or intent.phrases)
        history = config.beside_wishes if asks else 1.0
        if len(intent.references):
            history = config.beside_references
        cold = float(is_cold(self._model, intent.liked).mean()) if len(intent.liked) else 0.0
        alike = config.alike_liked + cold * (config.alike_cold - config.alike_liked)
        sources = (
            (intent.references[::-1], 1.0, config.alike),
            (intent.liked, history, alike),
            (intent.echoes, config.echoes, config.alike),
        )
        return tuple(
            self._taste(rows, intent.disliked, weight, alike, ordered=rows is intent.liked)
            for rows, weight, alike in sources
            if len(rows)
        )

    def _taste(
        self, rows: IntArray, disliked: IntArray, weight: float, alike: float, *, ordered: bool
    ) -> Taste:
        config, vectors = self._config, self._space.text(rows)
        # A source that counts little asks one query: each costs a pass over the index.
        most = config.groups if weight >= 0.5 else 1
        windows = (config.recent, config.latest)
        user = fold_in(self._model, self._space, rows, disliked, windows=windows)
        learned = None
        if ordered and self._learned is not None:  # references are no history
            learned = self._learned.scores(rows, user)
        return Taste(
            rows=rows,
            weight=weight,
            alike=alike,
            directions=directions(vectors, most),
            user=user,
            examples=rows[medoids(vectors, most)],
            learned=learned,
        )

    def parts(
        self, intent: Intent, tastes: Sequence[Taste], rows: IntArray
    ) -> Mapping[Part, _Doubles]:
        """The parts of the score of each row, ``(len(rows),)`` each."""
        text = self._space.text(rows)
        return {
            Part.SEMANTIC: self._semantic(intent, tastes, text),
            Part.COLLABORATIVE: self._collaborative(tastes, rows),
            Part.PROFILE: self._profile(intent, tastes, rows),
            Part.POPULARITY: self._prominence(tastes)
            * self._space.prominence(rows).astype(np.float64),
            Part.AVERSION: self._aversion(intent, rows, text),
        }

    def _prominence(self, tastes: Sequence[Taste]) -> float:
        learned = sum(taste.weight for taste in tastes if taste.learned is not None)
        return self._config.prominence * (1.0 - (1.0 - self._config.beside_learned) * learned)

    def _semantic(self, intent: Intent, tastes: Sequence[Taste], text: FloatArray) -> _Doubles:
        total = self._config.phrase * _meaning(intent.phrases, text)
        for taste in tastes:
            likeness = text @ taste.directions.T
            both = 0.5 * likeness.max(axis=1) + 0.5 * likeness.mean(axis=1)
            total += self._semantic_weight * taste.weight * both
        return total

    def _collaborative(self, tastes: Sequence[Taste], rows: IntArray) -> _Doubles:
        total = np.zeros(len(rows))
        for taste in tastes:
            if taste.learned is not None:
                total += self._config.learned * taste.weight * taste.learned.at(rows)
            elif taste.user is not None:
                likeness = self._space.collaborative(rows) @ taste.user
                total += self._config.collaborative * taste.weight * likeness
        return total

    def _profile(self, intent: Intent, tastes: Sequence[Taste], rows: IntArray) -> _Doubles:
        total = self._config.wish * _strength(intent.wishes, rows)
        if len(intent.references):
            total -= self._config.critique * _absence(intent.wishes, rows)
        # Standing interests share one budget: a long profile must not drown the turn.
        mass = sum(want.weight for want in intent.interests)
        total += self._config.wish * _strength(intent.interests, rows) / max(1.0, mass) ** 0.5
        for taste in tastes:
            alike = self._facets.alike(taste.examples, rows)
            both = 0.5 * alike.max(axis=0) + 0.5 * alike.mean(axis=0)
            total += taste.alike * taste.weight * both
        return total

    def _aversion(self, intent: Intent, rows: IntArray, text: FloatArray) -> _Doubles:
        total = self._config.refusal * _strength(intent.refusals, rows)
        total += self._config.averse * np.maximum(_meaning(intent.averse, text), 0.0)
        return -total - self._config.disliked * self._near_disliked(intent, rows, text)

    def _near_disliked(self, intent: Intent, rows: IntArray, text: FloatArray) -> _Doubles:
        """Likeness to the nearest disliked item, beyond what any two items share."""
        disliked = intent.disliked
        if len(disliked) == 0:
            return np.zeros(len(rows))
        examples = disliked[medoids(self._space.text(disliked), self._config.groups)]
        alike = self._facets.alike(examples, rows)
        likeness = 0.5 * (text @ self._space.text(examples).T).T + 0.5 * alike
        return np.maximum(likeness.max(axis=0) - self._config.disliked_from, 0.0)


def _meaning(phrases: Iterable[Phrase], text: FloatArray) -> _Doubles:
    """Weighted inner products of phrases with text vectors."""
    total = np.zeros(len(text))
    for phrase in phrases:
        total += phrase.weight * (text @ phrase.vector)
    return total


def _strength(wants: Iterable[Want], rows: IntArray) -> _Doubles:
    """Weighted strengths of wants."""
    total = np.zeros(len(rows))
    for want in wants:
        total += want.weight * want.strength[rows]
    return total


def _absence(wants: Iterable[Want], rows: IntArray) -> _Doubles:
    """Summed weights of the wants that rows have nothing of."""
    total = np.zeros(len(rows))
    for want in wants:
        total += want.weight * (want.strength[rows] == 0.0)
    return total
