"""Many people at once through the REST API: is anything lost, mixed up or slow.

The server is ``palate serve`` in a process of its own, with the fake language model and a real
store. Every person has a key, says something in every turn, and has words that nobody else says.
Afterwards the store is read: every turn that was answered must be there, in order, and nobody's
profile, turns or events may hold another's words.

python benchmarks/api_load.py --workspace palate-workspace --users 50 --turns 20
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from agent.palate import utc_now
from interest.accounts import ROLE_SCOPES, Role
from interest.sql_store import SqlStore
from retrieval.workspace_folder import WorkspaceFolder
from ui.auth.accounts import Accounts

ROOT = Path(__file__).resolve().parent.parent
TARGET = Path(__file__).resolve().parent / "results" / "api_load.json"
_SAYINGS = (
    "I love {mark} stories",
    "something with more humour",
    "nothing before {year}",
    "something else",
    "I hate horror",
    "why the first one?",
    "I like thrillers when it is {mark} outside",
)


@dataclass
class Tally:
    """What came back."""

    seconds: list[float] = field(default_factory=list[float])
    errors: list[str] = field(default_factory=list[str])
    said: dict[str, list[str]] = field(default_factory=dict[str, list[str]])


def mark_of(number: int) -> str:
    """A word that only one person says: letters, so that no number is read from it."""
    letters = "abcdefghijklmnopqrstuvwxy"
    return f"zq{letters[number // 25]}{letters[number % 25]}zor"


def year_of(number: int) -> int:
    """A year that only one person names, so that every profile is another."""
    return 1925 + number


async def drive(url: str, keys: dict[str, str], turns: int, *, wait_s: float = 300.0) -> Tally:
    """All people at once, each turn as soon as the one before is answered."""
    tally = Tally()
    limits = httpx.Limits(max_connections=len(keys), max_keepalive_connections=len(keys))
    async with httpx.AsyncClient(base_url=url, timeout=wait_s, limits=limits) as client:
        people = enumerate(keys.items())
        await asyncio.gather(
            *(_person(client, user, key, n, turns, tally) for n, (user, key) in people)
        )
    return tally


async def _person(
    client: httpx.AsyncClient, user: str, key: str, number: int, turns: int, tally: Tally
) -> None:
    said = tally.said.setdefault(user, [])
    for turn in range(turns):
        saying = _SAYINGS[turn % len(_SAYINGS)]
        text = saying.format(mark=mark_of(number), year=year_of(number))
        headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": f"turn-{turn}"}
        began = time.perf_counter()
        try:
            answer = await client.post("/api/v1/chat", json={"text": text}, headers=headers)
        except httpx.HTTPError as error:
            tally.errors.append(type(error).__name__)
            continue
        tally.seconds.append(time.perf_counter() - began)
        if answer.status_code != 200:
            tally.errors.append(str(answer.status_code))
            continue
        if answer.json()["profile"]["user_id"] != user:
            tally.errors.append("answered about somebody else")
        said.append(text)


def check(store_url: str, tally: Tally) -> dict[str, int]:
    """What the store holds afterwards: turns that are lost, and words in the wrong place."""
    store = SqlStore.open(store_url)
    lost = mixed = 0
    marks = {user: mark_of(number) for number, user in enumerate(tally.said)}
    try:
        for user, said in tally.said.items():
            kept = [turn.user_text for turn in store.turns(user, "main")]
            lost += sum(1 for text in said if text not in kept) + (kept != said)
            profile = store.load(user)
            everything = repr((profile, store.turns(user, "main"), store.events(user)))
            mixed += sum(mark in everything for other, mark in marks.items() if other != user)
            years = [i.value for i in profile.interests if i.facet == "year"]
            told = any("nothing before" in text for text in said)
            lost += told and years != [f"{year_of(int(user.rsplit('-', 1)[-1]))}.."]
    finally:
        store.close()
    return {"turns_lost": lost, "words_of_others": mixed}


def make_keys(store_url: str, users: int) -> dict[str, str]:
    """A key for everybody."""
    accounts = Accounts.open(store_url, clock=utc_now)
    scopes = ROLE_SCOPES[Role.USER]
    try:
        return {f"load-{n}": accounts.add_key(f"load-{n}", scopes)[1] for n in range(users)}
    finally:
        accounts.close()


def summary(tally: Tally) -> dict[str, Any]:
    """Figures of the times; the ratio is what is compared between machines."""
    ordered = sorted(tally.seconds)
    p50 = statistics.median(ordered)
    p95 = ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]
    return {
        "answers": len(ordered),
        "errors": len(tally.errors),
        "p50_s": round(p50, 4),
        "p95_s": round(p95, 4),
        "max_s": round(ordered[-1], 4),
        "p95_over_p50": round(p95 / p50, 2),
    }


@contextmanager
def serving(workspace: Path) -> Generator[str]:
    """``palate serve`` on a free port; its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = "import sys; from ui.cli.main import run; sys.exit(run(sys.argv[1:]))"
    options = ["--workspace", str(workspace), "--port", str(port), "--llm", "fake"]
    process = subprocess.Popen(
        [sys.executable, "-c", command, "serve", *options, "--rate-limit", "0"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            try:
                if httpx.get(f"{url}/healthz").status_code == 200:
                    break
            except httpx.HTTPError:
                time.sleep(0.2)
        yield url
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=30)


def main() -> int:
    """Run once and write the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workspace", type=Path, default=ROOT / "palate-workspace")
    parser.add_argument("--users", type=int, default=50)
    parser.add_argument("--turns", type=int, default=20)
    parser.add_argument("--out", type=Path, default=TARGET)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        workspace = Path(folder) / "workspace"
        shutil.copytree(
            options.workspace, workspace, ignore=shutil.ignore_patterns("profiles.sqlite*")
        )
        store_url = WorkspaceFolder(workspace).store_url
        keys = make_keys(store_url, options.users + 1)
        _, warm = keys.popitem()
        with serving(workspace) as url:
            asyncio.run(drive(url, {"warm": warm}, 3))  # loads what is loaded on first use
            began = time.perf_counter()
            tally = asyncio.run(drive(url, keys, options.turns))
            took = time.perf_counter() - began
        found = check(store_url, tally)
    result = {
        "users": options.users,
        "turns": options.turns,
        **summary(tally),
        **found,
        "turns_per_s": round(len(tally.seconds) / took, 2),
        "llm": "fake",
        "store": "sqlite",
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python "
        f"{platform.python_version()}",
    }
    options.out.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=2))
    return 0 if not (tally.errors or found["turns_lost"] or found["words_of_others"]) else 1


if __name__ == "__main__":
    sys.exit(main())
