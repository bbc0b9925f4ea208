"""The journal: every change of items since the last build, in one append-only file.

It knows lines, checksums and how to survive a crash; it does not know what a change does.

One line is one transaction: the CRC32 of its content in hexadecimal, a space, and a JSON array
of changes. A line counts once it is whole; it is on the disk before whoever wrote it is told so.
What a crash left of a line is passed over by readers and cut off by the next writer. Writers hold
the workspace's lock; readers need none.
"""

from __future__ import annotations

import base64
import json
import os
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np

from interest.errors import WorkspaceError
from retrieval.fresh.changes import ItemChange
from retrieval.seams import FloatArray
from retrieval.types import AttributeValue, Item

__all__ = ["JOURNAL_FILE", "Journal", "change_from_json", "change_to_json"]

JOURNAL_FILE = "changes.jsonl"

#: Eight hexadecimal digits and a space.
_HEAD = 9


@dataclass(frozen=True, kw_only=True)
class Journal:
    """The journal of one data folder.

    Attributes:
        path: The file; need not exist.
    """

    path: Path

    def stamp(self) -> tuple[int, int]:
        """Something that differs whenever the journal does: its size and time of change."""
        try:
            found = self.path.stat()
        except FileNotFoundError:
            return 0, 0
        return found.st_size, found.st_mtime_ns

    def read(self, after: int = 0) -> tuple[list[ItemChange], int]:
        """The changes after a place in the file, oldest first, and the place after the last one.

        Args:
            after: A place that an earlier call returned; 0 reads everything.

        Raises:
            WorkspaceError: A line other than the last one is damaged, or the file is shorter
                than it was.
        """
        try:
            with self.path.open("rb") as file:
                size = file.seek(0, os.SEEK_END)
                file.seek(after)
                content = file.read()
        except FileNotFoundError:
            content, size = b"", 0
        if size < after:
            raise WorkspaceError(f"{self.path} has lost changes that were in it.", _REMEDY)
        changes: list[ItemChange] = []
        place = after
        *lines, unfinished = content.split(b"\n")
        for number, line in enumerate(lines, start=1):
            found = _parse(line)
            if found is None:
                # A power cut may leave the size of a line without its content: as the last one
                # it was never acknowledged. Before others it was, and something else happened.
                if number < len(lines) or unfinished:
                    raise WorkspaceError(f"{self.path} is damaged at byte {place:,}.", _REMEDY)
                break
            changes += found
            place += len(line) + 1
        return changes, place

    def append(self, changes: Sequence[ItemChange], end: int) -> int:
        """Add one transaction; it is on the disk when this returns.

        Whoever calls this holds the workspace's lock and has read up to the end. What a crash
        left of a line after it is cut off first; it was never acknowledged.

        Args:
            changes: What belongs together; all of it holds, or nothing does.
            end: The place after the last change, from :meth:`read`.

        Returns:
            The place after the new ones.

        Raises:
            WorkspaceError: The journal cannot be written.
        """
        content = json.dumps([change_to_json(change) for change in changes]).encode()
        line = b"%08x %s\n" % (zlib.crc32(content), content)
        try:
            is_new = not self.path.exists()
            with self.path.open("ab") as file:
                file.truncate(end)
                file.write(line)
                file.flush()
                os.fsync(file.fileno())
            if is_new:
                _sync_folder(self.path.parent)
        except OSError as error:
            raise WorkspaceError(
                f"{self.path} cannot be written: {error.strerror or error}.",
                "Free some space, or check whose folder it is; nothing was changed.",
            ) from error
        return end + len(line)


_REMEDY = "Build the workspace again with palate build; put a copy of the file aside first."


def change_to_json(change: ItemChange) -> dict[str, Any]:
    """A change as JSON; the vector as little-endian float32 in base64."""
    found: dict[str, Any] = {"item_id": change.item_id}
    if change.item is not None:
        found |= {
            "title": change.item.title,
            "attributes": dict(change.item.attributes),
            "description": change.item.description,
        }
    if change.weight is not None:
        found["weight"] = change.weight
    if change.vector is not None:
        found["vector"] = base64.b64encode(change.vector.astype("<f4").tobytes()).decode()
    return found


def change_from_json(found: Mapping[str, Any]) -> ItemChange:
    """Read what :func:`change_to_json` wrote.

    Raises:
        KeyError, TypeError, ValueError: It is something else.
    """
    item = None
    if "title" in found:
        attributes = cast("Mapping[str, Any]", found["attributes"])
        item = Item(
            item_id=found["item_id"],
            title=found["title"],
            attributes={name: _value(value) for name, value in attributes.items()},
            description=found["description"],
        )
    vector = found.get("vector")
    return ItemChange(
        item_id=found["item_id"],
        item=item,
        weight=found.get("weight"),
        vector=None if vector is None else _vector(vector),
    )


def _value(value: Any) -> AttributeValue:
    return tuple(cast("list[str]", value)) if isinstance(value, list) else float(value)


def _vector(text: str) -> FloatArray:
    return np.frombuffer(base64.b64decode(text), dtype="<f4").astype(np.float32)


def _parse(line: bytes) -> list[ItemChange] | None:
    """The changes of one line; None if it is not whole."""
    content = line[_HEAD:]
    if line[:_HEAD] != b"%08x " % zlib.crc32(content):
        return None
    return [change_from_json(change) for change in json.loads(content)]


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
