"""The nearest titles to words that name none: what a person may have meant.

It knows spelling; it does not know meaning or taste.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from rapidfuzz import fuzz, process, utils

from retrieval.catalogue import Catalogue
from retrieval.types import Item

__all__ = ["nearest_items"]

#: Below this similarity (0 to 100) a title is another one, not a misspelt one.
_NEAR = 80.0
#: Of titles that are equally near, the known one is meant; this many are compared by that.
_POOL = 20
_SHORTEST_START = 4


@lru_cache(maxsize=4)
def _titles(catalogue: Catalogue) -> Sequence[str]:
    """Titles by row; what was removed has none."""
    return [
        utils.default_process(item.title) if item.item_id in catalogue else ""
        for item in catalogue.items
    ]


def nearest_items(words: str, catalogue: Catalogue, n: int = 2) -> tuple[Item, ...]:
    """Items whose titles are spelled like the words, or begin them ("Dune Part Two" → "Dune").

    Returns:
        At most ``n``, nearest first, the better known before the lesser; may be empty.
    """
    spelled = utils.default_process(words)
    if not spelled:
        return ()
    found = process.extract(
        spelled, _titles(catalogue), scorer=fuzz.ratio, limit=_POOL, score_cutoff=_NEAR
    )
    near = [(score, catalogue.items[row]) for _, score, row in found]
    near = near or [(50.0, item) for item in _beginnings(spelled, catalogue)]
    near.sort(key=lambda pair: (-round(pair[0] / 10), -catalogue.weight(pair[1].item_id)))
    return tuple(item for _, item in near[:n])


def _beginnings(spelled: str, catalogue: Catalogue) -> Iterator[Item]:
    for row, title in enumerate(_titles(catalogue)):
        if len(title) >= _SHORTEST_START and spelled.startswith(f"{title} "):
            yield catalogue.items[row]
