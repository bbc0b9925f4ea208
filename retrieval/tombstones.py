"""Tombstones: people who were deleted, as keyed hashes, so that no build brings them back.

It knows hashes and times; it does not know names. What somebody does after they were deleted is
theirs again: only interactions before that moment, or without a time, are left out.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Protocol, TypeVar

from interest.errors import WorkspaceError
from retrieval.workspace_key import WorkspaceKey

__all__ = ["TOMBSTONES_FILE", "Tombstones"]

TOMBSTONES_FILE = "forgotten.jsonl"


class _Dated(Protocol):
    @property
    def user_id(self) -> str: ...
    @property
    def timestamp(self) -> float | None: ...


_RowT = TypeVar("_RowT", bound=_Dated)


class Tombstones:
    """The tombstones of a workspace.

    Each has two lines: begun before anything is deleted, and done when all of it is, so that what
    was interrupted is known.

    Args:
        folder: The workspace.

    Raises:
        WorkspaceError: The file is damaged.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / TOMBSTONES_FILE

    def begin(self, user_id: str, at: datetime) -> None:
        """Note that somebody is being deleted; on the disk when this returns."""
        self._append(user_id, at, done=False)

    def finish(self, user_id: str, at: datetime) -> None:
        """Note that all of it is done."""
        self._append(user_id, at, done=True)

    def interrupted(self, names: Iterable[str]) -> tuple[str, ...]:
        """Which of these people were being deleted when a program was killed."""
        begun = {name for name, (_, done) in self._read().items() if not done}
        if not begun:
            return ()
        key = WorkspaceKey(self._folder)
        return tuple(name for name in names if key.name_hash(name) in begun)

    def has_unfinished(self) -> bool:
        """Whether a deletion was interrupted."""
        return any(not done for _, done in self._read().values())

    def settle(self) -> None:
        """Note that every interrupted deletion is done."""
        for name, (at, done) in self._read().items():
            if not done:
                self._write({"person": name, "at": at, "done": True})

    def without_forgotten(self, rows: Iterable[_RowT]) -> list[_RowT]:
        """The interactions or reviews that may be learned from, in their order."""
        stones = self._read()
        if not stones:
            return list(rows)
        hashed = cache(WorkspaceKey(self._folder).name_hash)

        def kept(row: _RowT) -> bool:
            stone = stones.get(hashed(row.user_id))
            return stone is None or (row.timestamp is not None and row.timestamp > stone[0])

        return [row for row in rows if kept(row)]

    def _append(self, user_id: str, at: datetime, *, done: bool) -> None:
        name = WorkspaceKey(self._folder).name_hash(user_id)
        self._write({"person": name, "at": at.timestamp(), "done": done})

    def _write(self, stone: Mapping[str, object]) -> None:
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(stone) + "\n")
            file.flush()
            os.fsync(file.fileno())

    def _read(self) -> dict[str, tuple[float, bool]]:
        """By hash: when, and whether it was finished; a torn last line was never acted on."""
        if not self._path.exists():
            return {}
        found: dict[str, tuple[float, bool]] = {}
        lines = self._path.read_text(encoding="utf-8").split("\n")
        for number, line in enumerate(lines, start=1):
            if not line:
                continue
            try:
                stone = json.loads(line)
                found[stone["person"]] = (float(stone["at"]), bool(stone["done"]))
            except (ValueError, KeyError, TypeError) as error:
                if number == len(lines):
                    break
                raise WorkspaceError(
                    f"{self._path} is damaged at line {number}.", "Put its copy back."
                ) from error
        return found
