"""Workspaces: built, opened, checked, switched; with the real engine and a hashing encoder."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from interest.assets import Asset
from interest.domain import load_domain
from interest.errors import DataError, UnknownNameError, WorkspaceError
from interest.progress import Progress, no_progress
from retrieval.build import BuildFacts, build_workspace
from retrieval.catalogue import Catalogue
from retrieval.encoder import HashingEncoder
from retrieval.manifest import FileStamp, damaged
from retrieval.seams import FloatArray
from retrieval.types import Interaction, Item, Query, Review
from retrieval.workspace import Workspace
from retrieval.workspace_folder import WorkspaceFolder

ROOT = Path(__file__).resolve().parents[3]
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
ENCODER = HashingEncoder(16)
ITEMS = tuple(
    Item(
        item_id=f"t{number}",
        title=f"Film {number}",
        attributes={"genre": ("Crime",) if number % 2 else ("Comedy",), "year": 1990.0 + number},
    )
    for number in range(12)
)
INTERACTIONS = tuple(
    Interaction(user_id=f"u{user}", item_id=f"t{number}", value=5.0, timestamp=100.0 * number)
    for user in range(6)
    for number in range(user % 2, 12, 2)
)


def catalogue(items: Sequence[Item] = ITEMS) -> Catalogue:
    return Catalogue(items, load_domain("movies"))


def build(path: Path, items: Sequence[Item] = ITEMS, facts: BuildFacts | None = None) -> Workspace:
    known = {item.item_id for item in items}
    return build_workspace(
        path,
        catalogue(items),
        [one for one in INTERACTIONS if one.item_id in known],
        ENCODER,
        facts=facts,
        now=NOW,
    )


def data_folders(path: Path) -> list[str]:
    return sorted(entry.name for entry in path.iterdir() if "data-" in entry.name)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace that tests may read but not change."""
    path = tmp_path_factory.mktemp("workspace") / "ws"
    build(path)
    return path


def test_what_was_built_is_what_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "ws"
    reviews = [Review(user_id="u1", item_id="t1", text="Gripping.", timestamp=5.0)]
    asset = Asset(
        name="a", requirement="a==1", root="", files={}, size=0, licence="CC0-1.0", source="Ann"
    )
    facts = BuildFacts(notes=("A note.",), sources=(asset,), imports=[{"file": "a.csv"}])
    build_workspace(path, catalogue(), INTERACTIONS, ENCODER, reviews=reviews, facts=facts, now=NOW)
    opened = Workspace.open(path, ENCODER)
    assert opened.catalogue.items == ITEMS
    assert opened.interactions() == INTERACTIONS
    assert opened.reviews() == tuple(reviews)
    assert opened.store_url == f"sqlite:///{path / 'profiles.sqlite'}"
    manifest = opened.manifest
    assert (manifest.n_items, manifest.n_interactions, manifest.n_users) == (12, 36, 6)
    assert manifest.n_reviews == 1
    assert manifest.created == NOW
    assert (manifest.encoder_id, manifest.encoder_dim) == ("hashing-16", 16)
    assert manifest.catalogue_hash == opened.catalogue.content_hash
    assert manifest.notes == ("A note.",)
    assert manifest.sources[0].licence == "CC0-1.0"
    assert manifest.imports == [{"file": "a.csv"}]
    assert not manifest.content_only
    best = opened.engine.recommend(Query(n=3, liked=("t1", "t3"))).candidates
    assert [int(one.item_id[1:]) % 2 for one in best] == [1, 1, 1]


def test_the_encoder_is_found_by_its_id(built: Path) -> None:
    assert Workspace.open(built).manifest.encoder_id == "hashing-16"


def test_without_weights_interactions_make_items_prominent(tmp_path: Path) -> None:
    items = catalogue()
    one = [Interaction(user_id=f"u{n}", item_id="t4") for n in range(3)]
    opened = build_workspace(tmp_path / "ws", items, one, ENCODER, now=NOW)
    assert opened.catalogue.weight("t4") == 3.0
    given = Catalogue(ITEMS, load_domain("movies"), weights={"t1": 9})
    assert (
        build_workspace(tmp_path / "ws", given, one, ENCODER, now=NOW).catalogue.weight("t4") == 0.0
    )


def test_without_interactions_it_is_content_only_and_says_so(tmp_path: Path) -> None:
    opened = build_workspace(tmp_path / "ws", catalogue(), [], ENCODER, now=NOW)
    assert opened.manifest.content_only
    assert opened.manifest.notes[0].startswith("Content only")
    assert len(opened.engine.recommend(Query(n=3)).candidates) == 3
    assert opened.reviews() == ()


