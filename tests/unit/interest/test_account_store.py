"""Accounts, sign-ins and keys in a real database, and the answers that are kept beside them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from interest.account_store import AccountStore
from interest.accounts import Account, ApiKey, Role, Scope, checked_name, read_scopes
from interest.answer_store import KEPT_FOR, WORKED_ON_FOR, AnswerStore, StoredAnswer
from interest.errors import ConflictError, InputError, UnknownNameError
from interest.sql_store import SqlStore

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
ADA = Account(user_id="ada", role=Role.OPERATOR, created_at=NOW)
ANSWER = StoredAnswer(status=201, media_type="application/json", body='{"ok": "ja"}')


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'store.sqlite'}"
    url = str(request.getfixturevalue("postgres_url"))
    store = AccountStore.open(url)
    for account in store.accounts():
        store.remove(account.user_id)
    store.close()
    profiles = SqlStore.open(url)
    for user_id in ("ada", "bob"):
        profiles.delete(user_id)
    profiles.close()
    return url


@pytest.fixture
def store(place: str) -> Iterator[AccountStore]:
    opened = AccountStore.open(place)
    yield opened
    opened.close()


@pytest.fixture
def answers(place: str) -> Iterator[AnswerStore]:
    opened = AnswerStore.open(place)
    yield opened
    opened.close()


def test_an_account_is_kept_as_it_was(store: AccountStore) -> None:
    store.add(ADA, "hash-1")
    assert store.accounts() == (ADA,)
    assert store.password_hash("ada") == "hash-1"
    assert store.password_hash("bob") is None


def test_a_name_is_given_once_whatever_its_case(store: AccountStore) -> None:
    store.add(ADA, "hash-1")
    with pytest.raises(InputError, match="'ada' already"):
        store.add(Account(user_id="Ada", role=Role.USER, created_at=NOW), "hash-2")
    assert store.password_hash("ada") == "hash-1"


def test_a_sign_in_ends_by_time_by_hand_and_with_a_new_password(store: AccountStore) -> None:
    store.add(ADA, "hash-1")
    for token in ("one", "two", "three"):
        store.add_sign_in(token, "ada", now=NOW, until=NOW + HOUR)
    assert store.signed_in("one", now=NOW) == ADA
    assert store.signed_in("one", now=NOW + HOUR) is None
    assert store.signed_in("four", now=NOW) is None
    store.end_sign_in("two")
    assert store.signed_in("two", now=NOW) is None
    store.set_password_hash("ada", "hash-2", sign_out=False)
    assert store.signed_in("three", now=NOW) == ADA
    store.set_password_hash("ada", "hash-3", sign_out=True)
    assert store.signed_in("three", now=NOW) is None


def test_a_removed_account_leaves_no_way_in(store: AccountStore) -> None:
    store.add(ADA, "hash-1")
    store.add_sign_in("one", "ada", now=NOW, until=NOW + HOUR)
    store.add_key(_key("k1"), "secret-hash")
    store.remove("ada")
    assert store.accounts() == ()
    assert store.signed_in("one", now=NOW) is None
    assert store.key("k1") is None
    with pytest.raises(UnknownNameError, match="ada"):
        store.remove("ada")
    with pytest.raises(UnknownNameError, match="ada"):
        store.add_sign_in("two", "ada", now=NOW, until=NOW + HOUR)


def test_the_profile_and_the_account_are_deleted_apart(place: str, store: AccountStore) -> None:
    store.add(ADA, "hash-1")
    profiles = SqlStore.open(place)
    profiles.delete("ada")
    profiles.close()
    assert store.accounts() == (ADA,)


def _key(key_id: str, *, expires_at: datetime | None = None) -> ApiKey:
    return ApiKey(
        key_id=key_id,
        user_id="ada",
        label="phone",
        scopes=frozenset({Scope.CHAT, Scope.PROFILE_READ}),
        created_at=NOW,
        expires_at=expires_at,
    )


def test_a_key_works_until_it_expires_or_is_revoked(store: AccountStore) -> None:
    key = _key(f"k-{NOW:%f}-{os.urandom(4).hex()}", expires_at=NOW + HOUR)
    store.add_key(key, "secret-hash")
    assert store.key(key.key_id) == (key, "secret-hash")
    assert key.works_at(NOW)
    assert not key.works_at(NOW + HOUR)
    store.revoke_key(key.key_id, now=NOW)
    store.revoke_key(key.key_id, now=NOW + HOUR)
    found = store.key(key.key_id)
    assert found is not None
    assert found[0].revoked_at == NOW
    assert not found[0].works_at(NOW)
    with pytest.raises(UnknownNameError, match="nothing-here"):
        store.revoke_key("nothing-here", now=NOW)


@pytest.mark.parametrize("name", ["", "-x", "a b", "guest-1", "Guest-1", "x" * 65, "a/b", "a\n"])
def test_odd_names_are_refused(name: str) -> None:
    with pytest.raises(InputError):
        checked_name(name)


def test_scopes_are_read_by_name() -> None:
    assert read_scopes("chat, profile:read") == {Scope.CHAT, Scope.PROFILE_READ}
    with pytest.raises(InputError, match="'everything'"):
        read_scopes("chat everything")
    with pytest.raises(InputError, match="at least one"):
        read_scopes(" ")


def test_an_answer_is_given_again_to_the_same_request_only(answers: AnswerStore) -> None:
    assert answers.begin("ada", "k", "f1", now=NOW) is None
    with pytest.raises(ConflictError, match="'k'"):
        answers.begin("ada", "k", "f1", now=NOW)
    answers.finish("ada", "k", ANSWER)
    assert answers.begin("ada", "k", "f1", now=NOW + HOUR) == ANSWER
    with pytest.raises(InputError, match="another request"):
        answers.begin("ada", "k", "f2", now=NOW)
    assert answers.begin("bob", "k", "f2", now=NOW) is None


def test_a_key_is_free_after_a_failure_a_crash_and_a_day(answers: AnswerStore) -> None:
    assert answers.begin("ada", "k", "f1", now=NOW) is None
    answers.abandon("ada", "k")
    assert answers.begin("ada", "k", "f2", now=NOW) is None
    assert answers.begin("ada", "k", "f2", now=NOW + WORKED_ON_FOR) is None
    answers.finish("ada", "k", ANSWER)
    assert answers.begin("ada", "k", "f2", now=NOW + KEPT_FOR) == ANSWER
    assert answers.begin("ada", "k", "f3", now=NOW + KEPT_FOR + WORKED_ON_FOR) is None


def test_of_many_at_once_one_works(answers: AnswerStore) -> None:
    def begin(_: int) -> str:
        try:
            return "works" if answers.begin("ada", "k", "f1", now=NOW) is None else "answer"
        except ConflictError:
            return "waits"

    with ThreadPoolExecutor(8) as pool:
        outcomes = sorted(pool.map(begin, range(8)))
    assert outcomes == ["waits"] * 7 + ["works"]


def test_answers_go_with_the_person(place: str, answers: AnswerStore) -> None:
    assert answers.begin("ada", "k", "f1", now=NOW) is None
    profiles = SqlStore.open(place)
    assert profiles.delete("ada")["answers"] == 1
    profiles.close()
    answers.finish("ada", "k", ANSWER)
    assert answers.count() == 0
