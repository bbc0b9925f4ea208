"""The interest passport: a profile as JSON that other programs can read, and back.

It knows the published form and checks what comes in; it does not know where it is sent. The form
is described by a JSON Schema, ``docs/reference/profile.schema.json``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal, cast

from pydantic import ValidationError

from interest.errors import InputError
from interest.evidence import Evidence
from interest.interests import Interest
from interest.passport_models import EvidenceForm, InterestForm, ProfileForm, ReactionForm
from interest.profile import SCHEMA_VERSION, InterestProfile, Reaction

__all__ = [
    "SCHEMA_ID",
    "profile_from_json",
    "profile_json_schema",
    "profile_to_json",
    "profiles_from_lines",
    "profiles_to_lines",
]

SCHEMA_ID = f"urn:palate:profile:{SCHEMA_VERSION}"

#: How many of the problems of a document are named in one error.
_PROBLEMS_SHOWN = 3
# JSON allows these in strings, but many programs break lines at them.
_LINE_BREAKS = {code: f"\\u{code:04x}" for code in (0x85, 0x2028, 0x2029)}


def profile_to_json(profile: InterestProfile) -> dict[str, Any]:
    """The profile in its published form: JSON values only, keys always in the same order.

    Times are in UTC with a ``Z``. Importing and exporting it again gives the same.
    """
    form = ProfileForm(
        schema_version=SCHEMA_VERSION,
        user_id=profile.user_id,
        domain=profile.domain,
        revision=profile.revision,
        updated_at=profile.updated_at,
        interests=[_interest_form(interest) for interest in profile.interests],
        reactions=[
            ReactionForm(
                item_id=reaction.item_id,
                kind=reaction.kind,
                at=reaction.at,
                evidence=_evidence_forms(reaction.evidence),
            )
            for reaction in profile.reactions
        ],
    )
    return form.model_dump(mode="json")


def _interest_form(interest: Interest) -> InterestForm:
    return InterestForm(
        facet=interest.facet,
        value=interest.value,
        preference=interest.preference,
        polarity=_sign(interest),
        confidence=interest.confidence,
        strictness=interest.strictness,
        linked=interest.linked,
        valid_from=interest.valid_from,
        valid_to=interest.valid_to,
        condition=interest.condition,
        evidence=_evidence_forms(interest.evidence),
    )


def _sign(interest: Interest) -> Literal[-1, 0, 1]:
    return 0 if interest.polarity == 0 else 1 if interest.polarity > 0 else -1


def _evidence_forms(evidence: Iterable[Evidence]) -> list[EvidenceForm]:
    return [
        EvidenceForm(
            source=quote.source,
            source_id=quote.source_id,
            start=quote.start,
            end=quote.end,
            quote=quote.quote,
            observed_at=quote.observed_at,
        )
        for quote in evidence
    ]


def profile_from_json(data: Mapping[str, Any]) -> InterestProfile:
    """Read a profile in its published form.

    Raises:
        InputError: It is not in that form, or contradicts itself; the message names the place.
    """
    version = data.get("schema_version")
    if version != SCHEMA_VERSION:
        raise InputError(
            f"The profile has schema_version {version!r}; this program reads {SCHEMA_VERSION}.",
            f"Export it again in the form {SCHEMA_ID}.",
        )
    try:
        # By way of text, so that only JSON's own types pass, and times as strings.
        form = ProfileForm.model_validate_json(json.dumps(data, allow_nan=False))
    except ValidationError as error:
        raise InputError(
            f"Not a profile: {_problems(error)}.", f"Its form is the JSON Schema {SCHEMA_ID}."
        ) from error
    except (TypeError, ValueError) as error:
        raise InputError(f"Not a JSON document: {error}.") from error
    return InterestProfile(
        user_id=form.user_id,
        domain=form.domain,
        interests=tuple(
            _interest(f"interests[{place}]", entry) for place, entry in enumerate(form.interests)
        ),
        reactions=tuple(
            _reaction(f"reactions[{place}]", entry) for place, entry in enumerate(form.reactions)
        ),
        revision=form.revision,
        updated_at=form.updated_at,
    )


def _problems(error: ValidationError) -> str:
    found = error.errors(include_url=False, include_input=False)
    shown = [
        f"{'.'.join(str(part) for part in problem['loc']) or 'document'}: {problem['msg']}"
        for problem in found[:_PROBLEMS_SHOWN]
    ]
    more = len(found) - len(shown)
    return "; ".join(shown) + (f"; and {more} more" if more else "")


def _interest(place: str, form: InterestForm) -> Interest:
    try:
        interest = Interest(
            facet=form.facet,
            value=form.value,
            preference=form.preference,
            confidence=form.confidence,
            strictness=form.strictness,
            evidence=tuple(_evidence(quote) for quote in form.evidence),
            valid_from=form.valid_from,
            linked=form.linked,
            valid_to=form.valid_to,
            condition=form.condition,
        )
    except InputError as error:
        raise InputError(f"{place}: {error.problem}", error.remedy) from error
    if form.polarity not in (None, interest.polarity):
        raise InputError(
            f"{place}: polarity {form.polarity} does not go with preference {form.preference:g}.",
            "Leave polarity out: it is derived.",
        )
    return interest


def _reaction(place: str, form: ReactionForm) -> Reaction:
    try:
        return Reaction(
            item_id=form.item_id,
            kind=form.kind,
            evidence=tuple(_evidence(quote) for quote in form.evidence),
            at=form.at,
        )
    except InputError as error:
        raise InputError(f"{place}: {error.problem}", error.remedy) from error


def _evidence(form: EvidenceForm) -> Evidence:
    return Evidence(
        source=form.source,
        source_id=form.source_id,
        start=form.start,
        end=form.end,
        quote=form.quote,
        observed_at=form.observed_at,
    )


def profiles_to_lines(profiles: Iterable[InterestProfile]) -> Iterator[str]:
    """One line of JSON per profile, each with its line feed, one at a time."""
    for profile in profiles:
        text = json.dumps(profile_to_json(profile), ensure_ascii=False, separators=(",", ":"))
        yield text.translate(_LINE_BREAKS) + "\n"


def profiles_from_lines(lines: Iterable[str]) -> Iterator[InterestProfile]:
    """Read profiles from lines, one at a time; empty lines are passed over.

    Raises:
        InputError: A line is not a profile; the message names its number.
    """
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            profile = profile_from_json(_object(line))
        except InputError as error:
            raise InputError(f"Line {number}: {error.problem}", error.remedy) from error
        yield profile


def _object(line: str) -> Mapping[str, Any]:
    try:
        data: object = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise InputError(f"Not JSON: {error}.") from error
    if not isinstance(data, dict):
        raise InputError(f"Not a JSON object but {type(data).__name__}.")
    return cast(dict[str, Any], data)


def profile_json_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of the published form."""
    schema = ProfileForm.model_json_schema()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_ID,
        **schema,
        "title": "Palate interest profile",
    }
