"""Phrase tables: many phrases, found in running text in one pass.

It knows sequences of words and what they were registered with; it does not know what they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from interest.tokens import Token

__all__ = ["Found", "PhraseTable"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """Tokens ``[first, last)`` are a phrase that was registered with these payloads."""

    first: int
    last: int
    payloads: tuple[T, ...]


class PhraseTable(Generic[T]):
    """Phrases by their words. Lookup costs one dictionary access per word and length in use.

    Args:
        phrases: Pairs of a phrase as compared words (:func:`interest.tokens.keys_of`) and what
            it stands for. One phrase may stand for several things. Empty phrases are left out.
    """

    def __init__(self, phrases: Iterable[tuple[Sequence[str], T]]) -> None:
        self._payloads: dict[str, tuple[T, ...]] = {}
        # Lengths in use per first word, as bits: most words begin no phrase at all.
        lengths: dict[str, int] = {}
        for words, payload in phrases:
            if not words:
                continue
            key = " ".join(words)
            others = self._payloads.get(key)
            self._payloads[key] = (payload,) if others is None else (*others, payload)
            lengths[words[0]] = lengths.get(words[0], 0) | 1 << len(words)
        self._lengths = {
            word: tuple(n for n in range(bits.bit_length() - 1, 0, -1) if bits >> n & 1)
            for word, bits in lengths.items()
        }

    def __len__(self) -> int:
        return len(self._payloads)

    def items(self) -> Iterator[tuple[str, tuple[T, ...]]]:
        """Every phrase, its words joined by spaces, with what it stands for."""
        yield from self._payloads.items()

    def get(self, words: Sequence[str]) -> tuple[T, ...]:
        """What exactly these words stand for; empty if nothing."""
        return self._payloads.get(" ".join(words), ())

    def find(self, tokens: Sequence[Token]) -> Iterator[Found[T]]:
        """Every phrase in the tokens, overlapping ones too; by start, longest first."""
        norms = [token.norm for token in tokens]
        for first, norm in enumerate(norms):
            for length in self._lengths.get(norm, ()):
                payloads = self._payloads.get(" ".join(norms[first : first + length]))
                if payloads is not None and first + length <= len(norms):
                    yield Found(first, first + length, payloads)
