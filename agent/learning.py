"""What a turn teaches: mentions become interests and reactions, merged into the profile.

It knows mentions and profiles; it does not know how mentions are read, or the store. Only the
person's own words are learned; what Palate said never is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from interest.evidence import Evidence
from interest.extraction import Mention, Relation, TextUnit, interests_from, quoted_span
from interest.interests import Interest
from interest.merge import merge, merge_reactions
from interest.profile import InterestProfile, Reaction, ReactionKind
from interest.store import Event, EventKind

__all__ = ["Lesson", "learn"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Lesson:
    """What a turn changed.

    Attributes:
        profile: The profile after the turn.
        interests: The interests as the profile now holds them, those that this turn showed.
        events: For the log; empty if nothing was learned.
    """

    profile: InterestProfile
    interests: tuple[Interest, ...]
    events: tuple[Event, ...]


def learn(
    profile: InterestProfile,
    unit: TextUnit,
    mentions: Sequence[Mention],
    *,
    pointed: Sequence[tuple[str, Mention]] = (),
    now: datetime,
) -> Lesson:
    """Merge what a text shows.

    Args:
        profile: Is not changed.
        unit: The text.
        mentions: What was read from it; neutral ones (questions) teach nothing but "seen".
        pointed: (item id, mention) pairs for "the second one", whose words name no value.
        now: The moment of the turn.
    """
    telling = [mention for mention in mentions if mention.polarity]
    fresh = interests_from(unit, telling, now=now)
    reactions = [
        # A reaction always holds, so that what is said under a condition is none.
        *_reactions(
            unit,
            ((m.item_ids[0], m) for m in mentions if m.item_ids and m.condition is None),
            now,
        ),
        *_reactions(unit, pointed, now),
    ]
    if not fresh and not reactions:
        return Lesson(profile=profile, interests=(), events=())
    merged = merge_reactions(merge(profile, fresh, now=now), reactions, now=now)
    by_key = merged.by_key
    keys = tuple(dict.fromkeys(interest.key for interest in fresh))
    payload = {
        "turn_id": unit.text_id,
        "interests": [list(key) for key in keys],
        "reactions": [[reaction.item_id, reaction.kind.value] for reaction in reactions],
    }
    return Lesson(
        profile=merged,
        interests=tuple(by_key[key] for key in keys if key in by_key),
        events=(Event(kind=EventKind.SAID, at=now, payload=payload),),
    )


def _reactions(
    unit: TextUnit, found: Iterable[tuple[str, Mention]], now: datetime
) -> Iterable[Reaction]:
    for item_id, mention in found:
        kind = _kind(mention)
        if kind is not None:
            yield Reaction(
                item_id=item_id,
                kind=kind,
                at=now,
                evidence=(
                    Evidence.cut(
                        unit.text,
                        *quoted_span(mention),
                        source=unit.source,
                        source_id=unit.text_id,
                        observed_at=now,
                    ),
                ),
            )


def _kind(mention: Mention) -> ReactionKind | None:
    """An example to start from is no verdict on the item; a wish not to get it is."""
    if mention.relation is Relation.SEEN:
        return ReactionKind.SEEN
    if mention.relation is Relation.TASTE and mention.polarity:
        return ReactionKind.LIKED if mention.polarity > 0 else ReactionKind.DISLIKED
    if mention.relation is Relation.WISH and mention.polarity < 0:
        return ReactionKind.REJECTED
    return None
