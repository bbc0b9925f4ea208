"""The REST API over the small workspace: what it answers, and in which form it refuses."""

from __future__ import annotations

import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.support.server import Served

V1 = "/api/v1"
HORROR = {"facet": "genre", "value": "horror", "preference": -0.9, "strictness": "hard"}


def problem(answer: Any, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert set(body) == {"type", "title", "status", "detail", "remedy", "errors"}
    assert body["status"] == status
    return body


def test_a_message_is_answered_and_learned_from(client: TestClient, server: Served) -> None:
    signed = server.signed("chatter")
    said = {"text": "I love science fiction, nothing before 1980", "n": 3}
    answer = client.post(f"{V1}/chat", json=said, headers=signed).json()
    assert len(answer["recommendations"]) == 3
    assert {"facet": "genre", "value": "Sci-Fi", "condition": ""} in answer["learned"]
    for pick in answer["recommendations"]:
        assert pick["score"] == pytest.approx(sum(pick["parts"].values()), abs=1e-4)
    profile = client.get(f"{V1}/profile", headers=signed).json()
    assert profile == answer["profile"]
    assert profile == server.palate.export_profile("chatter")


def test_a_stream_ends_with_the_answer_and_its_pieces_make_the_reply(
    client: TestClient, server: Served
) -> None:
    signed = server.signed("streamer")
    answer = client.post(f"{V1}/chat/stream", json={"text": "I love comedies"}, headers=signed)
    assert answer.headers["content-type"].startswith("text/event-stream")
    events = [
        (name.removeprefix("event: "), json.loads(data.removeprefix("data: ")))
        for name, data in (block.split("\n", 1) for block in answer.text.strip().split("\n\n"))
    ]
    names = [name for name, _ in events]
    assert names[0] == "stage"
    assert names[-1] == "done"
    assert names.index("profile") < names.index("items") < names.index("piece")
    reply = "".join(data["text"] for name, data in events if name == "piece")
    assert reply.strip() == events[-1][1]["reply"]
    turns = client.get(f"{V1}/conversations/main/turns", headers=signed).json()["entries"]
    assert [turn["reply"] for turn in turns] == [events[-1][1]["reply"]]


def test_a_bad_message_is_refused_before_the_stream(client: TestClient, server: Served) -> None:
    signed = server.signed("streamer")
    problem(client.post(f"{V1}/chat/stream", json={"text": ""}, headers=signed), 422)
    twice = {**signed, "Idempotency-Key": "k"}
    said = problem(client.post(f"{V1}/chat/stream", json={"text": "hi"}, headers=twice), 422)
    assert "/api/v1/chat" in said["remedy"]


def test_the_profile_is_edited_and_the_list_follows(client: TestClient, server: Served) -> None:
    signed = server.signed("editor")
    before = client.get(f"{V1}/recommendations?n=20", headers=signed).json()["recommendations"]
    assert any("Horror" in pick["attributes"]["genre"] for pick in before)
    profile = client.post(f"{V1}/profile/interests", json=HORROR, headers=signed).json()
    assert [(i["value"], i["strictness"]) for i in profile["interests"]] == [("Horror", "hard")]
    after = client.get(f"{V1}/recommendations?n=20", headers=signed).json()["recommendations"]
    assert after
    assert not any("Horror" in pick["attributes"]["genre"] for pick in after)
    softer = {"facet": "genre", "value": "Horror", "strictness": "soft", "preference": -0.2}
    profile = client.patch(f"{V1}/profile/interests", json=softer, headers=signed).json()
    assert [(i["preference"], i["strictness"]) for i in profile["interests"]] == [(-0.2, "soft")]
    named = {"facet": "genre", "value": "Horror"}
    profile = client.delete(f"{V1}/profile/interests", params=named, headers=signed).json()
    assert profile["interests"] == []
    again = problem(client.delete(f"{V1}/profile/interests", params=named, headers=signed), 404)
    assert "Horror" in again["detail"]


def test_reactions_and_feedback(client: TestClient, server: Served) -> None:
    signed = server.signed("critic")
    first, second = (item.item_id for item in server.palate.catalogue.items[:2])
    put = f"{V1}/profile/reactions/{first}"
    profile = client.put(put, json={"kind": "liked"}, headers=signed).json()
    assert [(r["item_id"], r["kind"]) for r in profile["reactions"]] == [(first, "liked")]
    assert client.delete(put, headers=signed).json()["reactions"] == []
    acts = [
        {"item_id": first, "kind": "disliked"},
        {"item_id": second, "kind": "seen"},
        {"item_id": first, "kind": "cleared"},
    ]
    profile = client.post(f"{V1}/feedback", json=acts, headers=signed).json()
    assert [(r["item_id"], r["kind"]) for r in profile["reactions"]] == [(second, "seen")]
    unknown = [{"item_id": first, "kind": "liked"}, {"item_id": "zorblax", "kind": "liked"}]
    assert (
        "zorblax"
        in problem(client.post(f"{V1}/feedback", json=unknown, headers=signed), 404)["detail"]
    )
    assert client.get(f"{V1}/profile", headers=signed).json() == profile


def test_items_are_listed_page_by_page_and_found(client: TestClient, server: Served) -> None:
    signed = server.signed("browser")
    found: list[str] = []
    cursor = None
    while True:
        params = {"limit": "7", **({"cursor": cursor} if cursor else {})}
        page = client.get(f"{V1}/items", params=params, headers=signed).json()
        found += [item["item_id"] for item in page["entries"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert found == [item.item_id for item in server.palate.catalogue.items]
    item = server.palate.catalogue.items[3]
    shown = client.get(f"{V1}/items/{item.item_id}", headers=signed).json()
    assert (shown["title"], shown["label"]) == (item.title, item.label)
    search = client.get(f"{V1}/search", params={"q": item.title}, headers=signed).json()
    assert search["recommendations"][0]["item_id"] == item.item_id
    why = client.get(f"{V1}/items/{item.item_id}/explanation", headers=signed).json()
    assert why["title"] == item.label
    assert "zorblax" in problem(client.get(f"{V1}/items/zorblax", headers=signed), 404)["detail"]
    problem(client.get(f"{V1}/items/zorblax/explanation", headers=signed), 404)


def test_events_are_read_to_their_end_by_cursor(client: TestClient, server: Served) -> None:
    signed = server.signed("logged")
    for value in ("Comedy", "Drama", "Horror"):
        added = {"facet": "genre", "value": value}
        assert client.post(f"{V1}/profile/interests", json=added, headers=signed).is_success
    first = client.get(f"{V1}/events?limit=2", headers=signed).json()
    assert len(first["entries"]) == 2
    params = {"limit": "2", "cursor": first["next_cursor"]}
    last = client.get(f"{V1}/events", params=params, headers=signed).json()
    assert last["next_cursor"] is None
    events = [*first["entries"], *last["entries"]]
    assert [event["payload"]["value"] for event in events] == ["Comedy", "Drama", "Horror"]


def test_conversations_are_listed(client: TestClient, server: Served) -> None:
    signed = server.signed("talker")
    for name in ("a", "b/c", "a"):
        said = {"text": "hello", "conversation_id": name}
        assert client.post(f"{V1}/chat", json=said, headers=signed).is_success
    page = client.get(f"{V1}/conversations?limit=1", headers=signed).json()
    assert page == {"entries": ["a"], "next_cursor": "1"}
    page = client.get(f"{V1}/conversations?cursor=1", headers=signed).json()
    assert page == {"entries": ["b/c"], "next_cursor": None}
    turns = client.get(f"{V1}/conversations/b%2Fc/turns", headers=signed).json()["entries"]
    assert [turn["user_text"] for turn in turns] == ["hello"]


def test_the_export_is_the_published_form_and_deletion_is_complete(
    client: TestClient, server: Served
) -> None:
    signed = server.signed("leaver")
    client.post(f"{V1}/chat", json={"text": "I adore quokkas and comedies"}, headers=signed)
    exported = client.get(f"{V1}/profile/export", headers=signed)
    assert exported.json() == server.palate.export_profile("leaver")
    assert "attachment" in exported.headers["content-disposition"]
    removed = client.delete(f"{V1}/profile", headers=signed).json()["removed"]
    assert removed["profiles"] == 1
    assert removed["turns"] == 1
    assert client.get(f"{V1}/profile", headers=signed).json()["interests"] == []
    assert client.get(f"{V1}/conversations/main/turns", headers=signed).json()["entries"] == []
    assert "leaver" not in server.palate.users()


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "named"),
    [
        ("GET", "/nowhere", None, 404, "/nowhere"),
        ("GET", "/chat", None, 405, "GET"),
        ("POST", "/chat", {"text": "x" * 20_001}, 422, "body.text"),
        ("POST", "/chat", {"text": "hi", "colour": "red"}, 422, "body.colour"),
        ("POST", "/chat", {"text": "hi", "n": 0}, 422, "body.n"),
        ("POST", "/chat", {"text": "hi", "conversation_id": "a\0b"}, 422, "U+0000"),
        ("POST", "/profile/interests", {"facet": "colour", "value": "red"}, 404, "colour"),
        ("POST", "/profile/interests", {"facet": "year", "value": "soon"}, 422, "soon"),
        ("POST", "/profile/interests", {"facet": "genre", "value": "  "}, 422, "genre"),
        ("PATCH", "/profile/interests", {"facet": "genre", "value": "Western"}, 404, "Western"),
        ("GET", "/recommendations?n=21", None, 422, "query.n"),
        ("GET", "/events?cursor=x", None, 422, "query.cursor"),
        ("GET", "/search", None, 422, "query.q"),
        ("GET", "/conversations/a%00b/turns", None, 422, "U+0000"),
    ],
)
def test_what_is_wrong_is_named(
    client: TestClient,
    server: Served,
    method: str,
    path: str,
    body: Any,
    status: int,
    named: str,
) -> None:
    signed = server.signed("clumsy")
    answer = client.request(method, f"{V1}{path}", json=body, headers=signed)
    assert named in problem(answer, status)["detail"]


def test_bodies_that_are_no_json_are_refused(client: TestClient, server: Served) -> None:
    signed = {**server.signed("clumsy"), "Content-Type": "application/json"}
    for body in (b"{", b'{"text": "\\ud800"}', b"\xff\xfe", b"[]", b"null", b'{"text": NaN}'):
        problem(client.post(f"{V1}/chat", content=body, headers=signed), 422)
    plain = {**signed, "Content-Type": "text/plain"}
    answer = problem(client.post(f"{V1}/chat", content=b'{"text": "hi"}', headers=plain), 422)
    assert "application/json" in answer["remedy"]


@pytest.mark.parametrize("declared", [True, False])
def test_a_body_that_is_too_large_is_refused(
    client: TestClient, server: Served, declared: bool
) -> None:
    large = b"x" * 500_000
    content = large if declared else iter([large[:250_000], large[250_000:]])
    answer = client.post(f"{V1}/chat", content=content, headers=server.signed("clumsy"))
    assert "393,216" in problem(answer, 413)["detail"]


def test_health_is_open_and_status_is_not(client: TestClient, server: Served) -> None:
    assert client.get(f"{V1}/health").json() == {"status": "ok"}
    status = client.get(f"{V1}/status", headers=server.signed("anyone")).json()
    assert status["n_items"] == len(server.palate.catalogue)
    assert "workspace" not in status
    problem(client.get(f"{V1}/status", headers={"Authorization": "Bearer nonsense"}), 401)
