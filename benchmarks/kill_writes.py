"""Kill -9 at random moments while profiles are written and webhooks sent: is anything lost?

A writer saves and prints what was acknowledged, a relay sends to a receiver that fails every fifth
time, and both are killed again and again. At the end every acknowledged save must be in the store,
and the receiver must hold the event of every save that was, once by its id.

    python benchmarks/kill_writes.py --kills 50 --out FILE
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from interest.exports.cloudevents import new_secret, verify
from interest.exports.relay import Relay
from interest.sql_consents import Consents
from interest.sql_outbox import Outbox
from interest.sql_store import SqlStore

ROOT = Path(__file__).resolve().parent.parent

WRITER = """
import sys, time
from dataclasses import replace
from datetime import UTC, datetime
from interest.evidence import Evidence, Source
from interest.profile import Reaction, ReactionKind
from interest.sql_store import SqlStore
from interest.store import Event, EventKind
store = SqlStore.open(sys.argv[1])
print("ready", flush=True)
number = int(sys.argv[2])
while True:
    note, now = f"note-{number}", datetime.now(UTC)
    act = Evidence.whole(note, source=Source.FEEDBACK, source_id=note, observed_at=now)
    liked = Reaction(item_id=note, kind=ReactionKind.LIKED, evidence=(act,), at=now)
    held = store.load(f"u{number % 60}")
    kept = replace(held, reactions=(*held.reactions, liked)[-20:], updated_at=now)
    store.save(kept, events=[Event(kind=EventKind.LIKED, at=now, payload={"note": note})])
    print(note, flush=True)
    time.sleep(0.01)
    number += 1
"""
RELAY = """
import random, sys, time
from interest.exports.relay import Relay
from interest.sql_outbox import Outbox
from interest.sql_store import SqlStore
outbox = Outbox(SqlStore.open(sys.argv[1]).engine)
print("ready", flush=True)
while True:
    outbox.retry()
    Relay(outbox).run()
    time.sleep(0.05)
"""


class _Receiver:
    """Takes events, checks them, and answers 500 to every fifth."""

    def __init__(self, secret: str) -> None:
        self.taken: dict[str, str] = {}
        self.posts = self.repeated = self.wrong = 0
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                outer.posts += 1
                headers = {name.lower(): value for name, value in self.headers.items()}
                try:
                    event_id = verify(secret, headers, body, now=datetime.now(UTC))
                except Exception:
                    outer.wrong += 1
                    raise
                fails = outer.posts % 5 == 0
                if not fails:
                    outer.repeated += event_id in outer.taken
                    outer.taken[event_id] = body.decode()
                self.send_response(500 if fails else 204)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}/hook"


def _start(program: str, *arguments: str) -> subprocess.Popen[str]:
    started = subprocess.Popen(
        [sys.executable, "-c", program, *arguments],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert started.stdout is not None
    assert started.stdout.readline() == "ready\n"
    return started


def _kill(process: subprocess.Popen[str]) -> list[str]:
    process.send_signal(signal.SIGKILL)
    assert process.stdout is not None
    rest = [line.strip() for line in process.stdout if line.endswith("\n")]
    process.wait()
    return rest


def run(kills: int, seed: int, folder: Path) -> dict[str, int]:
    """Kill a number of times; raises if anything is lost."""
    rng, path = random.Random(seed), folder / "palate.db"
    store = SqlStore.open(path)
    secret = new_secret()
    receiver = _Receiver(secret)
    outbox = Outbox(store.engine)
    outbox.add("shop", receiver.url, secret, now=datetime.now(UTC))
    for user in range(60):
        Consents(store.engine).say(f"u{user}", "shop", granted=True, now=datetime.now(UTC))
    store.close()
    acknowledged: list[str] = []
    for attempt in range(kills):
        writer = _start(WRITER, str(path), str(attempt * 10_000))
        relay = _start(RELAY, str(path))
        time.sleep(rng.uniform(0.02, 0.5))
        first, second = rng.sample([writer, relay], 2)
        lines = _kill(first), _kill(second)
        acknowledged += lines[0] if first is writer else lines[1]
        SqlStore.open(path).close()
    store = SqlStore.open(path)
    stored = {
        event.payload["note"]
        for user in store.users()
        for event in store.events(user, limit=1_000_000)
    }
    lost = [note for note in acknowledged if note not in stored]
    outbox = Outbox(store.engine)
    deadline = time.monotonic() + 120
    while outbox.standings()[0].waiting and time.monotonic() < deadline:
        outbox.retry()
        # Leases of killed relays end after two minutes: the clock of this last one is later.
        ahead = datetime.now(UTC) + timedelta(seconds=150)
        Relay(outbox, clock=lambda now=ahead: now).run()
        time.sleep(0.1)
    sent = {
        reaction["item_id"]
        for body in receiver.taken.values()
        for reaction in json.loads(body)["data"]["reactions"]
    }
    found = {
        "kills": kills,
        "acknowledged": len(acknowledged),
        "stored": len(stored),
        "lost_saves": len(lost),
        "events_received": len(receiver.taken),
        "events_waiting": outbox.standings()[0].waiting,
        "saves_never_sent": len(stored - sent),
        "received_again_with_a_known_id": receiver.repeated,
        "bad_signatures": receiver.wrong,
    }
    receiver.server.shutdown()
    store.close()
    return found


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        found = run(arguments.kills, arguments.seed, Path(name))
    print(json.dumps(found, indent=2))
    if arguments.out:
        arguments.out.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    if found["lost_saves"] or found["saves_never_sent"] or found["bad_signatures"]:
        raise SystemExit("something was lost")


if __name__ == "__main__":
    main()
