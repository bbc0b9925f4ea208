"""The shipped weights of the trained reader, put on the models that they were trained on.

It knows where the base models come from; it does not know how they are read with.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import resources
from pathlib import Path
from typing import Any, cast

from agent.llm.embedded_assets import embedded_folder
from interest.assets import fetch
from interest.errors import AssetError
from interest.progress import Progress, no_progress
from interest.reader.about import read_about
from interest.reader.marks import LazyMarker, Marker
from retrieval.encoder_files import MINILM

__all__ = ["BASES", "base_folder", "open_marker", "shipped_weights"]

_Base = Callable[..., Path]


def _encoder_folder(*, cache: Path | None = None, progress: Progress = no_progress) -> Path:
    return fetch(MINILM, cache=cache, progress=progress)


#: Models that weights can be put on, by the name that ``reader.json`` gives.
BASES: Mapping[str, _Base] = {"language-model": embedded_folder, "encoder": _encoder_folder}


def base_folder(name: str, *, cache: Path | None = None, progress: Progress = no_progress) -> Path:
    """The folder of a base model, fetched and converted if need be.

    Raises:
        AssetError: There is no such base, or it cannot be had.
    """
    if name not in BASES:
        raise AssetError(f"There is no base model {name!r}.", f"Choose one of: {', '.join(BASES)}.")
    return BASES[name](cache=cache, progress=progress)


def shipped_weights() -> Path:
    """The folder of the weights that come with Palate."""
    return Path(str(resources.files("interest.reader") / "weights"))


def open_marker(
    weights: Path | None = None,
    *,
    cache: Path | None = None,
    threads: int | None = None,
    progress: Progress = no_progress,
) -> Marker:
    """The trained reader; its networks are loaded at the first reading.

    Args:
        weights: Folder with ``reader.json``, which names the networks; None takes the shipped one.
        cache: Where base models are kept.
        threads: Threads of a step; None takes the machine's default.
        progress: Told about fetching and converting base models.
    """

    def opened() -> Marker:
        from interest.reader.model import Member, ReaderModel, Thresholds

        folder = weights or shipped_weights()
        about = read_about(folder)
        names = cast("list[str]", about.get("members") or [""])
        members = [
            Member(weights=folder / name, base=_base(folder / name, cache, progress))
            for name in names
        ]
        thresholds = cast("dict[str, Any]", about.get("thresholds", {}))
        return ReaderModel(members, Thresholds(**thresholds), threads=threads)

    return LazyMarker(opened)


def _base(folder: Path, cache: Path | None, progress: Progress) -> Callable[[], Path]:
    name = str(read_about(folder)["base"])
    return lambda: base_folder(name, cache=cache, progress=progress)
