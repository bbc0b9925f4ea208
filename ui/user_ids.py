"""What may be somebody's name: checked where names come in, on the command line and the page.

It knows text; it does not know who there is.
"""

from __future__ import annotations

import unicodedata

from interest.errors import InputError

__all__ = ["LONGEST_USER_ID", "checked_user_id"]

#: In characters; more is no name, and a key of some databases takes no more.
LONGEST_USER_ID = 200
#: Control characters, halves of characters, and separators of lines and paragraphs.
_REFUSED = frozenset({"Cc", "Cs", "Zl", "Zp"})


def checked_user_id(user_id: str) -> str:
    """The id, unchanged.

    Raises:
        InputError: It is empty, too long, or has characters that would steer a terminal or log.
    """
    if not user_id.strip():
        raise InputError("The user's name is empty.", "Give one.")
    if len(user_id) > LONGEST_USER_ID:
        raise InputError(
            f"The user's name has {len(user_id)} characters.",
            f"At most {LONGEST_USER_ID} are possible.",
        )
    odd = next((mark for mark in user_id if unicodedata.category(mark) in _REFUSED), None)
    if odd is not None:
        raise InputError(
            f"The user's name {user_id!r} has the control character U+{ord(odd):04X}.",
            "Leave it out.",
        )
    return user_id
