"""Cells on disk while a run is under way, so that a run that was killed goes on.

It knows files and signatures; it does not know what is measured. A cell that was made with
anything else (data, settings, the program's own code) is not taken over; one that is damaged is
made again.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import zipfile
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray

import eval
import retrieval
from eval.ranking.cells import Cell, ViewFigures
from interest.errors import InputError, SetupError

__all__ = ["CellStore", "code_digest", "forget_cells", "report_folder"]

_FOLDER = "cells"
_LOCK = "run.lock"


class CellStore:
    """Keeps cells in a folder of the report's folder.

    Args:
        folder: Of the report.
        signature: What the cells are made with.
        resume: Take over cells with the same signature.

    Raises:
        SetupError: The folder cannot be written.
    """

    def __init__(self, folder: Path, signature: Mapping[str, Any], *, resume: bool = True) -> None:
        self._folder = folder / _FOLDER
        self._signature = json.dumps(signature, sort_keys=True)
        if not resume:
            forget_cells(folder)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _unwritable(self._folder, error) from error

    def load(self, *key: str) -> Cell | None:
        """The cell with this key, or None."""
        try:
            with (
                self._path(key).open("rb") as file,
                np.load(file, allow_pickle=False) as kept,
            ):
                return _cell(kept)
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            return None

    def save(self, cell: Cell, *key: str) -> None:
        """Keep a cell; after this a kill does not lose it."""
        path = self._path(key)
        fresh = path.with_suffix(".new")
        try:
            with fresh.open("wb") as file:
                np.savez(file, allow_pickle=False, **_arrays(cell))
            fresh.replace(path)
        except OSError as error:
            raise _unwritable(path, error) from error

    def _path(self, key: tuple[str, ...]) -> Path:
        name = hashlib.sha256(json.dumps([self._signature, *key]).encode()).hexdigest()[:24]
        return self._folder / f"{name}.npz"


@contextmanager
def report_folder(folder: Path) -> Generator[None]:
    """Hold the folder of a report for one run, and in the end remove its cells.

    They stay if the run ends with an error, for the next one.

    Raises:
        InputError: Another run holds it.
        SetupError: It cannot be written.
    """
    lock = FileLock(folder / _LOCK, timeout=0)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout as error:
        raise InputError(
            f"Another run is writing to {folder}.", "Wait for it, or name another folder."
        ) from error
    except OSError as error:
        raise _unwritable(folder, error) from error
    try:
        yield
        forget_cells(folder)
    finally:
        lock.release()
        (folder / _LOCK).unlink(missing_ok=True)
        for empty in (folder / _FOLDER, folder):
            with suppress(OSError):  # it is not there, or something is in it
                empty.rmdir()


def forget_cells(folder: Path) -> None:
    """Remove the cells from a report's folder."""
    shutil.rmtree(folder / _FOLDER, ignore_errors=True)


def code_digest() -> str:
    """SHA-256 over the sources of what is measured and of what measures."""
    digest = hashlib.sha256()
    for package in (eval, retrieval):
        for folder in package.__path__:
            for path in sorted(Path(folder).rglob("*.py")):
                digest.update(path.read_bytes())
    return digest.hexdigest()


def _arrays(cell: Cell) -> dict[str, NDArray[Any]]:
    """A cell as named arrays: what is no array goes into one of characters."""
    facts = {
        "fit_seconds": cell.fit_seconds,
        "score_seconds": cell.score_seconds,
        "setting": cell.setting,
        "tuning": dict(cell.tuning),
        "views": {name: list(view.columns) for name, view in cell.views.items()},
    }
    arrays: dict[str, NDArray[Any]] = {"facts": np.array(json.dumps(facts))}
    for name, view in cell.views.items():
        arrays |= {f"{name}/users": view.users, f"{name}/known": view.known}
        arrays[f"{name}/lists"] = view.lists
        for n, values in enumerate(view.columns.values()):
            arrays[f"{name}/column-{n}"] = values
    return arrays


def _cell(kept: Mapping[str, NDArray[Any]]) -> Cell:
    facts: dict[str, Any] = json.loads(str(kept["facts"]))
    views = {
        name: ViewFigures(
            users=kept[f"{name}/users"],
            known=kept[f"{name}/known"],
            columns={column: kept[f"{name}/column-{n}"] for n, column in enumerate(columns)},
            lists=kept[f"{name}/lists"],
        )
        for name, columns in facts["views"].items()
    }
    return Cell(
        views=views,
        fit_seconds=facts["fit_seconds"],
        score_seconds=facts["score_seconds"],
        setting=facts["setting"],
        tuning=facts["tuning"],
    )


def _unwritable(path: Path, error: OSError) -> SetupError:
    return SetupError(
        f"{path} cannot be written: {error.strerror or error}.", "Name another directory."
    )
