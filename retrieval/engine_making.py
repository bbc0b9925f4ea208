"""Making the parts of an engine: learned from data, or read from a folder.

It knows the steps of learning and which file holds what; it does not know queries. Vectors that
were made for another catalogue or by another encoder are refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from interest.errors import WorkspaceError
from interest.progress import Progress, no_progress
from retrieval.catalogue import Catalogue
from retrieval.engine_config import EngineConfig
from retrieval.engine_files import EngineArrays, read_arrays, write_arrays
from retrieval.engine_parts import EngineParts
from retrieval.facet_index import FacetIndex
from retrieval.fresh.newcomers import Newcomers
from retrieval.fusion import FusedSpace, fuse
from retrieval.ials import IALS, ColdModel
from retrieval.index_choice import ChosenIndex, build_index
from retrieval.matrix import InteractionMatrix
from retrieval.prominence import prominence
from retrieval.sample_queries import sample_queries
from retrieval.seams import CollaborativeModel, Encoder
from retrieval.signals.blend import Blend
from retrieval.signals.files import load_blend, save_blend
from retrieval.signals.recipe import Recipe
from retrieval.signals.training import BlendConfig, fit_blend
from retrieval.types import Interaction

__all__ = ["fit_parts", "learn_blend", "load_parts", "save_parts"]

_NEWCOMERS = "newcomers.npz"
#: Queries that the recall of a fast index is measured with.
_SAMPLED, _SAMPLE_SEED = 120, 0


def fit_parts(
    catalogue: Catalogue,
    interactions: Sequence[Interaction],
    encoder: Encoder,
    *,
    config: EngineConfig | None = None,
    progress: Progress = no_progress,
) -> EngineParts:
    """See :meth:`retrieval.engine.Engine.fit`."""
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
    return EngineParts.of(
        catalogue=catalogue,
        encoder=encoder,
        space=space,
        index=_index(space, config),
        interactions=matrix,
        model=model,
        config=config,
        facets=facets,
        blend=learn_blend(matrix, model, config, progress),
    )


def save_parts(parts: EngineParts, folder: Path) -> None:
    """See :meth:`retrieval.engine.Engine.save`."""
    parts.index.save(_made(folder))
    parts.newcomers.save(folder / _NEWCOMERS)
    if parts.blend:
        save_blend(folder, *parts.blend)
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


def load_parts(folder: Path, catalogue: Catalogue, encoder: Encoder) -> EngineParts:
    """See :meth:`retrieval.engine.Engine.load`."""
    arrays = read_arrays(folder)
    _check(arrays.facts, catalogue, encoder)
    config = EngineConfig.from_dict(arrays.facts["config"])
    factors = arrays.factors
    model = IALS(factors, config.ials) if factors.shape[1] else ColdModel(len(catalogue))
    return EngineParts.of(
        catalogue=catalogue,
        encoder=encoder,
        space=FusedSpace(
            vectors=arrays.vectors, text_mean=arrays.text_mean, text_dim=len(arrays.text_mean)
        ),
        index=ChosenIndex.load(folder, arrays.vectors),
        interactions=arrays.interactions,
        model=model,
        config=config,
        newcomers=_load_newcomers(folder / _NEWCOMERS),
        blend=load_blend(folder, arrays.interactions, model),
    )


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _index(space: FusedSpace, config: EngineConfig) -> ChosenIndex:
    """The index that fits, measured with what this engine will ask."""
    rng = np.random.default_rng(_SAMPLE_SEED)
    asked = sample_queries(space, config.candidates, _SAMPLED, rng)
    return build_index(space.vectors, config.index, asked)


def learn_blend(
    matrix: InteractionMatrix, model: CollaborativeModel, config: EngineConfig, progress: Progress
) -> tuple[Blend, Recipe] | None:
    """The learned ranking, of the model that is there already; None if nobody did two things."""
    if not len(matrix.users) or len(matrix.users) == matrix.n_users:
        return None
    timed = bool(np.any(matrix.times))
    recipe = Recipe(ials=config.ials, timed=timed)
    blend = fit_blend(
        matrix,
        lambda part, told: recipe.fit(part, progress=told),
        BlendConfig(hidden=0.0, liked_only=True, people=500),
        progress=progress,
        refit=lambda told: recipe.fit(matrix, model=model, progress=told),
    )
    return blend, recipe


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
