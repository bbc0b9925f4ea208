"""The JSON that other programs rely on: one turn, one recommendation.

It knows the typed values and their published form; it does not know how they are sent. The form
of a profile is :mod:`interest.passport`'s.
"""

from __future__ import annotations

from typing import Any

from agent.turns import Claim, Recommendation, Turn
from interest.evidence import Evidence
from interest.interests import InterestKey, condition_in
from interest.passport import profile_to_json
from retrieval.types import LedgerEntry

__all__ = ["key_to_json", "recommendation_to_json", "turn_to_json"]


def turn_to_json(turn: Turn) -> dict[str, Any]:
    """One answer as a JSON object: what ``palate ask --json`` prints."""
    return {
        "reply": turn.reply,
        "recommendations": [recommendation_to_json(pick) for pick in turn.recommendations],
        "profile": profile_to_json(turn.profile),
        "learned": [key_to_json(key) for key in turn.learned],
        "notices": list(turn.notices),
        "timing": {stage: round(ms, 1) for stage, ms in turn.timing.items()},
        "llm": turn.llm,
        "turn_id": turn.turn_id,
        "conversation_id": turn.conversation_id,
    }


def recommendation_to_json(pick: Recommendation) -> dict[str, Any]:
    """One recommendation as a JSON object."""
    return {
        "item_id": pick.item_id,
        "title": pick.title,
        "rank": pick.rank,
        "score": round(pick.score, 6),
        "parts": {part.value: round(value, 6) for part, value in pick.parts.items()},
        "ledger": [_entry(entry) for entry in pick.ledger],
        "explanation": {
            "text": pick.explanation.text,
            "claims": [_claim(claim) for claim in pick.explanation.claims],
        },
        "attributes": {
            column: list(value) if isinstance(value, tuple) else value
            for column, value in pick.item.attributes.items()
        },
        "cold": pick.cold,
    }


def key_to_json(key: InterestKey) -> dict[str, str]:
    """What names an interest: facet, value and, if it has one, its condition."""
    condition = condition_in(key)
    named = {"facet": key[0], "value": key[1]}
    return {**named, "condition": condition} if condition else named


def _entry(entry: LedgerEntry) -> dict[str, Any]:
    return {
        **key_to_json(entry.interest.key),
        "preference": round(entry.interest.preference, 4),
        "strictness": entry.interest.strictness.value,
        "verdict": entry.verdict.value,
        "column": entry.column,
        "item_value": entry.value,
    }


def _claim(claim: Claim) -> dict[str, Any]:
    shown: dict[str, Any] = {"kind": claim.kind.value, "text": claim.text}
    if claim.item_id:
        shown["item_id"] = claim.item_id
    if claim.column:
        shown |= {"column": claim.column, "value": claim.value}
    elif claim.value:
        shown["value"] = claim.value
    if claim.interest is not None:
        shown["interest"] = key_to_json(claim.interest)
    if claim.evidence is not None:
        shown["evidence"] = _evidence(claim.evidence)
    if claim.other_item_id:
        shown["other_item_id"] = claim.other_item_id
    return shown


def _evidence(evidence: Evidence) -> dict[str, Any]:
    return {
        "source": evidence.source.value,
        "source_id": evidence.source_id,
        "span": [evidence.start, evidence.end],
        "quote": evidence.quote,
    }
