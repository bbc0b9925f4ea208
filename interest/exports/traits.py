"""Traits: a profile as a few flat lists, for systems that know no evidence, signs or times.

It knows what holds now; it does not know any system. What a condition limits, what is no longer
true and what is neither liked nor disliked is left out: a flat list would say it of everything.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from interest.interests import Interest
from interest.merge import effective_preference
from interest.profile import InterestProfile

__all__ = ["by_facet", "held", "tokens"]


def held(profile: InterestProfile, *, liked: bool, now: datetime) -> tuple[Interest, ...]:
    """What is liked (or disliked) now, strongest first."""
    wanted = 1 if liked else -1
    found = [
        interest
        for interest in profile.holding(now)
        if interest.polarity == wanted and not interest.condition
    ]
    return tuple(sorted(found, key=lambda interest: -_strength(interest, now)))


def by_facet(profile: InterestProfile, *, liked: bool, now: datetime) -> Mapping[str, list[str]]:
    """Values by facet, strongest first."""
    found: dict[str, list[str]] = {}
    for interest in held(profile, liked=liked, now=now):
        found.setdefault(interest.facet, []).append(interest.value)
    return found


def tokens(profile: InterestProfile, *, liked: bool, now: datetime) -> list[str]:
    """``facet=value``, strongest first."""
    found = held(profile, liked=liked, now=now)
    return [f"{interest.facet}={interest.value}" for interest in found]


def _strength(interest: Interest, now: datetime) -> float:
    return abs(effective_preference(interest, now)) * interest.confidence
