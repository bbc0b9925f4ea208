"""The opinion lexicon: how people show liking, disliking, wanting, refusing; read from data.

It knows phrases and their sign; it does not know what they are said of (see
:mod:`interest.signs`).
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from importlib import resources
from typing import Any

from interest.phrases import PhraseTable
from interest.tokens import keys_of

__all__ = ["CueKind", "CueMeaning", "Lexicon", "Reach", "load_lexicon"]


class CueKind(StrEnum):
    """What somebody does with these words."""

    TASTE = "taste"  #: judges: "love", "is boring"
    WISH = "wish"  #: asks for: "looking for"
    REFUSE = "refuse"  #: rules out: "no", "without", "less"
    REFERENCE = "reference"  #: compares with: "similar to"
    KNOWN = "known"  #: has seen it, says no more
    ASK = "ask"  #: asks about it or has not seen it: says nothing


class Reach(StrEnum):
    """On which side of the words stands what they are said of."""

    RIGHT = "right"
    LEFT = "left"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class CueMeaning:
    """What a phrase of the lexicon says.

    Attributes:
        kind: What is done with it.
        reach: Which side it judges.
        preference: Sign and strength in [-1, 1].
        negated: The same under a negation.
        words: The phrase itself, as compared words.
    """

    kind: CueKind
    reach: Reach
    preference: float
    negated: float
    words: str


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The cues, and the words that change or carry them."""

    cues: PhraseTable[CueMeaning]
    words: Mapping[str, frozenset[str]]


def _cues(tables: list[dict[str, Any]]) -> Iterator[tuple[tuple[str, ...], CueMeaning]]:
    for table in tables:
        preference = float(table["preference"])
        for phrase in table["phrases"]:
            keys = keys_of(phrase)
            yield (
                keys,
                CueMeaning(
                    kind=CueKind(table["kind"]),
                    reach=Reach(table["reach"]),
                    preference=preference,
                    negated=float(table.get("negated", -preference / 2)),
                    words=" ".join(keys),
                ),
            )


@lru_cache(maxsize=1)
def load_lexicon() -> Lexicon:
    """Read ``interest/lexicons/opinion.toml``."""
    path = resources.files("interest") / "lexicons" / "opinion.toml"
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    words = {
        name: frozenset(" ".join(keys_of(word)) for word in entries)
        for name, entries in raw["words"].items()
    }
    return Lexicon(cues=PhraseTable(_cues(raw["cue"])), words=words)
