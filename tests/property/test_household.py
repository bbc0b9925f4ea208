"""A household is the same in any order, and nobody is worse off than they said."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interest.errors import InputError
from interest.household import merge_household
from interest.profile import InterestProfile, ReactionKind
from tests.support.people import NOW, interest, person, reaction
from tests.support.profiles import profiles

PAIR = st.lists(profiles(), min_size=2, max_size=3, unique_by=lambda profile: profile.user_id)


@settings(deadline=None, max_examples=30)
@given(PAIR)
def test_least_misery(people: list[InterestProfile]) -> None:
    merged = merge_household(people, now=NOW)
    for shared in merged.profile.interests:
        mine = merged.reasons[shared.key]
        assert shared.preference <= min(entry.preference for entry in mine.values())
        assert set(mine) <= {profile.user_id for profile in people}
    met = {reaction.item_id for profile in people for reaction in profile.reactions}
    assert {reaction.item_id for reaction in merged.profile.reactions} == met


@settings(deadline=None, max_examples=30)
@given(PAIR)
def test_the_order_of_people_does_not_matter(people: list[InterestProfile]) -> None:
    first, second = merge_household(people, now=NOW), merge_household(people[::-1], now=NOW)
    assert first.profile.user_id == second.profile.user_id
    assert first.reasons == second.reasons
    assert first.profile.interests == second.profile.interests


def test_two_people() -> None:
    ada = person(
        "ada", interest("Crime", 0.8), interest("Horror", 0.9), reactions=(reaction("m1"),)
    )
    bob = person(
        "bob",
        interest("Crime", 0.6),
        interest("Horror", -0.7),
        interest("Drama", 0.8),
        reactions=(reaction("m1", ReactionKind.DISLIKED),),
    )
    merged = merge_household([bob, ada], now=NOW)
    felt = {entry.value: entry.preference for entry in merged.profile.interests}
    assert felt == pytest.approx({"Crime": 0.6, "Horror": -0.7, "Drama": 0.4})
    assert set(merged.reasons["genre", "Crime"]) == {"ada", "bob"}
    assert set(merged.reasons["genre", "Drama"]) == {"bob"}
    assert merged.profile.items(ReactionKind.DISLIKED) == ("m1",)


def test_one_person_is_no_household() -> None:
    with pytest.raises(InputError, match="two people"):
        merge_household([person("ada")], now=NOW)
