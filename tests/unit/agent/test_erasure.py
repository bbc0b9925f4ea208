"""A deleted person is nowhere in the workspace: in no file, no table, no later build."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from agent.palate import Palate
from agent.passport import Passport
from agent.receipts import check_receipt
from interest.domain import load_domain
from interest.errors import InputError
from interest.exports.choices import ExportFormat
from interest.profile import ReactionKind
from interest.sql_store import SqlStore
from retrieval.build import build_workspace
from retrieval.catalogue import Catalogue
from retrieval.encoder import HashingEncoder
from retrieval.importers import load_catalogue
from retrieval.tombstones import Tombstones
from retrieval.types import Interaction, Review
from retrieval.workspace import Workspace
from retrieval.workspace_key import WorkspaceKey

ROOT = Path(__file__).resolve().parents[3]
#: Words of Ada's that stand nowhere else. Her name is one of them.
WORDS = ("zanzibarquokka", "plumbusfeels", "adaquillfeather")
ADA = "adaquillfeather"


def _catalogue() -> Catalogue:
    domain = load_domain("movies")
    films = load_catalogue(ROOT / "tests" / "data" / "films.csv", domain)
    return Catalogue(films.items, domain, weights=films.weights)


def _acts(catalogue: Catalogue) -> list[Interaction]:
    return [
        Interaction(user_id=user, item_id=item.item_id, value=float(1 + place % 5), timestamp=9.0)
        for user in (ADA, "bob", "cyd")
        for place, item in enumerate(catalogue.items[:6])
    ]


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    catalogue = _catalogue()
    review = Review(
        user_id=ADA, item_id=catalogue.items[0].item_id, text="a zanzibarquokka of a film"
    )
    bobs = Review(user_id="bob", item_id=catalogue.items[0].item_id, text="fine")
    build_workspace(
        tmp_path / "w", catalogue, _acts(catalogue), HashingEncoder(), reviews=[review, bobs]
    )
    return tmp_path / "w"


@pytest.fixture
def palate(workspace: Path) -> Iterator[Palate]:
    opened = Palate.open(workspace, llm="none")
    yield opened
    opened.close()


def found_in(folder: Path, *words: str) -> list[str]:
    """Every file (raw bytes) and every cell of every table that holds one of the words."""
    places = [
        f"{path.relative_to(folder)}: {word}"
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        for word in words
        if word.encode() in path.read_bytes().lower()
    ]
    for path in folder.glob("*.sqlite"):
        with closing(sqlite3.connect(path)) as connection:
            dump = "\n".join(connection.iterdump()).lower()
        places += [f"tables: {word}" for word in words if word in dump]
    return places + _in_parquet(folder, words)


def _in_parquet(folder: Path, words: tuple[str, ...]) -> list[str]:
    """Parquet is compressed: its cells are read."""
    from retrieval.parquet import read_columns

    return [
        f"{path.name}: {word}"
        for path in folder.rglob("*.parquet")
        for word in words
        if word in str(read_columns(path)).lower()
    ]


def live(palate: Palate) -> None:
    """Everything that leaves traces."""
    for turn in range(4):
        palate.ask(ADA, f"I love plumbusfeels comedies, take {turn} " + "zanzibarquokka " * 50)
    palate.ask("bob", "I love horror")
    palate.add_interest(ADA, "mood", "zanzibarquokka")
    palate.react(ADA, palate.catalogue.items[3].item_id, ReactionKind.LIKED)
    passport = palate.passport
    passport.add_webhook("shop", "http://127.0.0.1:9/hook")
    passport.consent(ADA, "shop", granted=True)
    passport.consent(ADA, "segment", granted=True)


def test_the_words_are_there_before(palate: Palate, workspace: Path) -> None:
    live(palate)
    places = " ".join(found_in(workspace, *WORDS))
    for place in ("profiles.sqlite", "interactions.parquet", "reviews.parquet", "tables"):
        assert place in places


def test_nothing_is_left_in_any_file_or_table(palate: Palate, workspace: Path) -> None:
    live(palate)
    receipt = palate.delete_user(ADA)
    assert found_in(workspace, *WORDS) == []
    assert receipt.removed["interactions"] == 6
    assert receipt.removed["reviews"] == 1
    assert receipt.removed["turns"] == 4
    assert receipt.removed["consents"] == 2
    assert receipt.removed["outbox"] >= 1
    assert any("next build" in sentence for sentence in receipt.remaining)
    assert palate.users() == ("bob",)
    assert palate.profile("bob").interests
    opened = Workspace.open(workspace, HashingEncoder())
    assert {one.user_id for one in opened.interactions()} == {"bob", "cyd"}
    assert [one.user_id for one in opened.reviews()] == ["bob"]
    assert Workspace.check(workspace, full=True)[1].n_users == 2
    assert palate.delete_user(ADA).total == 0


def test_the_next_build_leaves_them_out_and_is_as_if_they_had_never_been(
    palate: Palate, workspace: Path, tmp_path: Path
) -> None:
    palate.delete_user(ADA)
    catalogue = _catalogue()
    without = [one for one in _acts(catalogue) if one.user_id != ADA]
    build_workspace(tmp_path / "never", catalogue, without, HashingEncoder())
    solved = [
        sorted((Workspace.open(path, HashingEncoder()).data / "engine").glob("signal-*.npy"))
        for path in (workspace, tmp_path / "never")
    ]
    assert solved[0], "signals that hold a row per person are solved anew at once"
    assert [one.read_bytes() for one in solved[0]] == [one.read_bytes() for one in solved[1]]
    build_workspace(workspace, catalogue, _acts(catalogue), HashingEncoder())
    rebuilt, never = (
        Workspace.open(path, HashingEncoder()).data / "engine" / "factors.npy"
        for path in (workspace, tmp_path / "never")
    )
    assert rebuilt.read_bytes() == never.read_bytes()
    again = [Interaction(user_id=ADA, item_id=catalogue.items[0].item_id, timestamp=4e9)]
    stones = Tombstones(workspace)
    assert stones.without_forgotten(again) == again, "what is done afterwards is theirs again"


def test_a_receipt_is_checked(palate: Palate, workspace: Path) -> None:
    live(palate)
    printed = json.loads(json.dumps(palate.delete_user(ADA).to_json()))
    receipt, gone = palate.passport.check_receipt(printed)
    assert (receipt.user_id, gone) == (ADA, True)
    changes: tuple[dict[str, object], ...] = (
        {"user_id": "bob"},
        {"removed": {}},
        {"remaining": []},
        {"signature": "00"},
    )
    for change in changes:
        with pytest.raises(InputError, match="changed"):
            palate.passport.check_receipt({**printed, **change})
    with pytest.raises(InputError, match="another workspace"):
        check_receipt(WorkspaceKey(workspace / "other"), printed)
    with pytest.raises(InputError, match="Not a receipt"):
        palate.passport.check_receipt(["x"])
    palate.ask(ADA, "I am back and love comedies")
    assert not palate.passport.check_receipt(printed)[1]


def test_the_audit_trail_says_what_was_done_and_not_to_whom(
    palate: Palate, workspace: Path
) -> None:
    live(palate)
    palate.delete_user(ADA)
    entries = palate.passport.audit()
    assert [entry.action for entry in entries] == ["consent", "consent", "erased"]
    assert entries[-1].subject == WorkspaceKey(workspace).name_hash(ADA)
    assert "turns" in entries[-1].details["removed"]


@pytest.mark.parametrize("killed_after", ["tombstone", "store"])
def test_an_interrupted_deletion_is_finished_on_opening(
    palate: Palate, workspace: Path, killed_after: str
) -> None:
    live(palate)
    Tombstones(workspace).begin(ADA, datetime.now(UTC))
    if killed_after == "store":
        store = SqlStore.open(workspace / "profiles.sqlite")
        store.delete(ADA)
        store.close()
    palate.close()
    Passport.open(workspace).close()
    assert found_in(workspace, *WORDS) == []
    assert not Tombstones(workspace).has_unfinished()


def test_who_was_sent_the_profile_is_told_to_forget_it(palate: Palate, workspace: Path) -> None:
    live(palate)
    sent: list[bytes] = []

    def post(url: str, headers: object, body: bytes) -> tuple[int, str]:
        sent.append(body)
        return 204, "HTTP 204"

    passport = palate.passport
    passport.deliver(post=post)
    receipt = palate.delete_user(ADA)
    assert any("shop" in sentence for sentence in receipt.remaining)
    assert passport.erase(ADA).total == 0, "deleting again does not take the notice back"
    assert passport.deliver(post=post).delivered == 1
    notice = json.loads(sent[-1])
    assert notice["type"] == "palate.profile.deleted.v1"
    assert notice["data"]["user_id"] == ADA
    assert found_in(workspace, ADA) == []


def test_exports_outside_are_named(palate: Palate, tmp_path: Path) -> None:
    live(palate)
    palate.passport.export(tmp_path / "out", ExportFormat.JSONL)
    (sentence,) = [s for s in palate.delete_user(ADA).remaining if "Exports" in s]
    assert "jsonl" in sentence


def test_conversations_end_after_their_time(palate: Palate, workspace: Path) -> None:
    from interest.sql_retention import Kept

    live(palate)
    passport = Passport(
        workspace, SqlStore.open(workspace / "profiles.sqlite"), clock=lambda: LATER
    )
    passport.keep(Kept.CONVERSATIONS, 30)
    passport.keep(Kept.EVENTS, 30)
    gone = passport.apply_retention()
    passport.close()
    assert gone[Kept.CONVERSATIONS] == 5
    assert palate.turns(ADA) == ()
    assert palate.events(ADA) == ()
    assert palate.profile(ADA).interests, "what the person sees and edits stays"


LATER = datetime(2100, 1, 1, tzinfo=UTC)
