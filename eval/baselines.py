"""Baselines made from what another extractor found.

It knows mentions; it does not know any data. The gazetteer baseline is an extractor of its own
(:mod:`interest.rule_extractor`).
"""

from __future__ import annotations

from dataclasses import replace

from interest.reading import Reading

__all__ = ["majority_sign"]


def majority_sign(reading: Reading, *, preference: float = 1.0) -> Reading:
    """The same mentions, all with one sign.

    People mostly name what they like, so "liked" is hard to beat by accuracy; macro-F1 and the
    recall of dislikes show what reading the sign is worth, at equal mentions.

    Args:
        reading: What was found.
        preference: What everything gets, in [-1, 1].
    """
    signed = tuple(replace(mention, preference=preference) for mention in reading.mentions)
    return replace(reading, mentions=signed)
