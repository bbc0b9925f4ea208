"""Rows: what a profile looks like in the tables of the store, and back.

It knows columns by name; it does not know a database.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from interest.evidence import Evidence, Source
from interest.interests import Interest, Strictness
from interest.profile import InterestProfile, Reaction, ReactionKind
from interest.store import Event, EventKind, StoredTurn

__all__ = [
    "event_from",
    "event_row",
    "interest_evidence_rows",
    "interest_row",
    "profile_from",
    "reaction_evidence_rows",
    "reaction_row",
    "turn_from",
    "turn_row",
]

Row = Mapping[str, Any]


def interest_row(user_id: str, position: int, interest: Interest) -> dict[str, Any]:
    return {
        "user_id": user_id,
        "facet": interest.facet,
        "value": interest.value,
        "condition": interest.condition,
        "position": position,
        "preference": interest.preference,
        "confidence": interest.confidence,
        "strictness": interest.strictness.value,
        "linked": interest.linked,
        "valid_from": interest.valid_from,
        "valid_to": interest.valid_to,
    }


def interest_evidence_rows(user_id: str, interest: Interest) -> Iterator[dict[str, Any]]:
    owner = {
        "user_id": user_id,
        "facet": interest.facet,
        "value": interest.value,
        "condition": interest.condition,
    }
    for position, quote in enumerate(interest.evidence):
        yield owner | _evidence_row(position, quote)


def reaction_row(user_id: str, position: int, reaction: Reaction) -> dict[str, Any]:
    return {
        "user_id": user_id,
        "item_id": reaction.item_id,
        "position": position,
        "kind": reaction.kind.value,
        "at": reaction.at,
    }


def reaction_evidence_rows(user_id: str, reaction: Reaction) -> Iterator[dict[str, Any]]:
    owner = {"user_id": user_id, "item_id": reaction.item_id}
    for position, quote in enumerate(reaction.evidence):
        yield owner | _evidence_row(position, quote)


def _evidence_row(position: int, quote: Evidence) -> dict[str, Any]:
    return {
        "position": position,
        "source": quote.source.value,
        "source_id": quote.source_id,
        "start": quote.start,
        "end": quote.end,
        "quote": quote.quote,
        "observed_at": quote.observed_at,
    }


def event_row(user_id: str, event: Event) -> dict[str, Any]:
    return {
        "user_id": user_id,
        "kind": event.kind.value,
        "at": event.at,
        "payload": dict(event.payload),
    }


def turn_row(user_id: str, turn: StoredTurn) -> dict[str, Any]:
    return {
        "user_id": user_id,
        "conversation_id": turn.conversation_id,
        "turn_id": turn.turn_id,
        "at": turn.at,
        "user_text": turn.user_text,
        "reply": turn.reply,
        "record": dict(turn.record),
    }


def profile_from(
    profile: Row,
    interests: Sequence[Row],
    interest_evidence: Iterable[Row],
    reactions: Sequence[Row],
    reaction_evidence: Iterable[Row],
) -> InterestProfile:
    """A profile from its rows, each list in order of position.

    Raises:
        InputError: The rows break an invariant of the types.
    """
    quotes = _grouped(interest_evidence, ("facet", "value", "condition"))
    acts = _grouped(reaction_evidence, ("item_id",))
    return InterestProfile(
        user_id=profile["user_id"],
        domain=profile["domain"],
        interests=tuple(
            Interest(
                facet=row["facet"],
                value=row["value"],
                preference=row["preference"],
                confidence=row["confidence"],
                strictness=Strictness(row["strictness"]),
                evidence=tuple(quotes.get((row["facet"], row["value"], row["condition"]), ())),
                valid_from=row["valid_from"],
                linked=row["linked"],
                valid_to=row["valid_to"],
                condition=row["condition"],
            )
            for row in interests
        ),
        reactions=tuple(
            Reaction(
                item_id=row["item_id"],
                kind=ReactionKind(row["kind"]),
                evidence=tuple(acts.get((row["item_id"],), ())),
                at=row["at"],
            )
            for row in reactions
        ),
        revision=profile["revision"],
        updated_at=profile["updated_at"],
        schema_version=profile["schema_version"],
    )


def _grouped(rows: Iterable[Row], key: tuple[str, ...]) -> dict[tuple[str, ...], list[Evidence]]:
    groups: dict[tuple[str, ...], list[Evidence]] = {}
    for row in rows:
        groups.setdefault(tuple(row[name] for name in key), []).append(
            Evidence(
                source=Source(row["source"]),
                source_id=row["source_id"],
                start=row["start"],
                end=row["end"],
                quote=row["quote"],
                observed_at=row["observed_at"],
            )
        )
    return groups


def event_from(row: Row) -> Event:
    return Event(
        kind=EventKind(row["kind"]),
        at=row["at"],
        payload=row["payload"],
        event_id=row["event_id"],
    )


def turn_from(row: Row) -> StoredTurn:
    return StoredTurn(
        conversation_id=row["conversation_id"],
        turn_id=row["turn_id"],
        at=row["at"],
        user_text=row["user_text"],
        reply=row["reply"],
        record=row["record"],
    )
