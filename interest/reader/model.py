"""The trained reader as a thing to call: texts in, marked spans out, in batches.

It knows how weights are loaded, batched and decoded; it does not know facets' meanings or what
becomes of a span.
"""

# torch is typed in part only.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from interest.errors import AssetError
from interest.extraction import TextUnit
from interest.reader.about import read_about
from interest.reader.features import N_FEATURES, Observed
from interest.reader.inputs import Encoded, Inputs
from interest.reader.labels import FACETS, Sign, spans_of
from interest.reader.marks import MarkedPair, MarkedSpan, Marks
from interest.reader.network import (
    Network,
    ReaderConfig,
    Spans,
    WordStates,
    load_backbone,
    stack,
)
from interest.threads import thread_count

__all__ = [
    "Member",
    "ReaderModel",
    "Thresholds",
    "cpu_dtype",
]

Floats = NDArray[np.float32]

#: Token pieces per step, padding included: enough to keep the processor busy, small in memory.
_PIECES = 4096
#: From this probability on, an opinion is about a second aspect too.
_PAIRED = 0.5

_TINY = 1e-9

_Side = tuple[int, int] | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Thresholds:
    """Where more or less is marked. Tuned on train and dev data only, stored with the weights.

    Attributes:
        label: Added to the log odds of "no facet".
        aspect: Added to the log odds of "no aspect".
        opinion: Added to the log odds of "no opinion".
        pair: Added to the log odds of "no pair".
        alone: An opinion without an aspect is kept from this probability on.
        silent: An aspect without an opinion is kept from this probability on; above 1 never.
        dislike: Added to the log odds of "disliked" in chat.
        other: Added to the log odds of "no taste of the speaker" in chat.
        sure: A span of chat is kept from this confidence on: of its facet times of its sign.
    """

    label: float = 0.0
    aspect: float = 0.0
    opinion: float = 0.0
    pair: float = 0.0
    alone: float = 0.0
    silent: float = 0.0
    dislike: float = 0.0
    other: float = 0.0
    sure: float = 0.0


def cpu_dtype() -> torch.dtype:
    """bf16 where the processor computes in it, else float32, which is faster there."""
    supported = getattr(torch.cpu, "_is_avx512_bf16_supported", lambda: False)
    return torch.bfloat16 if supported() else torch.float32


@dataclass(frozen=True, kw_only=True, slots=True)
class Member:
    """One network of the reader.

    Attributes:
        weights: Folder with ``reader.safetensors`` and ``reader.json``.
        base: Gives the folder of the model below; called once, at the first reading.
    """

    weights: Path
    base: Callable[[], Path]

    def about(self) -> Mapping[str, Any]:
        """What ``reader.json`` says: shape, categories, how it was trained.

        Raises:
            AssetError: There is no such file, or it is damaged.
        """
        return read_about(self.weights)


@dataclass(frozen=True, slots=True)
class _Loaded:
    network: Network
    inputs: Inputs


@dataclass
class ReaderModel:
    """One or several networks whose probabilities are averaged; loaded at the first call.

    Args:
        members: The networks.
        thresholds: Where more or less is marked.
        threads: Threads of a step; None takes :func:`interest.threads.thread_count`.
    """

    members: Sequence[Member]
    thresholds: Thresholds = field(default_factory=Thresholds)
    threads: int | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _loaded: tuple[_Loaded, ...] | None = field(default=None, repr=False)

    @property
    def categories(self) -> tuple[str, ...]:
        """Aspect categories, where they are a closed set."""
        return tuple(self.members[0].about().get("categories", ()))

    def adopt(self, *networks: tuple[Network, Inputs]) -> None:
        """Read with these networks instead of loading any: right after training."""
        self._loaded = tuple(_Loaded(network, inputs) for network, inputs in networks)

    def warm_up(self) -> None:
        """Load now what the first reading would load."""
        self._parts()

    def mark(
        self, units: Sequence[TextUnit], observed: Sequence[Observed], *, reviews: bool
    ) -> list[Marks]:
        """Read texts in batches of like length.

        Args:
            units: The texts; long ones must have been cut.
            observed: Their words and features.
            reviews: Mark aspects and opinions instead of facets.
        """
        parts = self._parts()
        encoded = [
            [part.inputs.encode(unit, seen) for unit, seen in zip(units, observed, strict=True)]
            for part in parts
        ]
        answers = [Marks()] * len(units)
        with _threads(self.threads or thread_count()), torch.inference_mode():
            for numbers in _batches(encoded[0]):
                sizes = [len(observed[n].tokens) for n in numbers]
                reads = [
                    part.network.read(part.inputs.batch([own[n] for n in numbers]))
                    for part, own in zip(parts, encoded, strict=True)
                ]
                networks = [part.network for part in parts]
                mark = _marked_pairs if reviews else _marked_spans
                for n, marks in zip(
                    numbers, mark(networks, reads, sizes, self.thresholds), strict=True
                ):
                    answers[n] = marks
        return answers

    def _parts(self) -> tuple[_Loaded, ...]:
        with self._lock:
            if self._loaded is None:
                self._loaded = tuple(_load(member) for member in self.members)
            return self._loaded


