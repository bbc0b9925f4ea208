"""The network of the trained reader: a language model that reads both ways, and small heads.

It knows tensors; it does not know facets' meanings, catalogues or where weights come from.

The model's causal mask is taken away, so that a word sees what follows it (Li et al. 2023,
*Label Supervised LLaMA Finetuning*, section 3), and low-rank updates ``W + s·B·A`` (Hu et al.
2022) let it learn to use that. Spans are pointed at in the text, never generated, so that nothing
can be miscopied.
"""

# transformers and torch are typed in part only.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownParameterType=false
# pyright: reportMissingTypeArgument=false, reportMissingImports=false, reportPrivateUsage=false

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from interest.reader.labels import N_LABELS, Sign

__all__ = ["Batch", "Network", "ReaderConfig", "Spans", "WordStates"]


@dataclass(frozen=True, kw_only=True, slots=True)
class ReaderConfig:
    """What the shape of the weights depends on.

    Attributes:
        rank: Rank of the low-rank updates.
        scale: ``s`` in ``W + s·B·A``.
        n_features: Features per word, see :mod:`interest.reader.features`.
        hidden: Width of the heads.
        layers: Layers of the backbone that are used, from below; 0 for all. The upper ones of a
            language model serve the next word more than this one.
        two_way: Whether words see what follows them.
        twice: Whether the text is given twice, see :class:`interest.reader.inputs.Inputs`.
        n_categories: Aspect categories of a closed set; 0 where they are open.
    """

    rank: int = 16
    scale: float = 2.0
    n_features: int = 0
    hidden: int = 256
    layers: int = 0
    two_way: bool = True
    twice: bool = False
    n_categories: int = 0

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, kw_only=True, slots=True)
class Batch:
    """Texts as tensors.

    Attributes:
        ids: ``(n, n_pieces) int64`` token numbers, padded.
        mask: ``(n, n_pieces) bool``: False where padded.
        words: ``(n, n_pieces) int64``: the word each piece is part of, -1 for none.
        features: ``(n, n_words, n_features) float32``.
        n_words: ``(n,) int64``.
    """

    ids: Tensor
    mask: Tensor
    words: Tensor
    features: Tensor
    n_words: Tensor


@dataclass(frozen=True, kw_only=True, slots=True)
class WordStates:
    """What the model knows after reading.

    Attributes:
        states: ``(n, n_words, width) float32``.
        whole: ``(n, width) float32``: the mean over the text's words.
        labels: ``(n, n_words, N_LABELS)`` logits of the facets of chat.
        aspects: ``(n, n_words, 3)`` logits: outside, begin, inside.
        opinions: ``(n, n_words, 3)`` logits.
    """

    states: Tensor
    whole: Tensor
    labels: Tensor
    aspects: Tensor
    opinions: Tensor


@dataclass(frozen=True, kw_only=True, slots=True)
class Spans:
    """Spans of words in a batch: ``(n_spans,) int64`` each; ``last`` is inclusive.

    A span with ``first`` -1 is no words at all (an aspect that nobody names).
    """

    text: Tensor
    first: Tensor
    last: Tensor


class LowRank(nn.Module):
    """A frozen linear layer with a trained low-rank update."""

    def __init__(self, layer: nn.Linear, rank: int, scale: float) -> None:
        super().__init__()
        self.layer = layer
        self.scale = scale
        self.down = nn.Parameter(torch.empty(rank, layer.in_features))
        self.up = nn.Parameter(torch.zeros(layer.out_features, rank))
        nn.init.kaiming_uniform_(self.down, a=5**0.5)

    def weight(self) -> Tensor:
        update = self.scale * (self.up @ self.down)
        return self.layer.weight + update.to(self.layer.weight.dtype)

    def forward(self, x: Tensor) -> Tensor:
        return functional.linear(x, self.weight(), self.layer.bias)


