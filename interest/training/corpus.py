"""The written corpus: annotated texts as its files hold them, with every quote found in its text.

It knows the format in ``corpus/README.md``; it does not know what the texts are used for.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

from interest.errors import DataError
from interest.evidence import Source

__all__ = ["HELD_OUT", "Entry", "WrittenText", "corpus_files", "read_corpus", "read_written"]

#: The file that is kept apart for testing.
HELD_OUT = "heldout"


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One annotated interest.

    Attributes:
        facet: Facet of chat, or aspect category of a review.
        span: The words that name the value; None where a review names no aspect.
        preference: In [-1, 1]; None where it says nothing of the speaker's taste.
        opinion: The words that carry the feeling, or None.
        flags: ``hard``, ``ref``, ``cmp``, ``was``, ``seen``.
        condition: Words under which alone it holds, or "".
    """

    facet: str
    span: tuple[int, int] | None
    preference: float | None
    opinion: tuple[int, int] | None = None
    flags: frozenset[str] = frozenset()
    condition: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class WrittenText:
    """One text of the corpus."""

    text_id: str
    domain: str
    source: Source
    text: str
    asked: str
    entries: tuple[Entry, ...]


def corpus_files() -> tuple[Traversable, ...]:
    """The files of the corpus, the held-out one among them, by name."""
    folder = resources.files("interest.training") / "corpus"
    files = (entry for entry in folder.iterdir() if entry.name.endswith(".jsonl"))
    return tuple(sorted(files, key=lambda entry: entry.name))


def read_corpus(*, held_out: bool) -> list[WrittenText]:
    """The part that is kept apart, or all the others."""
    return [
        text
        for file in corpus_files()
        if (file.name == f"{HELD_OUT}.jsonl") == held_out
        for text in read_written(file)
    ]


def read_written(file: Traversable) -> Iterator[WrittenText]:
    """The texts of one file.

    Raises:
        DataError: A line is not of the format, or a quote does not stand in its text.
    """
    stem = file.name.removesuffix(".jsonl")
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            raw: dict[str, Any] = json.loads(line)
            yield WrittenText(
                text_id=f"{stem}-{number}",
                domain=str(raw["d"]),
                source=Source(raw["s"]),
                text=str(raw["t"]),
                asked=str(raw.get("q", "")),
                entries=tuple(_entry(str(raw["t"]), entry) for entry in raw["i"]),
            )
        except (KeyError, ValueError, TypeError, IndexError) as error:
            raise DataError(
                f"{file.name}, line {number}: {error}.", "The format is in corpus/README.md."
            ) from error


def _entry(text: str, raw: list[Any]) -> Entry:
    facet, quote, preference, *rest = raw
    opinion = str(rest[0]) if rest else ""
    flags = str(rest[1]).split() if len(rest) > 1 else []
    condition = next((flag[5:] for flag in flags if flag.startswith("cond=")), "")
    return Entry(
        facet=str(facet),
        span=None if quote is None else _find(text, str(quote)),
        preference=None if preference is None else float(preference),
        opinion=_find(text, opinion) if opinion else None,
        flags=frozenset(flag for flag in flags if not flag.startswith("cond=")),
        condition=condition.replace("_", " "),
    )


def _find(text: str, quote: str) -> tuple[int, int]:
    """Where a quote stands; ``"words#2"`` is its second place."""
    words, mark, place = quote.rpartition("#")
    if quote in text or not mark or not place.isdigit():
        words, place = quote, "1"
    if place == "1":
        whole = re.search(rf"(?<!\w){re.escape(words)}(?!\w)", text)
        if whole is not None:
            return whole.span()
    start = -1
    for _ in range(int(place)):
        start = text.find(words, start + 1)
        if start < 0:
            raise ValueError(f"{quote!r} does not stand in {text!r}")
    return start, start + len(words)
