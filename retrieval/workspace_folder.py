"""The folder of a workspace: where things are, and how a new build takes the place of an old one.

It knows names and atomic steps; it does not know what is built.

::

    WORKSPACE/
        current             name of the data folder in use
        data-20261122-…/    one finished build: manifest, catalogue, interactions, engine
        .building-…/        a build under way, or what a killed one left
        text-vectors/       vectors of texts, kept between builds
        profiles.sqlite     people's profiles; no build touches it
        secret.key          hashes names and signs receipts
        forgotten.jsonl     who was deleted, as hashes: no build brings them back
        build.lock          held while building
        changes.lock        held while items are changed, and while a build takes over
        dropped-….jsonl     changes of items that a build was told not to keep

A build becomes the one in use by replacing ``current``, which is one step: whoever opens the
workspace sees the old build or the new one. The build before is kept until the next one, for those
who still have it open.
"""

from __future__ import annotations

import os
import shlex
import shutil
import uuid
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from interest.errors import WorkspaceError

__all__ = ["CATALOGUE_FILE", "WorkspaceFolder"]

#: In a data folder.
CATALOGUE_FILE = "catalogue.parquet"

_CURRENT = "current"
_LOCK = "build.lock"
_CHANGES_LOCK = "changes.lock"
#: Seconds to wait for whoever changes items; each change takes milliseconds.
_PATIENCE = 30.0
#: Seconds to wait for a build before old ones are removed.
_BUILD_PATIENCE = 10.0
_DATA = "data-"
_BUILDING = ".building-"
_OWN = frozenset(
    {
        _CURRENT,
        _LOCK,
        _CHANGES_LOCK,
        "text-vectors",
        "profiles.sqlite",
        "secret.key",
        "forgotten.jsonl",
    }
)


class WorkspaceFolder:
    """The paths of one workspace.

    Args:
        path: The folder; need not exist.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def text_vectors(self) -> Path:
        return self.path / "text-vectors"

    @property
    def store_url(self) -> str:
        """SQLAlchemy address of the profile store."""
        return f"sqlite:///{(self.path / 'profiles.sqlite').absolute()}"

    @property
    def demo_command(self) -> str:
        """The command that builds the demo here."""
        return f"palate build --demo --workspace {shlex.quote(str(self.path))}"

    @property
    def files_command(self) -> str:
        """The command that builds from somebody's files here."""
        return (
            "palate build --catalog FILE --interactions FILE --workspace "
            f"{shlex.quote(str(self.path))}"
        )

    @contextmanager
    def changing(self, *, patience: float = _PATIENCE) -> Generator[None]:
        """While this holds, nobody else changes items, and no build takes over.

        Args:
            patience: Seconds to wait for somebody else.

        Raises:
            WorkspaceError: Somebody else holds it for too long, or the folder cannot be written.
        """
        try:
            lock = FileLock(self.path / _CHANGES_LOCK, timeout=patience)
            lock.acquire()
        except Timeout:
            raise WorkspaceError(
                f"Something else has been changing items in {self.path} for {patience:.0f} s.",
                "Try again when it has ended.",
            ) from None
        except OSError as error:
            raise WorkspaceError(
                f"{self.path / _CHANGES_LOCK} cannot be locked: {error.strerror or error}.",
                "Check whose folder it is.",
            ) from error
        try:
            yield
        finally:
            lock.release()

    def current(self) -> Path | None:
        """The data folder in use; None if nothing was built yet.

        Raises:
            WorkspaceError: There was a build, but its folder is gone.
        """
        try:
            name = (self.path / _CURRENT).read_text(encoding="utf-8").strip()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (OSError, ValueError) as error:
            raise WorkspaceError(
                f"{self.path / _CURRENT} cannot be read: {error}.", self._build_again
            ) from error
        folder = self.path / name
        if not name.startswith(_DATA) or not folder.is_dir():
            raise WorkspaceError(
                f"The workspace {self.path} names {name!r} as its data, which is not there.",
                self._build_again,
            )
        return folder

    @property
    def _build_again(self) -> str:
        return f"Build it again: {self.demo_command}, or {self.files_command}"

    @contextmanager
    def building(
        self, now: datetime, *, finish: Callable[[Path], None] | None = None
    ) -> Generator[Path]:
        """A new, empty folder to build into; in use once the block ends without an error.

        Args:
            now: The build's time.
            finish: Called with the folder at the end, while nobody can change items.

        Raises:
            WorkspaceError: Another build is running, or the folder belongs to something else or
                cannot be written.
        """
        self._prepare()
        lock = FileLock(self.path / _LOCK)
        try:
            lock.acquire(blocking=False)
        except Timeout:
            raise WorkspaceError(
                f"Another build is running in {self.path}.", "Wait until it has ended."
            ) from None
        try:
            self._clean()
            name = f"{now:%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:8]}"
            folder = self.path / f"{_BUILDING}{name}"
            folder.mkdir()
            try:
                yield folder
                with self.changing():
                    if finish is not None:
                        finish(folder)
                    self._switch(folder, f"{_DATA}{name}")
            finally:
                shutil.rmtree(folder, ignore_errors=True)
        finally:
            lock.release()

    def drop_old(self) -> None:
        """Remove builds that are not in use, now; those who still have one open keep it.

        Raises:
            WorkspaceError: A build is running.
        """
        try:
            with FileLock(self.path / _LOCK).acquire(timeout=_BUILD_PATIENCE):
                self._clean()
        except Timeout:
            raise WorkspaceError(
                f"A build is running in {self.path}.", "Wait until it has ended, and repeat this."
            ) from None

    def _prepare(self) -> None:
        """Make the folder, unless it is somebody's folder with something else in it."""
        if self.path.is_dir():
            names = {entry.name for entry in self.path.iterdir()}
            ours = any(name in _OWN or name.startswith((_DATA, _BUILDING)) for name in names)
            if names and not ours:
                raise WorkspaceError(
                    f"{self.path} is not empty and is no workspace.",
                    "Name another folder with --workspace.",
                )
        try:
            self.path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise WorkspaceError(
                f"The workspace {self.path} cannot be made: {error.strerror}.",
                "Name another folder with --workspace.",
            ) from error

    def _clean(self) -> None:
        """Remove what killed builds left, and builds older than the one in use."""
        try:
            keep = self.current()
        except WorkspaceError:  # a broken pointer keeps nothing: this build mends it
            keep = None
        for folder in self.path.iterdir():
            old = folder.name.startswith(_DATA) and folder != keep
            if old or folder.name.startswith(_BUILDING):
                shutil.rmtree(folder)

    def _switch(self, folder: Path, name: str) -> None:
        for path in (*folder.rglob("*"), folder):
            _sync(path)
        folder.rename(self.path / name)
        pointer = self.path / f"{_CURRENT}.new"
        pointer.write_text(name + "\n", encoding="utf-8")
        _sync(pointer)
        pointer.replace(self.path / _CURRENT)
        _sync(self.path)


def _sync(path: Path) -> None:
    """Make sure that it is on the disk before the next step."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
