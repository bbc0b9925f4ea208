"""The prefix cache: what it covers, what it forgets, and that nobody changes what is kept."""

# transformers and torch are typed in part only.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

import pytest
import torch
from transformers.cache_utils import DynamicCache, DynamicLayer

from agent.llm.prefix_cache import PrefixCache
from tests.support.tiny_model import tiny_model

MODEL = tiny_model()


def read(ids: list[int], cache: DynamicCache | None = None) -> DynamicCache:
    """The cache after the model has read these tokens."""
    cache = DynamicCache(config=MODEL.config) if cache is None else cache
    with torch.inference_mode():
        MODEL(input_ids=torch.tensor([ids]), past_key_values=cache, use_cache=True)
    return cache


def keys(cache: DynamicCache) -> torch.Tensor:
    layer = cache.layers[1]
    assert isinstance(layer, DynamicLayer)
    assert layer.keys is not None
    return layer.keys


@pytest.mark.parametrize(
    ("asked", "covered"),
    [
        ([1, 2, 3, 9], 3),
        ([1, 2, 8, 9], 2),
        ([1, 2, 3], 2),  # one token must be left for the model to see
        ([7, 2, 3], 0),
    ],
)
def test_the_longest_common_beginning_is_covered(asked: list[int], covered: int) -> None:
    prefixes = PrefixCache(MODEL.config)
    prefixes.keep([1, 2, 3], read([1, 2, 3]))
    cache, count = prefixes.start(asked)
    assert count == covered
    assert cache.get_seq_length() == covered
    if covered:
        expected = keys(read(asked))[..., :covered, :]
        assert torch.allclose(keys(cache), expected, atol=1e-5)


def test_what_is_kept_does_not_change_when_a_copy_grows() -> None:
    prefixes = PrefixCache(MODEL.config)
    prefixes.keep([1, 2, 3], read([1, 2, 3]))
    for following in ([4, 5], [6, 7]):
        cache, count = prefixes.start([1, 2, 3, *following])
        read(following, cache)
        assert count == 3
        assert torch.allclose(keys(cache), keys(read([1, 2, 3, *following])), atol=1e-5)


def test_the_longest_unused_goes_first() -> None:
    prefixes = PrefixCache(MODEL.config, max_tokens=6)
    for ids in ([1, 1, 1], [2, 2, 2]):
        prefixes.keep(ids, read(ids))
    assert prefixes.start([1, 1, 1, 0])[1] == 3
    prefixes.keep([3, 3, 3], read([3, 3, 3]))
    covered = [prefixes.start([n, n, n, 0])[1] for n in (1, 2, 3)]
    assert covered == [3, 0, 3]


def test_a_longer_prefix_replaces_its_own_beginning() -> None:
    prefixes = PrefixCache(MODEL.config, max_tokens=4)
    for ids in ([1, 2], [1, 2, 3, 4]):
        prefixes.keep(ids, read(ids))
    assert prefixes.start([1, 2, 3, 4, 5])[1] == 4
    assert prefixes.start([1, 2, 9])[1] == 2


@pytest.mark.parametrize("max_tokens", [0, 2])
def test_what_is_too_long_is_not_kept(max_tokens: int) -> None:
    prefixes = PrefixCache(MODEL.config, max_tokens=max_tokens)
    prefixes.keep([1, 2, 3], read([1, 2, 3]))
    assert prefixes.start([1, 2, 3, 4])[1] == 0
