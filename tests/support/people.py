"""Some people with small profiles, for tests of what is done with many."""

from __future__ import annotations

from datetime import UTC, datetime

from interest.evidence import Evidence, Source
from interest.interests import Interest, Strictness
from interest.profile import InterestProfile, Reaction, ReactionKind

__all__ = ["NOW", "interest", "person", "reaction"]

NOW = datetime(2026, 5, 1, 12, 30, tzinfo=UTC)


def interest(
    value: str, preference: float = 0.8, *, facet: str = "genre", quote: str = "", **more: str
) -> Interest:
    words = quote or f"I feel {preference:+g} about {value}"
    said = Evidence.whole(words, source=Source.CHAT, source_id="t1", observed_at=NOW)
    return Interest(
        facet=facet,
        value=value,
        preference=preference,
        confidence=0.75,
        strictness=Strictness.SOFT,
        evidence=(said,),
        valid_from=NOW,
        condition=more.get("condition", ""),
    )


def reaction(item_id: str, kind: ReactionKind = ReactionKind.LIKED) -> Reaction:
    act = Evidence.whole(
        f"{kind.value} {item_id}", source=Source.FEEDBACK, source_id=item_id, observed_at=NOW
    )
    return Reaction(item_id=item_id, kind=kind, evidence=(act,), at=NOW)


def person(
    user_id: str, *interests: Interest, reactions: tuple[Reaction, ...] = ()
) -> InterestProfile:
    return InterestProfile(
        user_id=user_id, interests=interests, reactions=reactions, updated_at=NOW, revision=1
    )
