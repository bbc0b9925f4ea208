"""Fusion: one vector per item that answers to text, to other people's taste and to prominence.

It knows vectors; it does not know items or queries of people. An item's vector is

    unit mean-centred text  ⊕  unit collaborative vector  ⊕  prominence

and the *query* carries the weights, so that one index serves those who said much and those who
said nothing, and the inner product splits exactly into the parts that an explanation may quote.
Items without interactions get the collaborative vector that the bridge predicts, at the length
``cold_scale``: the longer, the more of them surface, and the more they push out what is known
(``benchmarks/ranking_cold.py`` shows both sides).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from retrieval.bridge import Bridge
from retrieval.encoder import unit_rows
from retrieval.seams import BoolArray, FloatArray, IntArray

__all__ = ["FusedSpace", "FusionConfig", "Weights", "fuse"]


@dataclass(frozen=True, kw_only=True, slots=True)
class FusionConfig:
    """How item vectors are made.

    Attributes:
        cold_scale: Length of a predicted collaborative vector; those of warm items have length 1.
        bridge_reg: L2 penalty of the bridge.
        attribute_scale: Length of an attribute's one-hot beside unit text vectors.
        attribute_least: An attribute must be shared by this many items with interactions.
    """

    cold_scale: float = 1.05
    bridge_reg: float = 10.0
    attribute_scale: float = 0.3
    attribute_least: int = 8


@dataclass(frozen=True, kw_only=True, slots=True)
class Weights:
    """What a query gives to each part of the item vectors."""

    text: float = 0.0
    collaborative: float = 0.0
    prominence: float = 0.0


@dataclass(frozen=True, kw_only=True)
class FusedSpace:
    """The item vectors and how to ask them.

    Attributes:
        vectors: ``(n_items, text_dim + collaborative_dim + 1) float32``.
        text_mean: ``(text_dim,) float32``; mean of the raw text vectors.
        text_dim: How many places the text takes.
    """

    vectors: FloatArray
    text_mean: FloatArray
    text_dim: int

    @property
    def collaborative_dim(self) -> int:
        return int(self.vectors.shape[1]) - self.text_dim - 1

    def text(self, rows: IntArray | slice = slice(None)) -> FloatArray:
        """Unit mean-centred text vectors."""
        return self.vectors[rows, : self.text_dim]

    def collaborative(self, rows: IntArray | slice = slice(None)) -> FloatArray:
        """Collaborative vectors; of length one for warm items, ``cold_scale`` for cold ones."""
        return self.vectors[rows, self.text_dim : -1]

    def prominence(self, rows: IntArray | slice = slice(None)) -> FloatArray:
        """Prominence in [0, 1]."""
        return self._prominence[rows]

    @cached_property
    def _prominence(self) -> FloatArray:
        # One number per row of a wide matrix costs a cache line each: every query asks for it.
        return np.ascontiguousarray(self.vectors[:, -1])

    def query(
        self, text: FloatArray | None, collaborative: FloatArray | None, weights: Weights
    ) -> FloatArray:
        """A weighted query vector, ``(dim,) float32``; a missing side counts as zero.

        Args:
            text: ``(text_dim,)``, of length one or shorter.
            collaborative: ``(collaborative_dim,)``, of length one or shorter.
            weights: What each side counts.
        """
        out = np.zeros(self.vectors.shape[1], dtype=np.float32)
        if text is not None:
            out[: self.text_dim] = weights.text * text
        if collaborative is not None:
            out[self.text_dim : -1] = weights.collaborative * collaborative
        out[-1] = weights.prominence
        return out

    def split(
        self, query: FloatArray, rows: IntArray | slice = slice(None)
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        """The inner product with items as its three summands: text, collaborative, prominence."""
        return (
            self.text(rows) @ query[: self.text_dim],
            self.collaborative(rows) @ query[self.text_dim : -1],
            self.prominence(rows) * query[-1],
        )


def fuse(
    *,
    text: FloatArray,
    collaborative: FloatArray,
    warm: BoolArray,
    attributes: FloatArray,
    prominence: FloatArray,
    config: FusionConfig,
) -> FusedSpace:
    """Make the item vectors.

    Args:
        text: ``(n_items, text_dim)``, raw unit text vectors.
        collaborative: ``(n_items, dim)``; ``dim`` 0 without interactions.
        warm: ``(n_items,)``; items with interactions.
        attributes: ``(n_items, n_attributes)`` of zeros and ones.
        prominence: ``(n_items,)`` in [0, 1].
        config: Scales.
    """
    mean = text.mean(axis=0) if len(text) else np.zeros(text.shape[1], dtype=np.float32)
    centred = unit_rows(text - mean)
    others = unit_rows(collaborative)
    if collaborative.shape[1] and warm.any() and not warm.all():
        features = np.hstack((centred, config.attribute_scale * attributes))
        bridge = Bridge.fit(features[warm], others[warm], reg=config.bridge_reg)
        others[~warm] = config.cold_scale * unit_rows(bridge.predict(features[~warm]))
    vectors = np.hstack((centred, others, prominence[:, None])).astype(np.float32)
    return FusedSpace(
        vectors=vectors, text_mean=mean.astype(np.float32), text_dim=int(text.shape[1])
    )
