"""CloudEvents: a change of a profile as an event that other systems read, signed.

It knows the envelope (CloudEvents 1.0, JSON format) and the signature (the "Standard Webhooks"
scheme: HMAC-SHA256 over ``id.timestamp.body``); it does not know how events are kept or sent.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import secrets
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from interest.errors import InputError
from interest.passport import SCHEMA_ID, profile_to_json
from interest.profile import InterestProfile

__all__ = [
    "CONTENT_TYPE",
    "EventType",
    "check_secret",
    "deleted_event",
    "new_secret",
    "signed_headers",
    "updated_event",
    "verify",
]

#: A structured-mode event: the whole envelope is the body.
CONTENT_TYPE = "application/cloudevents+json"
_SOURCE = "urn:palate:profiles"
_PREFIX = "whsec_"
_LEAST_BYTES = 16
#: How old a signed event may be when it is verified: older ones may be played back by somebody.
_TOLERANCE = timedelta(minutes=5)


class EventType(StrEnum):
    """What an event says."""

    UPDATED = "palate.profile.updated.v1"  #: here is the profile as it is now
    DELETED = "palate.profile.deleted.v1"  #: forget this person


def updated_event(profile: InterestProfile, *, now: datetime) -> tuple[str, str]:
    """Id and body of the event that carries a profile."""
    return _event(EventType.UPDATED, profile.user_id, profile_to_json(profile), now)


def deleted_event(user_id: str, *, reason: str, now: datetime) -> tuple[str, str]:
    """Id and body of the event that asks to forget somebody."""
    return _event(EventType.DELETED, user_id, {"user_id": user_id, "reason": reason}, now)


def _event(
    kind: EventType, subject: str, data: Mapping[str, Any], now: datetime
) -> tuple[str, str]:
    event_id = str(uuid.uuid4())
    envelope: dict[str, Any] = {
        "specversion": "1.0",
        "id": event_id,
        "source": _SOURCE,
        "type": kind.value,
        "subject": subject,
        "time": now.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "datacontenttype": "application/json",
    }
    if kind is EventType.UPDATED:
        envelope["dataschema"] = SCHEMA_ID
    envelope["data"] = data
    return event_id, json.dumps(envelope, ensure_ascii=False, separators=(",", ":"))


def new_secret() -> str:
    """A fresh secret, 32 random bytes."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def signed_headers(secret: str, event_id: str, body: bytes, *, now: datetime) -> dict[str, str]:
    """The headers to post a body with.

    ``webhook-id`` stays the same over all attempts, so that a receiver that has it drops the rest.

    Raises:
        InputError: The secret is not one.
    """
    stamp = str(int(now.timestamp()))
    return {
        "content-type": CONTENT_TYPE,
        "webhook-id": event_id,
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{_signature(secret, event_id, stamp, body)}",
    }


def verify(secret: str, headers: Mapping[str, str], body: bytes, *, now: datetime) -> str:
    """Check what a receiver got, as a receiver should.

    Args:
        secret: What the sender signs with.
        headers: Names in lower case.
        body: The bytes as they came.
        now: The receiver's time.

    Returns:
        The event's id: an id that was seen before is a repetition.

    Raises:
        InputError: A header is missing, the signature is another one, or the event is old.
    """
    try:
        event_id, stamp = headers["webhook-id"], headers["webhook-timestamp"]
        given = headers["webhook-signature"].split()
        sent = datetime.fromtimestamp(int(stamp), UTC)
    except (KeyError, ValueError, OverflowError, OSError) as error:
        raise InputError(f"Not a signed webhook: {error!r}.") from error
    if abs(now - sent) > _TOLERANCE:
        raise InputError(f"The webhook {event_id!r} was signed at {sent}; it is {now}.")
    right = f"v1,{_signature(secret, event_id, stamp, body)}"
    if not any(hmac.compare_digest(right.encode(), one.encode()) for one in given):
        raise InputError(f"The signature of webhook {event_id!r} is not ours.")
    return event_id


def check_secret(secret: str) -> bytes:
    """The bytes of a secret.

    Raises:
        InputError: It is not one.
    """
    try:
        key = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except binascii.Error:
        key = b""
    if not secret.startswith(_PREFIX) or len(key) < _LEAST_BYTES:
        raise InputError(
            "The webhook's secret cannot be used.",
            "It is whsec_ and then at least 16 bytes in base64; leave it out to get a new one.",
        )
    return key


def _signature(secret: str, event_id: str, stamp: str, body: bytes) -> str:
    message = b".".join((event_id.encode(), stamp.encode(), body))
    digest = hmac.new(check_secret(secret), message, hashlib.sha256).digest()
    return base64.b64encode(digest).decode()
