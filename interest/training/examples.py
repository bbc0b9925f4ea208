"""Training examples: texts with what is known of each word and each span, and what is not known.

It knows three sources (``ccpe.train``, a part of ``redial.dev``, the written corpus) and which
labels each of them has; it does not know the network. A source without labels of a kind teaches
nothing about that kind: CCPE-M marks genres, titles and people and no moods, so a word that it
leaves bare may still be a mood.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from interest.evidence import Source
from interest.extraction import TextUnit
from interest.interests import NEUTRAL_BELOW
from interest.reader.features import FeatureReader, Observed
from interest.reader.labels import FACETS, N_LABELS, OUTSIDE, Sign, begin, inside
from interest.reading import split_turns
from interest.tokens import Token
from interest.training.corpus import WrittenText

__all__ = [
    "Example",
    "Judged",
    "Pair",
    "ccpe_examples",
    "quad_examples",
    "redial_examples",
    "redial_is_for_training",
    "written_examples",
]

#: Facets that CCPE-M's annotators could call a genre, beside genre itself.
_LOOSE_GENRE = ("theme", "studio", "era")
#: Of turns without a sign, one in so many is kept.
_SILENT_TURNS = 4
_CCPE = ("title", "person", "genre", "theme", "studio", "era")


@dataclass(frozen=True, slots=True)
class Judged:
    """A span of words and how it is judged: ``last`` is inclusive; NaN where not known."""

    first: int
    last: int
    sign: Sign
    strength: float = float("nan")
    hard: float = float("nan")


@dataclass(frozen=True, slots=True)
class Pair:
    """An aspect and the words that judge it; -1 where there are no words."""

    aspect: tuple[int, int]
    opinion: tuple[int, int]
    sign: Sign
    category: int = -1


@dataclass(frozen=True, slots=True)
class Example:
    """One text to learn from.

    Attributes:
        unit: The text.
        observed: Words and features.
        allowed: ``(n_words, N_LABELS) bool``: labels that may be right; None where unknown.
        aspects: ``(n_words,)`` 0 outside, 1 begin, 2 inside; None where unknown.
        opinions: The same for words that judge.
        judged: Spans with their signs.
        pairs: Aspects with opinions; None where unknown.
    """

    unit: TextUnit
    observed: Observed
    allowed: NDArray[np.bool_] | None = None
    aspects: NDArray[np.int64] | None = None
    opinions: NDArray[np.int64] | None = None
    judged: tuple[Judged, ...] = ()
    pairs: tuple[Pair, ...] | None = None
    source: str = field(default="", compare=False)


def words_in(tokens: tuple[Token, ...], span: tuple[int, int]) -> tuple[int, int] | None:
    """First and last word that share characters with a span; None if there is none."""
    inside_ = [i for i, t in enumerate(tokens) if t.start < span[1] and span[0] < t.end]
    return (inside_[0], inside_[-1]) if inside_ else None


def ccpe_examples(path: Path, features: FeatureReader) -> Iterator[Example]:
    """``ccpe.train``: spans of genre, title and person; no signs."""
    for raw in _lines(path):
        unit = TextUnit(text_id=raw["id"], text=raw["text"])
        observed = features.observe(unit)
        allowed = _nothing_of(len(observed.tokens), _CCPE)
        for gold in raw["interests"]:
            span = gold["evidence"] and words_in(observed.tokens, tuple(gold["evidence"]))
            if span:
                facet = gold["facet"]
                _mark(allowed, span, (facet, *_LOOSE_GENRE) if facet == "genre" else (facet,))
        yield Example(unit, observed, allowed=allowed, source="ccpe")


def redial_is_for_training(dialogue_id: str, share: float = 0.6) -> bool:
    """Whether a dialogue of ``redial.dev`` is set aside for training, by a hash of its id."""
    digest = hashlib.sha256(dialogue_id.encode()).digest()
    return digest[0] / 256 < share


def redial_examples(path: Path, features: FeatureReader) -> Iterator[Example]:
    """The training part of ``redial.dev``: titles, and the sign of those the user named.

    Of the turns without a sign every fourth is kept: most of them greet or thank.

    A form filled in after the dialogue says what was liked, so a sign is taken for the last turn
    of the user that names the film.
    """
    for raw in _lines(path):
        if not redial_is_for_training(raw["id"]):
            continue
        turns = [turn for turn in split_turns(raw["text"]) if turn.text.strip()]
        last_named = {
            gold["value"]: max(
                (n for n, t in enumerate(turns) if t.speaker == "USER" and gold["value"] in t.text),
                default=-1,
            )
            for gold in raw["interests"]
        }
        asked = ""
        for number, turn in enumerate(turns):
            if turn.speaker != "USER":
                asked = turn.text
                continue
            unit = TextUnit(text_id=f"{raw['id']}-{number}", text=turn.text, asked=asked)
            observed = features.observe(unit)
            allowed = _nothing_of(len(observed.tokens), ("title",))
            judged: list[Judged] = []
            for gold in raw["interests"]:
                for start in _places(turn.text, gold["value"].strip()):
                    name = gold["value"].strip()
                    span = words_in(observed.tokens, (start, start + len(_without_year(name))))
                    if span is None:
                        continue
                    _mark(allowed, span, ("title",))
                    if gold["polarity"] in (1, -1) and last_named[gold["value"]] == number:
                        sign = Sign.LIKED if gold["polarity"] > 0 else Sign.DISLIKED
                        judged.append(Judged(*span, sign))
            if judged or number % _SILENT_TURNS == 0:
                yield Example(
                    unit, observed, allowed=allowed, judged=tuple(judged), source="redial"
                )


def written_examples(
    texts: Iterable[WrittenText], chat: FeatureReader, reviews: FeatureReader
) -> Iterator[Example]:
    """The written corpus: everything is marked."""
    for text in texts:
        unit = TextUnit(text_id=text.text_id, text=text.text, source=text.source, asked=text.asked)
        if text.source is Source.REVIEW:
            yield _review(text, unit, reviews.observe(unit))
        else:
            yield _chat(text, unit, chat.observe(unit))


def quad_examples(path: Path, features: FeatureReader, categories: list[str]) -> Iterator[Example]:
    """ASQP: (category, aspect, opinion, sign); for evaluation only.

    Args:
        categories: The closed set; unknown ones are added to it.
    """
    for raw in _lines(path):
        unit = TextUnit(text_id=raw["id"], text=raw["text"], source=Source.REVIEW)
        observed = features.observe(unit)
        found: list[tuple[tuple[int, int], tuple[int, int], int, int]] = []
        for gold in raw["interests"]:
            if gold["facet"] not in categories:
                categories.append(gold["facet"])
            found.append(
                (
                    _phrase(observed.tokens, unit.text, gold["value"], gold["evidence"]),
                    _phrase(observed.tokens, unit.text, gold["opinion"], gold["evidence"]),
                    int(gold["polarity"]),
                    categories.index(gold["facet"]),
                )
            )
        pairs = tuple(Pair(a, o, _sign(float(p)), c) for a, o, p, c in found)
        yield _with_pairs(unit, observed, pairs, "asqp")


def _phrase(
    tokens: tuple[Token, ...], text: str, words: str | None, near: list[int] | None
) -> tuple[int, int]:
    """Where words stand, the place inside ``near`` first; (-1, -1) for none."""
    if not words:
        return (-1, -1)
    places = [(s, s + len(words)) for s in _places(text, words)]
    if near:
        places.sort(key=lambda span: not (near[0] <= span[0] and span[1] <= near[1]))
    for place in places:
        whole = words_in(tokens, place)
        if whole is not None:
            return whole
    return (-1, -1)


def _review(text: WrittenText, unit: TextUnit, observed: Observed) -> Example:
    pairs: list[Pair] = []
    for entry in text.entries:
        aspect = entry.span and words_in(observed.tokens, entry.span)
        opinion = entry.opinion and words_in(observed.tokens, entry.opinion)
        if entry.preference is not None:
            pairs.append(Pair(aspect or (-1, -1), opinion or (-1, -1), _sign(entry.preference)))
    return _with_pairs(unit, observed, tuple(pairs), "reviews")


def _with_pairs(
    unit: TextUnit, observed: Observed, pairs: tuple[Pair, ...], source: str
) -> Example:
    n = len(observed.tokens)
    return Example(
        unit,
        observed,
        aspects=_tags(n, (pair.aspect for pair in pairs)),
        opinions=_tags(n, (pair.opinion for pair in pairs)),
        judged=tuple(
            Judged(*span, pair.sign)
            for pair in pairs
            for span in (pair.aspect, pair.opinion)
            if span[0] >= 0
        ),
        pairs=pairs,
        source=source,
    )  # fmt: skip


def _chat(text: WrittenText, unit: TextUnit, observed: Observed) -> Example:
    allowed = _nothing_of(len(observed.tokens), FACETS)
    judged: list[Judged] = []
    opinions: list[tuple[int, int]] = []
    for entry in text.entries:
        span = entry.span and words_in(observed.tokens, entry.span)
        if not span:
            continue
        _mark(allowed, span, (entry.facet,))
        strength = float("nan") if entry.preference is None else abs(entry.preference)
        hard = float("nan") if entry.preference is None else float("hard" in entry.flags)
        judged.append(Judged(*span, _sign(entry.preference), strength, hard))
        opinion = entry.opinion and words_in(observed.tokens, entry.opinion)
        if opinion:
            opinions.append(opinion)
    return Example(
        unit,
        observed,
        allowed=allowed,
        opinions=_tags(len(observed.tokens), opinions),
        judged=tuple(judged),
        source="chat",
    )


def _sign(preference: float | None) -> Sign:
    if preference is None:
        return Sign.NONE
    if abs(preference) < NEUTRAL_BELOW:
        return Sign.NEUTRAL
    return Sign.LIKED if preference > 0 else Sign.DISLIKED


def _nothing_of(n_words: int, facets: tuple[str, ...]) -> NDArray[np.bool_]:
    """Every word may be outside, or anything that is not of these facets."""
    allowed = np.ones((n_words, N_LABELS), dtype=bool)
    for facet in facets:
        kind = FACETS.index(facet)
        allowed[:, [begin(kind), inside(kind)]] = False
    return allowed


def _mark(allowed: NDArray[np.bool_], span: tuple[int, int], facets: tuple[str, ...]) -> None:
    """The words of a span are of one of these facets."""
    first, last = span
    kinds = [FACETS.index(facet) for facet in facets]
    allowed[first : last + 1] = False
    allowed[first, [begin(kind) for kind in kinds]] = True
    for row in range(first + 1, last + 1):
        allowed[row, [inside(kind) for kind in kinds]] = True


def _tags(n_words: int, spans: Iterable[tuple[int, int]]) -> NDArray[np.int64]:
    tags = np.full(n_words, OUTSIDE, dtype=np.int64)
    for first, last in spans:
        if first >= 0 and not tags[first : last + 1].any():
            tags[first] = 1
            tags[first + 1 : last + 1] = 2
    return tags


def _places(text: str, words: str) -> list[int]:
    places: list[int] = []
    start = text.find(words) if words else -1
    while start >= 0:
        places.append(start)
        start = text.find(words, start + 1)
    return places


def _without_year(title: str) -> str:
    head, bracket, _ = title.rpartition("(")
    return head.rstrip() if bracket else title


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)
