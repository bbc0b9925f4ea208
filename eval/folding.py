"""Predictions in the terms of the gold: finer facets folded, foreign ones left out.

It knows facet names; it does not know how predictions are matched.

A system may tell more than a data set has labels for. A prediction in a facet that gold does not
use anywhere in the file is *left out*: neither right nor wrong, but counted and shown. A prediction
in a finer facet (mood) may be *folded* into the gold's coarser one (genre); a domain file says
which (``Domain.fold``). A facet that gold uses itself is never folded. Where both a folded and
another reading claim the same words, they are one reading: the one in the gold's own facet, else
the surest. So are the values of a compound: "romantic comedy" is romance and comedy to us, and one
span to annotators.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from eval.cases import Case, Speaker
from eval.values import same_value
from interest.errors import InputError
from interest.extraction import Mention

__all__ = ["Prediction", "in_gold_terms", "parse_fold"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Prediction:
    """A mention as it is compared with gold.

    Attributes:
        mention: What was predicted.
        facet: Its facet in the gold's terms.
        quote: Its words in the text.
        opinion: The words that carry the sign, or None.
        counted: Whether gold uses the facet; if not, typed measures leave it out.
    """

    mention: Mention
    facet: str
    quote: str
    opinion: str | None
    counted: bool

    @property
    def span(self) -> tuple[int, int]:
        return (self.mention.start, self.mention.end)

    @property
    def folded(self) -> bool:
        return self.facet != self.mention.facet


def parse_fold(pairs: Iterable[str]) -> dict[str, str]:
    """Read ``["mood=genre", "theme=genre"]``.

    Raises:
        InputError: An entry is not ``predicted=gold``.
    """
    fold: dict[str, str] = {}
    for pair in pairs:
        fine, equals, coarse = (part.strip() for part in pair.partition("="))
        if not (fine and equals and coarse):
            raise InputError(f"{pair!r} does not fold a facet.", "Write predicted=gold.")
        fold[fine] = coarse
    return fold


def in_gold_terms(
    case: Case,
    mentions: Sequence[Mention],
    *,
    fold: Mapping[str, str],
    gold_facets: Collection[str],
) -> tuple[Prediction, ...]:
    """Fold and mark the mentions of one case, in the order of their spans."""
    names = {facet.casefold(): facet for facet in gold_facets}
    predictions: list[Prediction] = []
    for mention in sorted(mentions, key=lambda m: (m.start, m.end, m.facet)):
        known = mention.facet.casefold() in names
        folded = mention.facet if known else fold.get(mention.facet, mention.facet)
        predictions.append(
            Prediction(
                mention=mention,
                facet=names.get(folded.casefold(), folded),
                quote=case.text[mention.start : mention.end],
                opinion=None if mention.opinion is None else case.text[slice(*mention.opinion)],
                counted=folded.casefold() in names,
            )
        )
    once = _one_reading_per_words(case, predictions)
    return _last_word_per_value(once) if case.speaker is Speaker.DIALOGUE else once


def _one_reading_per_words(case: Case, predictions: Sequence[Prediction]) -> tuple[Prediction, ...]:
    """Of overlapping predictions that only folding made alike, keep one; and of the values that
    the same words stand for together ("romantic comedy"), which gold marks as one."""
    kept: list[Prediction] = []
    for one in sorted(predictions, key=lambda p: (p.folded, -p.mention.confidence)):
        if not any(_made_alike(case, one, other) for other in kept):
            kept.append(one)
    return tuple(sorted(kept, key=lambda p: (p.span, p.mention.facet)))


def _made_alike(case: Case, one: Prediction, other: Prediction) -> bool:
    overlap = other.span[0] < one.span[1] and one.span[0] < other.span[1]
    compound = one.span == other.span and _is_one_to_gold(case, one.span)
    return overlap and one.facet == other.facet and (one.folded or other.folded or compound)


def _is_one_to_gold(case: Case, span: tuple[int, int]) -> bool:
    """Whether annotators of a chat turn marked at most one thing on these words."""
    spans = [gold.evidence for gold in case.interests]
    if case.speaker is not Speaker.USER or None in spans:
        return False
    return sum(s[0] < span[1] and span[0] < s[1] for s in spans if s is not None) <= 1


def _last_word_per_value(predictions: Sequence[Prediction]) -> tuple[Prediction, ...]:
    """In a dialogue a value counts once; the last turn in which it has a sign decides."""
    kept: list[Prediction] = []
    for one in predictions:
        same = next(
            (
                n
                for n, other in enumerate(kept)
                if other.facet == one.facet and same_value(other.mention.value, one.mention.value)
            ),
            None,
        )
        if same is None:
            kept.append(one)
        elif one.mention.polarity != 0:
            kept[same] = one
    return tuple(kept)
