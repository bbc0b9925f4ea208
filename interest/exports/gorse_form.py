"""Gorse: users with labels and their feedback, as its REST API takes them (``/api/users``,
``/api/feedback``).

It knows the fields of Gorse 0.4 and 0.5; it does not know how they are sent.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from interest.exports import traits
from interest.profile import InterestProfile, ReactionKind

__all__ = ["FEEDBACK", "feedback_text", "gorse_user", "user_line"]

#: Gorse tells positive from read feedback by its configuration: ``positive_feedback_types =
#: ["like"]``, ``read_feedback_types = ["read", "dislike", "reject"]``.
FEEDBACK = {
    ReactionKind.LIKED: "like",
    ReactionKind.DISLIKED: "dislike",
    ReactionKind.SEEN: "read",
    ReactionKind.REJECTED: "reject",
}


def gorse_user(profile: InterestProfile, *, now: datetime) -> dict[str, Any]:
    """One user. Labels are ``facet=value``; dislikes begin with ``not:``."""
    labels = traits.tokens(profile, liked=True, now=now)
    labels += [f"not:{token}" for token in traits.tokens(profile, liked=False, now=now)]
    return {"UserId": _id(profile.user_id), "Labels": labels, "Comment": ""}


def user_line(profile: InterestProfile, *, now: datetime) -> str:
    """One user as one line of JSON."""
    return _line(gorse_user(profile, now=now))


def feedback_text(profile: InterestProfile) -> str:
    """One line of JSON per reaction."""
    return "".join(
        _line(
            {
                "FeedbackType": FEEDBACK[reaction.kind],
                "UserId": _id(profile.user_id),
                "ItemId": _id(reaction.item_id),
                "Timestamp": reaction.at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
            }
        )
        for reaction in profile.reactions
    )


def _id(name: str) -> str:
    """Ids are part of paths there, and may hold no slash."""
    return name.replace("%", "%25").replace("/", "%2F")


def _line(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"
