"""A tiny model as a GGUF file, in the order in which llama.cpp keeps Llama weights.

It knows the GGUF writer and that order (each head's two rotary halves interleaved row by row); it
does not know how the file is read.
"""

# transformers and torch are typed in part only.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from gguf import GGUFWriter, TokenType
from numpy.typing import NDArray
from transformers import LlamaForCausalLM

from tests.support.tiny_model import ROPE_THETA, tiny_tokenizer

__all__ = ["write_tiny_gguf"]

_NAMES = {
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "input_layernorm": "attn_norm",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
    "post_attention_layernorm": "ffn_norm",
}


def write_tiny_gguf(
    path: Path, model: LlamaForCausalLM, *, architecture: str = "llama", splitting: str = "smollm"
) -> Path:
    """Write a tiny model with its tokenizer."""
    writer = GGUFWriter(path, architecture)
    config = model.config
    writer.add_block_count(config.num_hidden_layers)
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(config.num_attention_heads)
    writer.add_head_count_kv(config.num_key_value_heads or config.num_attention_heads)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    writer.add_rope_freq_base(ROPE_THETA)
    _add_tokenizer(writer, splitting)
    for name, weights in model.state_dict().items():
        if name == "lm_head.weight" and config.tie_word_embeddings:
            continue
        writer.add_tensor(*_stored(name, weights.numpy(), model))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _add_tokenizer(writer: GGUFWriter, splitting: str) -> None:
    parts = json.loads(tiny_tokenizer().backend_tokenizer.to_str())["model"]
    tokens = sorted(parts["vocab"], key=parts["vocab"].__getitem__)
    kinds = [TokenType.CONTROL if t.startswith("<|im_") else TokenType.NORMAL for t in tokens]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre(splitting)
    writer.add_token_list(tokens)
    writer.add_token_types(kinds)
    writer.add_token_merges([" ".join(pair) for pair in parts["merges"]])
    writer.add_bos_token_id(0)
    writer.add_eos_token_id(1)
    writer.add_pad_token_id(1)
    writer.add_chat_template("{{ messages[0]['content'] }}")


def _stored(
    name: str, weights: NDArray[np.float32], model: LlamaForCausalLM
) -> tuple[str, NDArray[np.float32]]:
    if not name.startswith("model.layers."):
        outer = {
            "model.embed_tokens.weight": "token_embd.weight",
            "model.norm.weight": "output_norm.weight",
            "lm_head.weight": "output.weight",
        }
        return outer[name], weights
    _, _, layer, rest = name.split(".", 3)
    part = _NAMES[rest.removesuffix(".weight")]
    heads = {
        "attn_q": model.config.num_attention_heads,
        "attn_k": model.config.num_key_value_heads,
    }.get(part)
    return f"blk.{layer}.{part}.weight", weights if heads is None else _interleaved(weights, heads)


def _interleaved(weights: NDArray[np.float32], heads: int) -> NDArray[np.float32]:
    """Row i of a head's first half, then row i of its second half, and so on."""
    size = len(weights) // heads
    order = [
        head * size + half * (size // 2) + row
        for head in range(heads)
        for row in range(size // 2)
        for half in range(2)
    ]
    return np.ascontiguousarray(weights[order])
