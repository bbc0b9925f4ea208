"""RecBole atomic files: ``.user`` with interests as tokens, ``.inter`` with reactions.

It knows headers, tabs and token sequences; it does not know RecBole's configuration. In these
files a tab ends a field, a line feed a row and a space a token: inside values each of them becomes
an underscore.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from interest.exports import traits
from interest.profile import InterestProfile, ReactionKind

__all__ = ["INTER_HEADER", "USER_HEADER", "inter_text", "user_line"]

USER_HEADER = "user_id:token\tlikes:token_seq\tdislikes:token_seq\n"
INTER_HEADER = "user_id:token\titem_id:token\tpreference:float\tkind:token\ttimestamp:float\n"

_SPACE = re.compile(r"\s")
#: A reaction as a number; ``seen`` says nothing of liking, ``kind`` tells it apart.
_PREFERENCE = {
    ReactionKind.LIKED: 1.0,
    ReactionKind.SEEN: 0.0,
    ReactionKind.REJECTED: -1.0,
    ReactionKind.DISLIKED: -1.0,
}


def user_line(profile: InterestProfile, *, now: datetime) -> str:
    """The person's row of the ``.user`` file."""
    likes, dislikes = (
        _sequence(traits.tokens(profile, liked=liked, now=now)) for liked in (True, False)
    )
    return f"{_token(profile.user_id)}\t{likes}\t{dislikes}\n"


def inter_text(profile: InterestProfile) -> str:
    """The person's rows of the ``.inter`` file."""
    return "".join(
        f"{_token(profile.user_id)}\t{_token(reaction.item_id)}\t"
        f"{_PREFERENCE[reaction.kind]:g}\t{reaction.kind.value}\t{reaction.at.timestamp()}\n"
        for reaction in profile.reactions
    )


def _sequence(values: Iterable[str]) -> str:
    return " ".join(_token(value) for value in values)


def _token(value: str) -> str:
    return _SPACE.sub("_", value)
