"""The journal: what was acknowledged is read back, whatever a crash left behind it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from interest.errors import WorkspaceError
from retrieval.fresh.changes import ItemChange, net_states
from retrieval.fresh.journal import Journal, change_from_json, change_to_json
from retrieval.types import Item

VECTOR = np.array([0.6, 0.8, 1e-30], dtype=np.float32)


def put(item_id: str, title: str = "A title") -> ItemChange:
    item = Item(
        item_id=item_id,
        title=title,
        attributes={"genre": ("Crime", "Drama"), "year": 1995.0},
        description="Words; “quoted”.",
    )
    return ItemChange(item_id=item_id, item=item, weight=3.0, vector=VECTOR)


def ids(changes: list[ItemChange]) -> list[tuple[str, bool]]:
    return [(change.item_id, change.item is not None) for change in changes]


def test_a_change_reads_back_exactly() -> None:
    change = put("é\n1")
    again = change_from_json(json.loads(json.dumps(change_to_json(change))))
    assert (again.item_id, again.item, again.weight) == (change.item_id, change.item, 3.0)
    assert again.vector is not None
    assert again.vector.tobytes() == VECTOR.tobytes()
    gone = change_from_json(change_to_json(ItemChange(item_id="x")))
    assert (gone.item_id, gone.item, gone.weight, gone.vector) == ("x", None, None, None)


def test_transactions_come_back_in_order_and_from_any_place(tmp_path: Path) -> None:
    journal = Journal(path=tmp_path / "j")
    assert journal.read() == ([], 0)
    first = journal.append([put("a"), put("b")], 0)
    second = journal.append([ItemChange(item_id="a")], first)
    changes, end = journal.read()
    assert ids(changes) == [("a", True), ("b", True), ("a", False)]
    assert end == second == journal.path.stat().st_size
    assert ids(journal.read(first)[0]) == [("a", False)]
    assert journal.read(second) == ([], second)


def test_a_line_torn_anywhere_is_passed_over_and_then_cut_off(tmp_path: Path) -> None:
    journal = Journal(path=tmp_path / "j")
    end = journal.append([put("a")], 0)
    journal.append([put("b")], end)
    content = journal.path.read_bytes()
    for size in range(end, len(content)):
        journal.path.write_bytes(content[:size])
        changes, seen = journal.read()
        assert ids(changes) == [("a", True)]
        assert seen == end
        journal.append([put("c")], seen)
        assert ids(journal.read()[0]) == [("a", True), ("c", True)]


def test_a_last_line_whose_content_never_came_is_passed_over(tmp_path: Path) -> None:
    journal = Journal(path=tmp_path / "j")
    end = journal.append([put("a")], 0)
    with journal.path.open("ab") as file:
        file.write(b"\0" * 50 + b"\n")
    assert journal.read()[1] == end


def test_damage_before_the_end_is_said_and_nothing_is_guessed(tmp_path: Path) -> None:
    journal = Journal(path=tmp_path / "j")
    end = journal.append([put("a")], 0)
    journal.append([put("b")], end)
    content = bytearray(journal.path.read_bytes())
    content[end // 2] ^= 1
    journal.path.write_bytes(bytes(content))
    with pytest.raises(WorkspaceError, match="damaged at byte 0"):
        journal.read()


def test_a_journal_that_lost_something_is_not_read_on(tmp_path: Path) -> None:
    journal = Journal(path=tmp_path / "j")
    end = journal.append([put("a")], 0)
    journal.path.write_bytes(b"")
    with pytest.raises(WorkspaceError, match="lost changes"):
        journal.read(end)


def test_the_stamp_tells_when_something_was_written(tmp_path: Path) -> None:
    journal = Journal(path=tmp_path / "j")
    before = journal.stamp()
    journal.append([put("a")], 0)
    assert journal.stamp() != before


def test_what_changes_amount_to() -> None:
    changes = [put("a", "Old"), ItemChange(item_id="b"), ItemChange(item_id="a"), put("b", "Back")]
    states = net_states(changes)
    assert list(states) == ["a", "b"]
    assert states["a"].removed
    assert states["a"].item == changes[0].item  # it is still known what it was
    assert not states["b"].removed
    later = net_states([ItemChange(item_id="b")], states)
    assert later["b"].removed
    assert not states["b"].removed  # the states of before stay as they were
