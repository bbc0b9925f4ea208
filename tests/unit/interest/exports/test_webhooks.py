"""Webhooks: nothing is lost, nothing goes where it may not, and what repeats is known as such."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from interest.errors import InputError, UnknownNameError
from interest.exports.cloudevents import new_secret, signed_headers, verify
from interest.exports.relay import Relay, check_url
from interest.passport import profile_from_json
from interest.sql_consents import Consents
from interest.sql_outbox import Outbox
from interest.sql_store import SqlStore
from tests.support.people import NOW, interest, person


class Shop:
    """A receiver that fails at times and keeps what it took."""

    def __init__(self, *answers: int) -> None:
        self.answers = list(answers)
        self.got: list[tuple[str, Mapping[str, str], bytes]] = []
        self.taken: list[str] = []

    def __call__(self, url: str, headers: Mapping[str, str], body: bytes) -> tuple[int, str]:
        self.got.append((url, headers, body))
        status = self.answers.pop(0) if self.answers else 204
        if 200 <= status < 300:
            self.taken.append(headers["webhook-id"])
        return status, f"HTTP {status}"


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    made = SqlStore.open(tmp_path / "palate.db")
    yield made
    made.close()


@pytest.fixture
def outbox(store: SqlStore) -> Outbox:
    made = Outbox(store.engine)
    made.add("shop", "https://shop.example/hook", new_secret(), now=NOW)
    return made


def allow(store: SqlStore, user_id: str, granted: bool = True) -> None:
    Consents(store.engine).say(user_id, "shop", granted=granted, now=NOW)


def say(store: SqlStore, user_id: str, value: str) -> None:
    held = store.load(user_id)
    wanted = replace(held, interests=(*held.interests, interest(value)), updated_at=NOW)
    store.save(wanted)


def test_without_consent_nothing_is_owed(store: SqlStore, outbox: Outbox) -> None:
    say(store, "ada", "Horror")
    (standing,) = outbox.standings()
    assert (standing.waiting, standing.delivered) == (0, 0)


def test_a_consent_sends_the_profile_and_each_change(store: SqlStore, outbox: Outbox) -> None:
    say(store, "ada", "Horror")
    allow(store, "ada")
    allow(store, "ada")  # again: nothing more
    say(store, "ada", "Comedy")
    say(store, "bob", "Drama")
    store.save(store.load("ada"))  # nothing changed
    shop = Shop()
    assert Relay(outbox, post=shop, clock=Clock()).run().delivered == 2
    profiles = [profile_from_json(json.loads(body)["data"]) for _, _, body in shop.got]
    assert [len(profile.interests) for profile in profiles] == [1, 2]
    assert profiles[1] == replace(store.load("ada"), revision=2)
    secret = outbox.destinations()[0].secret
    for _, headers, body in shop.got:
        envelope = json.loads(body)
        assert envelope["specversion"] == "1.0"
        assert verify(secret, headers, body, now=NOW) == envelope["id"]
    assert Relay(outbox, post=shop, clock=Clock()).run().delivered == 0
    assert outbox.standings()[0].delivered == 2


def test_what_fails_comes_again_later_in_order_and_with_its_id(
    store: SqlStore, outbox: Outbox
) -> None:
    allow(store, "ada")
    allow(store, "bob")
    say(store, "ada", "Horror")
    say(store, "ada", "Comedy")
    say(store, "bob", "Drama")
    clock, shop = Clock(), Shop(500, 204)
    relay = Relay(outbox, post=shop, clock=clock, rng=random.Random(1))
    first = relay.run()
    # Ada's second event waits for her first; Bob's does not.
    assert (first.delivered, first.put_off) == (1, 1)
    assert relay.run().delivered == 0
    assert outbox.standings()[0].problem == "HTTP 500"
    clock.now += timedelta(seconds=6)
    assert relay.run().delivered == 2
    ids = [headers["webhook-id"] for _, headers, _ in shop.got]
    assert ids[0] == ids[2]
    assert set(Counter(shop.taken).values()) == {1}
    bodies = [json.loads(body) for _, _, body in shop.got if body]
    assert [len(b["data"]["interests"]) for b in bodies if b["subject"] == "ada"] == [1, 1, 2]


def test_waits_grow_and_end(store: SqlStore, outbox: Outbox) -> None:
    allow(store, "ada")
    say(store, "ada", "Horror")
    clock, shop = Clock(), Shop(*[503] * 100)
    relay = Relay(outbox, post=shop, clock=clock, rng=random.Random(1))
    waits: list[float] = []
    while (due := outbox.next_due()) is not None or not waits:
        waits.append(((due or clock.now) - clock.now).total_seconds())
        clock.now = due or clock.now
        relay.run()
        if outbox.standings()[0].failed:
            break
    assert outbox.standings()[0].failed == 1
    assert len(shop.got) == 28
    assert 2 * 24 * 3600 < (clock.now - NOW).total_seconds() < 8 * 24 * 3600
    assert max(waits) <= 6 * 3600
    assert outbox.retry("shop") == 1
    assert Relay(outbox, post=Shop(), clock=clock).run().delivered == 1


def test_who_is_killed_while_sending_sends_again(store: SqlStore, outbox: Outbox) -> None:
    allow(store, "ada")
    say(store, "ada", "Horror")
    (parcel,) = outbox.claim(now=NOW, lease=timedelta(minutes=2))
    assert outbox.claim(now=NOW, lease=timedelta(minutes=2)) == ()
    clock, shop = Clock(), Shop()
    clock.now += timedelta(minutes=3)
    assert Relay(outbox, post=shop, clock=clock).run().delivered == 1
    assert shop.taken == [parcel.event_id]


def test_a_consent_that_is_withdrawn_takes_back_and_tells(store: SqlStore, outbox: Outbox) -> None:
    allow(store, "ada")
    say(store, "ada", "Horror")
    shop = Shop()
    relay = Relay(outbox, post=shop, clock=Clock())
    relay.run()
    say(store, "ada", "Comedy")
    allow(store, "ada", granted=False)
    assert relay.run().delivered == 1
    kinds = [json.loads(body)["type"] for _, _, body in shop.got]
    assert kinds == ["palate.profile.updated.v1", "palate.profile.deleted.v1"]
    say(store, "ada", "Drama")
    assert relay.run().delivered == 0


def test_who_was_never_sent_anything_is_not_named(store: SqlStore, outbox: Outbox) -> None:
    allow(store, "ada")
    say(store, "ada", "Horror")
    store.delete("ada")
    shop = Shop()
    assert Relay(outbox, post=shop, clock=Clock()).run().delivered == 0


def test_destinations_come_and_go(store: SqlStore, outbox: Outbox) -> None:
    allow(store, "ada")
    say(store, "ada", "Horror")
    with pytest.raises(InputError, match="already"):
        outbox.add("shop", "https://other.example", new_secret(), now=NOW)
    assert outbox.remove("shop") == 1
    assert Consents(store.engine).of("ada") == ()
    with pytest.raises(UnknownNameError, match="shop"):
        outbox.remove("shop")


@pytest.mark.parametrize("change", ["body", "id", "secret", "time", "missing"])
def test_a_signature_covers_everything(change: str) -> None:
    secret, body = new_secret(), b'{"a":1}'
    headers = signed_headers(secret, "e1", body, now=NOW)
    assert verify(secret, headers, body, now=NOW) == "e1"
    now = NOW + timedelta(hours=1) if change == "time" else NOW
    if change == "id":
        headers["webhook-id"] = "e2"
    if change == "missing":
        del headers["webhook-signature"]
    with pytest.raises(InputError):
        verify(
            new_secret() if change == "secret" else secret,
            headers,
            b"{}" if change == "body" else body,
            now=now,
        )


@pytest.mark.parametrize(
    "url",
    [
        "http://shop.example/x",
        "ftp://x",
        "https://",
        "https://u:p@x/",
        "x",
        "https://[",
        "https://x:y",
    ],
)
def test_profiles_do_not_go_just_anywhere(url: str) -> None:
    with pytest.raises(InputError):
        check_url(url)
    assert check_url("http://127.0.0.1:8000/x")
    assert check_url("https://shop.example/x")


def test_a_bad_secret_is_refused() -> None:
    with pytest.raises(InputError, match="whsec_"):
        signed_headers("short", "e", b"", now=NOW)


def test_names_in_profiles_do_not_break_events(store: SqlStore, outbox: Outbox) -> None:
    allow(store, "ada/ü\u2028")
    store.save(replace(person("ada/ü\u2028", interest("七人")), revision=0))
    shop = Shop()
    Relay(outbox, post=shop, clock=Clock()).run()
    assert json.loads(shop.got[0][2])["subject"] == "ada/ü\u2028"
