"""The MCP door, spoken to by the real client: in memory, over HTTP, and on standard streams."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import anyio
import httpx2
import pytest
from mcp import Client, MCPError, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client
from mcp.server.mcpserver import Context
from mcp.types import CallToolResult, TextResourceContents

from agent.palate import Palate
from agent.wire import recommendation_to_json
from interest.accounts import ALL_SCOPES, Scope
from tests.support.server import Served, own_workspace, serving
from ui.api.forms import RecommendationForm, as_form
from ui.auth.identity import Identity, Means
from ui.mcp.http import create_mcp_app
from ui.mcp.server import Asker, create_mcp_server

ROOT = Path(__file__).resolve().parents[4]
TOOLS = {"recommend", "search", "explain", "read_profile", "edit_profile"}


def run(talk: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run to the end in a thread of its own: the browser's tests keep a loop in the main one."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(anyio.run, talk).result()


@pytest.fixture(scope="module")
def url(server: Served) -> Iterator[str]:
    with serving(server.app) as address:
        yield address


def ada(scopes: frozenset[Scope] = ALL_SCOPES) -> Asker:
    identity = Identity(user_id="mcp-ada", scopes=scopes, means=Means.OWNER)

    def asker(_: Context[Any, Any]) -> Identity:
        return identity

    return asker


def content(answer: CallToolResult) -> dict[str, Any]:
    assert answer.structured_content is not None, answer.content
    return answer.structured_content


def test_the_tools_in_memory(server: Served) -> None:
    palate = server.palate
    title = palate.catalogue.items[0].title

    async def talk() -> None:
        async with Client(create_mcp_server(palate, ada())) as client:
            tools = {tool.name: tool for tool in (await client.list_tools()).tools}
            assert set(tools) == TOOLS
            assert set(tools["recommend"].input_schema["properties"]) == {"n"}
            edit = {
                "action": "add",
                "facet": "genre",
                "value": "horror",
                "preference": -0.9,
                "strictness": "hard",
            }
            edited = await client.call_tool("edit_profile", edit)
            assert edited.structured_content == palate.export_profile("mcp-ada")
            picks = await client.call_tool("recommend", {"n": 20})
            found = content(picks)["recommendations"]
            assert found
            assert not any("Horror" in pick["attributes"]["genre"] for pick in found)
            searched = await client.call_tool("search", {"words": title, "n": 1})
            (hit,) = content(searched)["recommendations"]
            assert hit["item_id"] == palate.catalogue.items[0].item_id
            why = await client.call_tool("explain", {"item_id": hit["item_id"]})
            assert content(why) == explanation(palate, hit["item_id"])
            deleted = await client.call_tool(
                "edit_profile", {"action": "delete", "facet": "genre", "value": "Horror"}
            )
            assert content(deleted)["interests"] == []
            read = await client.call_tool("read_profile", {})
            assert read.structured_content == palate.export_profile("mcp-ada")

    run(talk)


def explanation(palate: Palate, item_id: str) -> dict[str, Any]:
    shown = as_form(RecommendationForm, recommendation_to_json(palate.explain("mcp-ada", item_id)))
    return json.loads(shown.model_dump_json())


def test_bad_arguments_are_told_and_change_nothing(server: Served) -> None:
    async def talk() -> None:
        async with Client(create_mcp_server(server.palate, ada())) as client:
            for tool, arguments, named in (
                ("recommend", {"n": 0}, "n"),
                ("explain", {"item_id": "zorblax"}, "zorblax"),
                ("edit_profile", {"action": "add", "facet": "colour", "value": "red"}, "colour"),
                ("edit_profile", {"action": "change", "facet": "genre", "value": "X"}, "X"),
            ):
                answer = await client.call_tool(tool, arguments)
                assert answer.is_error, tool
                assert named in str(answer.content[0])

    before = server.palate.export_profile("mcp-ada")
    run(talk)
    assert server.palate.export_profile("mcp-ada") == before


def test_the_profile_is_a_resource_of_its_owner(server: Served) -> None:
    async def talk() -> None:
        own = frozenset({Scope.PROFILE_READ})
        async with Client(create_mcp_server(server.palate, ada(own))) as client:
            (template,) = (await client.list_resource_templates()).resource_templates
            assert template.uri_template == "profile://{user}"
            read = await client.read_resource("profile://mcp-ada")
            (told,) = read.contents
            assert isinstance(told, TextResourceContents)
            assert json.loads(told.text) == server.palate.export_profile("mcp-ada")
            with pytest.raises(MCPError, match="may not speak for 'bob'"):
                await client.read_resource("profile://bob")
            refused = await client.call_tool("recommend", {})
            assert refused.is_error
            assert "scope" in str(refused.content[0])

    run(talk)


@pytest.mark.parametrize("alone", [False, True], ids=["beside the page", "alone"])
def test_over_http_every_message_is_signed(server: Served, url: str, alone: bool) -> None:
    if alone:
        with serving(create_mcp_app(server.services)) as own:
            _talk_over_http(server, own)
    else:
        _talk_over_http(server, url)


def _talk_over_http(server: Served, url: str) -> None:
    async def edit(key: str, value: str) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {key}"}
        async with (
            httpx2.AsyncClient(headers=headers) as http,
            Client(streamable_http_client(f"{url}/mcp", http_client=http)) as client,
        ):
            arguments = {"action": "add", "facet": "genre", "value": value}
            answer = await client.call_tool("edit_profile", arguments)
            assert answer.structured_content is not None
            return answer.structured_content

    async def talk() -> None:
        first = await edit(server.key("mcp-one"), "Horror")
        second = await edit(server.key("mcp-two"), "Comedy")
        assert (first["user_id"], second["user_id"]) == ("mcp-one", "mcp-two")
        assert [i["value"] for i in second["interests"]] == ["Comedy"]

    run(talk)
    with httpx2.Client() as http:
        answer = http.post(f"{url}/mcp", json={}, headers={"Authorization": "Bearer nonsense"})
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"


def test_on_standard_streams(small_workspace: Path, tmp_path: Path) -> None:
    workspace = own_workspace(small_workspace, tmp_path / "workspace")
    command = "import sys; from ui.cli.main import run; sys.exit(run(sys.argv[1:]))"
    parameters = StdioServerParameters(
        command=sys.executable,
        args=["-c", command, "mcp", "--user", "stdio-ada", "--workspace", str(workspace)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        cwd=ROOT,
    )

    async def talk() -> None:
        async with Client(parameters) as client:
            assert {tool.name for tool in (await client.list_tools()).tools} == TOOLS
            arguments = {"action": "add", "facet": "genre", "value": "Horror"}
            answer = await client.call_tool("edit_profile", arguments)
            assert answer.structured_content is not None
            assert answer.structured_content["user_id"] == "stdio-ada"

    run(talk)
    opened = Palate.open(workspace, llm="none")
    assert [i.value for i in opened.profile("stdio-ada").interests] == ["Horror"]
    opened.close()
