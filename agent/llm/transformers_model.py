"""Any Hugging Face causal language model, by id or folder, behind the same chat model class.

It knows how transformers finds and loads models; it does not know what they are used for. Weights
are taken as safetensors only, and code that comes with a model is never run.
"""

# transformers and torch are typed in part only.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent.llm.loading import quiet, sharpen
from agent.llm.local_chat import EngineSource, LocalChatModel
from interest.errors import SetupError
from interest.threads import thread_count

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerFast

    from agent.llm.engine import LocalEngine

__all__ = ["CAPABLE_PARAMETERS", "TransformersChatModel", "load_transformers"]

#: Models with at least so many parameters are taken to follow instructions.
CAPABLE_PARAMETERS = 3_000_000_000


class TransformersChatModel(LocalChatModel):
    """A Hugging Face model behind LangChain's interface; see :class:`LocalChatModel`."""

    @classmethod
    def open(
        cls, model: str, *, timeout_s: float = 120.0, max_tokens: int = 512
    ) -> TransformersChatModel:
        """A model that is loaded at the first call.

        Args:
            model: A folder, or an id such as ``"Qwen/Qwen3-4B-Instruct-2507"``.
            timeout_s: Longest time for one answer.
            max_tokens: Longest answer.
        """
        return cls(
            source=EngineSource(lambda: load_transformers(model)),
            model_name=model,
            timeout_s=timeout_s,
            max_tokens=max_tokens,
        )


def load_transformers(model: str) -> LocalEngine:
    """Load a model and its tokenizer, on the GPU if there is one.

    Raises:
        SetupError: There is no such model, or it cannot be used.
    """
    import torch

    from agent.llm.engine import LocalEngine

    quiet()
    device = "cuda" if torch.cuda.is_available() else "cpu"
    tokenizer = _tokenizer(model)
    loaded: PreTrainedModel = _loaded(model).eval().to(device)  # pyright: ignore[reportArgumentType]
    sharpen(loaded)
    return LocalEngine(loaded, tokenizer, threads=thread_count())


def _tokenizer(model: str) -> PreTrainedTokenizerFast:
    from transformers import AutoTokenizer, PreTrainedTokenizerFast

    try:
        tokenizer: Any = AutoTokenizer.from_pretrained(model)
    except (OSError, ValueError) as error:
        raise _unusable(model, error) from error
    if not isinstance(tokenizer, PreTrainedTokenizerFast):
        raise SetupError(
            f"The model {model!r} has no fast tokenizer, which constrained decoding needs.",
            "Choose a model with a tokenizer.json.",
        )
    return tokenizer


def _loaded(model: str) -> PreTrainedModel:
    from transformers import AutoModelForCausalLM

    try:
        return AutoModelForCausalLM.from_pretrained(model, dtype="auto", use_safetensors=True)
    except (OSError, ValueError) as error:
        raise _unusable(model, error) from error


def _unusable(model: str, error: Exception) -> SetupError:
    if Path(model).is_dir():
        return SetupError(
            f"The folder {model!r} holds no usable model ({_first_line(error)}).",
            "It needs config.json, tokenizer.json and *.safetensors, as save_pretrained writes.",
        )
    return SetupError(
        f"The Hugging Face model {model!r} cannot be loaded ({_first_line(error)}).",
        "Check the id and the network; models behind a licence need HF_TOKEN.",
    )


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0].rstrip(".") if lines else type(error).__name__
