"""Edits: a person adds, changes or deletes an interest by hand.

It knows the domain's facets and what a person typed; it does not know a catalogue (whoever does
says with ``linked`` that a value is one of its own) or a store.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from itertools import count

from interest.combine import EDIT_CONFIDENCE
from interest.domain import Domain, Facet, FacetKind
from interest.errors import InputError, UnknownNameError
from interest.evidence import Evidence, Source
from interest.interests import Interest, Strictness, condition_words, interest_key
from interest.merge import merge
from interest.merge_config import DEFAULT_MERGE, MergeConfig
from interest.profile import InterestProfile
from interest.ranges import NumberRange

__all__ = ["add_interest", "canonical_value", "change_interest", "delete_interest", "edit_line"]


def canonical_value(facet: Facet, value: str) -> tuple[str, bool]:
    """The facet's own form of a value that was typed, and whether the domain knows it.

    Numbers become ranges in their canonical form, aliases become what they mean, and everything
    else stays as it was typed, without the spaces around it.

    Raises:
        InputError: The value is empty, or the facet is a number and the value is not a range.
    """
    text = value.strip()
    if not text:
        raise InputError(f"The value for {facet.name} is empty.", "Type one.")
    if facet.kind is FacetKind.NUMBER:
        return str(NumberRange.parse(text)), True
    by_name = {known.lower(): known for known in facet.aliases.values()} | dict(facet.aliases)
    known = by_name.get(text.lower())
    return (text, False) if known is None else (known, True)


def edit_line(
    facet: Facet, value: str, preference: float, strictness: Strictness, *, condition: str = ""
) -> str:
    """The line that is kept as the evidence of an edit: ``"Genre: Horror, never this"``."""
    line = f"{facet.label}: {value}, {_stance(preference, strictness)}"
    return f"{line}, {condition}" if condition else line


def _stance(preference: float, strictness: Strictness) -> str:
    if preference == 0.0:
        return "neither liked nor disliked"
    if strictness is Strictness.HARD:
        return "only this" if preference > 0.0 else "never this"
    return f"{'liked' if preference > 0.0 else 'disliked'} ({preference:+g})"


def add_interest(
    profile: InterestProfile,
    domain: Domain,
    facet: str,
    value: str,
    *,
    preference: float,
    strictness: Strictness = Strictness.SOFT,
    now: datetime,
    edit_id: str,
    linked: bool | None = None,
    condition: str = "",
    config: MergeConfig = DEFAULT_MERGE,
) -> InterestProfile:
    """Add an interest by hand; one that is there already becomes what the person says now.

    Args:
        profile: Is not changed.
        domain: The profile's domain.
        facet: Name of one of its facets.
        value: As typed; see :func:`canonical_value`.
        preference: Sign and strength in [-1, 1].
        strictness: Whether it rules things out.
        now: When; timezone-aware.
        edit_id: Identifies the act in the evidence: an edit on the page, or a turn.
        linked: Whether the value is one of the catalogue's own; None leaves it to the domain.
        condition: Under what alone it holds, in any case and spacing; "" if always.
        config: Weights and limits of merging.

    Raises:
        UnknownNameError: The domain has no such facet.
        InputError: A value is empty, out of range or not a number range.
    """
    kind = domain.facet(facet)
    canonical, known = canonical_value(kind, value)
    under = condition_words(condition)
    line = edit_line(kind, canonical, preference, strictness, condition=under)
    current = profile.by_key.get(interest_key(kind.name, canonical, under))
    source_id = _source_id(current, edit_id, line)
    interest = Interest(
        facet=kind.name,
        value=canonical,
        preference=preference,
        confidence=EDIT_CONFIDENCE,
        strictness=strictness,
        linked=known if linked is None else linked,
        valid_from=now,
        condition=under,
        evidence=(Evidence.whole(line, source=Source.EDIT, source_id=source_id, observed_at=now),),
    )
    return merge(profile, [interest], now=now, domain=domain, config=config)


def change_interest(
    profile: InterestProfile,
    domain: Domain,
    facet: str,
    value: str,
    *,
    new_value: str | None = None,
    preference: float | None = None,
    strictness: Strictness | None = None,
    now: datetime,
    edit_id: str,
    linked: bool | None = None,
    condition: str = "",
    config: MergeConfig = DEFAULT_MERGE,
) -> InterestProfile:
    """Change an interest by hand. What is None stays as it is.

    ``condition`` says which of the interests in a value is meant; it stays as it is, too.
    With ``new_value`` the interest moves to that value and takes its evidence along; one that is
    there already is merged with it.

    Raises:
        UnknownNameError: The domain has no such facet or the profile no such interest.
        InputError: As :func:`add_interest`.
    """
    current = _existing(profile, domain, facet, value, condition)
    kind = domain.facet(facet)
    target, known = (
        (current.value, current.linked) if new_value is None else canonical_value(kind, new_value)
    )
    moved = replace(current, value=target, linked=known if linked is None else linked)
    return add_interest(
        _with_moved(profile, current, moved, now=now, domain=domain, config=config),
        domain,
        facet,
        target,
        preference=current.preference if preference is None else preference,
        strictness=current.strictness if strictness is None else strictness,
        now=now,
        edit_id=edit_id,
        linked=moved.linked,
        condition=current.condition,
        config=config,
    )


def delete_interest(
    profile: InterestProfile,
    domain: Domain,
    facet: str,
    value: str,
    *,
    condition: str = "",
    now: datetime,
) -> InterestProfile:
    """Delete an interest with its evidence; what holds under another condition stays.

    Raises:
        UnknownNameError: The domain has no such facet or the profile no such interest.
    """
    current = _existing(profile, domain, facet, value, condition)
    kept = tuple(interest for interest in profile.interests if interest.key != current.key)
    return replace(profile, interests=kept, updated_at=now)


def _existing(
    profile: InterestProfile, domain: Domain, facet: str, value: str, condition: str
) -> Interest:
    """The interest, found by its exact value or by what was typed."""
    held, under = profile.by_key, condition_words(condition)
    exact = held.get(interest_key(facet, value, under))
    if exact is not None:
        return exact
    canonical, _ = canonical_value(domain.facet(facet), value)
    found = held.get(interest_key(facet, canonical, under))
    if found is not None:
        return found
    values = [
        f"{interest.value} ({interest.condition})" if interest.condition else interest.value
        for interest in profile.interests
        if interest.facet == facet
    ]
    meant = f"{value!r} under the condition {under!r}" if under else repr(value)
    raise UnknownNameError(
        f"The profile of {profile.user_id!r} has no {facet} {meant}.",
        f"It has: {', '.join(values)}." if values else f"It has nothing under {facet}.",
    )


def _with_moved(
    profile: InterestProfile,
    current: Interest,
    moved: Interest,
    *,
    now: datetime,
    domain: Domain,
    config: MergeConfig,
) -> InterestProfile:
    """The profile with one interest under its new value, in the old one's place if it is free."""
    if moved.key == current.key:
        return profile
    if moved.key not in profile.by_key:
        interests = tuple(moved if held is current else held for held in profile.interests)
        return replace(profile, interests=interests, updated_at=now)
    kept = tuple(held for held in profile.interests if held is not current)
    return merge(replace(profile, interests=kept), [moved], now=now, domain=domain, config=config)


def _source_id(current: Interest | None, edit_id: str, line: str) -> str:
    """What identifies this line in the evidence of an interest.

    One turn may edit an interest more than once: what follows the first edit gets a number. The
    last edit again is the same edit.
    """
    numbered = f"{edit_id}."
    before = [
        quote
        for quote in (() if current is None else current.evidence)
        if quote.source is Source.EDIT
        and (quote.source_id == edit_id or quote.source_id.startswith(numbered))
    ]
    if not before:
        return edit_id
    if before[-1].quote == line:
        return before[-1].source_id
    taken = {quote.source_id for quote in before}
    return next(name for n in count(2) if (name := f"{numbered}{n}") not in taken)
