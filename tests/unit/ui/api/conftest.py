"""The server over a small workspace of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tests.support.server import ADDRESS, Served, own_workspace, served


@pytest.fixture(scope="module")
def server(small_workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    workspace = own_workspace(small_workspace, tmp_path_factory.mktemp("api") / "workspace")
    with served(workspace) as opened:
        yield opened


@pytest.fixture(scope="module")
def client(server: Served) -> Iterator[TestClient]:
    with TestClient(server.app, base_url=ADDRESS) as opened:
        yield opened