def test_a_rebuild_takes_over_and_leaves_profiles_alone(tmp_path: Path) -> None:
    path = tmp_path / "ws"
    first = build(path)
    profiles = path / "profiles.sqlite"
    profiles.write_bytes(b"people's words")
    build(path, ITEMS[:5])
    assert len(Workspace.open(path, ENCODER).catalogue) == 5
    assert profiles.read_bytes() == b"people's words"
    assert len(data_folders(path)) == 2, "the build before stays for those who have it open"
    assert first.interactions() == INTERACTIONS
    build(path, ITEMS[:6])
    assert len(data_folders(path)) == 2
    assert not first.data.exists()


def test_a_failed_build_leaves_the_old_one_in_use(tmp_path: Path) -> None:
    path = tmp_path / "ws"
    build(path)
    stranger = [Interaction(user_id="u1", item_id="nobody")]
    with pytest.raises(UnknownNameError, match="nobody"):
        build_workspace(path, catalogue(ITEMS[:3]), stranger, ENCODER, now=NOW)
    assert len(Workspace.open(path, ENCODER).catalogue) == 12
    assert [entry for entry in path.iterdir() if entry.name.startswith(".building")] == []


SLOW_BUILD = """
import sys, time
from pathlib import Path
from retrieval.build import build_workspace
from retrieval.catalogue import Catalogue
from retrieval.encoder import HashingEncoder
from retrieval.types import Item
from interest.domain import load_domain

class Slow(HashingEncoder):
    def encode(self, texts, **more):
        if len(texts) < 1024:  # the second batch never ends
            Path(sys.argv[2]).write_text("encoding")
            time.sleep(600)
        return super().encode(texts, **more)

items = [Item(item_id=f"n{n}", title=f"New {n:04}", attributes={}) for n in range(1200)]
build_workspace(Path(sys.argv[1]), Catalogue(items, load_domain("movies")), [], Slow(16))
"""


class Counting(HashingEncoder):
    """Counts texts."""

    def __init__(self) -> None:
        super().__init__(16)
        self.count = 0

    def encode(self, texts: Sequence[str], *, progress: Progress = no_progress) -> FloatArray:
        self.count += len(texts)
        return super().encode(texts, progress=progress)


def test_a_killed_build_leaves_the_old_one_and_its_work(tmp_path: Path) -> None:
    path, mark = tmp_path / "ws", tmp_path / "mark"
    build(path)
    process = subprocess.Popen(
        [sys.executable, "-c", SLOW_BUILD, str(path), str(mark)],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
    )
    try:
        deadline = time.monotonic() + 120
        while not mark.exists():
            assert process.poll() is None, "the build ended before it could be killed"
            assert time.monotonic() < deadline
            time.sleep(0.05)
    finally:
        process.kill()
        process.wait()
    assert len(Workspace.open(path, ENCODER).catalogue) == 12
    assert [entry.name for entry in path.iterdir() if entry.name.startswith(".building")]

    encoder = Counting()
    items = [Item(item_id=f"n{n}", title=f"New {n:04}", attributes={}) for n in range(1200)]
    build_workspace(path, catalogue(items), [], encoder, now=NOW)
    assert encoder.count == 1200 - 1024
    assert len(Workspace.open(path, ENCODER).catalogue) == 1200
    assert [entry for entry in path.iterdir() if entry.name.startswith(".building")] == []


def test_a_second_build_at_the_same_time_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ws"
    build(path)
    with (
        WorkspaceFolder(path).building(NOW),
        pytest.raises(WorkspaceError, match=f"Another build is running in {path}"),
    ):
        build(path)


def test_nothing_is_built_from_nothing(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="catalogue is empty"):
        build(tmp_path / "ws", [])
    assert not (tmp_path / "ws").exists()


