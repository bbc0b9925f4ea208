"""Many people at once: no error, nothing lost, nobody sees another's words.

A smaller run of ``benchmarks/api_load.py``, which also measures.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.api_load import Tally, check, drive, make_keys, mark_of
from interest.sql_store import SqlStore
from tests.support.server import own_workspace, served, serving

USERS, TURNS = 12, 7


def test_many_at_once_lose_and_mix_up_nothing(small_workspace: Path, tmp_path: Path) -> None:
    workspace = own_workspace(small_workspace, tmp_path / "workspace")
    with served(workspace, llm="fake") as server, serving(server.app) as url:
        keys = make_keys(server.palate.store_url, USERS)
        tally = _driven(url, keys)
        assert tally.errors == []
        assert len(tally.seconds) == USERS * TURNS
        assert check(server.palate.store_url, tally) == {"turns_lost": 0, "words_of_others": 0}


def test_the_check_sees_what_is_lost_or_mixed_up(small_workspace: Path, tmp_path: Path) -> None:
    workspace = own_workspace(small_workspace, tmp_path / "workspace")
    with served(workspace) as server:
        server.palate.ask("load-0", f"I love {mark_of(1)} stories")
        url = server.palate.store_url
        lost = Tally(said={"load-0": ["I said this"], "load-1": []})
        assert check(url, lost) == {"turns_lost": 2, "words_of_others": 1}
        store = SqlStore.open(url)
        assert len(store.turns("load-0", "main")) == 1
        store.close()


def _driven(url: str, keys: dict[str, str]) -> Tally:
    # In a thread of its own: other tests may have left a loop running in this one.
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(lambda: asyncio.run(drive(url, keys, TURNS))).result()
