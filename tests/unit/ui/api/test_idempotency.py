"""A request that is sent again with its key: one effect, one answer."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from starlette.testclient import TestClient

from tests.support.server import Served

V1 = "/api/v1"
SAID = {"text": "I love science fiction"}


def turns(client: TestClient, signed: dict[str, str]) -> int:
    return len(client.get(f"{V1}/conversations/main/turns", headers=signed).json()["entries"])


def test_the_same_request_gets_the_same_answer_once(client: TestClient, server: Served) -> None:
    signed = {**server.signed("again"), "Idempotency-Key": "k1"}
    first = client.post(f"{V1}/chat", json=SAID, headers=signed)
    second = client.post(f"{V1}/chat", json=SAID, headers=signed)
    assert first.is_success
    assert (second.status_code, second.content) == (first.status_code, first.content)
    assert second.headers["content-type"] == first.headers["content-type"]
    assert "idempotency-replayed" not in first.headers
    assert second.headers["idempotency-replayed"] == "true"
    assert turns(client, signed) == 1


def test_another_request_with_the_key_is_refused(client: TestClient, server: Served) -> None:
    signed = {**server.signed("other"), "Idempotency-Key": "k1"}
    assert client.post(f"{V1}/chat", json=SAID, headers=signed).is_success
    for path, body in ((f"{V1}/chat", {"text": "I hate horror"}), (f"{V1}/feedback", SAID)):
        answer = client.post(path, json=body, headers=signed)
        assert answer.status_code == 422
        assert "'k1'" in answer.json()["detail"]
    assert turns(client, signed) == 1


def test_keys_of_different_people_and_credentials_are_apart(
    client: TestClient, server: Served
) -> None:
    key = {"Idempotency-Key": "k1"}
    ada, bob = server.signed("idem-ada"), server.signed("idem-bob")
    assert client.post(f"{V1}/chat", json=SAID, headers={**ada, **key}).is_success
    theirs = client.post(f"{V1}/chat", json=SAID, headers={**bob, **key})
    assert theirs.is_success
    assert theirs.json()["profile"]["user_id"] == "idem-bob"
    # A key that may not chat must not be given what one that may was answered.
    reader = server.signed("idem-ada", "profile:read")
    answer = client.post(f"{V1}/chat", json=SAID, headers={**reader, **key})
    assert answer.status_code == 422
    assert "quote" not in answer.text


def test_what_failed_is_tried_again(client: TestClient, server: Served) -> None:
    signed = {**server.signed("retry"), "Idempotency-Key": "k1"}
    western = {"facet": "genre", "value": "Western"}
    patch: dict[str, Any] = {"json": {**western, "preference": 0.5}, "headers": signed}
    assert client.patch(f"{V1}/profile/interests", **patch).status_code == 404
    server.palate.add_interest("retry", "genre", "Western")
    assert client.patch(f"{V1}/profile/interests", **patch).is_success


def test_a_key_that_is_too_long_is_refused(client: TestClient, server: Served) -> None:
    signed = {**server.signed("long"), "Idempotency-Key": "k" * 201}
    answer = client.post(f"{V1}/chat", json=SAID, headers=signed)
    assert answer.status_code == 422
    assert "Idempotency-Key" in answer.json()["detail"]
    assert "long" not in server.palate.users()


def test_of_many_at_once_one_is_done(client: TestClient, server: Served) -> None:
    signed = {**server.signed("crowd"), "Idempotency-Key": "k1"}

    def ask(_: int) -> int:
        return client.post(f"{V1}/chat", json=SAID, headers=signed).status_code

    with ThreadPoolExecutor(6) as pool:
        statuses = set(pool.map(ask, range(6)))
    assert 200 in statuses
    assert statuses <= {200, 409}
    assert turns(client, signed) == 1


def test_answers_go_with_the_person(client: TestClient, server: Served) -> None:
    signed = server.signed("gone")
    client.post(f"{V1}/chat", json=SAID, headers={**signed, "Idempotency-Key": "k1"})
    before = server.services.answers.count()
    removed = client.delete(f"{V1}/profile", headers=signed).json()["removed"]
    assert removed["answers"] == 1
    assert server.services.answers.count() == before - 1
