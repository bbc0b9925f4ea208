"""The small parts of sign-in: buckets, secrets, and who may speak for whom."""

from __future__ import annotations

import pytest

from interest.accounts import Scope
from interest.errors import InputError
from ui.auth.buckets import Buckets
from ui.auth.identity import ForbiddenError, Identity, Means, TooManyError
from ui.auth.secrets import (
    hash_password,
    hash_secret,
    make_key,
    make_token,
    read_key,
    same_secret,
    verify_password,
)


class Clock:
    """Seconds that pass when they are told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_bucket_empties_and_fills_at_its_rate() -> None:
    clock = Clock()
    buckets = Buckets(6, clock=clock)  # one token in ten seconds
    for _ in range(6):
        buckets.take("ada")
    with pytest.raises(TooManyError) as caught:
        buckets.take("ada")
    assert caught.value.wait_seconds == 10
    buckets.take("bob")
    clock.now += 9.0
    with pytest.raises(TooManyError) as caught:
        buckets.take("ada")
    assert caught.value.wait_seconds == 1
    clock.now += 1.0
    buckets.take("ada")
    clock.now += 3600.0
    for _ in range(6):
        buckets.take("ada")
    with pytest.raises(TooManyError):
        buckets.take("ada")


def test_no_limit_and_no_nonsense() -> None:
    free = Buckets(0)
    for _ in range(1000):
        free.take("ada")
    with pytest.raises(InputError, match="-1"):
        Buckets(-1)


def test_buckets_do_not_grow_without_end() -> None:
    buckets = Buckets(1, clock=Clock())
    buckets.take("first")
    for number in range(10_000):
        buckets.take(f"user-{number}")
    buckets.take("first")  # forgotten, and so full again
    with pytest.raises(TooManyError):
        buckets.take("user-9999")


def test_a_password_is_recognised_and_its_hash_tells_nothing() -> None:
    first, second = hash_password("pässwörd 你好"), hash_password("pässwörd 你好")
    assert first != second
    assert first.startswith("$argon2id$")
    assert verify_password(first, "pässwörd 你好")
    assert not verify_password(first, "pässwörd 你")
    assert not verify_password(None, "nobody has this password")
    assert not verify_password("not a hash", "x")
    assert not verify_password(first, "x" * 100_000)
    assert not verify_password(first, "\ud800")


def test_a_key_is_known_by_its_id_and_its_whole() -> None:
    key_id, key = make_key()
    assert read_key(key) == key_id
    assert same_secret(key, hash_secret(key))
    assert not same_secret(key[:-1], hash_secret(key))
    assert make_key()[1] != key
    for other in ("", key[:-1], key + "x", f" {key}", key.replace("palate", "other"), "你好"):
        assert read_key(other) is None
    assert len({make_token() for _ in range(50)}) == 50


def test_only_act_as_speaks_for_others() -> None:
    own = Identity(user_id="ada", scopes=frozenset({Scope.CHAT}), means=Means.KEY, key_id="k")
    assert own.speaking_for(None) is own
    assert own.speaking_for("ada") is own
    with pytest.raises(ForbiddenError, match="'bob'"):
        own.speaking_for("bob")
    shop = Identity(user_id="shop", scopes=frozenset({Scope.ACT_AS}), means=Means.KEY, key_id="s")
    customer = shop.speaking_for("bob")
    assert (customer.user_id, customer.scopes, customer.key_id) == ("bob", shop.scopes, "s")
    assert customer.bucket != shop.bucket
    with pytest.raises(InputError, match="empty"):
        shop.speaking_for("  ")
    with pytest.raises(ForbiddenError, match="chat"):
        shop.require(Scope.CHAT)
