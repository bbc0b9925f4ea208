"""Answers, recommendations and profiles as plain text for a terminal.

It knows how to lay out what the agent returns; it does not decide anything, and knows no markup.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from agent.turns import Recommendation
from interest.domain import Domain
from interest.interests import Interest
from interest.profile import InterestProfile
from retrieval.types import LedgerEntry
from ui.words import (
    REACTION_WORDS,
    VERDICT_SYMBOLS,
    VERDICT_WORDS,
    evidence_words,
    facet_label,
    facts,
    stance_words,
    value_words,
    verdict_sentence,
)

__all__ = ["plain", "profile_text", "recommendations_text"]


def plain(text: str) -> str:
    """Text without control characters: a title or a quote must not steer the terminal."""
    return "".join(mark for mark in text if mark.isprintable() or mark == "\n")


def recommendations_text(recommendations: Sequence[Recommendation], domain: Domain) -> str:
    """The recommendations as a numbered list with reasons and ledger."""
    return plain("\n\n".join(_recommendation(entry, domain) for entry in recommendations))


def profile_text(profile: InterestProfile, domain: Domain, titles: Iterable[str] = ()) -> str:
    """The profile, one interest a line with the words that show it.

    Args:
        profile: What to show.
        domain: Names the facets.
        titles: Titles of the items of ``profile.reactions``, in their order.
    """
    lines = [f"Profile of {profile.user_id} (revision {profile.revision})"]
    if not profile.interests and not profile.reactions:
        lines.append("  Nothing yet. Say what you like: palate chat")
    for interest in profile.interests:
        lines.extend(_interest(interest, domain))
    for reaction, title in zip(profile.reactions, titles, strict=False):
        lines.append(f"  {REACTION_WORDS[reaction.kind]}: {title}")
    return plain("\n".join(lines))


def _recommendation(entry: Recommendation, domain: Domain) -> str:
    about = " · ".join(fact.phrase for fact in facts(entry.item, domain) if fact.main)
    lines = [f"{entry.rank}. {entry.title}"]
    if about:
        lines.append(f"   {about}")
    if entry.explanation.text:
        lines.append(f"   {entry.explanation.text}")
    lines.extend(f"   {_ledger(line, domain)}" for line in entry.ledger)
    return "\n".join(lines)


def _ledger(entry: LedgerEntry, domain: Domain) -> str:
    sign = f"{VERDICT_SYMBOLS[entry.verdict]} {VERDICT_WORDS[entry.verdict]}"
    return f"{sign}: {verdict_sentence(domain, entry)}"


def _first_lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _interest(interest: Interest, domain: Domain) -> list[str]:
    value = value_words(domain, interest.facet, interest.value)
    ended = "" if interest.valid_to is None else f" (until {interest.valid_to:%Y-%m-%d})"
    label = facet_label(domain, interest.facet)
    latest = interest.evidence[-1]
    return [
        f"  {label}: {value}: {_first_lower(stance_words(interest))}{ended}",
        f"      “{latest.quote}” ({evidence_words(latest)})",
    ]
