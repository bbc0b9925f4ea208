"""Bringing a history: what somebody did elsewhere becomes reactions and interests with evidence.

It knows records, items and the extractor; it does not know services or files. A preview is made
first and changes nothing; applying it is one transaction, and applying it again changes nothing.

How a rating becomes a reaction. Ratings are shares of the best one. A person's middle is their mean
rating, drawn towards 0.6 as if ten more ratings stood there, and kept within 0.5 to 0.7. From 0.1
above it something is liked, down from 0.2 below it disliked, in between it is merely seen. So 4 of
5 (8 of 10) is always a like, and 1.5 of 5 (3 of 10) never more than a dislike. A heart is a like.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from interest.domain import Domain, FacetKind
from interest.evidence import Evidence, Source
from interest.extraction import Extractor, TextUnit, interests_from
from interest.interests import Interest
from interest.merge import merge, merge_reactions
from interest.profile import InterestProfile, Reaction, ReactionKind
from interest.store_checks import storable_text
from retrieval.catalogue import Catalogue
from retrieval.history.matching import Match, Matcher
from retrieval.history.records import History, HistoryRecord

__all__ = ["HistoryPreview", "PreviewEntry", "apply_history", "preview_history", "reaction_kind"]

_PRIOR, _PRIOR_MEAN = 10, 0.6
_LOWEST, _HIGHEST = 0.5, 0.7
_ABOVE, _BELOW = 0.1, 0.2
#: Shares such as 0.7 and 0.6 + 0.1 are not exactly equal.
_SLACK = 1e-9
_BATCH = 32


@dataclass(frozen=True, kw_only=True, slots=True)
class PreviewEntry:
    """One record, what it means, and what it would become."""

    record: HistoryRecord
    match: Match
    kind: ReactionKind


@dataclass(frozen=True, kw_only=True, slots=True)
class HistoryPreview:
    """What bringing a file would do. Nothing has been written.

    Attributes:
        service: Whose export it is.
        matched: Records whose item is certain.
        unsure: Records with candidates: the person may choose.
        missing: Records without an item; ``match.how`` says why.
        passed_over: Reason → how many rows are no history.
        problems: Rows that could not be read.
    """

    service: str
    matched: tuple[PreviewEntry, ...]
    unsure: tuple[PreviewEntry, ...]
    missing: tuple[PreviewEntry, ...]
    passed_over: Mapping[str, int]
    problems: tuple[str, ...]


def preview_history(history: History, catalogue: Catalogue) -> HistoryPreview:
    """Match a history to the catalogue and say what would become of it."""
    matcher = Matcher(catalogue)
    ratings = [record.rating for record in history.records if record.rating is not None]
    entries = [
        PreviewEntry(
            record=record, match=matcher.match(record), kind=reaction_kind(record, ratings)
        )
        for record in history.records
    ]
    return HistoryPreview(
        service=history.service,
        matched=tuple(entry for entry in entries if entry.match.item_id),
        unsure=tuple(entry for entry in entries if entry.match.candidates),
        missing=tuple(
            entry for entry in entries if not entry.match.item_id and not entry.match.candidates
        ),
        passed_over=history.passed_over,
        problems=history.problems,
    )


def reaction_kind(record: HistoryRecord, ratings: Sequence[float]) -> ReactionKind:
    """What a record says of liking, among all ratings of the person; see the module."""
    if record.favourite:
        return ReactionKind.LIKED
    if record.rating is None:
        return ReactionKind.SEEN
    mean = (sum(ratings) + _PRIOR * _PRIOR_MEAN) / (len(ratings) + _PRIOR)
    middle = min(max(mean, _LOWEST), _HIGHEST)
    if record.rating >= middle + _ABOVE - _SLACK:
        return ReactionKind.LIKED
    if record.rating <= middle - _BELOW + _SLACK:
        return ReactionKind.DISLIKED
    return ReactionKind.SEEN


def apply_history(
    profile: InterestProfile,
    preview: HistoryPreview,
    *,
    catalogue: Catalogue,
    extractor: Extractor,
    now: datetime,
    choices: Mapping[str, str] | None = None,
) -> InterestProfile:
    """The profile with a history in it.

    Args:
        profile: Is not changed.
        preview: What to bring.
        catalogue: For the items' labels.
        extractor: Reads reviews.
        now: The moment of bringing; stands in for times that the service does not tell.
        choices: Place of an unsure record → the item it is.

    Raises:
        UnknownNameError: A choice names an item that the catalogue has not.
    """
    chosen = dict(choices or {})
    pairs = [(entry, entry.match.item_id) for entry in preview.matched]
    pairs += [(e, chosen[e.record.place]) for e in preview.unsure if e.record.place in chosen]
    held = {reaction.item_id: reaction for reaction in profile.reactions}
    fresh: list[Reaction] = []
    for entry, item_id in pairs:
        label = catalogue.item(item_id).label
        reaction = _reaction(preview.service, entry, item_id, label, now)
        known = held.get(item_id)
        if known is None or not _same_act(known, reaction):
            fresh.append(reaction)
    interests = _from_reviews(preview.service, pairs, extractor, catalogue.domain, now)
    domain = catalogue.domain
    return merge_reactions(merge(profile, interests, now=now, domain=domain), fresh, now=now)


def _same_act(known: Reaction, reaction: Reaction) -> bool:
    """Whether this very row was brought before."""
    mine = {quote.source_id for quote in reaction.evidence}
    return any(quote.source_id in mine for quote in known.evidence)


def _reaction(
    service: str, entry: PreviewEntry, item_id: str, label: str, now: datetime
) -> Reaction:
    record = entry.record
    at = min(record.at or now, now)
    if record.rating_words:
        line = f"rated {label} {record.rating_words} on {service}"
    elif record.favourite:
        line = f"liked {label} on {service}"
    else:
        line = f"seen {label} on {service}"
    evidence = Evidence.whole(
        storable_text(line),
        source=Source.RATING,
        source_id=_source_id(service, item_id, line, entry.kind.value),
        observed_at=at,
    )
    return Reaction(item_id=item_id, kind=entry.kind, evidence=(evidence,), at=at)


def _from_reviews(
    service: str,
    pairs: Iterable[tuple[PreviewEntry, str]],
    extractor: Extractor,
    domain: Domain,
    now: datetime,
) -> list[Interest]:
    """Interests in the person's own words; titles in a review are told by the reactions."""
    titles = {facet.name for facet in domain.of_kind(FacetKind.TITLE)}
    found: list[Interest] = []
    for batch in _batches([pair for pair in pairs if pair[0].record.review]):
        units = [
            TextUnit(
                text_id=_source_id(service, item_id, entry.record.review, "review"),
                text=storable_text(entry.record.review),
                source=Source.REVIEW,
            )
            for entry, item_id in batch
        ]
        for (entry, _), unit, mentions in zip(batch, units, extractor.extract(units), strict=True):
            telling = [m for m in mentions if m.polarity and m.facet not in titles]
            at = min(entry.record.at or now, now)
            found += interests_from(unit, telling, now=at)
    return found


def _batches(
    pairs: Sequence[tuple[PreviewEntry, str]],
) -> Iterator[Sequence[tuple[PreviewEntry, str]]]:
    for start in range(0, len(pairs), _BATCH):
        yield pairs[start : start + _BATCH]


def _source_id(*parts: str) -> str:
    """The same row always has the same id, so that it is known when it comes again."""
    digest = hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
    return f"{parts[0].lower()}-{digest[:24]}"
