"""A file as it comes: plain or gzip, in whatever encoding, line by line.

It knows bytes and encodings; it does not know formats.
"""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

from interest.errors import DataError

__all__ = ["SourceFile"]

_HEAD_BYTES = 65_536
_GZIP = b"\x1f\x8b"
_UTF8_BOM = b"\xef\xbb\xbf"
_UTF16_BOMS = (b"\xff\xfe", b"\xfe\xff")

#: First bytes of files that people try and that cannot be read, and what to do instead.
_FOREIGN: tuple[tuple[bytes, str, str], ...] = (
    (b"PK\x03\x04", "a ZIP archive or an Excel file", "Unpack it, or save the sheet as CSV."),
    (b"SQLite format 3\x00", "an SQLite database", "Export the table as CSV."),
    (b"%PDF", "a PDF document", "Export the data as CSV."),
    (b"BZh", "a bzip2 archive", "Unpack it first: bunzip2 FILE"),
    (b"\xfd7zXZ\x00", "an xz archive", "Unpack it first: unxz FILE"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", "Unpack it first."),
    (b"\xd0\xcf\x11\xe0", "an old Excel file", "Save the sheet as CSV."),
)


class SourceFile:
    """One file to import.

    Attributes:
        path: Where it is.
        head: The first bytes of its content, unpacked.
        fallback_lines: Lines so far that were not UTF-8 and were read as Latin-1.

    Raises:
        DataError: There is no such file, or it is a directory, empty, damaged or of a type that
            cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.fallback_lines = 0
        if path.is_dir():
            raise DataError(f"{path} is a folder.", "Name the file in it that should be read.")
        if not path.is_file():
            raise DataError(f"There is no file {path}.", "Check the path.")
        with self._open_raw() as raw:
            self.compressed = raw.read(2) == _GZIP
        with self.open() as content:
            self.head = content.read(_HEAD_BYTES)
        self._refuse_foreign()

    @property
    def encoding(self) -> str:
        """Encoding of the lines; complete once they have been read."""
        if self.head.startswith(_UTF16_BOMS):
            return "utf-16"
        name = "utf-8-sig" if self.head.startswith(_UTF8_BOM) else "utf-8"
        return f"{name}, latin-1" if self.fallback_lines else name

    @contextmanager
    def open(self) -> Generator[IO[bytes]]:
        """The content, unpacked.

        Raises:
            DataError: The file cannot be read or breaks off.
        """
        try:
            with self._open_raw() as raw:
                if not self.compressed:
                    yield raw
                    return
                with gzip.GzipFile(fileobj=raw) as content:
                    yield cast("IO[bytes]", content)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise DataError(
                f"{self.path} is a damaged or incomplete gzip file: {error}.",
                "Get the file again.",
            ) from error

    def lines(self) -> Iterator[str]:
        """The lines with their ends. Lines that are not UTF-8 are read as Latin-1 and counted.

        Raises:
            DataError: The file cannot be read or breaks off.
        """
        with self.open() as content:
            if self.encoding == "utf-16":
                yield from self._utf16(content)
                return
            for number, line in enumerate(content):
                yield self._decode(line.removeprefix(_UTF8_BOM) if number == 0 else line)

    def _decode(self, line: bytes) -> str:
        try:
            return line.decode("utf-8")
        except UnicodeDecodeError:
            self.fallback_lines += 1
            return line.decode("latin-1")

    def _utf16(self, content: IO[bytes]) -> Iterator[str]:
        try:
            with io.TextIOWrapper(content, encoding="utf-16", newline="\n") as text:
                yield from text
        except UnicodeDecodeError as error:
            raise DataError(
                f"{self.path} is not valid UTF-16: {error.reason}.", "Save it as UTF-8."
            ) from error

    def _open_raw(self) -> IO[bytes]:
        try:
            return self.path.open("rb")
        except OSError as error:
            raise DataError(
                f"{self.path} cannot be read: {error.strerror}.", "Check its permissions."
            ) from error

    def _refuse_foreign(self) -> None:
        if not self.head.strip():
            raise DataError(f"{self.path} is empty.", "Check where it comes from.")
        for mark, kind, remedy in _FOREIGN:
            if self.head.startswith(mark):
                raise DataError(f"{self.path} is {kind}.", remedy.replace("FILE", str(self.path)))
        is_text = self.head.startswith((b"PAR1", *_UTF16_BOMS)) or b"\x00" not in self.head
        if not is_text:
            raise DataError(
                f"{self.path} is not a text file and not Parquet.",
                "Give CSV, TSV, JSON Lines, JSON or Parquet; each may be gzipped.",
            )
