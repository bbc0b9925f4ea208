"""Merge: what was just shown goes into a profile.

It is pure: profiles in, profiles out, and the clock is passed in. It knows keys, evidence and
which facets are numbers; it does not know texts, items or where profiles are stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from interest.combine import combine, join_evidence, last_shown
from interest.decay import effective_preference
from interest.domain import Domain, FacetKind, load_domain
from interest.evidence import Source
from interest.interests import Interest, InterestKey
from interest.merge_config import DEFAULT_MERGE, MergeConfig
from interest.profile import InterestProfile, Reaction, ReactionKind
from interest.range_conflicts import as_range, supersedes

__all__ = [
    "DEFAULT_MERGE",
    "MergeConfig",
    "clear_reaction",
    "effective_preference",
    "merge",
    "merge_reactions",
]


def merge(
    profile: InterestProfile,
    interests: Iterable[Interest],
    *,
    now: datetime,
    domain: Domain | None = None,
    config: MergeConfig = DEFAULT_MERGE,
) -> InterestProfile:
    """Merge interests into a profile, in their order.

    Which of two statements is the newer one is told by the time of their latest evidence, so
    that old texts can be read late; at equal times the later one in the list is newer.

    Same key: see :func:`interest.combine.combine`. A hard number range that a newer one
    supersedes (:func:`interest.range_conflicts.supersedes`) stays in the profile with
    ``valid_to`` set, so that its words are not lost and it no longer holds. Only statements under
    the same condition combine or conflict.

    Merging the same interests again changes nothing; interests with different keys can come in
    any order (numbers of one facet: if their times differ).

    Args:
        profile: Is not changed.
        interests: New statements with their evidence.
        now: Becomes ``updated_at`` if anything changed; timezone-aware.
        domain: Tells which facets are numbers; by default the shipped one that the profile names.
        config: Weights and limits.

    Returns:
        The merged profile with the same revision, or ``profile`` itself if nothing changed.

    Raises:
        UnknownNameError: ``domain`` is not given and the profile's is not a shipped one.
    """
    incoming = tuple(interests)
    numeric = _numeric_facets(profile, incoming, domain)
    held = dict(profile.by_key)
    for interest in incoming:
        merged = _absorb(held.get(interest.key), interest, config)
        if held.get(interest.key) == merged:
            continue
        held[interest.key] = merged
        if interest.facet in numeric:
            _end_superseded(held, interest.key, config)
    if tuple(held.values()) == profile.interests:
        return profile
    return replace(profile, interests=tuple(held.values()), updated_at=now)


def _numeric_facets(
    profile: InterestProfile, interests: Sequence[Interest], domain: Domain | None
) -> frozenset[str]:
    """Facets that hold numbers; the domain is only asked if something looks like one.

    A value alone cannot tell: "1917" is also a title.
    """
    if all(as_range(interest.value) is None for interest in interests):
        return frozenset()
    known = domain or load_domain(profile.domain)
    return frozenset(facet.name for facet in known.of_kind(FacetKind.NUMBER))


def _absorb(current: Interest | None, incoming: Interest, config: MergeConfig) -> Interest:
    """The interest after this statement; the current one if it shows nothing new."""
    if current is None:
        kept = join_evidence(incoming.evidence, (), limit=config.max_evidence)
        return replace(incoming, evidence=kept)
    joined = join_evidence(current.evidence, incoming.evidence, limit=config.max_evidence)
    if joined == current.evidence:
        return current
    if last_shown(incoming) < last_shown(current):
        return combine(incoming, current, config=config)
    return combine(current, incoming, config=config)


def _end_superseded(
    held: dict[InterestKey, Interest], key: InterestKey, config: MergeConfig
) -> None:
    """End the older one of each pair that the changed interest conflicts with."""
    for other in tuple(held.values()):
        changed = held[key]
        if other.facet != changed.facet or other.key == key:
            continue
        if other.condition != changed.condition:
            continue  # what holds with the kids takes no place of what holds otherwise
        older, newer = (
            (changed, other) if last_shown(changed) < last_shown(other) else (other, changed)
        )
        moment = max(older.valid_from, last_shown(newer))
        if all(_holds_after(interest, moment) for interest in (older, newer)) and supersedes(
            newer, older, config=config
        ):
            held[older.key] = replace(older, valid_to=moment)


def _holds_after(interest: Interest, moment: datetime) -> bool:
    return interest.valid_to is None or interest.valid_to > moment


def merge_reactions(
    profile: InterestProfile, reactions: Iterable[Reaction], *, now: datetime
) -> InterestProfile:
    """Merge reactions to items: a later one replaces an earlier one.

    One exception: "I've seen it", said in words, adds nothing to an item that was already liked,
    disliked or rejected, and does not take that back; pressing "seen" does.

    Returns:
        The merged profile, or ``profile`` itself if nothing changed.
    """
    held = {reaction.item_id: reaction for reaction in profile.reactions}
    for reaction in reactions:
        current = held.get(reaction.item_id)
        if current is None or _weight(reaction) >= _weight(current):
            held[reaction.item_id] = reaction
    if tuple(held.values()) == profile.reactions:
        return profile
    return replace(profile, reactions=tuple(held.values()), updated_at=now)


def _weight(reaction: Reaction) -> tuple[bool, datetime]:
    only_said = all(quote.source in (Source.CHAT, Source.REVIEW) for quote in reaction.evidence)
    return (not (reaction.kind is ReactionKind.SEEN and only_said), reaction.at)


def clear_reaction(profile: InterestProfile, item_id: str, *, now: datetime) -> InterestProfile:
    """Take a reaction back; a profile without one stays as it is."""
    kept = tuple(reaction for reaction in profile.reactions if reaction.item_id != item_id)
    if kept == profile.reactions:
        return profile
    return replace(profile, reactions=kept, updated_at=now)
