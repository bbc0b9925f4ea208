"""Extraction by rules: no model, sub-millisecond, and every mention in the text's own words.

It knows how namings, numbers and signs come together; it does not know how each is found (see
:mod:`interest.naming`, :mod:`interest.numbers`, :mod:`interest.signs`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from interest.bare_requests import Bare, bare_reading
from interest.changed_gazetteer import ChangedGazetteer
from interest.conditions import with_conditions
from interest.domain import Domain, Facet, FacetKind
from interest.evidence import Source
from interest.extraction import Mention, Relation, TextUnit
from interest.gazetteer import Form, Gazetteer
from interest.interests import Strictness
from interest.lexicon import load_lexicon
from interest.linking import Linker, choose
from interest.naming import Namer, Naming, common_words
from interest.numbers import NumberSpan, durations_in, years_in
from interest.ranges import NumberRange
from interest.reactions import ReactionReader
from interest.signs import Judgement, SignReader, Spot
from interest.surface import Surface
from interest.tokens import Token, tokenize
from interest.unknown import UnknownNamer
from interest.vocabulary import Vocabulary, VocabularyChange

__all__ = ["Analysis", "Draft", "GazetteerExtractor", "RuleExtractor", "without_repeats"]

_BOUND_PREFERENCE = 0.8


class GazetteerExtractor:
    """The plain baseline: full names and aliases, everyday words left out, always liked.

    Args:
        domain: Facets and aliases.
        vocabulary: The catalogue's values.
        gazetteer: The names of both, if they were read already.
    """

    def __init__(
        self, domain: Domain, vocabulary: Vocabulary, gazetteer: Gazetteer | None = None
    ) -> None:
        self._domain = domain
        self._gazetteer = gazetteer or Gazetteer(domain, vocabulary)

    @property
    def name(self) -> str:
        return "gazetteer"

    def extract(self, units: Sequence[TextUnit]) -> list[tuple[Mention, ...]]:
        return [tuple(self._read(unit.text)) for unit in units]

    def _read(self, text: str) -> Iterator[Mention]:
        tokens = tokenize(text)
        taken = 0
        for found in self._gazetteer.find(tokens):
            named = [n for n in found.payloads if n.form in (Form.FULL, Form.TRIMMED, Form.ALIAS)]
            words = tokens[found.first : found.last]
            if found.first < taken or not named or self._is_everyday(choose(named).facet, words):
                continue
            best = choose(named)
            taken = found.last
            for value in (best.value, *best.also):
                yield Mention(
                    facet=best.facet,
                    value=value,
                    preference=1.0,
                    confidence=0.5,
                    strictness=Strictness.SOFT,
                    start=words[0].start,
                    end=words[-1].end,
                    item_ids=best.item_ids,
                )

    def _is_everyday(self, facet: str, words: Sequence[Token]) -> bool:
        kind = self._domain.facet(facet).kind
        return kind in (FacetKind.TITLE, FacetKind.ENTITY) and all(
            token.norm in common_words() or token.norm.isdigit() for token in words
        )


@dataclass(frozen=True, slots=True)
class Draft:
    """A mention before its sign is known: a naming or a number, and its tokens."""

    spot: Spot
    naming: Naming | None = None
    number: NumberSpan | None = None
    facet: Facet | None = None


@dataclass(frozen=True, slots=True)
class Analysis:
    """What the rules see in a text before it becomes mentions.

    Attributes:
        tokens: The text's tokens.
        candidates: Everything that words could name, with what speaks for it.
        drafts: What is taken to be named, by first token.
        judgements: How the speaker feels about each draft.
    """

    tokens: tuple[Token, ...]
    candidates: tuple[Naming, ...]
    drafts: tuple[Draft, ...]
    judgements: tuple[Judgement, ...]


class RuleExtractor:
    """Everything that rules can read: names, numbers, signs, strictness and relation.

    Args:
        domain: Facets, aliases and cue words.
        vocabulary: The catalogue's values.
        gazetteer: The names of both, if they were read already.
        unknown: Whether capitalised names that no catalogue has are kept, unlinked.
        linker: Links with the names of both, if there is one already.
    """

    def __init__(
        self,
        domain: Domain,
        vocabulary: Vocabulary,
        gazetteer: Gazetteer | None = None,
        *,
        unknown: bool = True,
        linker: Linker | None = None,
    ) -> None:
        self.domain = domain
        self.linker = linker or Linker(domain, vocabulary, gazetteer)
        self.gazetteer = self.linker.gazetteer
        self._vocabulary = vocabulary
        self.namer = Namer(domain, self.gazetteer)
        self._unknown = UnknownNamer(self.namer, self.linker) if unknown else None
        self._signs = SignReader(load_lexicon(), self.namer.words("noun"))
        self._react = ReactionReader(load_lexicon(), self.namer.words("noun"))

    def changed(self, change: VocabularyChange) -> RuleExtractor:
        """An extractor for a vocabulary that differs a little; this one stays as it is."""
        linker = self.linker.changed(ChangedGazetteer(self.gazetteer, change))
        unknown = self._unknown is not None
        return RuleExtractor(self.domain, self._vocabulary, unknown=unknown, linker=linker)

    @property
    def name(self) -> str:
        return "rules"

    def extract(self, units: Sequence[TextUnit]) -> list[tuple[Mention, ...]]:
        return [self.read(unit) for unit in units]

    def read(self, unit: TextUnit) -> tuple[Mention, ...]:
        """The mentions of one text, by start offset."""
        return self.conclude(unit, self.analyse(unit))

    def analyse(self, unit: TextUnit) -> Analysis:
        """What the text could name, what it does name, and how that is judged."""
        tokens = tokenize(unit.text)
        surface = Surface(unit.text, tokens, self.namer.words("not_a_name"))
        candidates = self.namer.candidates(surface, unit.asked)
        drafts = self._drafts(unit.text, tokens, self._accepted(surface, candidates))
        judgements = self.judge(unit, tokens, [draft.spot for draft in drafts])
        return Analysis(tokens, tuple(candidates), tuple(drafts), tuple(judgements))

    def judge(
        self, unit: TextUnit, tokens: Sequence[Token], spots: Sequence[Spot]
    ) -> list[Judgement]:
        """How the text judges each of these places, by rules."""
        # A review asks for nothing: its bare phrases describe.
        bare = bare_reading(unit.asked) if unit.source is Source.CHAT else Bare.TASTE
        return self._signs.read(unit.text, tokens, spots, bare)

    def conclude(self, unit: TextUnit, analysis: Analysis) -> tuple[Mention, ...]:
        """The mentions that an analysis amounts to, by start offset."""
        tokens = analysis.tokens
        mentions = [
            mention
            for draft, judgement in zip(analysis.drafts, analysis.judgements, strict=True)
            for mention in self.mentions_of(tokens, draft, judgement)
        ]
        mentions.extend(self.reactions(unit, analysis))
        ordered = sorted(mentions, key=lambda m: (m.start, m.end, m.facet, m.value))
        return tuple(without_repeats(with_conditions(unit, tokens, ordered, self.domain)))

    def _accepted(self, surface: Surface, candidates: Sequence[Naming]) -> list[Naming]:
        namings = self.namer.accepted(surface, candidates)
        return namings if self._unknown is None else self._unknown.extend(surface, namings)

    def reactions(self, unit: TextUnit, analysis: Analysis) -> Iterator[Mention]:
        """What the text says of things that only the other side named."""
        tokens, drafts = analysis.tokens, analysis.drafts
        if not unit.asked:
            return
        own = {draft.naming.value for draft in drafts if draft.naming is not None}
        asked = tokenize(unit.asked)
        surface = Surface(unit.asked, asked, self.namer.words("not_a_name"))
        named = [
            naming
            for naming in self._accepted(surface, self.namer.candidates(surface))
            if naming.value not in own
        ]
        # Films are reacted to as a whole; of kinds of film one is asked.
        items = [n for n in named if n.kind is FacetKind.TITLE] or named
        names = [(d.spot.first, d.spot.last) for d in drafts]
        reaction = self._react.read(unit.text, tokens, names, unit.asked, len(items))
        if reaction is None:
            return
        start, end = tokens[reaction.first].start, tokens[reaction.last - 1].end
        for target in reaction.targets:
            naming = items[target]
            yield Mention(
                facet=naming.facet,
                value=naming.value,
                preference=reaction.preference,
                confidence=reaction.confidence,
                strictness=Strictness.SOFT,
                start=start,
                end=end,
                linked=naming.linked,
                item_ids=naming.item_ids,
                opinion=(start, end),
                relation=reaction.relation,
            )

    def _drafts(self, text: str, tokens: Sequence[Token], namings: Sequence[Naming]) -> list[Draft]:
        drafts = [
            draft
            for draft in self._number_drafts(text, tokens)
            if not any(_in_title(draft.spot, naming) for naming in namings)
        ]
        covered = {i for draft in drafts for i in range(draft.spot.first, draft.spot.last)}
        for naming in namings:
            if not covered.intersection(range(naming.first, naming.last)):
                drafts.append(Draft(self.spot(naming), naming=naming))
        return sorted(drafts, key=lambda draft: draft.spot.first)

    def spot(self, naming: Naming) -> Spot:
        """Where a naming stands, and what kind of thing it names."""
        return Spot(
            naming.first,
            naming.last,
            name=naming.kind in (FacetKind.TITLE, FacetKind.ENTITY),
            quality=naming.facet in self.namer.words("quality_facet"),
            form=naming.facet in self.namer.words("tolerated_facet"),
        )

    def _number_drafts(self, text: str, tokens: Sequence[Token]) -> Iterator[Draft]:
        for facet in self.domain.of_kind(FacetKind.NUMBER):
            for span in durations_in(text) if facet.unit == "min" else years_in(text):
                inside = [i for i, t in enumerate(tokens) if span.start <= t.start < span.end]
                if inside:
                    spot = Spot(inside[0], inside[-1] + 1, number=True, place=not span.one_sided)
                    yield Draft(spot, number=span, facet=facet)

    def mentions_of(
        self, tokens: Sequence[Token], draft: Draft, judgement: Judgement
    ) -> Iterator[Mention]:
        """One mention for a number, one per value for a naming."""
        if draft.number is not None and draft.facet is not None:
            yield _number_mention(draft.facet, draft.number, judgement, tokens)
        elif draft.naming is not None:
            yield from self._named_mentions(draft.naming, judgement, tokens)

    def _named_mentions(
        self, naming: Naming, judgement: Judgement, tokens: Sequence[Token]
    ) -> Iterator[Mention]:
        if naming.also and judgement.preference < 0:
            naming = self._as_one(naming, tokens)
        for value in (naming.value, *naming.also):
            yield Mention(
                facet=naming.facet,
                value=value,
                preference=judgement.preference,
                confidence=round(judgement.confidence * _surety(naming), 3),
                strictness=_strictness(naming, judgement),
                start=tokens[naming.first].start,
                end=tokens[naming.last - 1].end,
                linked=naming.linked,
                item_ids=naming.item_ids,
                opinion=_span(judgement.opinion, tokens),
                relation=judgement.relation,
            )

    def _as_one(self, naming: Naming, tokens: Sequence[Token]) -> Naming:
        """Who dislikes romcoms dislikes neither romance nor comedy: the open facet has a word."""
        words = " ".join(token.norm for token in tokens[naming.first : naming.last])
        whole = [
            named
            for named in self.gazetteer.get(words)
            if self.domain.facet(named.facet).kind is FacetKind.OPEN
        ]
        if not whole:
            return naming
        return replace(naming, facet=whole[0].facet, value=whole[0].value, also=())


def without_repeats(mentions: Sequence[Mention]) -> Iterator[Mention]:
    """A text shows one opinion of a value, under one condition, once, however often it returns."""
    seen: set[tuple[str, str, int, tuple[int, int] | None]] = set()
    for mention in mentions:
        key = (mention.facet, mention.value, mention.polarity, mention.condition)
        if key not in seen:
            seen.add(key)
            yield mention


def _strictness(naming: Naming, judgement: Judgement) -> Strictness:
    """Asking for one item by name rules out no other: "recommend only X" is no condition."""
    if naming.kind is FacetKind.TITLE and judgement.preference > 0:
        return Strictness.SOFT
    return judgement.strictness


def _in_title(spot: Spot, naming: Naming) -> bool:
    """Whether a number is part of a longer title: "The Legend of 1900"."""
    longer = naming.last - naming.first > spot.last - spot.first
    inside = naming.first <= spot.first and spot.last <= naming.last
    return naming.linked and naming.kind is FacetKind.TITLE and longer and inside


def _surety(naming: Naming) -> float:
    """How sure a naming of this score is, in (0, 1)."""
    return min(1.0, 0.55 + 0.12 * naming.score)


def _span(tokens_span: tuple[int, int] | None, tokens: Sequence[Token]) -> tuple[int, int] | None:
    if tokens_span is None:
        return None
    first, last = tokens_span
    return tokens[first].start, tokens[last - 1].end


def _number_mention(
    facet: Facet, number: NumberSpan, judgement: Judgement, tokens: Sequence[Token]
) -> Mention:
    """A bound is a condition: refusing what lies before 1980 is asking for 1980 and later."""
    value, preference, strictness = number.value, judgement.preference, judgement.strictness
    relation = judgement.relation
    if number.one_sided:
        if preference < 0:
            # Years are whole; a length of time has no next one.
            value = _complement(value, step=0 if facet.unit else 1)
        # What is merely allowed ("longer than two hours is fine") is no condition.
        allowed = preference == 0 and judgement.opinion is not None
        preference = 0.0 if allowed else _BOUND_PREFERENCE
        if not allowed and (relation is not Relation.TASTE or judgement.opinion is None):
            strictness, relation = Strictness.HARD, Relation.WISH
    return Mention(
        facet=facet.name,
        value=str(value),
        preference=preference,
        confidence=0.9,
        strictness=strictness,
        start=number.start,
        end=number.end,
        opinion=_span(judgement.opinion, tokens),
        relation=relation,
    )


def _complement(value: NumberRange, *, step: int) -> NumberRange:
    """The other side of a one-sided range, ``step`` away from its end."""
    if value.low is None and value.high is not None:
        return NumberRange(low=value.high + step)
    if value.high is None and value.low is not None:
        return NumberRange(high=value.low - step)
    return value
