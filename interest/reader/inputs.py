"""From texts to the tensors that the network reads.

It knows a tokenizer file and how its pieces belong to words; it does not know any weights.
"""

# torch is typed in part only.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch

from interest.extraction import TextUnit
from interest.reader.features import Observed
from interest.reader.network import Batch
from interest.tokens import Token

__all__ = ["Encoded", "Inputs"]

#: Pieces of the question that are kept: its end, where it asks.
_MOST_ASKED = 48
#: Pieces of a text that are read; callers cut longer texts before.
MOST_PIECES = 512


@dataclass(frozen=True, slots=True)
class Encoded:
    """One text as numbers.

    Attributes:
        ids: Token numbers: question, then text.
        words: The word each piece belongs to; -1 for the question and for marks between words.
        observed: Words and features.
    """

    ids: tuple[int, ...]
    words: tuple[int, ...]
    observed: Observed

    def __len__(self) -> int:
        return len(self.ids)


class Inputs:
    """Encodes texts with the tokenizer of a model folder.

    Args:
        folder: Holds ``tokenizer.json``.
        twice: Whether the text is given twice and its second copy is read: a model that only
            looks back has then seen all of it (Springer et al. 2024, *Repetition Improves
            Language Model Embeddings*).
    """

    def __init__(self, folder: Path, *, twice: bool = False) -> None:
        from tokenizers import Tokenizer

        self._tokenizer = cast(Any, Tokenizer.from_file(str(folder / "tokenizer.json")))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self._twice = twice
        first = self._tokenizer.token_to_id("[CLS]")
        self._open = [] if first is None else [first]
        last = self._tokenizer.token_to_id("[SEP]")
        self._close = [] if last is None else [last]

    def encode(self, unit: TextUnit, observed: Observed) -> Encoded:
        """Encode a question and the text that answers it."""
        asked = " ".join(unit.asked.split())
        before = self._pieces(f"{asked}\n")[0][-_MOST_ASKED:] if asked else []
        ids, offsets = self._pieces(unit.text)
        ids, offsets = ids[:MOST_PIECES], offsets[:MOST_PIECES]
        words = _words_of(offsets, observed.tokens)
        head = [*self._open, *before, *(self._close if before else [])]
        if self._twice:
            head += [*ids, *self._pieces("\n")[0]]
        return Encoded(
            ids=(*head, *ids, *self._close),
            words=(*([-1] * len(head)), *words, *([-1] * len(self._close))),
            observed=observed,
        )

    def _pieces(self, text: str) -> tuple[list[int], list[tuple[int, int]]]:
        encoding = self._tokenizer.encode(text, add_special_tokens=False)
        return encoding.ids, encoding.offsets

    def batch(self, texts: Sequence[Encoded]) -> Batch:
        """Pad texts to one size."""
        n, width = len(texts), max(1, *(len(text) for text in texts))
        n_words = [len(text.observed.tokens) for text in texts]
        n_features = texts[0].observed.features.shape[1]
        ids = np.zeros((n, width), dtype=np.int64)
        mask = np.zeros((n, width), dtype=bool)
        words = np.full((n, width), -1, dtype=np.int64)
        features = np.zeros((n, max(1, *n_words), n_features), dtype=np.float32)
        for row, text in enumerate(texts):
            ids[row, : len(text)] = text.ids
            words[row, : len(text)] = text.words
            mask[row, : max(1, len(text))] = True
            features[row, : n_words[row]] = text.observed.features
        return Batch(
            ids=torch.from_numpy(ids),
            mask=torch.from_numpy(mask),
            words=torch.from_numpy(words),
            features=torch.from_numpy(features),
            n_words=torch.tensor(n_words, dtype=torch.int64),
        )


def _words_of(offsets: Sequence[tuple[int, int]], tokens: Sequence[Token]) -> list[int]:
    """The word that each piece shares characters with; -1 for none."""
    words: list[int] = []
    at = 0
    for start, end in offsets:
        while at < len(tokens) and tokens[at].end <= start:
            at += 1
        inside = at < len(tokens) and tokens[at].start < end and start < end
        words.append(at if inside else -1)
    return words
