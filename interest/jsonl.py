"""JSON Lines as they come: gzip or plain, BOM, CRLF, broken lines; one line in memory at a time.

It knows bytes, lines and JSON objects; it does not know what an object should hold.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self, cast

from interest.errors import DataError, InputError

__all__ = ["JsonLine", "JsonLines", "LineProblem"]

#: A longer line is reported, not read: one line must never fill the memory.
MAX_LINE_BYTES = 16 * 1024 * 1024

_UTF8_BOM = b"\xef\xbb\xbf"
_UTF16_BOMS = (b"\xff\xfe", b"\xfe\xff")
_GZIP_MAGIC = b"\x1f\x8b"


@dataclass(frozen=True, kw_only=True, slots=True)
class JsonLine:
    """One line that holds a JSON object."""

    number: int
    value: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class LineProblem:
    """One line that cannot be used, and why. The first line of a file is number 1."""

    number: int
    reason: str

    def __str__(self) -> str:
        return f"line {self.number}: {self.reason}"


class JsonLines:
    """Reads a file line by line; use it in a ``with`` block and iterate.

    Lines end at a line feed alone, so that U+2028 and its like may stand in texts. Empty lines
    are passed over. A line that is no JSON object comes as a :class:`LineProblem`.

    Raises:
        InputError: There is no such file, it is a directory, or it may not be read.
        DataError: The file is not UTF-8 or gzip as a whole, or is cut off.
    """

    def __init__(self, path: Path) -> None:
        if path.is_dir():
            raise InputError(f"{path} is a directory.", "Name a JSON Lines file (.jsonl, .gz).")
        try:
            self._raw: IO[bytes] = path.open("rb")
        except FileNotFoundError:
            raise InputError(f"There is no file {path}.", "Check the path.") from None
        except OSError as error:
            raise InputError(
                f"{path} cannot be read: {error.strerror}.", "Check its permissions."
            ) from error
        self.path = path
        self.size = path.stat().st_size
        compressed = self._raw.read(2) == _GZIP_MAGIC
        self._raw.seek(0)
        self._bytes: IO[bytes] | gzip.GzipFile = (
            gzip.GzipFile(fileobj=self._raw) if compressed else self._raw
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bytes.close()
        self._raw.close()

    @property
    def position(self) -> int:
        """Bytes of the file consumed so far, for progress against :attr:`size`."""
        return self._raw.tell()

    def __iter__(self) -> Iterator[JsonLine | LineProblem]:
        number = 0
        while True:
            line, whole = self._line(number + 1)
            if not line:
                return
            number += 1
            if not whole:
                yield LineProblem(number=number, reason=f"longer than {MAX_LINE_BYTES} bytes")
                continue
            if number == 1:
                line = self._without_mark(line)
            if line.strip():
                yield _parsed(number, line.rstrip(b"\r\n"))

    def _line(self, number: int) -> tuple[bytes, bool]:
        """The next line, and whether all of it was read."""
        try:
            line = self._bytes.readline(MAX_LINE_BYTES + 1)
            if len(line) <= MAX_LINE_BYTES or line.endswith(b"\n"):
                return line, True
            while (rest := self._bytes.readline(MAX_LINE_BYTES)) and not rest.endswith(b"\n"):
                pass
        except (EOFError, gzip.BadGzipFile, zlib.error, OSError) as error:
            raise DataError(
                f"{self.path} breaks off or is damaged at line {number}: {error}.",
                "Get the file again.",
            ) from error
        return line[:1], False

    def _without_mark(self, line: bytes) -> bytes:
        if line.startswith(_UTF16_BOMS):
            raise DataError(f"{self.path} is UTF-16, not UTF-8.", "Save it as UTF-8.")
        return line.removeprefix(_UTF8_BOM)


def _parsed(number: int, line: bytes) -> JsonLine | LineProblem:
    try:
        value: object = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        return LineProblem(number=number, reason=f"not UTF-8 at byte {error.start + 1}")
    except json.JSONDecodeError as error:
        return LineProblem(number=number, reason=f"not JSON: {error.msg} at column {error.colno}")
    except (ValueError, RecursionError) as error:
        # Numbers of thousands of digits and brackets nested thousands deep.
        return LineProblem(number=number, reason=f"not JSON that can be read: {error}")
    if not isinstance(value, dict):
        kind = type(value).__name__
        return LineProblem(number=number, reason=f"a JSON {kind} where an object belongs")
    return JsonLine(number=number, value=cast("dict[str, Any]", value))