def test_somebody_elses_folder_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("precious")
    with pytest.raises(WorkspaceError, match="not empty and is no workspace"):
        build(tmp_path)
    assert [entry.name for entry in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_folder_with_only_profiles_is_ours(tmp_path: Path) -> None:
    (tmp_path / "profiles.sqlite").write_bytes(b"kept")
    build(tmp_path)
    assert (tmp_path / "profiles.sqlite").read_bytes() == b"kept"


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(WorkspaceError, match="cannot be made"):
        build(tmp_path / "file" / "ws")


def test_a_disk_without_room_is_noticed_before_encoding(tmp_path: Path) -> None:
    class Wide(Counting):
        @property
        def dim(self) -> int:
            return 10**13

    encoder = Wide()
    with pytest.raises(WorkspaceError, match=r"Building needs .* MB free"):
        build_workspace(tmp_path / "ws", catalogue(), [], encoder, now=NOW)
    assert encoder.count == 0


def test_a_missing_workspace_names_the_command(tmp_path: Path) -> None:
    path = tmp_path / "my films"
    with pytest.raises(WorkspaceError) as caught:
        Workspace.open(path, ENCODER)
    assert str(caught.value) == (
        f"There is no workspace in {path}. Build one: palate build --demo --workspace '{path}'"
    )


@pytest.mark.parametrize("origin", ["demo", "files"])
def test_every_damaged_file_is_found_and_the_command_fits(tmp_path: Path, origin: str) -> None:
    path = tmp_path / "ws"
    facts = BuildFacts(origin="demo") if origin == "demo" else BuildFacts()
    workspace = build(path, facts=facts)
    command = "palate build --demo" if origin == "demo" else "palate build --catalog FILE"
    for name in workspace.manifest.files:
        file = workspace.data / name
        good = file.read_bytes()
        for bad in (good[:-1] + bytes([good[-1] ^ 1]), good[:-1], None):
            file.unlink() if bad is None else file.write_bytes(bad)
            with pytest.raises(WorkspaceError) as caught:
                Workspace.open(path, ENCODER)
            assert str(file) in caught.value.problem
            assert command in caught.value.remedy
        file.write_bytes(good)
    assert Workspace.open(path, ENCODER).manifest == workspace.manifest


def test_another_encoder_is_refused(built: Path) -> None:
    with pytest.raises(WorkspaceError, match=r"encoder hashing-16, not with hashing-32\."):
        Workspace.open(built, HashingEncoder(32))


def rewrite_manifest(path: Path, **changes: object) -> None:
    data = WorkspaceFolder(path).current()
    assert data is not None
    manifest = data / "manifest.json"
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), **changes}))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"format": 99}, "has format 99; this version reads format 1"),
        ({"catalogue_hash": "0" * 64}, "is not the one that the vectors were made for"),
        ({"domain": "opera"}, "There is no domain 'opera'"),
        ({"n_items": "many"}, "manifest.* is damaged: n_items"),
        ({"surprise": 1}, "manifest.* is damaged: surprise"),
    ],
)
def test_what_does_not_match_is_refused(
    tmp_path: Path, changes: dict[str, object], message: str
) -> None:
    build(tmp_path / "ws")
    rewrite_manifest(tmp_path / "ws", **changes)
    with pytest.raises(WorkspaceError, match=message) as caught:
        Workspace.open(tmp_path / "ws", ENCODER)
    assert "palate build" in caught.value.remedy


def test_an_unreadable_manifest_is_refused(tmp_path: Path) -> None:
    workspace = build(tmp_path / "ws")
    (workspace.data / "manifest.json").write_text("{")
    with pytest.raises(WorkspaceError, match="cannot be read"):
        Workspace.open(tmp_path / "ws", ENCODER)


@pytest.mark.parametrize("pointer", ["data-elsewhere", "../..", ""])
def test_a_pointer_to_nowhere_is_refused_and_a_build_mends_it(tmp_path: Path, pointer: str) -> None:
    path = tmp_path / "ws"
    build(path)
    (path / "current").write_text(pointer)
    with pytest.raises(WorkspaceError, match="which is not there") as caught:
        Workspace.open(path, ENCODER)
    assert "palate build" in caught.value.remedy
    build(path)
    assert len(Workspace.open(path, ENCODER).catalogue) == 12


def test_of_large_files_the_edges_are_compared_and_all_of_it_on_demand(tmp_path: Path) -> None:
    file = tmp_path / "large"
    mib = 1 << 20
    file.write_bytes(bytes(3 * mib))
    stamps = {"large": FileStamp.of(file)}
    content = bytearray(3 * mib)
    content[mib + 7] = 1  # between the edges
    file.write_bytes(content)
    assert damaged(tmp_path, stamps, whole_up_to=mib) == ""
    assert "SHA-256" in damaged(tmp_path, stamps, whole_up_to=mib, full=True)
    content[-1] = 1
    file.write_bytes(content)
    assert "SHA-256" in damaged(tmp_path, stamps, whole_up_to=mib)
