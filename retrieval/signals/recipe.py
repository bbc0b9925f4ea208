"""The recipe: which signals the learned ranking stage is made of, and with what numbers.

It knows the signals; it does not know how the blend is trained. Which ones are in it, and their
numbers, were chosen on validation parts of ml-100k and ml-latest-small: see decision 4.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from interest.progress import Progress, no_progress
from retrieval.facet_index import FacetIndex
from retrieval.ials import IALSConfig
from retrieval.matrix import InteractionMatrix
from retrieval.seams import FloatArray, Signal
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
        progress: Progress = no_progress,
    ) -> Ingredients:
        """Fit every signal on one matrix.

        Raises:
            InputError: There are no interactions, or sizes do not agree.
        """
        popular = Popularity.fit(matrix, progress=progress)
        ease = EASE.fit(matrix, self.ease, progress=progress)
        factors = Factors.fit(matrix, FactorsConfig(ials=self.ials), progress=progress)
        people: list[Signal] = [popular, ease, factors]
        told: Signal = ease
        if self.timed:
            follows = Transitions.fit(matrix, self.transitions, progress=progress)
            pairs = CoOccurrence.fit(matrix, self.co_occurrence, progress=progress)
            told = ease.weighing(self.recent)
            people += [told, pairs, follows, factors.of_last(self.last)]
        return Ingredients(
            people=people,
            content=self._content(matrix, content, (popular, told, factors), progress),
            warm=matrix.counts > 0,
        )

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
