"""What an engine is made of: what was learned, and what follows from it.

It knows which part needs which; it does not know queries.
"""

from __future__ import annotations

from dataclasses import dataclass

from retrieval.catalogue import Catalogue
from retrieval.engine_config import EngineConfig
from retrieval.facet_index import FacetIndex
from retrieval.fresh.newcomers import Newcomers
from retrieval.fusion import FusedSpace
from retrieval.index_choice import ChosenIndex, IndexFacts
from retrieval.matrix import InteractionMatrix
from retrieval.phrase_cache import PhraseCache
from retrieval.seams import CollaborativeModel, Encoder, VectorIndex
from retrieval.series import Series
from retrieval.signals.blend import Blend
from retrieval.signals.recipe import Recipe
from retrieval.support import Support
from retrieval.titles import TitleIndex
from retrieval.twins import Twins

__all__ = ["EngineParts"]


@dataclass(frozen=True, kw_only=True)
class EngineParts:
    """The parts of an engine. Immutable; safe to share between engines and threads.

    Attributes:
        catalogue: The items.
        encoder: The encoder that made the text vectors.
        space: Item vectors.
        index: Search over them.
        index_facts: What the index of the build is, and what it was measured to find.
        interactions: What the collaborative vectors were learned from.
        model: The collaborative model.
        newcomers: Places items that come later.
        config: Weights.
        facets: Values per item.
        titles: Items by title.
        series: Which items belong together.
        twins: Which items are the same thing.
        support: How many people liked two items.
        phrases: Vectors of phrases.
        described: Share of the items that have a description.
        blend: The learned ranking of histories, and the recipe of its signals; None without
            interactions to learn from. It knows the rows of the build only.
    """

    catalogue: Catalogue
    encoder: Encoder
    space: FusedSpace
    index: VectorIndex
    index_facts: IndexFacts
    interactions: InteractionMatrix
    model: CollaborativeModel
    newcomers: Newcomers
    config: EngineConfig
    facets: FacetIndex
    titles: TitleIndex
    series: Series
    twins: Twins
    support: Support
    phrases: PhraseCache
    described: float
    blend: tuple[Blend, Recipe] | None = None

    @classmethod
    def of(
        cls,
        *,
        catalogue: Catalogue,
        encoder: Encoder,
        space: FusedSpace,
        index: ChosenIndex,
        interactions: InteractionMatrix,
        model: CollaborativeModel,
        config: EngineConfig,
        newcomers: Newcomers | None = None,
        facets: FacetIndex | None = None,
        blend: tuple[Blend, Recipe] | None = None,
    ) -> EngineParts:
        """All parts, from those that cannot be worked out from others.

        Args:
            catalogue: The items.
            encoder: The encoder that made the text vectors.
            space: Item vectors.
            index: Search over them.
            interactions: What the collaborative vectors were learned from.
            model: The collaborative model.
            config: Weights.
            newcomers: Places items that come later; None learns it now.
            facets: Values per item, if they were read already.
            blend: The learned ranking of histories.
        """
        facets = facets or FacetIndex(catalogue)
        warm = interactions.counts > 0
        described = sum(bool(item.description) for item in catalogue) / max(len(catalogue), 1)
        return cls(
            catalogue=catalogue,
            encoder=encoder,
            space=space,
            index=index,
            index_facts=index.facts,
            interactions=interactions,
            model=model,
            newcomers=newcomers or Newcomers.fit(space, facets, warm, config.fusion),
            config=config,
            facets=facets,
            titles=TitleIndex(catalogue),
            series=Series(catalogue, facets),
            twins=Twins(catalogue, facets),
            support=Support(interactions),
            phrases=PhraseCache(encoder),
            described=described,
            blend=blend,
        )

    def is_cold(self, row: int) -> bool:
        """Whether an item has no interactions; rows that came later have none."""
        counts = self.interactions.counts
        return row >= len(counts) or bool(counts[row] == 0)
