"""What to tell somebody who wrote an interest that the catalogue does not have.

It knows facets and suggestions; it does not know how the hint is shown, and changes nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from interest.domain import FacetKind
from interest.interests import condition_words, interest_key
from interest.profile import InterestProfile
from ui.words import facet_label

if TYPE_CHECKING:
    from agent.palate import Palate

__all__ = ["unlinked_hint"]

#: Facets whose values are the catalogue's own; the others are free words or ranges.
_OF_THE_CATALOGUE = frozenset({FacetKind.CATEGORY, FacetKind.ENTITY, FacetKind.TITLE})
#: Shorter beginnings suggest anything.
_SHORTEST_START = 3
_SUGGESTIONS = 5


def unlinked_hint(
    palate: Palate, profile: InterestProfile, facet: str, value: str, condition: str = ""
) -> str:
    """A line for people if an interest stands in the profile but not in the catalogue.

    Args:
        palate: Knows the catalogue's values.
        profile: After the edit.
        facet: Name of a facet.
        value: As it was typed.
        condition: Under what alone it holds, as it was typed.

    Returns:
        The hint, or "" if the catalogue has the value or the facet is not of its columns.
    """
    key = interest_key(facet, value.strip(), condition_words(condition))
    interest = profile.by_key.get(key)
    kind = palate.domain.by_name.get(facet)
    if interest is None or interest.linked or kind is None or kind.kind not in _OF_THE_CATALOGUE:
        return ""
    label = facet_label(palate.domain, facet).lower()
    near = _near(palate, facet, interest.value)
    meant = f" Did you mean: {', '.join(near)}?" if near else ""
    return (
        f"The catalogue has no {label} “{interest.value}”; it is kept in your words and matched "
        f"by meaning only.{meant}"
    )


def _near(palate: Palate, facet: str, value: str) -> tuple[str, ...]:
    """Values with the longest beginning in common with what was typed."""
    for length in range(len(value), _SHORTEST_START - 1, -1):
        found = palate.suggest(facet, value[:length], _SUGGESTIONS)
        if found:
            return found
    return ()
