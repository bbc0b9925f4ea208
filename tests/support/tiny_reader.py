"""A network small enough to train in a test: random weights and a tokenizer of whole words."""

# transformers and tokenizers are typed in part only.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportMissingTypeStubs=false, reportUnknownArgumentType=false

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import torch

from interest.reader.features import N_FEATURES
from interest.reader.network import Network, ReaderConfig

__all__ = ["tiny_backbone", "tiny_network", "write_word_tokenizer"]

WIDTH = 32


def write_word_tokenizer(folder: Path, texts: Iterable[str]) -> Path:
    """A tokenizer with one piece per word of the texts."""
    from tokenizers import Tokenizer, models, pre_tokenizers

    splitter = pre_tokenizers.Whitespace()
    words = {word for text in texts for word, _ in splitter.pre_tokenize_str(text)}
    vocabulary = {word: n for n, word in enumerate(["[UNK]", *sorted(words)])}
    tokenizer: Any = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = splitter
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    return folder


def tiny_backbone(vocabulary: int = 200) -> Any:
    """Two layers of random weights, always the same."""
    from transformers import LlamaConfig, LlamaModel

    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=vocabulary,
        hidden_size=WIDTH,
        intermediate_size=2 * WIDTH,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
    )
    model: Any = LlamaModel(config)
    model.set_attn_implementation("sdpa")
    return model.eval()


def tiny_network(*, two_way: bool = True, n_categories: int = 0, rank: int = 4) -> Network:
    """An untrained reader on the tiny backbone."""
    config = ReaderConfig(
        rank=rank,
        n_features=N_FEATURES,
        hidden=32,
        two_way=two_way,
        n_categories=n_categories,
    )
    return Network(tiny_backbone(), config).eval()
