"""Feast: profiles as a feature view with a push source, in a folder that ``feast apply`` takes.

It knows Feast's names for things; it does not import Feast. The folder holds
``feature_store.yaml``, ``profiles.py`` with the definitions, and the rows as Parquet in ``data``.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from interest.exports import traits
from interest.exports.parquet_parts import arrow
from interest.profile import InterestProfile, ReactionKind

__all__ = ["DEFINITIONS", "STORE", "feature_row", "feature_schema"]

STORE = """\
project: palate
registry: registry.db
provider: local
online_store:
  type: sqlite
  path: online.db
entity_key_serialization_version: 3
"""

DEFINITIONS = '''\
"""What Palate exports, as Feast sees it."""

from datetime import timedelta

from feast import Entity, FeatureView, Field, FileSource, PushSource, ValueType
from feast.types import Array, Float32, Int64, String

person = Entity(name="person", join_keys=["user_id"], value_type=ValueType.STRING)

palate_profiles_batch = FileSource(
    name="palate_profiles_batch", path="data", timestamp_field="event_timestamp"
)

palate_profiles_push = PushSource(
    name="palate_profiles_push", batch_source=palate_profiles_batch
)

palate_profiles = FeatureView(
    name="palate_profiles",
    entities=[person],
    ttl=timedelta(0),
    schema=[
        Field(name="likes", dtype=Array(String)),
        Field(name="likes_strength", dtype=Array(Float32)),
        Field(name="dislikes", dtype=Array(String)),
        Field(name="liked_items", dtype=Array(String)),
        Field(name="disliked_items", dtype=Array(String)),
        Field(name="seen_items", dtype=Array(String)),
        Field(name="revision", dtype=Int64),
    ],
    online=True,
    source=palate_profiles_push,
)
'''


def feature_schema() -> Any:
    """The pyarrow schema of the rows."""
    pa = arrow()
    texts = pa.list_(pa.string())
    return pa.schema(
        [
            ("user_id", pa.string()),
            ("event_timestamp", pa.timestamp("us", tz="UTC")),
            ("likes", texts),
            ("likes_strength", pa.list_(pa.float32())),
            ("dislikes", texts),
            ("liked_items", texts),
            ("disliked_items", texts),
            ("seen_items", texts),
            ("revision", pa.int64()),
        ]
    )


def feature_row(profile: InterestProfile, *, now: datetime) -> dict[str, Any]:
    """One person's features; ``likes_strength`` goes with ``likes``, place by place."""
    likes = traits.held(profile, liked=True, now=now)
    return {
        "user_id": profile.user_id,
        "event_timestamp": profile.updated_at or now,
        "likes": [f"{interest.facet}={interest.value}" for interest in likes],
        "likes_strength": [interest.preference * interest.confidence for interest in likes],
        "dislikes": traits.tokens(profile, liked=False, now=now),
        "liked_items": list(profile.items(ReactionKind.LIKED)),
        "disliked_items": list(profile.items(ReactionKind.DISLIKED, ReactionKind.REJECTED)),
        "seen_items": list(profile.items(ReactionKind.SEEN)),
        "revision": profile.revision,
    }
