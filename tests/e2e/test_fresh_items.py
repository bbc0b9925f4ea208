"""Items that change while a workspace is in use: over processes, over kills, and in a chat."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from agent.palate import Palate
from interest.errors import UnknownNameError
from interest.profile import ReactionKind
from retrieval.encoder import HashingEncoder
from retrieval.fresh.folding import fold
from retrieval.fresh.writer import ItemEdit, ItemWriter
from retrieval.types import Item
from retrieval.workspace import Workspace

ROOT = Path(__file__).resolve().parents[2]

#: Adds items one by one, in transactions of two, and says which were acknowledged.
WRITER = """
import sys
from pathlib import Path
from retrieval.encoder import HashingEncoder
from retrieval.fresh.writer import ItemWriter
from retrieval.types import Item

writer, start = ItemWriter(Path(sys.argv[1]), HashingEncoder()), int(sys.argv[2])
for number in range(start, start + 10_000):
    pair = [Item(item_id=f"k{number}{side}", title=f"Kill {number}{side}",
                 attributes={"genre": ("Drama",)}) for side in "ab"]
    writer.add(pair)
    print(number, flush=True)
"""


@pytest.fixture
def workspace(small_workspace: Path, tmp_path: Path) -> Path:
    """A copy that a test may change."""
    return Path(shutil.copytree(small_workspace, tmp_path / "workspace"))


@pytest.fixture
def palate(workspace: Path) -> Iterator[Palate]:
    opened = Palate.open(workspace, llm="none")
    yield opened
    opened.close()


def film(item_id: str, title: str, director: str = "Zelda Quark") -> Item:
    attributes = {"genre": ("Sci-Fi",), "director": (director,), "year": 2025.0}
    return Item(item_id=item_id, title=title, attributes=attributes)


def command(workspace: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    palate = Path(sys.executable).parent / "palate"
    line = [str(palate), "items", *arguments, "--workspace", str(workspace)]
    return subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=False)


def test_whatever_was_acknowledged_outlives_a_kill(workspace: Path) -> None:
    rng, acknowledged, start = Random(4), list[int](), 0
    for _ in range(8):
        with subprocess.Popen(
            [sys.executable, "-c", WRITER, str(workspace), str(start)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stdout is not None
            acknowledged.append(int(process.stdout.readline()))  # it is under way
            time.sleep(rng.uniform(0.0, 0.15))
            os.kill(process.pid, signal.SIGKILL)
            acknowledged += [int(line) for line in process.stdout.read().split()]
        states = Workspace.open(workspace, HashingEncoder()).states
        numbers = {int(item_id[1:-1]) for item_id in states}
        assert numbers >= set(acknowledged)
        # At most one transaction of each run was written and not yet acknowledged …
        assert len(numbers - set(acknowledged)) <= 8
        # … and every one of them is whole.
        assert set(states) == {f"k{number}{side}" for number in numbers for side in "ab"}
        start = max(numbers) + 1
    ItemWriter(workspace, HashingEncoder()).add([film("after", "After All")])
    assert "after" in Workspace.open(workspace, HashingEncoder()).catalogue


def test_a_kill_in_the_middle_of_a_line_costs_that_line_alone(workspace: Path) -> None:
    writer = ItemWriter(workspace, HashingEncoder())
    writer.add([film("x", "First")])
    (journal,) = workspace.glob("data-*/changes.jsonl")
    whole = journal.read_bytes()
    writer.add([film("y", "Second")])
    journal.write_bytes(journal.read_bytes()[: len(whole) + 100])
    assert set(Workspace.open(workspace, HashingEncoder()).states) == {"x"}
    ItemWriter(workspace, HashingEncoder()).add([film("z", "Third")])
    assert set(Workspace.open(workspace, HashingEncoder()).states) == {"x", "z"}


def test_another_process_changes_items_and_a_chat_knows_them(
    palate: Palate, workspace: Path
) -> None:
    added = command(
        workspace,
        *("add", "--id", "zeb", "--title", "Zebulon Rising", "--set", "year=2025"),
        *("--set", "genre=science fiction", "--set", "director=Zelda Quark"),
    )
    assert (added.returncode, added.stdout) == (0, "Added 1 film: Zebulon Rising (2025).\n")
    turn = palate.ask("ada", "I loved Zebulon Rising")
    assert turn.profile.items(ReactionKind.LIKED) == ("zeb",)
    assert palate.catalogue.item("zeb").names("genre") == ("Sci-Fi",)
    assert palate.status.notes[-1] == "Items changed since the build: 1."
    turn = palate.ask("ben", "I love Zelda Quark")
    assert "zeb" in {pick.item_id for pick in turn.recommendations}
    assert ("person", "Zelda Quark") in {(i.facet, i.value) for i in turn.profile.interests}
    reasons = {pick.item_id: pick.explanation.text for pick in turn.recommendations}
    assert "Zelda Quark" in reasons["zeb"]

    changed = command(workspace, "change", "zeb", "--title", "Zebulon Falling")
    assert changed.stdout == "Changed 1 film: Zebulon Falling (2025).\n"
    turn = palate.ask("cyd", "I loved Zebulon Falling")
    assert turn.profile.items(ReactionKind.LIKED) == ("zeb",)
    turn = palate.ask("cyd", "I loved Zebulon Rising")
    assert not any(i.value.startswith("Zebulon Rising (") for i in turn.profile.interests)

    assert command(workspace, "remove", "zeb").returncode == 0
    turn = palate.ask("ben", "anything else by Zelda Quark?")
    assert "zeb" not in {pick.item_id for pick in turn.recommendations}
    assert not any(pick.item_id == "zeb" for pick in palate.recommend("ben", n=50))
    # What was said stays said, and asking about it is answered.
    liked = palate.profile("ada")
    assert "Zebulon Rising (2025)" in {i.value for i in liked.interests}
    assert palate.ask("ada", "something like that").reply
    with pytest.raises(UnknownNameError, match="nothing"):
        palate.react("ada", "nothing", ReactionKind.SEEN)


def test_a_batch_is_taken_whole_or_not_at_all(palate: Palate, workspace: Path) -> None:
    file = workspace.parent / "new.csv"
    file.write_text("id,title,year\nn1,Newcomer,2025\nn2,Late One,soon\n", encoding="utf-8")
    refused = command(workspace, "add", "--from", str(file))
    assert refused.returncode == 2
    assert "line 3: 'soon'" in refused.stderr
    assert "year is not a number" in refused.stderr
    assert "n1" not in palate.catalogue
    file.write_text("id,title,year\nn1,Newcomer,2025\nn2,Late One,2026\n", encoding="utf-8")
    assert command(workspace, "add", "--from", str(file)).stdout.startswith("Added 2 films")
    assert palate.catalogue.item("n2").number("year") == 2026
    file.write_text("id,runtime,year\nn1,95,\n", encoding="utf-8")
    assert command(workspace, "change", "--from", str(file)).returncode == 0
    item = palate.catalogue.item("n1")
    assert (item.title, item.number("runtime"), item.number("year")) == ("Newcomer", 95, 2025)


def test_what_was_shown_and_then_removed_can_still_be_talked_about(palate: Palate) -> None:
    shown = palate.ask("ada", "I love science fiction").recommendations
    palate.remove_items([shown[1].item_id])
    assert palate.ask("ada", "why the second one?").reply
    turn = palate.ask("ada", "something older than the second one")
    assert shown[1].item_id not in {pick.item_id for pick in turn.recommendations}


def test_a_new_like_moves_the_next_answer(palate: Palate) -> None:
    palate.add_items([film(f"q{n}", f"Quark {word}") for n, word in enumerate(("ba", "ce", "di"))])
    before = [pick.item_id for pick in palate.recommend("ada", n=5)]
    palate.react("ada", "q0", ReactionKind.LIKED)
    after = [pick.item_id for pick in palate.recommend("ada", n=5)]
    assert after != before
    assert "q0" not in after
    assert {"q1", "q2"} & set(after)
    palate.clear_reaction("ada", "q0")
    assert [pick.item_id for pick in palate.recommend("ada", n=5)] == before


def test_a_newer_build_is_taken_over_without_a_restart(palate: Palate, workspace: Path) -> None:
    palate.add_items([film("zeb", "Zebulon Rising")])
    fold(workspace, HashingEncoder())
    palate.change_items([ItemEdit(item_id="zeb", title="Zebulon Falling")])
    deadline = time.monotonic() + 60
    while palate.catalogue.item("zeb").title != "Zebulon Falling":
        assert time.monotonic() < deadline
        time.sleep(0.05)
    turn = palate.ask("ada", "I loved Zebulon Falling")
    assert turn.profile.items(ReactionKind.LIKED) == ("zeb",)


#: Builds again with changes in it, and says when it is about to take over.
FOLDER = """
import sys, time
from pathlib import Path
from retrieval.encoder import HashingEncoder
from retrieval.fresh.folding import fold

def progress(stage, done, total):
    if stage == "writing the workspace" and not done:
        print("writing", flush=True)
        time.sleep(60)

fold(Path(sys.argv[1]), HashingEncoder(), progress=progress)
"""


def test_a_build_that_is_killed_loses_no_change(workspace: Path) -> None:
    writer = ItemWriter(workspace, HashingEncoder())
    writer.add([film("before", "Zebulon Before")])
    with subprocess.Popen(
        [sys.executable, "-c", FOLDER, str(workspace)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "writing\n"
        writer.add([film("meanwhile", "Zebulon Meanwhile")])  # nobody waits for a build
        os.kill(process.pid, signal.SIGKILL)
    assert set(Workspace.open(workspace, HashingEncoder()).states) == {"before", "meanwhile"}
    folded = fold(workspace, HashingEncoder())
    assert folded.states == {}
    assert {"before", "meanwhile"} <= {item.item_id for item in folded.catalogue}
