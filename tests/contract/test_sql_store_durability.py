"""What the store on disk promises beyond the contract: it survives kills and forgets for good."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from interest.evidence import Evidence, Source
from interest.interests import Interest, Strictness
from interest.profile import Reaction, ReactionKind
from interest.sql_store import SqlStore
from interest.store import Event, EventKind, StoredTurn

NOW = datetime(2026, 3, 1, tzinfo=UTC)
ROOT = Path(__file__).resolve().parents[2]

WRITER = """
import sys
from dataclasses import replace
from datetime import UTC, datetime
from interest.errors import ConflictError
from interest.evidence import Evidence, Source
from interest.profile import Reaction, ReactionKind
from interest.sql_store import SqlStore
from interest.store import Event, EventKind, StoredTurn

path, name, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3])
now = datetime(2026, 3, 1, tzinfo=UTC)
store = SqlStore.open(path)
print("ready", flush=True)
n = 0
while n < rounds:
    note = f"{name}-{n}"
    profile = store.load("ada")
    act = Evidence.whole(note, source=Source.FEEDBACK, source_id=note, observed_at=now)
    liked = Reaction(item_id=note, kind=ReactionKind.LIKED, evidence=(act,), at=now)
    turn = StoredTurn(
        conversation_id="c", turn_id=note, at=now, user_text=note, reply="", record={}
    )
    try:
        store.save(
            replace(profile, reactions=(*profile.reactions, liked)),
            events=[Event(kind=EventKind.LIKED, at=now, payload={"note": note})],
            turn=turn,
        )
    except ConflictError:
        continue
    print(note, flush=True)
    n += 1
"""


def start_writer(path: Path, name: str, rounds: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path), name, str(rounds)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


def stored_notes(path: Path) -> list[str]:
    """The notes of all events; every one must have its turn and its reaction, and no other."""
    store = SqlStore.open(path)
    try:
        notes = [event.payload["note"] for event in store.events("ada", limit=100_000)]
        assert [turn.turn_id for turn in store.turns("ada", "c")] == notes
        assert [reaction.item_id for reaction in store.load("ada").reactions] == notes
    finally:
        store.close()
    return notes


def test_every_acknowledged_save_survives_a_kill(tmp_path: Path) -> None:
    path = tmp_path / "palate.db"
    rng = random.Random(7)
    acknowledged: list[str] = []
    for attempt in range(5):
        with start_writer(path, f"w{attempt}", 1_000_000) as writer:
            assert writer.stdout is not None
            assert writer.stdout.readline() == "ready\n"
            for _ in range(rng.randrange(1, 25)):
                acknowledged.append(writer.stdout.readline().strip())
            writer.send_signal(signal.SIGKILL)
            acknowledged += [line.strip() for line in writer.stdout if line.endswith("\n")]
        assert writer.returncode == -signal.SIGKILL
        notes = stored_notes(path)
        # One more may be there: written, but killed before it could be told.
        assert [note for note in notes if note in set(acknowledged)] == acknowledged
        assert len(notes) <= len(acknowledged) + attempt + 1


def test_two_processes_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "palate.db"
    with start_writer(path, "a", 15) as first, start_writer(path, "b", 15) as second:
        first.communicate(timeout=120)
        second.communicate(timeout=120)
    assert (first.returncode, second.returncode) == (0, 0)
    notes = stored_notes(path)
    assert sorted(notes) == sorted(f"{name}-{n}" for name in "ab" for n in range(15))
    for name in "ab":
        own = [note for note in notes if note.startswith(name)]
        assert own == [f"{name}-{n}" for n in range(15)]


def _say(store: SqlStore, user_id: str, rng: random.Random, word: str) -> None:
    """One round of talk with the word in every kind of row, of any length."""
    profile = store.load(user_id)
    moment = f"{rng.random():.12f}"
    text = f"{moment} " + f"{word} " * rng.choice([1, 5, 60, 700])
    quote = Evidence.whole(text, source=Source.CHAT, source_id=word + moment, observed_at=NOW)
    interest = Interest(
        facet="theme",
        value=f"{word} {rng.randrange(30)}",
        preference=0.5,
        confidence=0.5,
        strictness=Strictness.SOFT,
        evidence=(quote,),
        valid_from=NOW,
    )
    liked = Reaction(
        item_id=f"{word}-{rng.randrange(30)}", kind=ReactionKind.LIKED, evidence=(quote,), at=NOW
    )
    interests = {**profile.by_key, interest.key: interest}
    reactions = {reaction.item_id: reaction for reaction in profile.reactions}
    reactions[liked.item_id] = liked
    store.save(
        replace(profile, interests=tuple(interests.values()), reactions=tuple(reactions.values())),
        events=[Event(kind=EventKind.SAID, at=NOW, payload={"text": text})],
        turn=StoredTurn(
            conversation_id=word,
            turn_id=moment,
            at=NOW,
            user_text=text,
            reply=text,
            record={"text": text},
        ),
    )


@pytest.mark.parametrize("seed", [0, 3])
def test_words_of_deleted_people_are_in_no_file(tmp_path: Path, seed: int) -> None:
    """Twenty people talk and are then deleted one by one.

    Without ``VACUUM`` a few of them leave words behind in gaps between rows, with each of these
    seeds; without the checkpoint all of them do, in the write-ahead log.
    """
    rng = random.Random(seed)
    store = SqlStore.open(tmp_path / "palate.db")
    people = [f"person{n:02}" for n in range(20)]
    for _ in range(400):
        user_id = rng.choice(people)
        _say(store, user_id, rng, f"secretof{user_id}")

    def files_with(word: str) -> list[str]:
        return sorted(f.name for f in tmp_path.iterdir() if word.encode() in f.read_bytes())

    assert [user_id for user_id in people if not files_with(f"secretof{user_id}")] == []
    for place, user_id in enumerate(people):
        assert store.delete(user_id)["profiles"] == 1
        # While the store is still open: nobody has to close it first.
        assert files_with(user_id) == []
        assert store.users() == tuple(people[place + 1 :])
    store.close()
