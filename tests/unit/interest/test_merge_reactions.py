"""Reactions: which one of two stays."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from interest.evidence import Evidence, Source
from interest.merge import clear_reaction, merge_reactions
from interest.profile import InterestProfile, Reaction, ReactionKind

T0 = datetime(2026, 1, 1, tzinfo=UTC)
NOW = T0 + timedelta(days=50)
EMPTY = InterestProfile(user_id="ada")
LIKED, DISLIKED = ReactionKind.LIKED, ReactionKind.DISLIKED
SEEN, REJECTED = ReactionKind.SEEN, ReactionKind.REJECTED


def did(
    kind: ReactionKind, day: int, *, item_id: str = "1", source: Source = Source.FEEDBACK
) -> Reaction:
    at = T0 + timedelta(days=day)
    act = Evidence.whole(f"{kind} {item_id}", source=source, source_id=f"{day}", observed_at=at)
    return Reaction(item_id=item_id, kind=kind, evidence=(act,), at=at)


def kept(*reactions: Reaction) -> ReactionKind:
    (reaction,) = merge_reactions(EMPTY, reactions, now=NOW).reactions
    return reaction.kind


@pytest.mark.parametrize("later", [LIKED, DISLIKED, SEEN, REJECTED])
@pytest.mark.parametrize("earlier", [LIKED, DISLIKED, SEEN, REJECTED])
def test_later_act_replaces_earlier_one(earlier: ReactionKind, later: ReactionKind) -> None:
    assert kept(did(earlier, 1), did(later, 2)) is later
    assert kept(did(later, 2), did(earlier, 1)) is later


@pytest.mark.parametrize("kind", [LIKED, DISLIKED, REJECTED])
def test_saying_that_one_has_seen_it_takes_nothing_back(kind: ReactionKind) -> None:
    mention = did(SEEN, 5, source=Source.CHAT)
    assert kept(did(kind, 1), mention) is kind
    assert kept(mention, did(kind, 1)) is kind
    assert kept(did(SEEN, 1, source=Source.CHAT), did(kind, 5)) is kind


def test_at_the_same_time_the_last_in_the_list_counts() -> None:
    assert kept(did(LIKED, 1), did(DISLIKED, 1)) is DISLIKED


def test_items_are_apart_and_in_order() -> None:
    profile = merge_reactions(
        EMPTY, [did(LIKED, 3, item_id="b"), did(SEEN, 1, item_id="a")], now=NOW
    )
    assert [reaction.item_id for reaction in profile.reactions] == ["b", "a"]
    assert profile.items(LIKED, SEEN) == ("a", "b")
    assert profile.updated_at == NOW


def test_same_again_changes_nothing() -> None:
    profile = merge_reactions(EMPTY, [did(LIKED, 1)], now=NOW)
    assert merge_reactions(profile, [did(LIKED, 1)], now=NOW + timedelta(1)) is profile
    assert merge_reactions(profile, [did(REJECTED, 0)], now=NOW + timedelta(1)) is profile


def test_clearing_takes_one_back() -> None:
    both = merge_reactions(EMPTY, [did(LIKED, 1), did(SEEN, 1, item_id="2")], now=NOW)
    later = NOW + timedelta(days=1)
    cleared = clear_reaction(both, "1", now=later)
    assert [reaction.item_id for reaction in cleared.reactions] == ["2"]
    assert cleared.updated_at == later
    assert clear_reaction(cleared, "1", now=later + timedelta(1)) is cleared
