"""An output file that grows batch by batch and survives kill -9 without loss or double work.

It knows JSON lines, batches, the disk and renaming; it does not know what the lines say.

While a run is under way there are ``TARGET.part`` and ``TARGET.part.json``. The part has complete
lines: handed to the system per batch, which a kill does not undo, and flushed to the disk about
once a second, for power cuts. The other says with what the run was made: a run made with something
else must not go on with it. At the end the part gets the target's name in one step.
"""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self, cast

from interest.errors import DataError, InputError, SetupError

__all__ = ["PartFile"]

#: Waiting for the disk after every batch would cost more than reading short texts does.
_SYNC_EVERY_S = 1.0


class PartFile:
    """The output of a run, in the making.

    Args:
        target: The name of the finished file.
        source: The input, which must not be overwritten.
        signature: What the run was made with; ``batch_size`` among it.
        resume: Keep what an interrupted run with the same signature has written.
        overwrite: A finished target may be replaced.

    Raises:
        InputError: The target exists, is a directory, is the source, or its folder is missing.
        DataError: What an interrupted run left was made with something else.
        SetupError: The files cannot be written.
    """

    def __init__(
        self,
        target: Path,
        *,
        source: Path,
        signature: Mapping[str, str | int],
        resume: bool,
        overwrite: bool,
    ) -> None:
        self.target = target
        self.path = target.with_name(target.name + ".part")
        self._note = target.with_name(target.name + ".part.json")
        self._signature = dict(signature)
        self._synced = time.monotonic()
        _check_paths(target, self.path, source, overwrite=overwrite)
        try:
            self._file: IO[bytes] = self.path.open("a+b")
        except OSError as error:
            raise _unwritable(self.path, error) from error
        try:
            _lock(self._file, self.path)
            self._prepare(resume=resume)
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with contextlib.suppress(*([] if error is None else [OSError])):
            # Bytes that could not be written are tried again here: the first error counts.
            self._file.close()
        if error is not None and self.path.exists() and self.path.stat().st_size == 0:
            self.path.unlink()
            self._note.unlink(missing_ok=True)

    def written(self) -> Iterator[Mapping[str, Any]]:
        """The lines that stand already, in order; read them before anything is appended.

        Raises:
            DataError: A line is not what :meth:`append` writes.
        """
        self._file.seek(0)
        for number, line in enumerate(self._file, start=1):
            try:
                row: object = json.loads(line)
            except ValueError:
                row = None
            if not isinstance(row, dict) or "interests" not in row:
                raise DataError(
                    f"{self.path} is damaged at line {number}.",
                    "Delete it, or start again with --no-resume.",
                )
            yield cast("dict[str, Any]", row)

    def append(self, lines: Sequence[bytes]) -> None:
        """Write a batch of lines; when this returns, no end of this process can undo it."""
        try:
            self._file.write(b"".join(line + b"\n" for line in lines))
            self._file.flush()
            if time.monotonic() - self._synced >= _SYNC_EVERY_S:
                os.fsync(self._file.fileno())
                self._synced = time.monotonic()
        except OSError as error:
            raise _unwritable(self.path, error) from error

    def finish(self) -> None:
        """Give the part its name; afterwards there is nothing to resume."""
        try:
            os.fsync(self._file.fileno())
            self.path.replace(self.target)
            self._note.unlink(missing_ok=True)
            _sync_folder(self.target.parent)
        except OSError as error:
            raise _unwritable(self.target, error) from error

    def _prepare(self, *, resume: bool) -> None:
        self._file.seek(0)
        if not resume or not self._file.read(1):
            self._file.truncate(0)
            self._write_note()
            return
        self._compare_note()
        self._cut_to_whole_batches()

    def _write_note(self) -> None:
        try:
            with self._note.open("w", encoding="utf-8") as note:
                json.dump(self._signature, note)
                note.flush()
                os.fsync(note.fileno())
            _sync_folder(self.target.parent)
        except OSError as error:
            raise _unwritable(self._note, error) from error

    def _compare_note(self) -> None:
        try:
            made_with: object = json.loads(self._note.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            made_with = None
        if made_with != self._signature:
            raise DataError(
                f"{self.path} was left by a run made with {made_with}, "
                f"and this one is made with {self._signature}.",
                "Run with the same settings, or start again with --no-resume.",
            )

    def _cut_to_whole_batches(self) -> None:
        """Drop a torn last line, and with it its batch.

        Batches then fall as in a run that was never interrupted, and a model whose last bits
        depend on the batch gives the same output.
        """
        size, end, lines = int(self._signature["batch_size"]), 0, 0
        self._file.seek(0)
        position = 0
        for line in self._file:
            position += len(line)
            lines += line.endswith(b"\n")
            if line.endswith(b"\n") and lines % size == 0:
                end = position
        self._file.truncate(end)


def _check_paths(target: Path, part: Path, source: Path, *, overwrite: bool) -> None:
    if target.is_dir():
        raise InputError(f"The output {target} is a directory.", "Name a file.")
    if not target.parent.is_dir():
        raise InputError(
            f"There is no directory {target.parent} for the output.",
            f"Create it: mkdir -p {target.parent}",
        )
    if source.resolve() in (target.resolve(), part.resolve()) or (
        target.exists() and source.samefile(target)
    ):
        raise InputError(f"Input and output are one file: {source}.", "Name another output.")
    if target.exists() and not overwrite:
        raise InputError(
            f"The output {target} exists.", "Name another file, or pass --overwrite to replace it."
        )


def _lock(file: IO[bytes], path: Path) -> None:
    """Keep a second run off the same output; the lock goes with the process."""
    try:
        import fcntl
    except ImportError:  # a system without POSIX locks: two runs at once are the caller's risk
        return
    try:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise InputError(
            f"Another run is writing {path}.", "Wait for it, or name another output."
        ) from error


def _sync_folder(folder: Path) -> None:
    """Make a new or renamed entry of a folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _unwritable(path: Path, error: OSError) -> SetupError:
    return SetupError(
        f"{path} cannot be written: {error.strerror or error}.",
        "Check permissions and free space, then run the same command again.",
    )
