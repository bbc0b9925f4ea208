"""Newcomers: the collaborative vector of an item that came after the build.

It knows how collaborative vectors followed from text and attributes when the catalogue was built;
it does not know items or interactions. The map is learned once, from the finished vectors of items
with interactions, and kept beside them, so that a new item costs one product.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from interest.errors import WorkspaceError
from retrieval.bridge import Bridge
from retrieval.encoder import unit_rows
from retrieval.facet_index import FacetIndex
from retrieval.fusion import FusedSpace, FusionConfig
from retrieval.seams import BoolArray, FloatArray, IntArray

__all__ = ["Newcomers"]


@dataclass(frozen=True, kw_only=True)
class Newcomers:
    """What is needed to place an item beside those with interactions.

    Attributes:
        bridge: From text and attributes to collaborative vectors; None without interactions, or
            where every direction is the same.
        attributes: (facet, value) of each attribute that the bridge reads, in its order.
        attribute_scale: Length of an attribute beside unit text vectors.
        length: Length that predicted vectors get.
    """

    bridge: Bridge | None
    attributes: tuple[tuple[str, str], ...]
    attribute_scale: float
    length: float

    @classmethod
    def fit(
        cls, space: FusedSpace, facets: FacetIndex, warm: BoolArray, config: FusionConfig
    ) -> Newcomers:
        """Learn from the finished vectors.

        Args:
            space: The vectors of all items.
            facets: Their values.
            warm: ``(n_items,)``; items with interactions.
            config: Scales and penalty, as the vectors were made with.
        """
        bridge, attributes = None, ()
        if space.collaborative_dim and warm.any():
            attributes = facets.frequent(config.attribute_least, warm)
            features = _features(space.text(), facets, attributes, config.attribute_scale)
            rows = np.flatnonzero(warm)
            bridge = Bridge.fit(features[rows], space.collaborative(rows), reg=config.bridge_reg)
        return cls(
            bridge=bridge,
            attributes=attributes,
            attribute_scale=config.attribute_scale,
            length=config.cold_scale,
        )

    def predict(self, text: FloatArray, facets: FacetIndex, rows: IntArray, dim: int) -> FloatArray:
        """Collaborative vectors of items that nobody interacted with.

        Args:
            text: ``(n, text_dim)`` unit mean-centred text vectors.
            facets: Values of the items.
            rows: ``(n,)``, where the items stand in ``facets``.
            dim: Length of collaborative vectors.

        Returns:
            ``(n, dim) float32``; zeros where nothing was learned.
        """
        if self.bridge is None or len(rows) == 0:
            return np.zeros((len(rows), dim), dtype=np.float32)
        features = _features(text, facets, self.attributes, self.attribute_scale, rows)
        return (self.length * unit_rows(self.bridge.predict(features))).astype(np.float32)

    def save(self, path: Path) -> None:
        """Write as ``.npz``."""
        bridge: dict[str, Any] = {}
        if self.bridge is not None:
            bridge = {"weights": self.bridge.weights, "offset": self.bridge.offset}
        np.savez(
            path,
            attributes=np.array(self.attributes, dtype=np.str_).reshape(-1, 2),
            scales=np.array([self.attribute_scale, self.length]),
            **bridge,
        )

    @classmethod
    def load(cls, path: Path) -> Newcomers:
        """Read what :meth:`save` wrote.

        Raises:
            WorkspaceError: The file is missing or damaged.
        """
        try:
            with np.load(path, allow_pickle=False) as kept:
                bridge = None
                if "weights" in kept:
                    bridge = Bridge(weights=kept["weights"], offset=kept["offset"])
                return cls(
                    bridge=bridge,
                    attributes=tuple((str(f), str(v)) for f, v in kept["attributes"]),
                    attribute_scale=float(kept["scales"][0]),
                    length=float(kept["scales"][1]),
                )
        except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
            raise WorkspaceError(
                f"{path} cannot be read ({error}).", "Run palate build again."
            ) from error


def _features(
    text: FloatArray,
    facets: FacetIndex,
    attributes: Sequence[tuple[str, str]],
    scale: float,
    rows: IntArray | None = None,
) -> FloatArray:
    """``(n, text_dim + len(attributes))``: text beside zeros and ones for attributes."""
    return np.hstack((text, scale * facets.one_hot(attributes, rows)))