def _load(member: Member) -> _Loaded:
    from safetensors.torch import load_file

    config = ReaderConfig(**member.about()["config"])
    if config.n_features != N_FEATURES:
        raise AssetError(
            f"The weights in {member.weights} expect {config.n_features} features, "
            f"this version computes {N_FEATURES}.",
            "Train them again: python scripts/train_reader.py.",
        )
    folder = member.base()
    network = Network(load_backbone(folder, cpu_dtype()), config)
    network.load_own(load_file(member.weights / "reader.safetensors"))
    network.merge()
    network.eval()
    return _Loaded(network, Inputs(folder, twice=config.twice))


class _threads:
    """Torch's number of threads inside a with block."""

    def __init__(self, count: int) -> None:
        self._count = count

    def __enter__(self) -> None:
        self._before = torch.get_num_threads()
        if self._before != self._count:
            torch.set_num_threads(self._count)

    def __exit__(self, *_: object) -> None:
        if self._before != self._count:
            torch.set_num_threads(self._before)


def _batches(encoded: Sequence[Encoded]) -> Iterable[list[int]]:
    order = sorted((n for n in range(len(encoded)) if len(encoded[n].observed.tokens)),
                   key=lambda n: len(encoded[n]))  # fmt: skip
    batch: list[int] = []
    for n in order:
        if batch and len(encoded[n]) * (len(batch) + 1) > _PIECES:
            yield batch
            batch = []
        batch.append(n)
    if batch:
        yield batch


def _marked_spans(
    networks: Sequence[Network],
    reads: Sequence[WordStates],
    sizes: Sequence[int],
    thresholds: Thresholds,
) -> list[Marks]:
    chances = _mean_chances([read.labels for read in reads], thresholds.label)
    found = [
        (row, span)
        for row, size in enumerate(sizes)
        for span in spans_of(chances[row, :size].argmax(-1))
    ]
    if not found:
        return [Marks()] * len(sizes)
    spans = Spans(
        text=stack(row for row, _ in found),
        first=stack(span[0] for _, span in found),
        last=stack(span[1] - 1 for _, span in found),
    )
    judged = [network.judge(read, spans) for network, read in zip(networks, reads, strict=True)]
    signs = _mean_chances([sign for sign, _, _ in judged])
    signs[:, Sign.DISLIKED] *= np.exp(thresholds.dislike)
    signs[:, Sign.NONE] *= np.exp(thresholds.other)
    signs /= signs.sum(-1, keepdims=True)
    strength = np.mean([strength.float().numpy() for _, strength, _ in judged], axis=0)
    hard = np.mean([torch.sigmoid(hard).float().numpy() for _, _, hard in judged], axis=0)
    marks: list[list[MarkedSpan]] = [[] for _ in sizes]
    for index, (row, (first, last, kind)) in enumerate(found):
        sure = chances[row, first:last, 1 + 2 * kind : 3 + 2 * kind].sum(-1).mean()
        if sure * signs[index].max() < thresholds.sure:
            continue
        marks[row].append(
            MarkedSpan(
                first,
                last,
                FACETS[kind],
                float(sure),
                signs[index],
                float(strength[index]),
                float(hard[index]),
            )
        )
    return [Marks(spans=tuple(spans)) for spans in marks]


