"""schemathesis against the running REST API: whatever is sent, no crash and no broken promise.

The server is the whole application on a socket, over a small workspace and a real store, with the
fake language model.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ignored_auth,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from interest.accounts import Scope
from scripts.write_openapi import TARGET, openapi_text
from tests.support.server import Served, own_workspace, served, serving

_CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
    negative_data_rejection,
    ignored_auth,
    unsupported_method,
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
schema = cast(Any, schemathesis.openapi.from_path(TARGET))


@schema.parametrize()
@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
def test_no_request_breaks_a_promise(case: Any, url: str, signed: dict[str, str]) -> None:
    case.call_and_validate(base_url=f"{url}/api", headers=signed, checks=_CHECKS)


def test_the_committed_description_is_what_is_served(url: str) -> None:
    import httpx

    served_now = httpx.get(f"{url}/api/openapi.json").json()
    assert served_now == json.loads(TARGET.read_text(encoding="utf-8"))
    assert TARGET.read_text(encoding="utf-8") == openapi_text()
