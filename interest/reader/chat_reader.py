"""Reads chat with the trained network: which words name what, and how the speaker feels about it.

It knows how marked spans, the catalogue's names and the rules come together; it does not know the
network. The network decides what is named and how it is judged. Rules read what they are exact at:
numbers and their limits, what a demand is to the request, and "I loved that one".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from interest.conditions import with_conditions
from interest.domain import Domain, FacetKind
from interest.extraction import Mention, Relation, TextUnit, moved
from interest.interests import Strictness
from interest.naming import Naming
from interest.reader.features import FeatureReader, Observed
from interest.reader.labels import FACETS, Sign
from interest.reader.marks import MarkedSpan, Marker
from interest.reader.segments import segments
from interest.rule_extractor import Analysis, Draft, RuleExtractor, without_repeats
from interest.signs import Judgement
from interest.tokens import Token

__all__ = ["ChatReader"]

#: From this probability on, words say nothing of the speaker's taste.
_NOT_TASTE = 0.5
#: What words of dislike that the rules found add to the odds of a dislike.
_SAID = 1000.0
_OTHER = Judgement(0.0, 1.0, Strictness.SOFT, Relation.OTHER, None)
#: From this probability on, a number is no limit: the rules read limits well.
_NO_LIMIT = 0.9
#: From this probability on, a wish is a demand.
_HARD = 0.5
#: Words between two names.
_JOINTS = frozenset({"and", "or", "n", "plus"})
_WORDY = (FacetKind.CATEGORY, FacetKind.OPEN)
#: What speaks for a name that only the network found.
_MARKED_SCORE = 3.0
#: Weakest strength of what is liked or disliked at all.
_FAINT = 0.15


@dataclass(frozen=True, slots=True)
class _Found:
    """A draft, and what the network says of it; None where rules alone read it."""

    draft: Draft
    marked: MarkedSpan | None


class ChatReader:
    """The trained extractor of chat.

    Args:
        rules: Know the catalogue's names, numbers and reactions.
        marker: The network.
        name: What tables call it.
    """

    def __init__(
        self, rules: RuleExtractor, marker: Marker, *, name: str = "trained reader"
    ) -> None:
        self.rules = rules
        self._marker = marker
        self._name = name
        self._features = FeatureReader(rules)

    @property
    def name(self) -> str:
        return self._name

    @property
    def domain(self) -> Domain:
        return self.rules.domain

    def warm_up(self) -> None:
        """Load the network now."""
        self._marker.warm_up()

    def extract(self, units: Sequence[TextUnit]) -> list[tuple[Mention, ...]]:
        pieces = [(n, *piece) for n, unit in enumerate(units) for piece in segments(unit)]
        texts = [unit for _, unit, _ in pieces]
        observed = [self._features.observe(unit) for unit in texts]
        marks = self._marker.mark(texts, observed, reviews=False)
        found: list[list[Mention]] = [[] for _ in units]
        for (n, unit, start), seen, marked in zip(pieces, observed, marks, strict=True):
            read = sorted(self._mentions(unit, seen, marked.spans), key=_place)
            conditional = with_conditions(unit, seen.tokens, read, self.domain)
            found[n] += [moved(mention, start) for mention in conditional]
        return [tuple(without_repeats(sorted(ms, key=_place))) for ms in found]

    def _mentions(
        self, unit: TextUnit, seen: Observed, spans: Sequence[MarkedSpan]
    ) -> Iterator[Mention]:
        if seen.analysis is None:
            return
        if any(token.unspaced for token in seen.tokens):
            # The network has read no Chinese or Japanese; the rules know some of their words.
            yield from self.rules.conclude(unit, seen.analysis)
            return
        found = self._found(unit, seen.analysis, spans)
        judgements = self.rules.judge(unit, seen.tokens, [one.draft.spot for one in found])
        for one, judgement in zip(found, judgements, strict=True):
            read = judgement if one.marked is None else _read(judgement, one.marked)
            if read is _OTHER and one.draft.number is not None:
                continue
            for mention in self.rules.mentions_of(seen.tokens, one.draft, read):
                if one.marked is None:
                    yield mention
                else:
                    sure = one.marked.probability * float(one.marked.signs.max())
                    yield replace(mention, confidence=round(min(1.0, sure), 3))
        drafts = tuple(one.draft for one in found)
        yield from self.rules.reactions(unit, replace(seen.analysis, drafts=drafts))

    def _found(
        self, unit: TextUnit, analysis: Analysis, spans: Sequence[MarkedSpan]
    ) -> list[_Found]:
        """What is named: by the network, and by rules where it has no say."""
        found: list[_Found] = []
        for span in (part for marked in spans for part in _names_apart(marked, analysis)):
            if span.facet not in self.domain.by_name:
                continue
            if self.domain.facet(span.facet).kind is FacetKind.NUMBER:
                continue
            drafts = self._drafts(unit.text, analysis, span)
            found += [_Found(draft, span) for draft in drafts]
        taken = {i for one in found for i in range(one.draft.spot.first, one.draft.spot.last)}
        for draft in analysis.drafts:
            places = range(draft.spot.first, draft.spot.last)
            foreign = draft.naming is not None and draft.naming.facet not in FACETS
            if (draft.number is not None or foreign) and not taken.intersection(places):
                found.append(_Found(draft, _number_mark(draft, spans)))
        return sorted(found, key=lambda one: one.draft.spot.first)

    def _drafts(self, text: str, analysis: Analysis, span: MarkedSpan) -> list[Draft]:
        """The marked words as namings: those that the rules found there, else linked anew.

        "action adventure" may be marked as one kind and holds two.
        """
        same = [
            draft
            for draft in analysis.drafts
            if draft.naming is not None
            and draft.naming.facet == span.facet
            and draft.spot.first < span.last
            and span.first < draft.spot.last
        ]
        if same:
            return same
        wider = [draft for draft in analysis.drafts if self._covers(draft, span)]
        if wider:
            return wider[:1]
        naming = self._linked(text, analysis, span)
        return [Draft(self.rules.spot(naming), naming=naming)]

    def _covers(self, draft: Draft, span: MarkedSpan) -> bool:
        """Whether the domain knows a longer phrase for a word: "scary movies" are horror."""
        named = draft.naming is not None and draft.naming.linked and draft.naming.kind in _WORDY
        wordy = self.domain.facet(span.facet).kind in _WORDY
        inside = draft.spot.first <= span.first and span.last <= draft.spot.last
        longer = draft.spot.last - draft.spot.first > span.last - span.first
        return named and wordy and inside and longer

    def _linked(self, text: str, analysis: Analysis, span: MarkedSpan) -> Naming:
        known = [n for n in analysis.candidates if (n.first, n.last) == (span.first, span.last)]
        inside = [naming for naming in known if naming.facet == span.facet]
        if inside:
            return max(inside, key=lambda naming: naming.score)
        words = _words(text, analysis.tokens, span)
        kind = self.domain.facet(span.facet).kind
        linked = self.rules.linker.link(span.facet, words)
        if linked is None and kind in _WORDY:
            # The domain has its own place for the word: "animated" is a genre of films.
            placed = [naming for naming in known if naming.kind in _WORDY]
            if placed:
                return max(placed, key=lambda naming: naming.score)
        values = (words,) if linked is None else linked.values
        return Naming(
            span.first,
            span.last,
            span.facet if linked is None else linked.facet,
            values[0],
            kind,
            _MARKED_SCORE,
            also=values[1:],
            item_ids=() if linked is None else linked.item_ids,
            linked=linked is not None,
        )


def _read(judgement: Judgement, marked: MarkedSpan) -> Judgement:
    """The network's sign and strength, with the rules' words and relation."""
    if marked.signs[Sign.NONE] >= _NOT_TASTE:
        return _OTHER
    signs = marked.signs[: Sign.NONE].copy()
    if judgement.preference < 0 and judgement.opinion is not None:
        signs[Sign.DISLIKED] *= _SAID
    sign = Sign(int(signs.argmax()))
    direction = {Sign.LIKED: 1.0, Sign.DISLIKED: -1.0}.get(sign, 0.0)
    agrees = direction * judgement.preference > 0
    # Words of feeling that the lexicon knows say how strong it is: "adore" is more than "like".
    told = abs(judgement.preference) if agrees and judgement.opinion else marked.strength
    preference = direction * max(_FAINT, round(told, 2))
    hard = marked.hard >= _HARD or (agrees and judgement.strictness is Strictness.HARD)
    relation = judgement.relation
    if hard and preference and relation is Relation.TASTE and marked.hard >= _HARD:
        relation = Relation.WISH
    return replace(
        judgement,
        preference=preference,
        strictness=Strictness.HARD if hard and preference else Strictness.SOFT,
        relation=relation,
        opinion=judgement.opinion if agrees else None,
    )


def _names_apart(span: MarkedSpan, analysis: Analysis) -> list[MarkedSpan]:
    """ "Alien and Heat", marked as one title, is two that the catalogue has."""
    names = {(n.first, n.last) for n in analysis.candidates if n.facet == span.facet}
    if (span.first, span.last) in names:
        return [span]
    places = range(span.first, span.last)
    joints = [place for place in places if analysis.tokens[place].norm in _JOINTS]
    borders = [span.first - 1, *joints, span.last]
    parts = [(a + 1, b) for a, b in pairwise(borders) if a + 1 < b]
    if not joints or not all(part in names for part in parts):
        return [span]
    return [replace(span, first=first, last=last) for first, last in parts]


def _number_mark(draft: Draft, spans: Sequence[MarkedSpan]) -> MarkedSpan | None:
    """What the network says of a number that it marks too: only that it is no taste counts."""
    for span in spans:
        overlaps = span.first < draft.spot.last and draft.spot.first < span.last
        if overlaps and draft.number is not None and span.signs[Sign.NONE] >= _NO_LIMIT:
            return span
    return None


def _words(text: str, tokens: Sequence[Token], span: MarkedSpan) -> str:
    return " ".join(text[tokens[span.first].start : tokens[span.last - 1].end].split())


def _place(mention: Mention) -> tuple[int, int, str, str]:
    return mention.start, mention.end, mention.facet, mention.value
