"""What the trained reader can say of a word and of a span.

It knows label numbers and how a sequence of labels becomes spans; it does not know any network.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

__all__ = ["FACETS", "N_LABELS", "OUTSIDE", "Sign", "begin", "inside", "spans_of"]

#: Facets of chat, in the order of the label numbers. Shipped weights depend on the order.
FACETS: tuple[str, ...] = (
    "title", "person", "genre", "theme", "mood", "pace", "style", "era", "setting", "year",
    "runtime", "language", "country", "certificate", "studio", "audience", "occasion",
)  # fmt: skip
OUTSIDE = 0
N_LABELS = 1 + 2 * len(FACETS)


class Sign(IntEnum):
    """What the speaker feels about a span; ``NONE``: it says nothing of the speaker's taste."""

    LIKED = 0
    DISLIKED = 1
    NEUTRAL = 2
    NONE = 3


def begin(kind: int) -> int:
    """The label of a span's first word."""
    return 1 + 2 * kind


def inside(kind: int) -> int:
    """The label of a span's other words."""
    return 2 + 2 * kind


def spans_of(labels: Sequence[int] | NDArray[np.int64]) -> list[tuple[int, int, int]]:
    """Spans ``(first, last, kind)`` of a label sequence; ``last`` is exclusive.

    An inner label without a beginning of its kind begins a span itself.
    """
    found: list[tuple[int, int, int]] = []
    open_kind, first = -1, 0
    for index, label in enumerate([*(int(label) for label in labels), OUTSIDE]):
        kind = (label - 1) // 2 if label else -1
        goes_on = kind == open_kind and label == inside(kind) if label else False
        if not goes_on:
            if open_kind >= 0:
                found.append((first, index, open_kind))
            open_kind, first = kind, index
    return found
