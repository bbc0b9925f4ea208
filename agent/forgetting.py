"""Taking interests back: the interest goes, and for a title the reaction that came with it.

It knows profiles and titles; it does not know who asked.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from interest.domain import Domain, FacetKind
from interest.edits import delete_interest
from interest.interests import InterestKey, condition_in
from interest.linking import Linker
from interest.merge import clear_reaction
from interest.profile import InterestProfile

__all__ = ["forget"]


def forget(
    profile: InterestProfile,
    keys: Iterable[InterestKey],
    domain: Domain,
    linker: Linker,
    *,
    now: datetime,
) -> InterestProfile:
    """Delete interests.

    Raises:
        UnknownNameError: The domain has no such facet or the profile no such interest.
    """
    for key in keys:
        facet, value, condition = key[0], key[1], condition_in(key)
        profile = delete_interest(profile, domain, facet, value, condition=condition, now=now)
        # A reaction always holds: it is not what a condition was said of.
        if not condition and domain.facet(facet).kind is FacetKind.TITLE:
            linked = linker.link(facet, value)
            for item_id in () if linked is None else linked.item_ids[:1]:
                profile = clear_reaction(profile, item_id, now=now)
    return profile
