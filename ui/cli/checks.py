"""What ``palate doctor`` looks at, one finding each; nothing is fetched, built or changed.

It knows where the parts of Palate can be looked at; it does not know how findings are shown.
"""

from __future__ import annotations

import platform
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from interest.errors import PalateError

if TYPE_CHECKING:
    from agent.llm.roles import Role
    from interest.assets import Asset

__all__ = ["Finding", "check_everything"]

_PACKAGES = ("torch", "transformers", "sentence-transformers", "langchain", "gradio", "sqlalchemy")
_INDEXES = ("faiss-cpu", "faiss-gpu")
#: Free space in the cache's folder under which fetching the models may fail, in bytes.
_LITTLE_SPACE = 1_000_000_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        subject: What.
        fact: What it is like.
        problem: What is wrong; "" if nothing is.
        remedy: What to do, or "".
        details: Further lines.
    """

    subject: str
    fact: str = ""
    problem: str = ""
    remedy: str = ""
    details: tuple[str, ...] = ()


def check_everything(
    workspace: Path, *, llm: str | None, base_url: str | None
) -> Iterator[Finding]:
    """Look at packages, files and the workspace, in the order in which they are needed."""
    yield _packages()
    yield _vector_index()
    yield _cache()
    yield from _workspace(workspace, llm=llm, base_url=base_url)


def _packages() -> Finding:
    known = {name: _version(name) for name in ("palate", *_PACKAGES)}
    missing = [name for name, found in known.items() if not found]
    listed = ", ".join(f"{name} {found}" for name, found in known.items() if found)
    return Finding(
        subject="Packages",
        fact=f"Python {platform.python_version()}, {listed}",
        problem=f"not installed: {', '.join(missing)}" if missing else "",
        remedy="make setup, or: pip install -e '.[cpu]' -c constraints.txt" if missing else "",
    )


def _vector_index() -> Finding:
    found = [f"{name} {_version(name)}" for name in _INDEXES if _version(name)]
    if len(found) == 1:
        return Finding(subject="Vector index", fact=found[0])
    return Finding(
        subject="Vector index",
        problem=f"both {' and '.join(found)} are installed" if found else "FAISS is not installed",
        remedy="pip uninstall faiss-cpu faiss-gpu; pip install -e '.[cpu]' (or '.[gpu]')",
    )


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _cache() -> Finding:
    """Models and demo data on this machine. What is missing is fetched when it is needed."""
    from agent.llm.embedded_assets import SMOLLM2
    from interest.assets import cache_folder, is_present
    from retrieval.demo.assets import FILMS, RATINGS
    from retrieval.encoder_files import MINILM

    home = cache_folder()
    assets: tuple[Asset, ...] = (MINILM, SMOLLM2, FILMS, RATINGS)
    details = tuple(
        f"{asset.name}: {'here' if is_present(asset) else 'not fetched yet'} "
        f"({asset.requirement}, {asset.size / 1e6:.0f} MB, {asset.licence})"
        for asset in assets
    )
    above = next(folder for folder in (home, *home.parents) if folder.exists())
    free = shutil.disk_usage(above).free
    all_here = all(is_present(asset) for asset in assets)
    short = free < _LITTLE_SPACE and not all_here
    return Finding(
        subject="Cache",
        fact=f"{home}, {_size(home) / 1e6:,.0f} MB used, {free / 1e9:,.0f} GB free",
        problem=f"only {free / 1e6:,.0f} MB are free at {home}" if short else "",
        remedy="Free some space, or set PALATE_CACHE to another disk." if short else "",
        details=details,
    )


def _size(folder: Path) -> int:
    """Bytes of all files in a folder; 0 if there is none."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _workspace(workspace: Path, *, llm: str | None, base_url: str | None) -> Iterator[Finding]:
    """Open everything as ``palate serve`` would, and tell what runs."""
    from agent.palate import Palate

    try:
        palate = Palate.open(workspace, llm=llm, llm_base_url=base_url)
    except PalateError as error:
        yield Finding(subject="Workspace", problem=error.problem, remedy=error.remedy)
        return
    try:
        status = palate.status
        size = _size(workspace) / 1e6
        yield Finding(
            subject="Workspace",
            fact=f"{status.workspace}, domain {status.domain}, {size:,.0f} MB",
            details=status.notes,
        )
        learned = f"learned from {status.n_interactions:,} interactions"
        yield Finding(
            subject="Catalogue",
            fact=f"{status.n_items:,} {palate.domain.nouns}, "
            + (learned if status.n_interactions else "content only: no ratings"),
        )
        yield Finding(subject="Encoder", fact=status.encoder)
        yield Finding(subject="Index", fact=status.index)
        yield Finding(
            subject="Language model",
            fact=status.llm,
            details=tuple(_role(role) for role in status.roles),
        )
        yield Finding(subject="Profiles", fact=f"{len(palate.users())} people")
    finally:
        palate.close()


def _role(role: Role) -> str:
    return f"{role.duty}: {role.done_by} ({role.reason})"
