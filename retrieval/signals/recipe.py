"""The recipe: which signals the learned ranking stage is made of, and with what numbers.

It knows the signals; it does not know how the blend is trained. Which ones are in it, and their
numbers, were chosen on validation parts of ml-100k and ml-latest-small: see decision 4.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from interest.progress import Progress, no_progress
from retrieval.facet_index import FacetIndex
from retrieval.ials import IALSConfig
from retrieval.matrix import InteractionMatrix
from retrieval.seams import CollaborativeModel, FloatArray, Signal
from retrieval.signals.blend import Ingredients
from retrieval.signals.content import Bridged, BridgedConfig, FacetSignal, TextSignal
from retrieval.signals.cooccurrence import CoOccurrence, CoOccurrenceConfig
from retrieval.signals.ease import EASE, EASEConfig
from retrieval.signals.factors import Factors, FactorsConfig
from retrieval.signals.history import HistoryWeights
from retrieval.signals.popularity import Popularity
from retrieval.signals.transitions import Transitions, TransitionsConfig

__all__ = ["Content", "Recipe"]


@dataclass(frozen=True, kw_only=True)
class Content:
    """What is known of the items apart from interactions.

    Attributes:
        text: ``(n_items, dim) float32``, raw unit text vectors.
        features: ``(n_items, n_features) float32``, what the bridge regresses on.
        facets: Values per item, or None if there are none.
    """

    text: FloatArray
    features: FloatArray
    facets: FacetIndex | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Recipe:
    """Numbers of the signals.

    Attributes:
        ease: The regression.
        recent: What a history counts where recent items count most.
        co_occurrence: Pairs in order.
        transitions: The regression of what follows on what came before.
        ials: The factorisation.
        last: How many items are folded in where only recent ones count.
        bridge: The regression on content.
        timed: Whether the order of a history says anything; if not, the signals that look at it
            are left out.
    """

    ease: EASEConfig = field(default_factory=lambda: EASEConfig(reg=300.0))
    recent: HistoryWeights = field(default_factory=lambda: HistoryWeights(decay=0.9, floor=0.1))
    co_occurrence: CoOccurrenceConfig = field(
        default_factory=lambda: CoOccurrenceConfig(
            window=20, decay=0.9, memory=0.5, popular=0.4, last=5
        )
    )
    transitions: TransitionsConfig = field(
        default_factory=lambda: TransitionsConfig(
            before=20, after=20, decay_before=0.9, decay_after=0.9, reg=100.0, evenly=0.5
        )
    )
    ials: IALSConfig = field(default_factory=IALSConfig)
    last: int = 10
    bridge: BridgedConfig = field(default_factory=BridgedConfig)
    timed: bool = True

    def fit(
        self,
        matrix: InteractionMatrix,
        content: Content | None = None,
        *,
        model: CollaborativeModel | None = None,
        progress: Progress = no_progress,
    ) -> Ingredients:
        """Fit every signal on one matrix.

        Args:
            matrix: The interactions.
            content: What is known of the items; None leaves the content signals out.
            model: The factorisation, if it is there already.
            progress: Called while it works.

        Raises:
            InputError: There are no interactions, or sizes do not agree.
        """
        ease = EASE.fit(matrix, self.ease, progress=progress)
        folding = FactorsConfig(ials=self.ials)
        factors = (
            Factors.fit(matrix, folding, progress=progress)
            if model is None
            else Factors(model, folding)
        )
        follows = (
            Transitions.fit(matrix, self.transitions, progress=progress) if self.timed else None
        )
        people = self._people(matrix, ease, factors, follows, progress)
        popular = people[0]
        carried = [signal for signal in people[3:] if signal.name != "recent iALS"] or [ease]
        return Ingredients(
            people=people,
            content=self._content(matrix, content, (popular, factors, *carried), progress),
            warm=matrix.counts > 0,
        )

    def state(self, ingredients: Ingredients) -> Mapping[str, FloatArray]:
        """What took long to solve, by name; with the interactions and the factors it is enough
        to make the signals of people again."""
        found: dict[str, FloatArray] = {}
        for signal in ingredients.people:
            if isinstance(signal, EASE):
                found["ease"] = signal.state
            elif isinstance(signal, Transitions):
                found["transitions"] = signal.state
        return found

    def solved(
        self, matrix: InteractionMatrix, progress: Progress = no_progress
    ) -> Mapping[str, FloatArray]:
        """What :meth:`state` would give for signals fitted on these interactions."""
        found = {"ease": EASE.fit(matrix, self.ease, progress=progress).state}
        if self.timed:
            follows = Transitions.fit(matrix, self.transitions, progress=progress)
            found["transitions"] = follows.state
        return found

    def restore(
        self,
        matrix: InteractionMatrix,
        model: CollaborativeModel,
        state: Mapping[str, FloatArray],
    ) -> Ingredients:
        """The signals of people that :meth:`fit` made of the same matrix.

        Raises:
            KeyError: ``state`` is not that of this recipe.
        """
        ease = EASE.restore(matrix, state["ease"], self.ease)
        factors = Factors(model, FactorsConfig(ials=self.ials))
        follows = (
            Transitions.restore(matrix, state["transitions"], self.transitions)
            if self.timed
            else None
        )
        people = self._people(matrix, ease, factors, follows, no_progress)
        return Ingredients(people=people, content=(), warm=matrix.counts > 0)

    def _people(
        self,
        matrix: InteractionMatrix,
        ease: EASE,
        factors: Factors,
        follows: Transitions | None,
        progress: Progress,
    ) -> Sequence[Signal]:
        people: list[Signal] = [Popularity.fit(matrix, progress=progress), ease, factors]
        if follows is not None:
            pairs = CoOccurrence.fit(matrix, self.co_occurrence, progress=progress)
            people += [ease.weighing(self.recent), pairs, follows, factors.of_last(self.last)]
        return people

    def _content(
        self,
        matrix: InteractionMatrix,
        content: Content | None,
        told: tuple[Signal, ...],
        progress: Progress,
    ) -> Sequence[Signal]:
        if content is None:
            return ()
        first, *others = told
        bridge = Bridged.fit(matrix, first, content.features, self.bridge, progress=progress)
        found: list[Signal] = [
            TextSignal.fit(matrix, content.text, progress=progress),
            bridge,
            *(bridge.over(other) for other in others),
        ]
        if content.facets is not None:
            found.append(FacetSignal.fit(matrix, content.facets, progress=progress))
        return found
