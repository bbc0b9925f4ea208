"""The published form of a profile as a row of a Parquet table, and back.

It knows columns; it does not know files. Names and meaning are those of the JSON Schema; times
are microseconds in UTC. What JSON derives (polarity) stays out: it can be derived again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from interest.errors import InputError
from interest.evidence import Evidence, Source
from interest.exports.parquet_parts import arrow
from interest.interests import Interest, Strictness
from interest.profile import SCHEMA_VERSION, InterestProfile, Reaction, ReactionKind

__all__ = ["profile_from_row", "profile_row", "profile_table_schema"]


def profile_table_schema() -> Any:
    """The table's pyarrow schema."""
    pa = arrow()
    moment = pa.timestamp("us", tz="UTC")
    evidence = pa.list_(
        pa.struct(
            [
                ("source", pa.string()),
                ("source_id", pa.string()),
                ("start", pa.int64()),
                ("end", pa.int64()),
                ("quote", pa.string()),
                ("observed_at", moment),
            ]
        )
    )
    interest = pa.struct(
        [
            ("facet", pa.string()),
            ("value", pa.string()),
            ("preference", pa.float64()),
            ("confidence", pa.float64()),
            ("strictness", pa.string()),
            ("linked", pa.bool_()),
            ("valid_from", moment),
            ("valid_to", moment),
            ("condition", pa.string()),
            ("evidence", evidence),
        ]
    )
    reaction = pa.struct(
        [
            ("item_id", pa.string()),
            ("kind", pa.string()),
            ("at", moment),
            ("evidence", evidence),
        ]
    )
    return pa.schema(
        [
            ("schema_version", pa.int32()),
            ("user_id", pa.string()),
            ("domain", pa.string()),
            ("revision", pa.int64()),
            ("updated_at", moment),
            ("interests", pa.list_(interest)),
            ("reactions", pa.list_(reaction)),
        ]
    )


def profile_row(profile: InterestProfile) -> dict[str, Any]:
    """The row of a profile."""
    return {
        "schema_version": SCHEMA_VERSION,
        "user_id": profile.user_id,
        "domain": profile.domain,
        "revision": profile.revision,
        "updated_at": profile.updated_at,
        "interests": [
            {
                "facet": interest.facet,
                "value": interest.value,
                "preference": interest.preference,
                "confidence": interest.confidence,
                "strictness": interest.strictness.value,
                "linked": interest.linked,
                "valid_from": interest.valid_from,
                "valid_to": interest.valid_to,
                "condition": interest.condition,
                "evidence": _evidence_rows(interest.evidence),
            }
            for interest in profile.interests
        ],
        "reactions": [
            {
                "item_id": reaction.item_id,
                "kind": reaction.kind.value,
                "at": reaction.at,
                "evidence": _evidence_rows(reaction.evidence),
            }
            for reaction in profile.reactions
        ],
    }


def _evidence_rows(evidence: Iterable[Evidence]) -> list[dict[str, Any]]:
    return [
        {
            "source": quote.source.value,
            "source_id": quote.source_id,
            "start": quote.start,
            "end": quote.end,
            "quote": quote.quote,
            "observed_at": quote.observed_at,
        }
        for quote in evidence
    ]


def profile_from_row(row: Mapping[str, Any]) -> InterestProfile:
    """Read a row.

    Raises:
        InputError: A column is missing or holds something else, or the profile contradicts
            itself.
    """
    try:
        version = row["schema_version"]
        if version != SCHEMA_VERSION:
            raise InputError(
                f"The profile has schema_version {version!r}; this program reads {SCHEMA_VERSION}."
            )
        return InterestProfile(
            user_id=row["user_id"],
            domain=row["domain"],
            revision=row["revision"],
            updated_at=row["updated_at"],
            interests=tuple(_interest(entry) for entry in row["interests"]),
            reactions=tuple(
                Reaction(
                    item_id=reaction["item_id"],
                    kind=ReactionKind(reaction["kind"]),
                    at=reaction["at"],
                    evidence=_evidence(reaction["evidence"]),
                )
                for reaction in row["reactions"]
            ),
        )
    except KeyError as error:
        raise InputError(f"The column {error} is missing.") from error
    except (TypeError, ValueError, AttributeError) as error:
        raise InputError(f"Not a profile: {error}.") from error


def _interest(row: Mapping[str, Any]) -> Interest:
    return Interest(
        facet=row["facet"],
        value=row["value"],
        preference=row["preference"],
        confidence=row["confidence"],
        strictness=Strictness(row["strictness"]),
        linked=row["linked"],
        valid_from=row["valid_from"],
        valid_to=row["valid_to"],
        condition=row["condition"],
        evidence=_evidence(row["evidence"]),
    )


def _evidence(rows: Iterable[Mapping[str, Any]]) -> tuple[Evidence, ...]:
    return tuple(
        Evidence(
            source=Source(row["source"]),
            source_id=row["source_id"],
            start=row["start"],
            end=row["end"],
            quote=row["quote"],
            observed_at=row["observed_at"],
        )
        for row in rows
    )
