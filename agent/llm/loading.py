"""Settings that every local model shares: number of threads, precision of the last layer.

It knows torch and transformers; it does not know which model is loaded.
"""

# transformers and torch are typed in part only.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from transformers import PreTrainedModel

__all__ = ["quiet", "sharpen"]


def sharpen(model: PreTrainedModel) -> None:
    """Compute the logits of a half-precision model in float32.

    In bf16 neighbouring logits near 20 differ by 0.125: likelihoods of similar options tie. The
    rest of the model keeps its precision; the embedding it may share weights with does, too.
    """
    import torch

    head = model.get_output_embeddings()
    if head is None or head.weight.dtype == torch.float32:
        return
    head.weight = torch.nn.Parameter(head.weight.detach().float(), requires_grad=False)
    if getattr(head, "bias", None) is not None:
        head.bias = torch.nn.Parameter(head.bias.detach().float(), requires_grad=False)
    head.register_forward_pre_hook(_to_float32)


def quiet() -> None:
    """Turn off transformers' own progress bars; we have our own."""
    from transformers.utils import logging

    logging.disable_progress_bar()


def _to_float32(module: Any, inputs: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(value.float() for value in inputs)
