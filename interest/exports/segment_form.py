"""Segment ``identify`` calls: flat traits, one call per line, for its HTTP API's ``batch``.

It knows the call's form and limits; it does not know how calls are sent. Segment flattens arrays
and refuses calls above 32 KB: traits are texts and numbers, and long lists are cut.
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

from interest.exports import traits
from interest.profile import InterestProfile, ReactionKind

__all__ = ["identify_call", "identify_line"]

#: Bytes of one call; Segment's limit is 32 KB.
_LARGEST = 32_000
#: Values of one trait; what stands further back is weaker.
_MOST_VALUES = 25
_LONGEST_TRAIT = 500


def identify_call(profile: InterestProfile, *, now: datetime) -> dict[str, Any]:
    """The call for one profile. The same revision always has the same ``messageId``."""
    found: dict[str, Any] = {
        "palate_revision": profile.revision,
        "palate_liked_items": len(profile.items(ReactionKind.LIKED)),
        "palate_disliked_items": len(profile.items(ReactionKind.DISLIKED)),
    }
    for name, liked in (("likes", True), ("dislikes", False)):
        for facet, values in traits.by_facet(profile, liked=liked, now=now).items():
            found[f"palate_{name}_{facet}"] = _text(values)
    digest = hashlib.sha256(f"{profile.user_id}\0{profile.revision}".encode()).hexdigest()
    call = {
        "type": "identify",
        "messageId": f"palate-{digest[:40]}",
        "userId": profile.user_id,
        "timestamp": (profile.updated_at or now).astimezone(UTC).isoformat(),
        "traits": found,
    }
    while len(_json(call).encode()) > _LARGEST:
        found.popitem()
    return call


def identify_line(profile: InterestProfile, *, now: datetime) -> str:
    """The call as one line of JSON."""
    return _json(identify_call(profile, now=now)) + "\n"


def _text(values: list[str]) -> str:
    text = ", ".join(values[:_MOST_VALUES])
    return text if len(text) <= _LONGEST_TRAIT else f"{text[: _LONGEST_TRAIT - 1]}…"


def _json(call: dict[str, Any]) -> str:
    return json.dumps(call, ensure_ascii=True, separators=(",", ":"))
