"""Who may ask for what: keys, scopes, accounts, other sites' pages, and how much."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from interest.accounts import Role, Scope
from tests.support.server import ADDRESS, PASSWORD, Served, own_workspace, served
from ui.auth.guard import SESSION_COOKIE, Rules

V1 = "/api/v1"
ALL = ",".join(Scope)


def opened(server: Served, address: str = ADDRESS) -> TestClient:
    """A browser of its own: cookies are not shared with other tests."""
    return TestClient(server.app, base_url=address, follow_redirects=False)


def sign_in(client: TestClient, name: str, password: str = PASSWORD) -> Any:
    return client.post("/sign-in", data={"name": name, "password": password})


def test_nobody_reads_or_writes_what_is_another_persons(client: TestClient, server: Served) -> None:
    ada, bob = server.signed("iso-ada"), server.signed("iso-bob")
    client.post(f"{V1}/chat", json={"text": "I adore quokkas and comedies"}, headers=ada)
    client.post(f"{V1}/chat", json={"text": "I love horror"}, headers=bob)
    before = server.palate.export_profile("iso-ada")
    for path in ("/profile", "/profile/export", "/events", "/conversations/main/turns"):
        told = client.get(f"{V1}{path}", headers=bob).text
        assert "quokka" not in told
        assert "iso-ada" not in told
    for named in ({"Palate-User": "iso-ada"}, {"Palate-User": "iso%2Dada"}):
        for method, path in (
            ("GET", "/profile"),
            ("GET", "/events"),
            ("GET", "/recommendations"),
            ("DELETE", "/profile"),
            ("GET", "/conversations/main/turns"),
        ):
            answer = client.request(method, f"{V1}{path}", headers={**bob, **named})
            assert answer.status_code == 403
            assert "iso-ada" in answer.json()["detail"]
    assert client.delete(f"{V1}/profile", headers=bob).is_success
    assert server.palate.export_profile("iso-ada") == before


def test_a_key_may_do_what_its_scopes_say(client: TestClient, server: Served) -> None:
    reader = server.signed("scoped", "profile:read")
    assert client.get(f"{V1}/profile", headers=reader).is_success
    for method, path, body in (
        ("POST", "/chat", {"text": "hi"}),
        ("GET", "/recommendations", None),
        ("DELETE", "/profile", None),
        ("POST", "/profile/interests", {"facet": "genre", "value": "Horror"}),
        ("GET", "/users", None),
    ):
        answer = client.request(method, f"{V1}{path}", json=body, headers=reader)
        assert answer.status_code == 403, path
        assert "scope" in answer.json()["detail"]
    assert "scoped" not in server.palate.users()


def test_a_key_that_speaks_for_others_keeps_them_apart(client: TestClient, server: Served) -> None:
    shop = server.signed("shop", ALL)
    for name, value in (("cust-1", "Horror"), ("cust-%E4%BD%A0", "Comedy")):
        added = {"facet": "genre", "value": value}
        headers = {**shop, "Palate-User": name}
        assert client.post(f"{V1}/profile/interests", json=added, headers=headers).is_success
    assert {"cust-1", "cust-你"} <= set(client.get(f"{V1}/users", headers=shop).json()["users"])
    (interest,) = server.palate.profile("cust-你").interests
    assert interest.value == "Comedy"
    assert client.get(f"{V1}/profile", headers=shop).json()["interests"] == []


@pytest.mark.parametrize(
    "sent",
    ["Bearer nonsense", "Bearer ", "Basic YTpi", "Bearer palate_" + "0" * 16 + "_" + "x" * 43],
)
def test_a_wrong_key_opens_nothing(client: TestClient, sent: str) -> None:
    for path in (f"{V1}/profile", "/v1/models", "/mcp"):
        answer = client.get(path, headers={"Authorization": sent})
        assert answer.status_code == 401, path
        assert answer.headers["www-authenticate"] == "Bearer"


def test_a_key_with_one_letter_changed_opens_nothing(client: TestClient, server: Served) -> None:
    key = server.key("typo")
    changed = key[:-1] + ("A" if key[-1] != "A" else "B")
    headers = {"Authorization": f"Bearer {changed}"}
    assert client.get(f"{V1}/profile", headers=headers).status_code == 401


def test_a_revoked_or_expired_key_is_named_as_such(client: TestClient, server: Served) -> None:
    accounts = server.services.accounts
    kept, key = accounts.add_key("short", frozenset({Scope.PROFILE_READ}))
    headers = {"Authorization": f"Bearer {key}"}
    assert client.get(f"{V1}/profile", headers=headers).is_success
    accounts.revoke_key(kept.key_id)
    answer = client.get(f"{V1}/profile", headers=headers)
    assert answer.status_code == 401
    assert "revoked" in answer.json()["detail"]
    _, old = accounts.add_key("short", frozenset({Scope.PROFILE_READ}), lasts=timedelta(0))
    answer = client.get(f"{V1}/profile", headers={"Authorization": f"Bearer {old}"})
    assert answer.status_code == 401
    assert "expired" in answer.json()["detail"]


def test_no_secret_is_kept(server: Served) -> None:
    key = server.key("kept")
    secret = key.rsplit("_", 1)[-1]
    path = Path(server.palate.store_url.removeprefix("sqlite:///"))
    for file in path.parent.glob("profiles.sqlite*"):
        assert secret.encode() not in file.read_bytes()


@pytest.fixture
def own(small_workspace: Path, tmp_path: Path) -> Path:
    return own_workspace(small_workspace, tmp_path / "workspace")


def test_on_ones_own_machine_no_key_is_needed_until_somebody_has_an_account(own: Path) -> None:
    with served(own) as server:
        browser = opened(server)
        assert browser.get(f"{V1}/me").json() == {
            "user_id": "me",
            "means": "owner",
            "scopes": sorted(Scope),
        }
        server.account("ada")
        answer = browser.get(f"{V1}/me")
        assert answer.status_code == 401
        assert "Bearer" in answer.json()["remedy"]


def test_signing_in_and_out(own: Path) -> None:
    with served(own, rules=Rules(local=True, guests=False)) as server:
        server.account("ada", Role.OPERATOR)
        browser = opened(server)
        sent_away = browser.get("/", headers={"Accept": "text/html"})
        assert (sent_away.status_code, sent_away.headers["location"]) == (303, "/sign-in")
        assert browser.get("/config").status_code == 401
        assert browser.get(f"{V1}/me").status_code == 401
        form = browser.get("/sign-in")
        assert "default-src 'none'" in form.headers["content-security-policy"]
        wrong = sign_in(browser, "ada", "incorrect horse")
        assert wrong.status_code == 401
        assert "set-cookie" not in wrong.headers
        assert sign_in(browser, "nobody").text == wrong.text.replace(
            'value="ada"', 'value="nobody"'
        )
        right = sign_in(browser, "ada")
        assert (right.status_code, right.headers["location"]) == (303, "/")
        cookie = right.headers["set-cookie"]
        for part in ("HttpOnly", "SameSite=lax", "Path=/", "Max-Age="):
            assert part in cookie
        assert browser.get(f"{V1}/me").json() == {
            "user_id": "ada",
            "means": "session",
            "scopes": ["admin", "chat", "profile:read", "profile:write", "recommend"],
        }
        assert browser.get("/", headers={"Accept": "text/html"}).status_code == 200
        token = browser.cookies[SESSION_COOKIE]
        assert browser.post("/sign-out").status_code == 303
        browser.cookies.set(SESSION_COOKIE, token)
        assert browser.get(f"{V1}/me").status_code == 401


@pytest.mark.parametrize(
    "path",
    [
        "/config",
        "/gradio_api/info",
        "/mcpconfig",
        "/mcp/",
        "/api",
        "/api/%0A/config",
        "/v1/%0A",
        "//config",
        "/API/v1/me",
        "/sign-in/../config",
    ],
)
def test_no_path_leads_around_the_guard(own: Path, path: str) -> None:
    with served(own, rules=Rules(local=True, guests=False)) as server:
        key = server.signed("ada")
        for headers in ({}, key):
            # A key opens the doors of programs, not the page.
            assert opened(server).get(path, headers=headers).status_code == 401, path
            assert opened(server).post(path, headers=headers).status_code == 401, path


def test_a_new_password_ends_what_the_old_one_began(own: Path) -> None:
    with served(own, rules=Rules(local=True, guests=False)) as server:
        server.account("ada")
        browser = opened(server)
        sign_in(browser, "ada")
        assert browser.get(f"{V1}/me").is_success
        server.services.accounts.set_password("ada", "another long password")
        assert browser.get(f"{V1}/me").status_code == 401
        assert sign_in(browser, "ada").status_code == 401
        assert sign_in(browser, "ada", "another long password").status_code == 303


def test_a_name_is_shown_as_text_and_guessing_is_slowed_down(own: Path) -> None:
    with served(own) as server:
        server.account("ada")
        browser = opened(server)
        odd = sign_in(browser, '"><script>alert(1)</script>')
        assert "<script>" not in odd.text
        tries = [sign_in(browser, "ada", "wrong password") for _ in range(6)]
        assert [answer.status_code for answer in tries] == [401] * 5 + [429]
        assert int(tries[-1].headers["retry-after"]) >= 1
        assert sign_in(browser, "ada").status_code == 429


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:9999"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_other_sites_pages_change_nothing_for_whoever_is_signed_in(
    own: Path, headers: dict[str, str]
) -> None:
    with served(own) as server:
        server.account("ada")
        browser = opened(server)
        sign_in(browser, "ada")
        writes: tuple[tuple[str, dict[str, Any]], ...] = (
            (f"{V1}/chat", {"text": "I love horror"}),
            ("/v1/chat/completions", {"model": "palate", "messages": []}),
            ("/mcp", {}),
            ("/gradio_api/queue/join", {}),
            ("/sign-out", {}),
        )
        for path, body in writes:
            assert browser.post(path, json=body, headers=headers).status_code == 403, path
        assert browser.delete(f"{V1}/profile", headers=headers).status_code == 403
        form = {"name": "ada", "password": PASSWORD}
        assert opened(server).post("/sign-in", data=form, headers=headers).status_code == 403
        assert browser.get(f"{V1}/me").is_success
        own_page = {"Origin": ADDRESS, "Sec-Fetch-Site": "same-origin"}
        said = {"text": "I love horror"}
        assert browser.post(f"{V1}/chat", json=said, headers=own_page).is_success


def test_a_program_with_a_key_is_no_page(client: TestClient, server: Served) -> None:
    headers = {**server.signed("program"), "Origin": "http://elsewhere.example"}
    assert client.post(f"{V1}/chat", json={"text": "hi"}, headers=headers).is_success


def test_behind_a_proxy_the_public_address_counts(own: Path) -> None:
    rules = Rules(local=False, guests=False, public_origin="https://palate.example.org")
    with served(own, rules=rules, host="0.0.0.0") as server:
        server.account("ada")
        browser = opened(server, "https://palate.example.org")
        assert "Secure" in sign_in(browser, "ada").headers["set-cookie"]
        for origin, status in (
            ("https://palate.example.org", 200),
            ("http://palate.example.org", 403),
            ("https://evil.example", 403),
        ):
            said = {"text": "hi"}
            answer = browser.post(f"{V1}/chat", json=said, headers={"Origin": origin})
            assert answer.status_code == status, origin


def test_who_asks_too_much_is_told_when_to_come_back(own: Path) -> None:
    with served(own, per_minute=3) as server:
        browser = opened(server)
        ada, bob = server.signed("ada"), server.signed("bob")
        statuses = [browser.get(f"{V1}/me", headers=ada).status_code for _ in range(4)]
        assert statuses == [200, 200, 200, 429]
        refused = browser.get(f"{V1}/me", headers=ada)
        assert 1 <= int(refused.headers["retry-after"]) <= 20
        assert refused.headers["content-type"] == "application/problem+json"
        assert browser.get(f"{V1}/me", headers=bob).is_success
        assert browser.get(f"{V1}/health", headers=ada).is_success
