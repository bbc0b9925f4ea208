"""Combine: two statements of one interest become one.

It knows an older and a newer statement with the same key; it does not know the rest of the
profile (see :mod:`interest.merge`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from interest.evidence import Evidence, Source
from interest.interests import Interest, Strictness
from interest.merge_config import MergeConfig

__all__ = [
    "EDIT_CONFIDENCE",
    "combine",
    "is_edited",
    "is_strong",
    "join_evidence",
    "last_shown",
]

#: Confidence of what a person set by hand. Merging never reaches it by other means, so evidence
#: of an edit together with this confidence says that the edit still stands.
EDIT_CONFIDENCE = 1.0

_IMPLICIT = frozenset({Source.RATING, Source.FEEDBACK})
_EvidenceOrder = tuple[datetime, str, str, int, int]


def is_edited(interest: Interest) -> bool:
    """Whether an edit by hand governs this interest."""
    return interest.confidence >= EDIT_CONFIDENCE and any(
        quote.source is Source.EDIT for quote in interest.evidence
    )


def is_strong(interest: Interest, config: MergeConfig) -> bool:
    """Whether a statement is loud and sure enough to stand against an edit by hand."""
    loud = interest.is_hard or abs(interest.preference) >= config.strong_preference
    return loud and interest.confidence >= config.strong_confidence


def last_shown(interest: Interest) -> datetime:
    """When the newest evidence was observed."""
    return max(quote.observed_at for quote in interest.evidence)


def _order(quote: Evidence) -> _EvidenceOrder:
    return (quote.observed_at, quote.source.value, quote.source_id, quote.start, quote.end)


def join_evidence(
    first: Sequence[Evidence], second: Sequence[Evidence], *, limit: int
) -> tuple[Evidence, ...]:
    """Both lists in one, oldest first, without repetition, at most ``limit`` long.

    Two quotes are the same if source, text and span are; the one in ``first`` stays. Where there
    are too many, the first quote, the last edit and the latest others are kept. Joining again
    what was once left out therefore leaves it out again, which is what makes merging idempotent.
    """
    by_span = {(q.source, q.source_id, q.start, q.end): q for q in (*second, *first)}
    quotes = sorted(by_span.values(), key=_order)
    if len(quotes) <= limit:
        return tuple(quotes)
    edits = [quote for quote in quotes if quote.source is Source.EDIT]
    pinned = {_order(quotes[0]), *(_order(quote) for quote in edits[-1:])}
    others = [quote for quote in quotes if _order(quote) not in pinned]
    latest = {_order(quote) for quote in others[len(others) - (limit - len(pinned)) :]}
    return tuple(quote for quote in quotes if _order(quote) in pinned | latest)


def combine(older: Interest, newer: Interest, *, config: MergeConfig) -> Interest:
    """One interest out of an older and a newer statement of the same key.

    - An edit stands as it was made, whatever was said before it, and is not diluted by weak
      mentions after it; a strong contradiction or a hard demand after it replaces it.
    - Opposite signs contradict: the newer statement counts, with moderate confidence, and both
      quotes stay. A rating or a click does not overrule words.
    - Otherwise the newer one strengthens the older: see :func:`_reinforce`.
    """
    joined = replace(
        older,
        evidence=join_evidence(older.evidence, newer.evidence, limit=config.max_evidence),
        linked=older.linked or newer.linked,
        valid_from=_valid_from(older, newer),
        valid_to=newer.valid_to,
    )
    contradicts = older.polarity * newer.polarity < 0
    if is_edited(newer):
        return _with_stance(joined, newer)
    if is_edited(older):
        demands = newer.is_hard and not older.is_hard
        if not (is_strong(newer, config) and (contradicts or demands)):
            return joined
    if contradicts:
        if _is_implicit(newer) and not _is_implicit(older):
            return joined
        changed = replace(joined, valid_from=newer.valid_from)
        return _with_stance(changed, newer, most=config.contradicted_confidence)
    return _reinforce(joined, older, newer, config)


def _with_stance(joined: Interest, newer: Interest, *, most: float = EDIT_CONFIDENCE) -> Interest:
    return replace(
        joined,
        preference=newer.preference,
        confidence=min(newer.confidence, most),
        strictness=newer.strictness,
    )


def _reinforce(joined: Interest, older: Interest, newer: Interest, config: MergeConfig) -> Interest:
    """Average the preferences, newer and surer ones with more weight; raise the confidence.

    Confidences combine as independent observations do (noisy or: ``1 - (1 - a)(1 - r·b)``),
    damped by ``r = config.reinforcement``. Mentions in one and the same text are not independent:
    the surest counts.
    """
    old_weight = older.confidence * (1.0 - config.newer_weight)
    new_weight = newer.confidence * config.newer_weight
    total = old_weight + new_weight
    share = new_weight / total if total > 0.0 else 1.0
    preference = older.preference + share * (newer.preference - older.preference)
    surest = max(older.confidence, newer.confidence)
    if not _is_same_text(older, newer):
        support = 1.0 - (1.0 - older.confidence) * (1.0 - config.reinforcement * newer.confidence)
        surest = max(surest, support)
    return replace(
        joined,
        preference=min(1.0, max(-1.0, preference)),
        confidence=min(config.max_confidence, surest),
        strictness=_strictness(older, newer, config),
    )


def _strictness(older: Interest, newer: Interest, config: MergeConfig) -> Strictness:
    """Hard if the newer one is hard, or nothing after a hard one relaxes it.

    "No horror", then "I don't like horror" still means no horror; "a little horror is fine"
    relaxes. Ratings, clicks and the rest of the same sentence relax nothing.
    """
    if newer.is_hard or not older.is_hard:
        return newer.strictness
    agrees = older.polarity == newer.polarity and abs(newer.preference) >= config.lukewarm_below
    if agrees or _is_implicit(newer) or _is_same_text(older, newer):
        return Strictness.HARD
    return Strictness.SOFT


def _valid_from(older: Interest, newer: Interest) -> datetime:
    """Since when the combined interest holds: anew if the older one had ended in between."""
    if older.valid_to is not None and older.valid_to <= newer.valid_from:
        return newer.valid_from
    return min(older.valid_from, newer.valid_from)


def _is_implicit(interest: Interest) -> bool:
    return all(quote.source in _IMPLICIT for quote in interest.evidence)


def _is_same_text(older: Interest, newer: Interest) -> bool:
    texts = {(quote.source, quote.source_id) for quote in older.evidence}
    return all((quote.source, quote.source_id) in texts for quote in newer.evidence)
