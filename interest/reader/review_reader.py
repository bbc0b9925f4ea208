"""Reads reviews with the trained network: what is judged, in which words, with which sign.

It knows how marked pairs become mentions; it does not know the network. Categories are open: what
is judged is kept in the reviewer's words, so that a new kind of product needs no training.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from interest.domain import Domain, FacetKind
from interest.errors import InputError
from interest.extraction import Mention, TextUnit
from interest.interests import Strictness
from interest.reader.features import FeatureReader, Observed
from interest.reader.labels import Sign
from interest.reader.marks import MarkedPair, Marker
from interest.reader.segments import segments

__all__ = ["OVERALL", "ReviewReader"]

#: The value of a judgement whose subject no word names.
OVERALL = "overall"
_STRENGTH = 0.7


class ReviewReader:
    """The trained extractor of reviews.

    Args:
        domain: One whose first aspect facet names the results.
        marker: The network.
        name: What tables call it.

    Raises:
        InputError: The domain has no aspect facet.
    """

    def __init__(self, domain: Domain, marker: Marker, *, name: str = "trained reader") -> None:
        facets = domain.of_kind(FacetKind.ASPECT)
        if not facets:
            raise InputError(
                f"The domain {domain.name!r} has no aspects.", "Choose one for reviews: products."
            )
        self.domain = domain
        self._facet = facets[0].name
        self._marker = marker
        self._name = name
        self._features = FeatureReader(None)

    @property
    def name(self) -> str:
        return self._name

    def warm_up(self) -> None:
        """Load the network now."""
        self._marker.warm_up()

    def extract(self, units: Sequence[TextUnit]) -> list[tuple[Mention, ...]]:
        pieces = [(n, *piece) for n, unit in enumerate(units) for piece in segments(unit)]
        texts = [unit for _, unit, _ in pieces]
        observed = [self._features.observe(unit) for unit in texts]
        marks = self._marker.mark(texts, observed, reviews=True)
        categories = self._marker.categories
        found: list[list[Mention]] = [[] for _ in units]
        for (n, unit, start), seen, marked in zip(pieces, observed, marks, strict=True):
            for pair in marked.pairs:
                facet = categories[pair.category] if categories else self._facet
                found[n].extend(_mention(unit.text, seen, pair, facet, start))
        return [tuple(sorted(ms, key=lambda m: (m.start, m.end, m.opinion or ()))) for ms in found]


def _mention(
    text: str, seen: Observed, pair: MarkedPair, facet: str, moved: int
) -> Iterator[Mention]:
    aspect = _characters(seen, pair.aspect)
    opinion = _characters(seen, pair.opinion)
    span = aspect or opinion
    if span is None:
        return
    value = OVERALL if aspect is None else " ".join(text[aspect[0] : aspect[1]].lower().split())
    liked, disliked, neutral = (float(pair.signs[sign]) for sign in list(Sign)[:3])
    sure = max(liked, disliked, neutral)
    preference = {liked: _STRENGTH, disliked: -_STRENGTH}.get(sure, 0.0)
    mention = Mention(
        facet=facet,
        value=value,
        preference=preference,
        confidence=round(min(1.0, sure), 3),
        strictness=Strictness.SOFT,
        start=span[0] + moved,
        end=span[1] + moved,
        linked=False,
    )
    if opinion is not None:
        mention = replace(mention, opinion=(opinion[0] + moved, opinion[1] + moved))
    yield mention


def _characters(seen: Observed, words: tuple[int, int] | None) -> tuple[int, int] | None:
    if words is None:
        return None
    return seen.tokens[words[0]].start, seen.tokens[words[1] - 1].end
