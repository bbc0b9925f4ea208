"""Household: what several people would all like, as one profile, and who each part comes from.

It is pure and knows profiles; it does not know items. The merged profile is for one evening's
question and is not stored: it belongs to nobody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from interest.combine import join_evidence
from interest.errors import InputError
from interest.interests import Interest, InterestKey, Strictness
from interest.merge import DEFAULT_MERGE
from interest.profile import InterestProfile, Reaction, ReactionKind

__all__ = ["Household", "merge_household"]

#: Which of two reactions to one item counts for both: who will not see it again decides.
_FIRST = (
    ReactionKind.REJECTED,
    ReactionKind.DISLIKED,
    ReactionKind.LIKED,
    ReactionKind.SEEN,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Household:
    """Several people as one.

    Attributes:
        profile: What holds for all of them.
        reasons: Interest of the profile → each person who has it, and how they feel.
    """

    profile: InterestProfile
    reasons: Mapping[InterestKey, Mapping[str, Interest]]


def merge_household(profiles: Sequence[InterestProfile], *, now: datetime) -> Household:
    """Merge people's profiles; their order does not matter.

    Least misery decides, after Masthoff ("Group recommender systems", 2011): where people differ
    about a value, the lowest preference holds for all. A demand that one person makes ("never
    horror", "under two hours") is kept. What only one person mentions counts by its share of the
    household, unless it is a dislike. Whatever one of them has already met does not come back.

    Raises:
        InputError: There are fewer than two people, or one of them twice.
    """
    people = sorted(profiles, key=lambda profile: profile.user_id)
    names = [profile.user_id for profile in people]
    if len(set(names)) < 2 or len(set(names)) != len(names):
        raise InputError(f"A household needs two people or more, each once; not {names}.")
    reasons: dict[InterestKey, dict[str, Interest]] = {}
    for profile in people:
        for interest in profile.holding(now):
            reasons.setdefault(interest.key, {})[profile.user_id] = interest
    interests = tuple(_shared(list(reasons[key].values()), len(people)) for key in sorted(reasons))
    merged = InterestProfile(
        user_id=" + ".join(names),
        domain=people[0].domain,
        interests=interests,
        reactions=_reactions(people),
        updated_at=now,
    )
    return Household(profile=merged, reasons=reasons)


def _shared(found: Sequence[Interest], people: int) -> Interest:
    """One value's interest for all; ``found`` has those who have it."""
    lowest = min(found, key=lambda interest: (interest.preference, not interest.is_hard))
    preference = lowest.preference
    demands = [interest for interest in found if interest.is_hard]
    keeps = any(demand.polarity == lowest.polarity for demand in demands)
    if preference > 0 and not keeps:
        preference *= len(found) / people
    evidence = found[0].evidence
    for interest in found[1:]:
        evidence = join_evidence(evidence, interest.evidence, limit=DEFAULT_MERGE.max_evidence)
    return replace(
        lowest,
        preference=preference,
        confidence=min(interest.confidence for interest in found),
        strictness=Strictness.HARD if keeps else Strictness.SOFT,
        linked=any(interest.linked for interest in found),
        valid_from=min(interest.valid_from for interest in found),
        valid_to=None,
        evidence=evidence,
    )


def _reactions(people: Sequence[InterestProfile]) -> tuple[Reaction, ...]:
    found: dict[str, Reaction] = {}
    for reaction in (reaction for profile in people for reaction in profile.reactions):
        held = found.get(reaction.item_id)
        if held is None or _FIRST.index(reaction.kind) < _FIRST.index(held.kind):
            found[reaction.item_id] = reaction
    return tuple(found[item_id] for item_id in sorted(found))