class Network(nn.Module):
    """Backbone, low-rank updates and heads.

    Args:
        backbone: A transformers model without a language-modelling head.
        config: The shape.
    """

    def __init__(self, backbone: Any, config: ReaderConfig) -> None:
        super().__init__()
        self.config = config
        self.backbone = backbone
        for parameter in backbone.parameters():
            parameter.requires_grad_(False)
        if config.layers:
            backbone.layers = backbone.layers[: config.layers]
        if config.rank:
            _replace_linears(backbone, config)
        width = int(backbone.config.hidden_size)
        own = width + config.n_features
        self.feature_in = nn.Linear(config.n_features, width, bias=False)
        nn.init.zeros_(self.feature_in.weight)
        self.norm = nn.LayerNorm(width)
        self.trunk = _mlp(own, config.hidden)
        self.label_out = nn.Linear(config.hidden, N_LABELS)
        self.aspect_out = nn.Linear(config.hidden, 3)
        self.opinion_out = nn.Linear(config.hidden, 3)
        self.span_in = _mlp(3 * own + width, config.hidden)
        self.sign_out = nn.Linear(config.hidden, len(Sign))
        self.strength_out = nn.Linear(config.hidden, 1)
        self.hard_out = nn.Linear(config.hidden, 1)
        self.no_words = nn.Parameter(torch.zeros(2 * own))
        self.pair_aspect = nn.Linear(2 * own, config.hidden)
        self.pair_opinion = nn.Linear(2 * own, config.hidden)
        self.pair_whole = nn.Linear(width, config.hidden)
        self.pair_distance = nn.Embedding(16, config.hidden)
        #: No pair, then liked, disliked, neutral.
        self.pair_out = nn.Sequential(nn.GELU(), nn.Dropout(0.1), nn.Linear(config.hidden, 4))
        self.category_out = nn.Sequential(
            nn.GELU(), nn.Dropout(0.1), nn.Linear(config.hidden, max(1, config.n_categories))
        )

    @property
    def dtype(self) -> torch.dtype:
        """The number format of the backbone."""
        return self.backbone.get_input_embeddings().weight.dtype

    def own_state(self) -> dict[str, Tensor]:
        """What was trained: everything but the backbone's own weights."""
        return {name: value for name, value in self.state_dict().items() if not _is_base(name)}

    def load_own(self, state: dict[str, Tensor]) -> None:
        """Take trained weights; every name must be there and no other.

        Raises:
            KeyError: Names are missing or unknown.
        """
        missing, unknown = self.load_state_dict(
            {name: value.float() for name, value in state.items()}, strict=False
        )
        missing = [name for name in missing if not _is_base(name)]
        if missing or unknown:
            raise KeyError(f"missing {missing[:3]}, unknown {unknown[:3]}")

    def merge(self) -> None:
        """Write the low-rank updates into the weights: reading costs no more than before."""
        for parent, name, module in list(_low_rank(self.backbone)):
            module.layer.weight.data = module.weight().data
            setattr(parent, name, module.layer)

    def trained_parameters(self) -> Iterator[nn.Parameter]:
        return (p for p in self.parameters() if p.requires_grad)

    def read(self, batch: Batch) -> WordStates:
        """Read texts."""
        embedded = self.backbone.get_input_embeddings()(batch.ids)
        own = self.feature_in(batch.features)
        owned = batch.words >= 0
        index = batch.words.clamp(min=0).unsqueeze(-1)
        per_piece = torch.gather(own, 1, index.expand(-1, -1, own.shape[-1]))
        embedded = embedded + (per_piece * owned.unsqueeze(-1)).to(embedded.dtype)
        hidden = self._hidden(embedded, batch.mask)
        states = _word_means(hidden.float(), batch.words, int(batch.features.shape[1]))
        states = self.norm(states)
        present = torch.arange(states.shape[1])[None, :] < batch.n_words[:, None]
        total = (states * present.unsqueeze(-1)).sum(1)
        whole = total / batch.n_words.clamp(min=1)[:, None]
        full = torch.cat([states, batch.features], -1)
        trunk = self.trunk(full)
        return WordStates(
            states=full,
            whole=whole,
            labels=self.label_out(trunk),
            aspects=self.aspect_out(trunk),
            opinions=self.opinion_out(trunk),
        )

    def _hidden(self, embedded: Tensor, mask: Tensor) -> Tensor:
        if not self.config.two_way:
            return self.backbone(inputs_embeds=embedded, attention_mask=mask).last_hidden_state
        hidden = torch.finfo(embedded.dtype).min
        both = torch.where(mask[:, None, None, :], 0.0, hidden).to(embedded.dtype)
        both = both.expand(-1, 1, mask.shape[1], -1)
        return self.backbone(inputs_embeds=embedded, attention_mask=both).last_hidden_state

    def judge(self, read: WordStates, spans: Spans) -> tuple[Tensor, Tensor, Tensor]:
        """Sign logits ``(n_spans, 4)``, strength in [0, 1] and demand logits ``(n_spans,)``."""
        ends = _ends(read.states, spans)
        mean = _span_means(read.states, spans)
        hidden = self.span_in(torch.cat([ends, mean, read.whole[spans.text]], -1))
        strength = torch.sigmoid(self.strength_out(hidden)).squeeze(-1)
        return self.sign_out(hidden), strength, self.hard_out(hidden).squeeze(-1)

    def pair(self, read: WordStates, aspects: Spans, opinions: Spans) -> tuple[Tensor, Tensor]:
        """Whether each opinion is about its aspect: ``(n_pairs, 4)`` and category logits."""
        sides = [
            torch.where((s.first < 0)[:, None], self.no_words, _ends(read.states, s))
            for s in (aspects, opinions)
        ]
        apart = (opinions.first - aspects.first).clamp(-6, 6) + 7
        apart = torch.where((aspects.first < 0) | (opinions.first < 0), 0, apart)
        hidden = (
            self.pair_aspect(sides[0])
            + self.pair_opinion(sides[1])
            + self.pair_whole(read.whole[aspects.text])
            + self.pair_distance(apart)
        )
        return self.pair_out(hidden), self.category_out(hidden)


