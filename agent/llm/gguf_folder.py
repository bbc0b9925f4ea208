"""Turn a GGUF file of a small Llama-type model into a folder that transformers loads quickly.

It knows the GGUF container (through the ``gguf`` library), how llama.cpp stores Llama weights and
byte-level BPE tokenizers; it does not know where files are cached or what the model is used for.

transformers can read a GGUF file itself, but needs three times as long and drops the step of the
tokenizer that splits numbers into digits, so the model would see numbers it was not trained on.
"""

# transformers and torch are typed in part only.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from interest.errors import AssetError
from interest.progress import Progress, no_progress

if TYPE_CHECKING:
    from gguf import GGUFReader

__all__ = ["write_folder"]

#: What splits text before BPE, by the GGUF key ``tokenizer.ggml.pre``.
_PRE_TOKENIZERS: Mapping[str, Sequence[Mapping[str, Any]]] = {
    "smollm": (
        {"type": "Digits", "individual_digits": True},
        {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True},
    ),
    "gpt-2": (
        {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True},
    ),
}

#: Value of ``tokenizer.ggml.token_type`` for control tokens such as ``<|im_start|>``.
_CONTROL = 3

_BLOCK_TENSORS: Mapping[str, str] = {
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "attn_norm": "input_layernorm",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
    "ffn_norm": "post_attention_layernorm",
}

_OUTER_TENSORS: Mapping[str, str] = {
    "token_embd.weight": "model.embed_tokens.weight",
    "output_norm.weight": "model.norm.weight",
    "output.weight": "lm_head.weight",
}


def write_folder(source: Path, folder: Path, *, progress: Progress = no_progress) -> None:
    """Write config, tokenizer and bf16 weights of a GGUF model into an existing folder.

    Args:
        source: The GGUF file; architecture ``llama``, tokenizer ``gpt2`` (byte-level BPE).
        folder: Where ``config.json``, ``tokenizer.json`` and ``model.safetensors`` go.
        progress: Told about tensors.

    Raises:
        AssetError: The file is not such a model.
    """
    from gguf import GGUFReader

    try:
        reader = GGUFReader(source)
    except (ValueError, OSError) as error:
        raise AssetError(
            f"{source.name} is not a readable GGUF file ({type(error).__name__}).",
            "Delete it and run the command again, so that it is fetched anew.",
        ) from error
    _require(reader, "general.architecture", "llama")
    _require(reader, "tokenizer.ggml.model", "gpt2")
    _write_json(folder / "config.json", _config(reader))
    _write_json(folder / "generation_config.json", _generation_config(reader))
    _write_json(folder / "tokenizer.json", _tokenizer(reader))
    _write_json(folder / "tokenizer_config.json", _tokenizer_config(reader))
    _write_weights(reader, folder / "model.safetensors", progress)


def _field(reader: GGUFReader, key: str) -> Any:
    field = reader.fields.get(key)
    if field is None:
        raise AssetError(f"The GGUF file has no entry {key!r}.", "Use a complete GGUF file.")
    return field.contents()


def _require(reader: GGUFReader, key: str, expected: str) -> None:
    found = _field(reader, key)
    if found != expected:
        raise AssetError(
            f"The GGUF file says {key} = {found!r}; only {expected!r} can be converted.",
            "Pass a transformers folder or a Hugging Face id instead.",
        )


