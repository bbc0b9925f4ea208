"""The whole application on PostgreSQL: a conversation by key, and everything deleted."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from starlette.testclient import TestClient

from interest.store_engine import store_url
from tests.support.server import ADDRESS, own_workspace, served

V1 = "/api/v1"


def test_a_conversation_from_the_first_word_to_deletion(
    postgres_url: str, small_workspace: Path, tmp_path: Path
) -> None:
    workspace = own_workspace(small_workspace, tmp_path / "workspace")
    with served(workspace, store=postgres_url) as server:
        client = TestClient(server.app, base_url=ADDRESS)
        signed = server.signed("pg-ada")
        once = {**signed, "Idempotency-Key": "first"}
        said = {"text": "I adore quokkas and comedies, nothing before 1980", "n": 3}
        first = client.post(f"{V1}/chat", json=said, headers=once)
        assert first.is_success, first.text
        assert client.post(f"{V1}/chat", json=said, headers=once).content == first.content
        second = client.post(f"{V1}/chat", json={"text": "something else"}, headers=signed).json()
        shown = {pick["item_id"] for pick in first.json()["recommendations"]}
        assert not shown & {pick["item_id"] for pick in second["recommendations"]}
        assert client.get(f"{V1}/profile", headers=signed).json() == second["profile"]
        removed = client.delete(f"{V1}/profile", headers=signed).json()["removed"]
        assert removed["turns"] == 2
        assert removed["answers"] == 1
    assert not list(workspace.glob("profiles.sqlite*"))
    assert _rows_with(postgres_url, "quokka") == []


def _rows_with(url: str, word: str) -> list[str]:
    """Tables in which a word stands anywhere."""
    engine = sa.create_engine(store_url(url))
    with engine.connect() as connection:
        tables = sa.inspect(connection).get_table_names()
        found = [
            table
            for table in tables
            if connection.execute(
                sa.text(f"SELECT count(*) FROM {table} AS t WHERE t::text ILIKE :word"),
                {"word": f"%{word}%"},
            ).scalar()
        ]
    engine.dispose()
    return found
