"""What a turn needs to know of the turns before it.

It knows stored turns; it does not know what is said now or what is answered.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from interest.interests import InterestKey, interest_key
from interest.store import StoredTurn

__all__ = ["Conversation"]

_QUESTION = re.compile(r"[^.!?。！？\n]*[?？]")


@dataclass(frozen=True, kw_only=True, slots=True)
class Conversation:
    """The state of a conversation, read from its stored turns.

    Attributes:
        shown: Items of the last list that was shown, in its order: what "the second one" means.
        ever_shown: Every item that was shown in this conversation.
        learned: Keys that the last turn added or changed: what "undo that" means.
        like: Items that the running request starts from ("something like …").
        wishes: Keys of what the running request asks for.
        conditions: Conditions that the running request names ("with the kids").
        topic: Item that the last turn was about, or "": what "it" means.
        asked: The last question that was put to the person, or "".
    """

    shown: tuple[str, ...] = ()
    ever_shown: frozenset[str] = frozenset()
    learned: tuple[InterestKey, ...] = ()
    like: tuple[str, ...] = ()
    wishes: tuple[InterestKey, ...] = ()
    conditions: tuple[str, ...] = ()
    topic: str = ""
    asked: str = ""

    @classmethod
    def read(cls, turns: Sequence[StoredTurn]) -> Conversation:
        """Read the state from the turns of one conversation, oldest first."""
        lists = [shown for shown in (_shown(turn.record) for turn in turns) if shown]
        if not turns:
            return cls()
        last = turns[-1]
        questions = _QUESTION.findall(last.reply)
        return cls(
            shown=lists[-1] if lists else (),
            ever_shown=frozenset(item_id for shown in lists for item_id in shown),
            learned=_keys(last.record, "learned"),
            like=tuple(last.record.get("like", ())),
            wishes=_keys(last.record, "wishes"),
            conditions=tuple(last.record.get("conditions", ())),
            topic=str(last.record.get("topic", "")),
            asked=questions[-1].strip() if questions else "",
        )


def _keys(record: Mapping[str, Any], name: str) -> tuple[InterestKey, ...]:
    return tuple(interest_key(*key) for key in record.get(name, ()))


def _shown(record: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(entry["item_id"] for entry in record.get("recommendations", ()))