def _write_json(path: Path, content: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")


def _config(reader: GGUFReader) -> dict[str, Any]:
    heads = int(_field(reader, "llama.attention.head_count"))
    width = int(_field(reader, "llama.embedding_length"))
    return {
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "hidden_size": width,
        "head_dim": width // heads,
        "intermediate_size": int(_field(reader, "llama.feed_forward_length")),
        "num_hidden_layers": int(_field(reader, "llama.block_count")),
        "num_attention_heads": heads,
        "num_key_value_heads": int(_field(reader, "llama.attention.head_count_kv")),
        "max_position_embeddings": int(_field(reader, "llama.context_length")),
        "rms_norm_eps": float(_field(reader, "llama.attention.layer_norm_rms_epsilon")),
        "rope_parameters": {
            "rope_type": "default",
            "rope_theta": float(_field(reader, "llama.rope.freq_base")),
        },
        "vocab_size": len(_field(reader, "tokenizer.ggml.tokens")),
        "tie_word_embeddings": all(tensor.name != "output.weight" for tensor in reader.tensors),
        "hidden_act": "silu",
        "dtype": "bfloat16",
        **_generation_config(reader),
    }


def _generation_config(reader: GGUFReader) -> dict[str, Any]:
    return {
        "bos_token_id": int(_field(reader, "tokenizer.ggml.bos_token_id")),
        "eos_token_id": int(_field(reader, "tokenizer.ggml.eos_token_id")),
        "pad_token_id": int(_field(reader, "tokenizer.ggml.padding_token_id")),
    }


def _tokenizer(reader: GGUFReader) -> dict[str, Any]:
    tokens = cast("list[str]", _field(reader, "tokenizer.ggml.tokens"))
    kinds = cast("list[int]", _field(reader, "tokenizer.ggml.token_type"))
    pre = str(_field(reader, "tokenizer.ggml.pre"))
    if pre not in _PRE_TOKENIZERS:
        raise AssetError(
            f"The GGUF file splits text by {pre!r}; known are {', '.join(_PRE_TOKENIZERS)}.",
            "Pass a transformers folder or a Hugging Face id instead.",
        )
    byte_level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True}
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [
            {
                "id": number,
                "content": token,
                "single_word": False,
                "lstrip": False,
                "rstrip": False,
                "normalized": False,
                "special": True,
            }
            for number, (token, kind) in enumerate(zip(tokens, kinds, strict=True))
            if kind == _CONTROL
        ],
        "normalizer": None,
        "pre_tokenizer": {"type": "Sequence", "pretokenizers": list(_PRE_TOKENIZERS[pre])},
        "post_processor": None,
        "decoder": byte_level | {"use_regex": True},
        "model": {
            "type": "BPE",
            "dropout": None,
            "unk_token": None,
            "continuing_subword_prefix": None,
            "end_of_word_suffix": None,
            "fuse_unk": False,
            "byte_fallback": False,
            "ignore_merges": False,
            "vocab": {token: number for number, token in enumerate(tokens)},
            "merges": [
                merge.split(" ", 1)
                for merge in cast("list[str]", _field(reader, "tokenizer.ggml.merges"))
            ],
        },
    }


def _tokenizer_config(reader: GGUFReader) -> dict[str, Any]:
    tokens = cast("list[str]", _field(reader, "tokenizer.ggml.tokens"))
    return {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "bos_token": tokens[int(_field(reader, "tokenizer.ggml.bos_token_id"))],
        "eos_token": tokens[int(_field(reader, "tokenizer.ggml.eos_token_id"))],
        "pad_token": tokens[int(_field(reader, "tokenizer.ggml.padding_token_id"))],
        "model_max_length": int(_field(reader, "llama.context_length")),
        "clean_up_tokenization_spaces": False,
        "chat_template": str(_field(reader, "tokenizer.chat_template")),
    }


def _write_weights(reader: GGUFReader, path: Path, progress: Progress) -> None:
    import torch
    from safetensors.torch import save_file

    weights = {
        name: torch.from_numpy(array).to(torch.bfloat16)
        for name, array in _weights(reader, progress)
    }
    save_file(weights, path, metadata={"format": "pt"})


def _weights(reader: GGUFReader, progress: Progress) -> Iterator[tuple[str, NDArray[np.float32]]]:
    from gguf import dequantize

    heads = {
        "attn_q": int(_field(reader, "llama.attention.head_count")),
        "attn_k": int(_field(reader, "llama.attention.head_count_kv")),
    }
    total = len(reader.tensors)
    for number, tensor in enumerate(reader.tensors, start=1):
        array = np.array(dequantize(tensor.data, tensor.tensor_type), dtype=np.float32)
        kind = tensor.name.split(".")[2] if tensor.name.startswith("blk.") else ""
        if kind in heads:
            array = _unpermuted(array, heads[kind])
        yield _weight_name(tensor.name), array
        progress("converting the language model", number, total)


def _unpermuted(array: NDArray[np.float32], heads: int) -> NDArray[np.float32]:
    """Undo llama.cpp's interleaving of the two rotary halves of each head, row-wise."""
    halves = array.reshape(heads, array.shape[0] // heads // 2, 2, *array.shape[1:])
    return np.ascontiguousarray(halves.swapaxes(1, 2).reshape(array.shape))


def _weight_name(name: str) -> str:
    if name in _OUTER_TENSORS:
        return _OUTER_TENSORS[name]
    parts = name.split(".")
    if len(parts) == 4 and parts[0] == "blk" and parts[2] in _BLOCK_TENSORS:
        return f"model.layers.{parts[1]}.{_BLOCK_TENSORS[parts[2]]}.{parts[3]}"
    raise AssetError(
        f"The GGUF file holds a tensor {name!r} that a Llama model does not have.",
        "Pass a transformers folder or a Hugging Face id instead.",
    )
