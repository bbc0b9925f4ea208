"""The training loop: all tasks mixed in one run, resumable after each pass.

It knows examples and the network; it does not know where either comes from, nor how good the
result is (``palate eval extraction`` tells).
"""

# torch is typed in part only.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownParameterType=false

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from interest.progress import Progress, no_progress
from interest.reader.inputs import Encoded, Inputs
from interest.reader.network import Network, Spans, WordStates, stack
from interest.training.examples import Example, Pair

__all__ = ["TrainingConfig", "train"]

_NONE = -1


@dataclass(frozen=True, kw_only=True, slots=True)
class TrainingConfig:
    """How long and how fast.

    Attributes:
        passes: Passes over the examples.
        rate: Highest learning rate of the low-rank updates.
        head_rate: Highest learning rate of the heads.
        pieces: Token pieces per step, padding included.
        feature_dropout: Share of texts that are read without features, so that the network can
            do without a catalogue.
        seed: Of order, dropout and sampled spans.
    """

    passes: int = 4
    rate: float = 5e-4
    head_rate: float = 1e-3
    pieces: int = 512
    feature_dropout: float = 0.15
    seed: int = 0


def train(
    network: Network,
    inputs: Inputs,
    examples: Sequence[Example],
    config: TrainingConfig,
    *,
    checkpoint: Path | None = None,
    progress: Progress = no_progress,
) -> list[float]:
    """Train in place.

    Args:
        network: Its low-rank updates and heads are changed.
        inputs: The tokenizer of its backbone.
        examples: What to learn from.
        config: How.
        checkpoint: Written after each pass; if it is there, the run goes on from it.
        progress: Told about steps.

    Returns:
        The mean loss of each pass.
    """
    encoded = [inputs.encode(example.unit, example.observed) for example in examples]
    optimizer = torch.optim.AdamW(
        [
            {"params": _updates(network), "lr": config.rate},
            {"params": _heads(network), "lr": config.head_rate},
        ],
        weight_decay=0.01,
    )
    n_steps = len(list(_batches(encoded, config, np.random.default_rng(0))))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: _rate_at(step / (n_steps * config.passes * 1.05))
    )
    losses: list[float] = []
    if checkpoint is not None and checkpoint.is_file():
        state = torch.load(checkpoint, weights_only=True)
        network.load_own(state["network"])
        optimizer.load_state_dict(state["optimizer"])
        schedule.load_state_dict(state["schedule"])
        losses = list(state["losses"])
    network.train()
    network.backbone.eval()
    for number in range(len(losses), config.passes):
        rng = np.random.default_rng((config.seed, number))
        torch.manual_seed(1009 * config.seed + number)  # dropout: a resumed pass repeats itself
        total, count = 0.0, 0
        for step, chosen in enumerate(_batches(encoded, config, rng)):
            loss = _loss(network, inputs, examples, encoded, chosen, config, rng)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(list(network.trained_parameters()), 1.0)
            optimizer.step()
            schedule.step()
            total, count = total + float(loss.detach()), count + 1
            progress(f"pass {number + 1} of {config.passes}", step + 1, n_steps)
        losses.append(total / max(1, count))
        if checkpoint is not None:
            state = {
                "network": network.own_state(),
                "optimizer": optimizer.state_dict(),
                "schedule": schedule.state_dict(),
                "losses": losses,
            }
            part = checkpoint.with_suffix(".part")
            torch.save(state, part)
            part.replace(checkpoint)
    network.eval()
    return losses


def _updates(network: Network) -> list[torch.nn.Parameter]:
    return [p for p in network.backbone.parameters() if p.requires_grad]


def _heads(network: Network) -> list[torch.nn.Parameter]:
    held = {id(p) for p in network.backbone.parameters()}
    return [p for p in network.parameters() if p.requires_grad and id(p) not in held]


def _rate_at(done: float) -> float:
    """Up over the first twentieth, then down along a cosine."""
    return min(done / 0.05, 0.5 * (1 + math.cos(math.pi * min(1.0, done))))


