"""The files that people bring, unpacked with care: archives lie about sizes and places.

It knows zip files, sizes and encodings; it does not know services. Nothing is written to the disk,
so that no path in an archive can lead anywhere.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from interest.errors import DataError, InputError

__all__ = ["LARGEST", "read_texts"]

#: Bytes of one file, and of all files of an archive once unpacked: decades of anybody's history.
LARGEST = 64 * 1024 * 1024
_MOST_ENTRIES = 5_000
_WANTED = (".csv", ".json")
#: Text packs 3 to 20 times; only what was made to burst packs more than this.
_LARGEST_RATIO = 200


def read_texts(path: Path) -> Mapping[str, str]:
    """The texts of a CSV or JSON file, or of those in a zip archive, by name.

    Raises:
        InputError: There is no such file, or it is too large.
        DataError: The archive is damaged, encrypted or a trap, or a text is in an encoding that is
            not known.
    """
    if not path.is_file():
        raise InputError(f"There is no file {path}.", "Name the file that the service gave you.")
    try:
        size = path.stat().st_size
        if size > LARGEST:
            raise InputError(f"{path} has {size:,} bytes; at most {LARGEST:,} are read.")
        if zipfile.is_zipfile(path):
            return _unzipped(path)
        return {path.name: _text(path.name, path.read_bytes())}
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}.") from error


def _unzipped(path: Path) -> Mapping[str, str]:
    remedy = "Get the archive from the service again."
    found: dict[str, str] = {}
    left = LARGEST
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            if len(entries) > _MOST_ENTRIES:
                raise DataError(f"{path} holds {len(entries):,} files.", remedy)
            for entry in entries:
                _check_name(path, entry.filename)
                if entry.is_dir() or not entry.filename.lower().endswith(_WANTED):
                    continue
                if entry.flag_bits & 1:
                    raise DataError(f"{path}: {entry.filename} is encrypted.", "Unpack it first.")
                if entry.file_size > _LARGEST_RATIO * max(entry.compress_size, 1024):
                    raise DataError(f"{path}: {entry.filename} is packed too tightly.", remedy)
                with archive.open(entry) as file:
                    content = file.read(left + 1)  # sizes in the archive may be lies
                left -= len(content)
                if left < 0:
                    raise DataError(f"{path} unpacks to more than {LARGEST:,} bytes.", remedy)
                found[entry.filename] = _text(entry.filename, content)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise DataError(f"{path} is a damaged archive: {error}.", remedy) from error
    if not found:
        raise DataError(f"{path} holds no CSV or JSON file.", remedy)
    return found


def _check_name(path: Path, name: str) -> None:
    parts = PurePosixPath(name.replace("\\", "/"))
    if parts.is_absolute() or ".." in parts.parts or ":" in name:
        raise DataError(
            f"{path} holds a file that wants to be outside of it: {name!r}.", "Do not trust it."
        )


def _text(name: str, content: bytes) -> str:
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise DataError(
            f"{name} is not UTF-8 (byte {error.start + 1}).",
            "Bring the file as the service gave it, not as a spreadsheet saved it.",
        ) from error
