"""schemathesis against the running REST API: whatever is sent, no crash and no broken promise.

The server is the whole application on a socket, over a small workspace and a real store, with the
fake language model.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
import schemathesis.checks
import schemathesis.specs.openapi.checks
from hypothesis import HealthCheck, settings

from interest.accounts import Scope
from scripts.write_openapi import TARGET, openapi_text
from tests.support.server import Served, own_workspace, served, serving

# schemathesis' types are partial.
_GENERAL: Any = schemathesis.checks
_OPENAPI: Any = schemathesis.specs.openapi.checks
_LOADERS: Any = schemathesis.openapi
_CHECKS = [
    _GENERAL.not_a_server_error,
    _OPENAPI.status_code_conformance,
    _OPENAPI.content_type_conformance,
    _OPENAPI.response_schema_conformance,
    _OPENAPI.response_headers_conformance,
    _OPENAPI.negative_data_rejection,
    _OPENAPI.ignored_auth,
    _OPENAPI.unsupported_method,
]


@pytest.fixture(scope="module")
def server(small_workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    workspace = own_workspace(small_workspace, tmp_path_factory.mktemp("fuzz") / "workspace")
    with served(workspace, llm="fake") as opened:
        # Somebody has an account: from here on nothing is open without a key.
        opened.account("ada")
        yield opened


@pytest.fixture(scope="module")
def url(server: Served) -> Iterator[str]:
    with serving(server.app) as address:
        yield address


@pytest.fixture(scope="module")
def signed(server: Served) -> dict[str, str]:
    """One key for all requests; it may do everything."""
    return server.signed("fuzz", ",".join(Scope))


#: The committed description; another test holds it against the one that is served.
schema = _LOADERS.from_path(TARGET)


@schema.parametrize()
@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
def test_no_request_breaks_a_promise(case: Any, url: str, signed: dict[str, str]) -> None:
    case.call_and_validate(base_url=f"{url}/api", headers=signed, checks=_CHECKS)


def test_the_committed_description_is_what_is_served(url: str) -> None:
    served_now = httpx.get(f"{url}/api/openapi.json").json()
    assert served_now == json.loads(TARGET.read_text(encoding="utf-8"))
    assert TARGET.read_text(encoding="utf-8") == openapi_text()
