"""The nearest titles to words that name none: what a person may have meant.

It knows spelling; it does not know meaning or taste.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from rapidfuzz import fuzz, process, utils

from retrieval.catalogue import Catalogue

__all__ = ["nearest_titles"]

#: Below this similarity (0 to 100) a title is another one, not a misspelt one.
_NEAR = 75.0
#: Of titles that are equally near, the known one is meant; this many are compared by that.
_POOL = 20


@lru_cache(maxsize=4)
def _titles(catalogue: Catalogue) -> Sequence[str]:
    return [utils.default_process(item.title) for item in catalogue.items]


def nearest_titles(words: str, catalogue: Catalogue, n: int = 2) -> tuple[str, ...]:
    """Labels of the titles that are spelled most like the words, nearest first; may be empty."""
    spelled = utils.default_process(words)
    if not spelled:
        return ()
    found = process.extract(
        spelled, _titles(catalogue), scorer=fuzz.ratio, limit=_POOL, score_cutoff=_NEAR
    ) or process.extract(
        spelled, _titles(catalogue), scorer=fuzz.token_set_ratio, limit=_POOL, score_cutoff=90.0
    )
    items = [(score, catalogue.items[row]) for _, score, row in found]
    items.sort(key=lambda pair: (-round(pair[0] / 10), -catalogue.weight(pair[1].item_id)))
    return tuple(dict.fromkeys(item.label for _, item in items))[:n]
