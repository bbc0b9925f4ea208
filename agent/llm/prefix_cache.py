"""Prefix cache: the keys and values of prompt beginnings that come again and again.

It knows token ids and the attention cache of transformers; it does not know models or prompts.
Nothing that is stored is ever changed: the layers of a ``DynamicCache`` grow by concatenation,
which makes new tensors.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch
    from transformers.cache_utils import DynamicCache
    from transformers.configuration_utils import PretrainedConfig

__all__ = ["PrefixCache"]

_Layers = tuple[tuple["torch.Tensor", "torch.Tensor"], ...]


class PrefixCache:
    """Keeps the most recently used prefixes, up to a number of tokens in total.

    Args:
        config: Of the model whose caches these are.
        max_tokens: All prefixes together; the oldest go first. 0 keeps nothing.
    """

    def __init__(self, config: PretrainedConfig, *, max_tokens: int = 4096) -> None:
        self._config = config
        self._max_tokens = max_tokens
        self._kept: OrderedDict[tuple[int, ...], _Layers] = OrderedDict()

    def start(self, ids: Sequence[int]) -> tuple[DynamicCache, int]:
        """A cache of one's own that holds the longest known beginning of ``ids``.

        Returns:
            The cache and how many of ``ids`` it covers; at most all but one, because the model
            has to see a token to say what comes next.
        """
        from transformers.cache_utils import DynamicCache

        best: tuple[int, ...] = ()
        covered = 0
        for kept in self._kept:
            length = min(_common(kept, ids), len(ids) - 1)
            if length > covered:
                best, covered = kept, length
        if not covered:
            return DynamicCache(config=self._config), 0
        self._kept.move_to_end(best)
        data = [
            (keys[..., :covered, :], values[..., :covered, :]) for keys, values in self._kept[best]
        ]
        return DynamicCache(ddp_cache_data=data, config=self._config), covered

    def keep(self, ids: Sequence[int], cache: DynamicCache) -> None:
        """Remember the cache of exactly these tokens, if its kind can be cut anywhere."""
        from transformers.cache_utils import DynamicLayer

        key = tuple(ids)
        if not key or len(key) > self._max_tokens or key in self._kept:
            return
        layers: list[tuple[torch.Tensor, torch.Tensor]] = []
        for layer in cache.layers:
            # Sliding windows and recurrent states cannot be cut back to an earlier token.
            if type(layer) is not DynamicLayer or layer.keys is None or layer.values is None:
                return
            layers.append((layer.keys, layer.values))
        for shorter in [kept for kept in self._kept if key[: len(kept)] == kept]:
            del self._kept[shorter]
        self._kept[key] = tuple(layers)
        while sum(map(len, self._kept)) > self._max_tokens:
            self._kept.popitem(last=False)


def _common(first: Sequence[int], second: Sequence[int]) -> int:
    """Length of the common beginning."""
    length = min(len(first), len(second))
    for place in range(length):
        if first[place] != second[place]:
            return place
    return length
