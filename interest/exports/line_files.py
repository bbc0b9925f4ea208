"""Files of lines that grow and can be cut back to where they were known to be whole.

It knows lines, offsets and the disk; it does not know what the lines say.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from interest.exports.writing import Progressed
from interest.profile import InterestProfile

__all__ = ["LineFile", "LineFiles"]


@dataclass(frozen=True, slots=True)
class LineFile:
    """What stands in one such file.

    Attributes:
        text: A profile's lines, each with its line feed.
        header: Begins the file.
    """

    text: Callable[[InterestProfile], str]
    header: str = ""


class LineFiles:
    """Implements :class:`interest.exports.writing.ProfileWriter` for formats made of lines.

    Args:
        folder: Where the files go.
        files: By name.
        done: What an earlier run committed; empty for a new one.
    """

    def __init__(self, folder: Path, files: Mapping[str, LineFile], done: Progressed) -> None:
        self._files = files
        self._open: dict[str, IO[bytes]] = {}
        for name, file in files.items():
            handle = (folder / name).open("ab")
            handle.truncate(done.get(name, 0))
            handle.seek(0, os.SEEK_END)
            if name not in done and file.header:
                handle.write(file.header.encode())
            self._open[name] = handle

    def write(self, profiles: Sequence[InterestProfile]) -> None:
        for name, file in self._files.items():
            self._open[name].write("".join(map(file.text, profiles)).encode())

    def commit(self) -> Progressed:
        done: dict[str, int] = {}
        for name, handle in self._open.items():
            handle.flush()
            os.fsync(handle.fileno())
            done[name] = handle.tell()
        return done

    def close(self) -> None:
        for handle in self._open.values():
            handle.close()
