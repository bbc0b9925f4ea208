"""The embedded model: SmolLM2-135M-Instruct on the CPU, without a network after the first fetch.

It knows how this one model is loaded; what it can be trusted with stands in
:mod:`agent.llm.roles`, with the measurement.
"""

# transformers and torch are typed in part only.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from agent.llm.embedded_assets import embedded_folder
from agent.llm.loading import quiet, sharpen
from agent.llm.local_chat import EngineSource, LocalChatModel
from interest.progress import Progress, no_progress
from interest.threads import thread_count

if TYPE_CHECKING:
    from agent.llm.engine import LocalEngine

__all__ = ["EMBEDDED_NAME", "EmbeddedChatModel", "load_embedded"]

EMBEDDED_NAME = "SmolLM2-135M-Instruct (embedded)"


class EmbeddedChatModel(LocalChatModel):
    """The embedded default behind LangChain's chat model interface; see :class:`LocalChatModel`."""

    model_name: str = EMBEDDED_NAME

    @classmethod
    def open(
        cls,
        *,
        cache: Path | None = None,
        timeout_s: float = 60.0,
        max_tokens: int = 256,
        progress: Progress = no_progress,
    ) -> EmbeddedChatModel:
        """A model that fetches, converts and loads what it needs at the first call.

        Args:
            cache: Where the model is kept; see :func:`interest.assets.cache_folder`.
            timeout_s: Longest time for one answer.
            max_tokens: Longest answer.
            progress: Told about fetching and converting.
        """
        source = EngineSource(
            lambda: load_embedded(embedded_folder(cache=cache, progress=progress))
        )
        return cls(source=source, timeout_s=timeout_s, max_tokens=max_tokens)


@lru_cache(maxsize=2)
def load_embedded(folder: Path) -> LocalEngine:
    """Load the converted model; once per process and folder.

    Args:
        folder: What :func:`agent.llm.embedded_assets.embedded_folder` gave.
    """
    # The general Auto classes import far more and take six seconds longer.
    import torch
    from transformers import PreTrainedTokenizerFast
    from transformers.models.llama import LlamaForCausalLM

    from agent.llm.engine import LocalEngine

    quiet()
    tokenizer = PreTrainedTokenizerFast.from_pretrained(folder)
    model = LlamaForCausalLM.from_pretrained(folder, dtype=torch.bfloat16).eval()
    sharpen(model)
    return LocalEngine(model, tokenizer, threads=thread_count())