def _marked_pairs(
    networks: Sequence[Network],
    reads: Sequence[WordStates],
    sizes: Sequence[int],
    thresholds: Thresholds,
) -> list[Marks]:
    """Every opinion with what it is most likely about, every other aspect without an opinion."""
    aspects = _tagged([read.aspects for read in reads], sizes, thresholds.aspect)
    opinions = _tagged([read.opinions for read in reads], sizes, thresholds.opinion)
    held: list[tuple[int, _Side, _Side]] = [
        (row, aspect, opinion)
        for row in range(len(sizes))
        for aspect in (*aspects[row], None)
        for opinion in (*opinions[row], None)
        if aspect is not None or opinion is not None
    ]
    if not held:
        return [Marks()] * len(sizes)
    rows = stack(row for row, _, _ in held)
    first, second = _sides(rows, [a for _, a, _ in held]), _sides(rows, [o for _, _, o in held])
    paired = [
        network.pair(read, first, second) for network, read in zip(networks, reads, strict=True)
    ]
    chances = _mean_chances([pairs for pairs, _ in paired], thresholds.pair)
    categories = _mean_chances([by_category for _, by_category in paired]).argmax(-1)
    index = {key: n for n, key in enumerate(held)}
    signs = _pair_signs(networks, reads, held, chances)
    marks: list[list[MarkedPair]] = [[] for _ in sizes]
    for row in range(len(sizes)):
        for aspect, opinion in _chosen(
            row, aspects[row], opinions[row], index, chances, thresholds
        ):
            n = index[row, aspect, opinion]
            pair = MarkedPair(aspect, opinion, signs[n], int(categories[n]))
            marks[row].append(pair)
    return [Marks(pairs=tuple(pairs)) for pairs in marks]


def _pair_signs(
    networks: Sequence[Network],
    reads: Sequence[WordStates],
    held: Sequence[tuple[int, _Side, _Side]],
    chances: Floats,
) -> Floats:
    """``(n_pairs, 3)``: the mean of what the pair, its aspect and its opinion say each."""
    spans = list(dict.fromkeys((row, side) for row, *sides in held for side in sides if side))
    places = _sides(stack(row for row, _ in spans), [side for _, side in spans])
    judged = _mean_chances(
        [network.judge(read, places)[0] for network, read in zip(networks, reads, strict=True)]
    )[:, : Sign.NONE]
    judged = judged / judged.sum(-1, keepdims=True).clip(_TINY)
    number = {span: n for n, span in enumerate(spans)}
    signs = chances[:, 1 : 1 + Sign.NONE]
    signs = signs / signs.sum(-1, keepdims=True).clip(_TINY)
    return np.stack(
        [
            np.mean([signs[n], *(judged[number[row, s]] for s in sides if s)], axis=0)
            for n, (row, *sides) in enumerate(held)
        ]
    )


def _chosen(
    row: int,
    aspects: Sequence[tuple[int, int]],
    opinions: Sequence[tuple[int, int]],
    index: Mapping[tuple[int, _Side, _Side], int],
    chances: Floats,
    thresholds: Thresholds,
) -> Iterable[tuple[_Side, _Side]]:
    taken: set[_Side] = set()
    for opinion in opinions:
        sides: list[_Side] = [*aspects, None]
        likely = [1.0 - chances[index[row, aspect, opinion], 0] for aspect in sides]
        best = max(range(len(sides)), key=likely.__getitem__)
        for n, aspect in enumerate(sides):
            kept = aspect is not None or likely[n] >= thresholds.alone
            if kept and (n == best or (aspect is not None and likely[n] > _PAIRED)):
                taken.add(aspect)
                yield aspect, opinion
    for aspect in aspects:
        told = 1.0 - chances[index[row, aspect, None], 0]
        if aspect not in taken and told >= thresholds.silent:
            yield aspect, None


def _tagged(
    logits: Sequence[torch.Tensor], sizes: Sequence[int], threshold: float
) -> list[list[tuple[int, int]]]:
    chances = _mean_chances(logits, threshold)
    return [
        [(first, last) for first, last, _ in spans_of(chances[row, :size].argmax(-1))]
        for row, size in enumerate(sizes)
    ]


def _mean_chances(logits: Sequence[torch.Tensor], first_bias: float = 0.0) -> Floats:
    """Mean probabilities over networks; ``first_bias`` is added to the first class's log odds."""
    mean = np.mean([torch.softmax(one.float(), -1).numpy() for one in logits], axis=0)
    if first_bias:
        mean = mean.copy()
        mean[..., 0] *= np.exp(first_bias)
        mean /= mean.sum(-1, keepdims=True)
    return mean.astype(np.float32)


def _sides(rows: torch.Tensor, spans: Sequence[tuple[int, int] | None]) -> Spans:
    return Spans(
        text=rows,
        first=stack(-1 if span is None else span[0] for span in spans),
        last=stack(-1 if span is None else span[1] - 1 for span in spans),
    )
