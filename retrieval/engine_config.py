"""EngineConfig: every number that the engine is made with, as one value.

It knows names and defaults; it does not know what they do (each part documents its own).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from interest.errors import WorkspaceError
from retrieval.candidates import CandidateConfig
from retrieval.fusion import FusionConfig, Weights
from retrieval.ials import IALSConfig
from retrieval.index_choice import IndexConfig
from retrieval.ranking import RankingConfig

__all__ = ["EngineConfig"]


@dataclass(frozen=True, kw_only=True, slots=True)
class EngineConfig:
    """How an engine is made.

    Attributes:
        ials: The factorisation.
        fusion: The item vectors.
        index: Which search index.
        candidates: Retrieval.
        ranking: The parts of the score.
        pool: How many of the best candidates diversity chooses among.
    """

    ials: IALSConfig = field(default_factory=IALSConfig)
    fusion: FusionConfig = field(default_factory=FusionConfig)
    index: IndexConfig = field(default_factory=IndexConfig)
    candidates: CandidateConfig = field(default_factory=CandidateConfig)
    ranking: RankingConfig = field(default_factory=RankingConfig)
    pool: int = 60

    def as_dict(self) -> dict[str, Any]:
        """Nested, JSON-serialisable."""
        return asdict(self)

    def flat(self) -> dict[str, float | int | str]:
        """``{"ials.dim": 64, …}``."""
        return _flatten(self.as_dict(), "")

    @classmethod
    def from_dict(cls, kept: Mapping[str, Any]) -> EngineConfig:
        """Read what :meth:`as_dict` wrote.

        Raises:
            WorkspaceError: Written by a version with other parameters.
        """
        try:
            candidates = dict(kept["candidates"])
            for name in ("taste", "phrase"):
                candidates[name] = Weights(**candidates[name])
            return cls(
                ials=IALSConfig(**kept["ials"]),
                fusion=FusionConfig(**kept["fusion"]),
                index=IndexConfig(**kept["index"]),
                candidates=CandidateConfig(**candidates),
                ranking=RankingConfig(**kept["ranking"]),
                pool=int(kept["pool"]),
            )
        except (KeyError, TypeError) as error:
            raise WorkspaceError(
                f"The engine was built by another version ({error}).", "Run palate build again."
            ) from error


def _flatten(tree: Mapping[str, Any], prefix: str) -> dict[str, float | int | str]:
    flat: dict[str, float | int | str] = {}
    for name, value in tree.items():
        if isinstance(value, dict):
            flat |= _flatten(value, f"{prefix}{name}.")  # pyright: ignore[reportUnknownArgumentType]
        else:
            flat[prefix + name] = value
    return flat
