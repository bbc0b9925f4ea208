"""The relay: takes events from the outbox, posts them, and comes back to those that failed.

It knows HTTP answers and waiting; it does not know how events are made or kept. Each event is sent
at least once: whoever is killed between sending and noting sends again, with the same id, by which
the receiver knows it.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol
from urllib.parse import urlsplit

from interest.errors import InputError
from interest.exports.cloudevents import signed_headers
from interest.sql_outbox import Outbox, Parcel

__all__ = ["Delivered", "Post", "Relay", "check_url", "http_post"]

_TIMEOUT_S = 10.0
_LEASE = timedelta(minutes=2)
_FIRST_WAIT = timedelta(seconds=5)
_LONGEST_WAIT = timedelta(hours=6)
#: Tries before an event is given up; with the waits above the last one comes after some four days.
_TRIES = 28
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class Post(Protocol):
    """Posts a body; the status that came back, or 0 and why none did."""

    def __call__(self, url: str, headers: Mapping[str, str], body: bytes) -> tuple[int, str]: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivered:
    """What one run of the relay did: numbers of events."""

    delivered: int
    put_off: int
    given_up: int


def check_url(url: str) -> str:
    """The address of a webhook, if profiles may go there.

    Raises:
        InputError: It is no address, or plain HTTP to another machine.
    """
    try:
        parts = urlsplit(url)
        host = parts.hostname
        _ = parts.port
    except ValueError as error:
        raise InputError(f"{url!r} is not an address: {error}.") from error
    if parts.scheme not in ("http", "https") or not host or parts.username is not None:
        raise InputError(
            f"{url!r} cannot be the address of a webhook.",
            "Use https://HOST/PATH, without a login.",
        )
    if parts.scheme == "http" and host not in _LOOPBACK:
        raise InputError(
            f"{url!r} is not encrypted; profiles are sent over plain HTTP to this machine only.",
            "Use https.",
        )
    return url


def http_post(url: str, headers: Mapping[str, str], body: bytes) -> tuple[int, str]:
    """Post by httpx. Redirects are not followed: consent was given to this address."""
    import httpx

    try:
        answer = httpx.post(url, headers=dict(headers), content=body, timeout=_TIMEOUT_S)
    except httpx.HTTPError as error:
        return 0, type(error).__name__
    return answer.status_code, f"HTTP {answer.status_code}"


class Relay:
    """Sends what the outbox holds. Several may run at once: each event is leased to one.

    Args:
        outbox: What is to be sent.
        post: How; None posts over HTTP.
        clock: The time, as a parameter.
        rng: Spreads the waits, so that not everybody comes back at once.
    """

    def __init__(
        self,
        outbox: Outbox,
        *,
        post: Post | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        rng: random.Random | None = None,
    ) -> None:
        self._outbox = outbox
        self._post = post or http_post
        self._clock = clock
        self._rng = rng or random.Random()

    def run(self, *, limit: int = 1000) -> Delivered:
        """Send until nothing is due, or ``limit`` events were tried."""
        delivered = put_off = given_up = notices = 0
        while (tried := delivered + put_off + given_up) < limit:
            parcels = self._outbox.claim(
                now=self._clock(), lease=_LEASE, limit=min(50, limit - tried)
            )
            if not parcels:
                break
            for parcel in parcels:
                status, answer = self._send(parcel)
                if 200 <= status < 300:
                    notices += self._outbox.delivered(parcel, now=self._clock())
                    delivered += 1
                elif parcel.attempts >= _TRIES:
                    self._outbox.put_off(parcel, until=None, problem=answer)
                    given_up += 1
                else:
                    until = self._clock() + self._wait(parcel.attempts)
                    self._outbox.put_off(parcel, until=until, problem=answer)
                    put_off += 1
        if notices:
            self._outbox.scrub()
        return Delivered(delivered=delivered, put_off=put_off, given_up=given_up)

    def _send(self, parcel: Parcel) -> tuple[int, str]:
        body = parcel.body.encode()
        to = parcel.destination
        headers = signed_headers(to.secret, parcel.event_id, body, now=self._clock())
        return self._post(to.url, headers, body)

    def _wait(self, attempts: int) -> timedelta:
        """Twice as long after each try, with half of it by chance."""
        most = min(_FIRST_WAIT * 2 ** min(attempts - 1, 20), _LONGEST_WAIT)
        return most * self._rng.uniform(0.5, 1.0)
