"""A language model of a few thousand random weights, made on the spot, with a real tokenizer.

It knows how to build and save one; what it says has no meaning, but every computation on it can be
repeated by brute force.
"""

# transformers and torch are typed in part only.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

import json
from pathlib import Path

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from agent.llm.engine import LocalEngine

__all__ = ["CHATML", "ROPE_THETA", "save_tiny_model", "tiny_engine", "tiny_model", "tiny_tokenizer"]

CHATML = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}"
    "<|im_end|>\n{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
ROPE_THETA = 5000.0
_SPECIAL = ("<|im_start|>", "<|im_end|>")
_TEXT = (
    "I loved Alien and Blade Runner, but I am sick of slashers and nothing before 1980 please.",
    '{"tool":"recommend","arguments":{"genre":"comedy","n":3}} system user assistant',
    "The quick brown fox jumps over the lazy dog. Something like Heat, only funnier?",
)


def tiny_tokenizer(template: str | None = CHATML) -> PreTrainedTokenizerFast:
    """Byte-level BPE with every byte in it; ``<|im_end|>`` ends an answer."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=330,
        special_tokens=list(_SPECIAL),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(_TEXT, trainer)
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        eos_token="<|im_end|>",
        bos_token="<|im_start|>",
        chat_template=template,
    )


def tiny_model(*, seed: int = 0, vocabulary: int = 330, tied: bool = True) -> LlamaForCausalLM:
    """A Llama with two layers, grouped heads and a context of 512 tokens, in float32."""
    torch.manual_seed(seed)
    config = LlamaConfig(
        vocab_size=vocabulary,
        hidden_size=32,
        intermediate_size=48,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=512,
        tie_word_embeddings=tied,
        bos_token_id=0,
        eos_token_id=1,
        pad_token_id=1,
        initializer_range=0.5,
        rope_parameters={"rope_type": "default", "rope_theta": ROPE_THETA},
    )
    return LlamaForCausalLM(config).eval()


def tiny_engine(*, prefix_tokens: int = 4096, seed: int = 0) -> LocalEngine:
    """An engine over a tiny model."""
    return LocalEngine(
        tiny_model(seed=seed), tiny_tokenizer(), threads=1, prefix_tokens=prefix_tokens
    )


def save_tiny_model(folder: Path) -> Path:
    """A folder as ``save_pretrained`` writes it."""
    tiny_model().save_pretrained(folder)
    tiny_tokenizer().save_pretrained(folder)
    assert "chat_template" in json.dumps([path.name for path in folder.iterdir()])
    return folder