def load_backbone(folder: Path, dtype: torch.dtype) -> Any:
    """The model of a folder, without its head, in evaluation mode."""
    from transformers import AutoModel

    return AutoModel.from_pretrained(folder, dtype=dtype, attn_implementation="sdpa").eval()


def _is_base(name: str) -> bool:
    return name.startswith("backbone.") and not name.endswith((".down", ".up"))


def _low_rank(module: nn.Module) -> Iterator[tuple[nn.Module, str, LowRank]]:
    for parent in module.modules():
        for name, child in parent.named_children():
            if isinstance(child, LowRank):
                yield parent, name, child


def _replace_linears(backbone: nn.Module, config: ReaderConfig) -> None:
    chosen: list[tuple[nn.Module, str, nn.Linear]] = [
        (parent, name, child)
        for parent in backbone.modules()
        for name, child in parent.named_children()
        if isinstance(child, nn.Linear) and "pooler" not in name
    ]
    for parent, name, child in chosen:
        setattr(parent, name, LowRank(child, config.rank, config.scale))


def _mlp(width: int, hidden: int) -> nn.Sequential:
    return nn.Sequential(nn.Dropout(0.1), nn.Linear(width, hidden), nn.GELU(), nn.Dropout(0.1))


def _word_means(hidden: Tensor, words: Tensor, n_words: int) -> Tensor:
    """Means over the pieces of each word: ``(n, n_words, width)``; zero where there is none."""
    n, _, width = hidden.shape
    sums = torch.zeros(n, n_words + 1, width, dtype=hidden.dtype)
    index = torch.where(words < 0, n_words, words)
    sums = sums.scatter_add(1, index.unsqueeze(-1).expand(-1, -1, width), hidden)
    counts = torch.zeros(n, n_words + 1).scatter_add(1, index, torch.ones_like(index).float())
    return (sums / counts.clamp(min=1).unsqueeze(-1))[:, :n_words]


def _ends(states: Tensor, spans: Spans) -> Tensor:
    first, last = spans.first.clamp(min=0), spans.last.clamp(min=0)
    return torch.cat([states[spans.text, first], states[spans.text, last]], -1)


def _span_means(states: Tensor, spans: Spans) -> Tensor:
    places = torch.arange(states.shape[1])[None, :]
    within = (places >= spans.first[:, None]) & (places <= spans.last[:, None])
    weights = within.to(states.dtype) / within.sum(1, keepdim=True).clamp(min=1)
    return torch.bmm(weights.unsqueeze(1), states[spans.text]).squeeze(1)


def stack(values: Iterable[int]) -> Tensor:
    """Whole numbers as a tensor."""
    return torch.tensor(list(values), dtype=torch.int64)
