"""Vectors of people for exports: their profiles as the engine sees them.

It knows what of a profile counts; it does not know how vectors are made.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from interest.exports.formats import WriterFactory
from interest.exports.writing import ProfileWriter, Progressed
from interest.profile import InterestProfile, ReactionKind
from retrieval.engine import Engine
from retrieval.seams import FloatArray
from retrieval.user_vectors import NpyVectors
from retrieval.workspace import Workspace

__all__ = ["profile_vector", "vector_writer"]


def profile_vector(engine: Engine, profile: InterestProfile) -> FloatArray:
    """A person's vector: liked items, and the values of what they like without a condition.

    Returns:
        ``(text_dim + collaborative_dim,) float32``.
    """
    words = [i.value for i in profile.interests if i.polarity > 0 and not i.condition]
    return engine.user_vector(
        liked=profile.items(ReactionKind.LIKED),
        disliked=profile.items(ReactionKind.DISLIKED, ReactionKind.REJECTED),
        words=words,
    )


def vector_writer(path: Path) -> tuple[WriterFactory, Mapping[str, Any]]:
    """What writes vectors of a workspace's people, and what the manifest should say of them.

    Raises:
        WorkspaceError: There is no workspace, or it is damaged.
    """
    workspace = Workspace.open(path)
    engine = workspace.engine
    text, others = engine.vector_dims

    def factory(folder: Path, done: Progressed) -> ProfileWriter:
        return NpyVectors(
            folder,
            text + others,
            lambda profile: profile_vector(engine, profile),
            lambda profile: profile.user_id,
            done,
        )

    facts = {
        "encoder": workspace.manifest.encoder_id,
        "catalogue": workspace.manifest.catalogue_hash,
        "text_dim": text,
        "collaborative_dim": others,
        "dtype": "float32",
    }
    return factory, facts
