"""The manifest: what a workspace was built from and with, and the hash of every file in it.

It knows facts about a build and how to notice damage; it does not know what the files hold.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, cast

from pydantic import BaseModel, ConfigDict, ValidationError

from interest.errors import WorkspaceError

__all__ = [
    "ALWAYS_HASHED",
    "FORMAT",
    "MANIFEST_FILE",
    "FileStamp",
    "Manifest",
    "Origin",
    "SourceNote",
    "damaged",
]

MANIFEST_FILE = "manifest.json"

#: Raised whenever the files of a workspace change their form.
FORMAT = 1

#: Where the data came from: the demo, or files that somebody named.
Origin = Literal["demo", "files"]

_MB = 1 << 20
#: Files up to this size are hashed whole at every opening (some 0.1 s per 100 MB); of larger ones
#: the size, the first and the last MiB are compared, and all of it only by a full check.
ALWAYS_HASHED = 256 * _MB


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class FileStamp(_Part):
    """What a file was when it was written.

    Attributes:
        size: Bytes.
        sha256: Of all of it, hexadecimal.
        edges: SHA-256 of its first and last MiB, one after the other.
    """

    size: int
    sha256: str
    edges: str

    @classmethod
    def of(cls, path: Path) -> FileStamp:
        """Read the stamp off a file."""
        return cls(size=path.stat().st_size, sha256=_sha256(path), edges=_edges(path))


class SourceNote(_Part):
    """Somebody else's data or model, and its licence."""

    name: str
    licence: str
    source: str


class Manifest(_Part):
    """Facts about one build.

    Attributes:
        format: Form of the workspace's files, see :data:`FORMAT`.
        palate: Version that built it.
        created: When; timezone-aware.
        origin: Whether it is the demo.
        domain: Name of the domain.
        encoder_id: Encoder that made the text vectors.
        encoder_dim: Length of its vectors.
        catalogue_hash: Content hash of the catalogue.
        n_items: Items.
        n_interactions: Interactions; 0 means that recommendations rest on content alone.
        n_users: Users in the interactions.
        n_reviews: Reviews.
        engine: Parameters of the engine.
        notes: What people should know, one sentence each.
        sources: Licences of what came from elsewhere.
        imports: What was read from which file, see ``ImportReport.as_json``.
        files: Path below the data folder → stamp.
    """

    format: int
    palate: str
    created: datetime
    origin: Origin
    domain: str
    encoder_id: str
    encoder_dim: int
    catalogue_hash: str
    n_items: int
    n_interactions: int
    n_users: int
    n_reviews: int
    engine: Mapping[str, float | int | str]
    notes: tuple[str, ...]
    sources: tuple[SourceNote, ...]
    imports: Sequence[Mapping[str, Any]]
    files: Mapping[str, FileStamp]

    @property
    def content_only(self) -> bool:
        """Whether there are no interactions to learn from."""
        return self.n_interactions == 0

    def write(self, folder: Path) -> None:
        """Write the manifest into a data folder."""
        (folder / MANIFEST_FILE).write_text(self.model_dump_json(indent=2) + "\n", encoding="utf-8")

    @classmethod
    def read(cls, folder: Path, *, remedy: str) -> Manifest:
        """Read the manifest of a data folder.

        Args:
            folder: Holds ``manifest.json``.
            remedy: What to do if it cannot be read.

        Raises:
            WorkspaceError: It is missing, damaged, or of another format.
        """
        path = folder / MANIFEST_FILE
        try:
            raw: object = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise WorkspaceError(f"The manifest {path} cannot be read: {error}.", remedy) from error
        found = cast("dict[str, Any]", raw).get("format") if isinstance(raw, dict) else None
        if found != FORMAT:
            raise WorkspaceError(
                f"The workspace has format {found!r}; this version reads format {FORMAT}.", remedy
            )
        try:
            return cls.model_validate(raw)
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(map(str, first["loc"]))
            raise WorkspaceError(
                f"The manifest {path} is damaged: {place}: {first['msg']}.", remedy
            ) from error


def damaged(
    folder: Path,
    files: Mapping[str, FileStamp],
    *,
    full: bool = False,
    whole_up_to: int = ALWAYS_HASHED,
) -> str:
    """What is wrong with the files of a data folder, or ``""``.

    Args:
        folder: The data folder.
        files: What they were when they were written.
        full: Also hash all of the large files.
        whole_up_to: Size in bytes above which a file counts as large.
    """
    for name, stamp in files.items():
        path = folder / name
        if not path.is_file():
            return f"{path} is missing"
        size = path.stat().st_size
        if size != stamp.size:
            return f"{path} is damaged: it has {size:,} bytes instead of {stamp.size:,}"
        whole = full or size <= whole_up_to
        same = _sha256(path) == stamp.sha256 if whole else _edges(path) == stamp.edges
        if not same:
            return f"{path} is damaged: its SHA-256 is not the one it was written with"
    return ""


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _edges(path: Path) -> str:
    with path.open("rb") as file:
        digest = hashlib.sha256(file.read(_MB))
        file.seek(max(0, path.stat().st_size - _MB))
        digest.update(file.read(_MB))
    return digest.hexdigest()
