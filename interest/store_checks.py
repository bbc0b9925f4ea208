"""What every profile store checks before it writes, so that all of them refuse the same things.

It knows what can be kept on every database; it does not know a database.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from interest.errors import InputError
from interest.evidence import Evidence
from interest.profile import InterestProfile
from interest.store import Event, StoredTurn

__all__ = ["check_storable", "check_text", "json_copy", "storable_text"]

# PostgreSQL takes no NUL in text, and lone surrogates have no UTF-8 form.
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
#: PostgreSQL's integers have 32 bits.
_LARGEST = 2**31 - 2
_REMEDY = "Pass what came from outside through interest.store_checks.storable_text first."


def storable_text(text: str) -> str:
    """The text with characters that no database keeps replaced one by one by U+FFFD.

    Its length stays the same, so that offsets of evidence hold in both.
    """
    return _UNSTORABLE.sub("\ufffd", text)


def json_copy(value: Mapping[str, Any]) -> dict[str, Any]:
    """What is left of a mapping after it was written as JSON and read back.

    Raises:
        InputError: It cannot be written as JSON; NaN and infinity cannot.
    """
    try:
        return cast(dict[str, Any], json.loads(_json(value)))
    except (TypeError, ValueError) as error:
        raise InputError(f"Not a JSON record: {error}.") from error


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def check_storable(
    profile: InterestProfile, events: Sequence[Event], turn: StoredTurn | None
) -> None:
    """Refuse what could not be read back as it was.

    Raises:
        InputError: A time has no time zone, a record is not JSON, a text holds NUL or lone
            surrogates, or a number has more than 32 bits.
    """
    for name, moment in _times(profile, events, turn):
        if moment.tzinfo is None:
            raise InputError(f"{name} {moment.isoformat()} has no time zone.")
    for record in _records(events, turn):
        json_copy(record)
    check_text(*_texts(profile, events, turn))
    _check_numbers(profile)


def _check_numbers(profile: InterestProfile) -> None:
    """Refuse numbers that a database's integers do not hold."""
    numbers = [profile.revision]
    for entry in (*profile.interests, *profile.reactions):
        numbers += [quote.end for quote in entry.evidence]
    if max(numbers) > _LARGEST:
        raise InputError(f"The number {max(numbers)} cannot be stored; {_LARGEST} is the largest.")


def check_text(*texts: str) -> None:
    """Refuse texts that a database cannot keep.

    Raises:
        InputError: A text holds NUL or a lone surrogate.
    """
    for text in texts:
        if found := _UNSTORABLE.search(text):
            raise InputError(
                f"A text of {len(text)} characters holds U+{ord(found[0]):04X} at offset "
                f"{found.start()}, which cannot be stored.",
                _REMEDY,
            )


def _records(events: Sequence[Event], turn: StoredTurn | None) -> Iterator[Mapping[str, Any]]:
    yield from (event.payload for event in events)
    if turn is not None:
        yield turn.record


def _times(
    profile: InterestProfile, events: Sequence[Event], turn: StoredTurn | None
) -> Iterator[tuple[str, datetime]]:
    if profile.updated_at is not None:
        yield "updated_at", profile.updated_at
    for interest in profile.interests:
        if interest.valid_to is not None:
            yield "valid_to", interest.valid_to
    yield from (("Reaction.at", reaction.at) for reaction in profile.reactions)
    yield from (("Event.at", event.at) for event in events)
    if turn is not None:
        yield "StoredTurn.at", turn.at


def _texts(
    profile: InterestProfile, events: Sequence[Event], turn: StoredTurn | None
) -> Iterator[str]:
    yield from (profile.user_id, profile.domain)
    for interest in profile.interests:
        yield from (interest.facet, interest.value, interest.condition)
        yield from _quotes(interest.evidence)
    for reaction in profile.reactions:
        yield reaction.item_id
        yield from _quotes(reaction.evidence)
    if turn is not None:
        yield from (turn.conversation_id, turn.turn_id, turn.user_text, turn.reply)
    for record in _records(events, turn):
        yield from _strings(record)


def _quotes(evidence: Iterable[Evidence]) -> Iterator[str]:
    for quote in evidence:
        yield from (quote.source_id, quote.quote)


def _strings(value: object) -> Iterator[str]:
    """All strings in a JSON value, keys included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, entry in cast(Mapping[str, object], value).items():
            yield str(key)
            yield from _strings(entry)
    elif isinstance(value, list | tuple):
        for entry in cast(Sequence[object], value):
            yield from _strings(entry)
