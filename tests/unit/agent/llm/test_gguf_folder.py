"""GGUF to folder: a model that was written in llama.cpp's order computes what it did before."""

# transformers and torch are typed in part only.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from transformers import LlamaForCausalLM, PreTrainedTokenizerFast

from agent.llm.gguf_folder import write_folder
from interest.errors import AssetError
from tests.support.tiny_gguf import write_tiny_gguf
from tests.support.tiny_model import tiny_model


@pytest.mark.parametrize("tied", [True, False])
def test_the_converted_model_computes_the_same(tmp_path: Path, tied: bool) -> None:
    model = tiny_model(tied=tied)
    write_folder(write_tiny_gguf(tmp_path / "m.gguf", model), tmp_path)
    converted = LlamaForCausalLM.from_pretrained(tmp_path, dtype=torch.float32).eval()
    for weights in model.parameters():
        weights.data = weights.data.to(torch.bfloat16).float()  # what the file can hold
    ids = torch.tensor([[3, 50, 7, 200, 9]])
    with torch.no_grad():
        assert torch.equal(converted(input_ids=ids).logits, model(input_ids=ids).logits)
    assert converted.config.tie_word_embeddings is tied


def test_numbers_are_split_into_digits(tmp_path: Path) -> None:
    write_folder(write_tiny_gguf(tmp_path / "m.gguf", tiny_model()), tmp_path)
    tokenizer = PreTrainedTokenizerFast.from_pretrained(tmp_path)
    assert tokenizer.tokenize("in 1980")[-4:] == ["1", "9", "8", "0"]
    assert tokenizer.decode(tokenizer.encode("in 1980, “naïve” 日本")) == "in 1980, “naïve” 日本"
    assert tokenizer.eos_token == "<|im_end|>"
    assert tokenizer.chat_template == "{{ messages[0]['content'] }}"
    special = [token for token in tokenizer.added_tokens_decoder.values() if token.special]
    assert [str(token) for token in special] == ["<|im_start|>", "<|im_end|>"]


def test_progress_counts_tensors(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    source = write_tiny_gguf(tmp_path / "m.gguf", tiny_model())
    write_folder(source, tmp_path, progress=lambda stage, done, total: seen.append((done, total)))
    total = 2 + 2 * 9  # embedding and last norm; nine per layer
    assert seen == [(n, total) for n in range(1, total + 1)]


def test_other_architectures_are_refused(tmp_path: Path) -> None:
    source = write_tiny_gguf(tmp_path / "m.gguf", tiny_model(), architecture="gpt2")
    with pytest.raises(AssetError, match=r"general.architecture = 'gpt2'"):
        write_folder(source, tmp_path)


def test_unknown_splitting_is_refused(tmp_path: Path) -> None:
    source = write_tiny_gguf(tmp_path / "m.gguf", tiny_model(), splitting="other")
    with pytest.raises(AssetError, match="splits text by 'other'"):
        write_folder(source, tmp_path)


def test_what_is_no_gguf_is_refused(tmp_path: Path) -> None:
    (tmp_path / "m.gguf").write_bytes(json.dumps({"not": "gguf"}).encode() * 100)
    with pytest.raises(AssetError, match=r"m.gguf is not a readable GGUF file"):
        write_folder(tmp_path / "m.gguf", tmp_path)
