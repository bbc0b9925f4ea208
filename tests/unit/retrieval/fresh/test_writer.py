"""Writing changes of items: what is refused, what is kept, and who waits for whom."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from interest.domain import load_domain
from interest.errors import DataError, UnknownNameError, WorkspaceError
from retrieval.build import build_workspace
from retrieval.catalogue import Catalogue
from retrieval.encoder import HashingEncoder
from retrieval.fresh.folding import fold
from retrieval.fresh.writer import ItemEdit, ItemWriter
from retrieval.types import AttributeValue, Interaction, Item, Query
from retrieval.workspace import Workspace

ENCODER = HashingEncoder(16)
INTERACTIONS = [
    Interaction(user_id=f"u{user}", item_id=f"t{number}", value=5.0)
    for user in range(6)
    for number in range(user % 2, 12, 2)
]


def film(item_id: str, title: str = "", **attributes: AttributeValue) -> Item:
    values = {"genre": ("Crime",), "year": 1990.0, **attributes}
    return Item(item_id=item_id, title=title or f"Film {item_id}", attributes=values)


def build(path: Path, *, drop_changes: bool = False) -> Workspace:
    films = [film(f"t{n}", genre=("Crime" if n % 2 else "Comedy",)) for n in range(12)]
    catalogue = Catalogue(films, load_domain("movies"))
    return build_workspace(path, catalogue, INTERACTIONS, ENCODER, drop_changes=drop_changes)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return build(tmp_path / "ws").path


@pytest.fixture
def writer(path: Path) -> ItemWriter:
    return ItemWriter(path, ENCODER)


def opened(path: Path) -> Workspace:
    return Workspace.open(path, ENCODER)


def found(workspace: Workspace, n: int = 50) -> set[str]:
    return {c.item_id for c in workspace.engine.recommend(Query(n=n)).candidates}


def test_items_come_change_and_go(path: Path, writer: ItemWriter) -> None:
    before = opened(path)
    writer.add([film("new", "Zebulon", genre=("Western",))], {"new": 7.0})
    assert not before.is_current
    with_new = before.refreshed()
    assert with_new.is_current
    assert "new" in found(with_new)
    assert with_new.catalogue.weight("new") == 7.0
    assert "new" not in found(before)  # whoever has it open sees what was

    writer.change([ItemEdit(item_id="new", title="Zebulon Two", attributes={"year": None})])
    changed = with_new.refreshed().catalogue.item("new")
    assert (changed.title, changed.number("year")) == ("Zebulon Two", None)
    assert changed.names("genre") == ("Western",)
    assert with_new.refreshed().catalogue.weight("new") == 7.0

    writer.remove(["new", "t1"])
    gone = opened(path)
    assert found(gone) == {f"t{n}" for n in range(12) if n != 1}
    assert "t1" not in gone.catalogue
    assert gone.catalogue.n_living == 11
    assert gone.engine.support("t1", "t3") == 3  # what people did with it stays

    writer.add([film("t1", "Film back")])
    back = gone.refreshed()
    assert back.catalogue.item("t1").title == "Film back"
    assert back.engine.support("t1", "t3") == 3


@pytest.mark.parametrize(
    ("items", "words"),
    [
        ([film("x"), film("t1")], "'t1' already"),
        ([film("x"), film("x")], "'x' stands there twice"),
        ([film("x"), film("y", year=("soon",))], r"'y': year is \('soon',\); it must be a number"),
        ([film("x"), film("y", genre=3.0)], r"'y': genre is 3.0; it must be names"),
        ([film("x"), film("y", year=float("nan"))], "'y': year is nan"),
        ([film("x"), film("y", genre=())], "'y': the attribute 'genre' is empty"),
        ([film("x", other=("a",)), film("y", other=1.0)], "'y': other is 1.0; other items have"),
    ],
)
def test_a_bad_item_is_named_and_nothing_of_its_batch_is_kept(
    path: Path, writer: ItemWriter, items: list[Item], words: str
) -> None:
    with pytest.raises(DataError, match=words):
        writer.add(items)
    assert opened(path).is_current
    assert "x" not in opened(path).catalogue


def test_a_bad_weight_is_named(writer: ItemWriter) -> None:
    with pytest.raises(DataError, match="'x': weight is -1"):
        writer.add([film("x")], {"x": -1.0})


def test_what_is_not_there_cannot_be_changed_or_removed(writer: ItemWriter) -> None:
    with pytest.raises(UnknownNameError, match=r"'t99'.*nearest is 't9'"):
        writer.change([ItemEdit(item_id="t99", title="X")])
    with pytest.raises(UnknownNameError, match="'t99'"):
        writer.remove(["t1", "t99"])
    assert "t1" in writer.read()
    writer.remove(["t1"])
    with pytest.raises(DataError, match=r"'t1'.*was removed"):
        writer.remove(["t1"])


def test_what_was_liked_tells_of_its_kind_when_it_is_gone(path: Path, writer: ItemWriter) -> None:
    query = Query(n=4, liked=("t0", "t2"), diversity=0.0)
    before = [c.item_id for c in opened(path).engine.recommend(query).candidates]
    writer.remove(["t0", "t2"])
    after = opened(path).engine.recommend(query).candidates
    assert [c.item_id for c in after] == before
    assert {c.item_id for c in after} <= {f"t{n}" for n in range(4, 12, 2)}


def test_without_a_workspace_the_error_names_the_command(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match="palate build --demo"):
        ItemWriter(tmp_path / "nothing", ENCODER).read()


def test_many_writers_lose_nothing(path: Path) -> None:
    def write(name: str) -> None:
        writer = ItemWriter(path, ENCODER)
        for number in range(8):
            writer.add([film(f"{name}{number}")])

    threads = [threading.Thread(target=write, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    states = opened(path).states
    assert set(states) == {f"{name}{number}" for name in "abcd" for number in range(8)}


def test_items_left_to_be_encoded_are_encoded_once_and_kept(path: Path) -> None:
    ItemWriter(path, later=5).add([film("x", "Zebulon"), film("y")])
    first = opened(path)
    assert "x" in found(first)
    expected = ENCODER.encode([first.catalogue.text_of(film("x", "Zebulon"))])[0]
    vector = first.states["x"].vector
    assert vector is not None
    assert vector.tolist() == expected.tolist()

    (journal,) = path.glob("data-*/changes.jsonl")
    size = journal.stat().st_size
    again = opened(path).states["x"].vector
    assert again is not None
    assert again.tolist() == vector.tolist()
    assert journal.stat().st_size == size  # read, not encoded and written again


def test_a_new_build_keeps_changes_until_they_are_dropped(path: Path, writer: ItemWriter) -> None:
    writer.add([film("new", "Zebulon")])
    writer.change([ItemEdit(item_id="t2", title="Retitled")])
    writer.remove(["t3"])
    for _ in range(2):  # and the build after that as well
        built = build(path)
        assert built.catalogue.item("t2").title == "Retitled"
        assert "new" in found(built)
        assert "t3" not in found(built)
        assert built.states == {}  # they are in the build now
        assert built.manifest.n_items == 12
        (note,) = [note for note in built.manifest.notes if "changed by hand" in note]
        assert note.startswith("3 items")
        assert built.engine.support("t3", "t5") == 3
    dropped = build(path, drop_changes=True)
    assert "new" not in dropped.catalogue
    assert dropped.catalogue.item("t2").title == "Film t2"
    (note,) = [note for note in dropped.manifest.notes if "dropped" in note]
    (aside,) = path.glob("dropped-*.jsonl")
    assert aside.name in note
    assert b"Zebulon" in aside.read_bytes()
    assert build(path).manifest.notes == ()


def test_folding_builds_again_with_the_changes_in_it(path: Path, writer: ItemWriter) -> None:
    writer.add([film("new", "Zebulon")])
    writer.remove(["t3"])
    folded = fold(path, ENCODER)
    assert folded.states == {}
    assert found(folded) == ({"new"} | {f"t{n}" for n in range(12)}) - {"t3"}
    assert len(folded.interactions()) == len(INTERACTIONS)
    writer.change([ItemEdit(item_id="new", title="Zebulon Two")])  # the writer finds the new build
    assert folded.refreshed().catalogue.item("new").title == "Zebulon Two"


def test_what_changes_while_a_build_runs_is_taken_over(path: Path, writer: ItemWriter) -> None:
    films = Catalogue([film(f"t{n}") for n in range(12)], load_domain("movies"))

    def progress(stage: str, done: int, total: int) -> None:
        if stage == "writing the workspace" and not done:
            writer.add([film("meanwhile", "Zebulon")])

    built = build_workspace(path, films, INTERACTIONS, ENCODER, progress=progress)
    assert list(built.states) == ["meanwhile"]
    assert "meanwhile" in found(built)


def test_a_damaged_journal_is_put_aside_by_the_next_build(path: Path, writer: ItemWriter) -> None:
    writer.add([film("x")])
    writer.add([film("y")])
    (journal,) = path.glob("data-*/changes.jsonl")
    content = bytearray(journal.read_bytes())
    content[30] ^= 1
    journal.write_bytes(bytes(content))
    with pytest.raises(WorkspaceError, match="damaged at byte 0"):
        opened(path)
    built = build(path)
    assert any("damaged at byte 0" in note for note in built.manifest.notes)
    (aside,) = path.glob("dropped-*.jsonl")
    assert aside.read_bytes() == bytes(content)