def _batches(
    encoded: Sequence[Encoded], config: TrainingConfig, rng: np.random.Generator
) -> Iterator[list[int]]:
    """Texts of like length together, in random order."""
    order = sorted(range(len(encoded)), key=lambda n: (len(encoded[n]) // 4, rng.random()))
    batches: list[list[int]] = [[]]
    for n in order:
        longest = len(encoded[n])
        if batches[-1] and longest * (len(batches[-1]) + 1) > config.pieces:
            batches.append([])
        batches[-1].append(n)
    for index in rng.permutation(len(batches)):
        yield batches[int(index)]


def _loss(
    network: Network,
    inputs: Inputs,
    examples: Sequence[Example],
    encoded: Sequence[Encoded],
    chosen: Sequence[int],
    config: TrainingConfig,
    rng: np.random.Generator,
) -> Tensor:
    texts = [examples[n] for n in chosen]
    batch = inputs.batch([encoded[n] for n in chosen])
    kept = torch.from_numpy(rng.random(len(chosen)) >= config.feature_dropout)
    batch = replace(batch, features=batch.features * kept[:, None, None])
    read = network.read(batch)
    return (
        _label_loss(read, texts)
        + _tag_loss(read.aspects, [text.aspects for text in texts])
        + _tag_loss(read.opinions, [text.opinions for text in texts])
        + _sign_loss(network, read, texts)
        + _pair_loss(network, read, texts, rng)
    )


def _label_loss(read: WordStates, texts: Sequence[Example]) -> Tensor:
    """Minus log of the probability of all labels that may be right."""
    losses = [read.labels.sum() * 0.0]
    for row, text in enumerate(texts):
        if text.allowed is not None and len(text.allowed):
            logits = read.labels[row, : len(text.allowed)]
            right = logits.masked_fill(~torch.from_numpy(text.allowed), -1e9)
            losses.append((logits.logsumexp(-1) - right.logsumexp(-1)).sum())
    n = sum(len(text.allowed) for text in texts if text.allowed is not None)
    return 4.0 * torch.stack(losses).sum() / max(1, n)


def _tag_loss(logits: Tensor, tags: Sequence[np.ndarray | None]) -> Tensor:
    losses = [logits.sum() * 0.0]
    n = 0
    for row, wanted in enumerate(tags):
        if wanted is not None and len(wanted):
            target = torch.from_numpy(wanted)
            losses.append(
                functional.cross_entropy(logits[row, : len(wanted)], target, reduction="sum")
            )
            n += len(wanted)
    return 3.0 * torch.stack(losses).sum() / max(1, n)


def _sign_loss(network: Network, read: WordStates, texts: Sequence[Example]) -> Tensor:
    held = [(row, judged) for row, text in enumerate(texts) for judged in text.judged]
    if not held:
        return read.states.sum() * 0.0
    spans = _spans([row for row, _ in held], [(judged.first, judged.last) for _, judged in held])
    signs, strength, hard = network.judge(read, spans)
    loss = functional.cross_entropy(signs, stack(int(judged.sign) for _, judged in held))
    wanted = torch.tensor([judged.strength for _, judged in held])
    known = ~wanted.isnan()
    if known.any():
        loss = loss + 2.0 * functional.mse_loss(strength[known], wanted[known])
    demand = torch.tensor([judged.hard for _, judged in held])
    known = ~demand.isnan()
    if known.any():
        loss = loss + 0.5 * functional.binary_cross_entropy_with_logits(hard[known], demand[known])
    return loss


def _pair_loss(
    network: Network, read: WordStates, texts: Sequence[Example], rng: np.random.Generator
) -> Tensor:
    rows: list[int] = []
    sides: list[tuple[tuple[int, int], tuple[int, int]]] = []
    classes: list[int] = []
    categories: list[int] = []
    for row, text in enumerate(texts):
        if text.pairs is None or not len(text.observed.tokens):
            continue
        known = {(pair.aspect, pair.opinion): pair for pair in text.pairs}
        n_words = len(text.observed.tokens)
        aspects = _sides([pair.aspect for pair in text.pairs], n_words, rng)
        opinions = _sides([pair.opinion for pair in text.pairs], n_words, rng)
        for aspect in aspects:
            for opinion in opinions:
                pair = known.get((aspect, opinion))
                rows.append(row)
                sides.append((aspect, opinion))
                classes.append(_class_of(pair))
                categories.append(_NONE if pair is None else pair.category)
    if not rows:
        return read.states.sum() * 0.0
    logits, by_category = network.pair(
        read,
        _spans(rows, [aspect for aspect, _ in sides]),
        _spans(rows, [opinion for _, opinion in sides]),
    )
    loss = functional.cross_entropy(logits, stack(classes))
    target = stack(categories)
    if (target >= 0).any():
        loss = loss + functional.cross_entropy(by_category, target, ignore_index=_NONE)
    return loss


def _spans(rows: Sequence[int], places: Sequence[tuple[int, int]]) -> Spans:
    return Spans(
        text=stack(rows),
        first=stack(first for first, _ in places),
        last=stack(last for _, last in places),
    )


def _class_of(pair: Pair | None) -> int:
    return 0 if pair is None else 1 + int(pair.sign)


def _sides(
    spans: Sequence[tuple[int, int]], n_words: int, rng: np.random.Generator
) -> list[tuple[int, int]]:
    """Each span once, no words, and one random span that is most likely wrong."""
    first = int(rng.integers(n_words))
    last = min(n_words - 1, first + int(rng.integers(2)))
    return list(dict.fromkeys([*spans, (_NONE, _NONE), (first, last)]))
