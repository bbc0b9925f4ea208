"""An export: pages of a store through a writer into a folder, resumable, with a manifest.

It knows the order of things and what survives a kill; it does not know any format.

While it runs the folder holds ``.export.json``: what the run was made with, and how far it is. A
run that is started again with the same settings goes on there. At the end ``_manifest.json`` says
what the files are; a folder without one is not finished.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from interest.errors import DataError, InputError, SetupError
from interest.exports.choices import ExportFormat
from interest.exports.formats import ASKED_FIRST, WriterFactory, writer_for
from interest.exports.writing import ProfileWriter, Progressed
from interest.passport import SCHEMA_ID
from interest.progress import Progress, no_progress
from interest.sql_pages import ProfilePages, Selection

__all__ = ["MANIFEST", "ExportReport", "export_profiles", "selection_for"]

#: Readers of tables pass over names that begin like this.
MANIFEST = "_manifest.json"
_STATE = ".export.json"
#: Profiles in memory at once, and in one row group.
_PAGE = 500
#: Pages between two commits: what a kill can cost.
_COMMIT = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class ExportReport:
    """What an export did.

    Attributes:
        folder: Where it is.
        profiles: How many it holds.
        left_out: How many were left out for want of consent.
        until: The last change of the store before it began: the next export's ``since``.
        files: Names and bytes.
    """

    folder: Path
    profiles: int
    left_out: int
    until: int
    files: Mapping[str, int] = field(default_factory=dict[str, int])


def selection_for(
    form: ExportFormat,
    *,
    destination: str | None = None,
    user_id: str | None = None,
    since: int | datetime | None = None,
) -> Selection:
    """Who is exported in a format.

    Args:
        form: The format.
        destination: What consent is asked for; by default the format's name.
        user_id: One person alone.
        since: Only what changed after the change with this number, or was updated since then.
    """
    return Selection(
        destination=destination or form.value,
        asked_first=form in ASKED_FIRST or destination is not None,
        user_id=user_id,
        since_change=since if isinstance(since, int) else 0,
        since_time=since if isinstance(since, datetime) else None,
    )


def export_profiles(
    pages: ProfilePages,
    folder: Path,
    form: ExportFormat,
    selection: Selection,
    *,
    now: datetime,
    factory: WriterFactory | None = None,
    facts: Mapping[str, Any] | None = None,
    resume: bool = True,
    overwrite: bool = False,
    progress: Progress = no_progress,
) -> ExportReport:
    """Export profiles into a folder.

    Args:
        pages: The store's profiles.
        folder: Made if need be; must be empty, or hold an export that was interrupted.
        form: The format.
        selection: Who; see :func:`selection_for`.
        now: The moment for which interests are told.
        factory: What writes, where the format needs more than profiles.
        facts: More for the manifest.
        resume: Go on with what an interrupted run with the same settings left.
        overwrite: A finished export may be replaced.
        progress: Told how many profiles are done.

    Raises:
        InputError: The folder holds something else.
        DataError: The folder holds an export that was interrupted and made otherwise.
        SetupError: The files cannot be written.
    """
    try:
        run = _Run(folder, _signature(form, selection, pages), resume=resume, overwrite=overwrite)
        make = factory or writer_for(form, now=now)
        writer = make(folder, run.done)
        try:
            _pump(pages, selection, writer, run, progress)
        finally:
            writer.close()
        report = ExportReport(
            folder=folder,
            profiles=run.profiles,
            left_out=pages.left_out(selection),
            until=run.until,
            files=_files(folder),
        )
        run.finish(_manifest(report, form, selection, now, facts or {}))
    except OSError as error:
        raise SetupError(
            f"The export in {folder} cannot be written: {error.strerror or error}.",
            "Check permissions and free space, then run the same command again: it goes on.",
        ) from error
    return report


def _pump(
    pages: ProfilePages,
    selection: Selection,
    writer: ProfileWriter,
    run: _Run,
    progress: Progress,
) -> None:
    total = pages.count(selection)
    number = 0
    while page := pages.page(selection, after=run.after, size=_PAGE):
        writer.write(page)
        run.profiles += len(page)
        run.after = page[-1].user_id
        number += 1
        if number % _COMMIT == 0:
            run.save(writer.commit())
        progress("exporting profiles", run.profiles, max(total, run.profiles))
    run.save(writer.commit())


class _Run:
    """How far a run is, on the disk."""

    def __init__(
        self, folder: Path, signature: Mapping[str, Any], *, resume: bool, overwrite: bool
    ) -> None:
        self._path = folder / _STATE
        self._folder = folder
        self._signature = dict(signature)
        self.after: str | None = None
        self.profiles = 0
        self.done: Progressed = {}
        # Read before the first page: what is saved while the export runs is for the next one.
        self.until = int(self._signature.pop("until"))
        folder.mkdir(parents=True, exist_ok=True)
        if self._path.exists() and resume:
            self._go_on()
        else:
            _clear(folder, overwrite=overwrite)
            self.save({})

    def _go_on(self) -> None:
        try:
            state = cast("dict[str, Any]", json.loads(self._path.read_text(encoding="utf-8")))
            made_with = state["made_with"]
            self.after, self.profiles = state["after"], int(state["profiles"])
            self.done, self.until = dict(state["files"]), int(state["until"])
        except (ValueError, KeyError, TypeError) as error:
            raise DataError(
                f"{self._path} is damaged.", "Start the export again with --no-resume."
            ) from error
        if made_with != self._signature:
            raise DataError(
                f"{self._folder} holds an interrupted export made with {made_with}; this one is "
                f"made with {self._signature}.",
                "Use the same settings, another folder, or start again with --no-resume.",
            )

    def save(self, done: Progressed) -> None:
        """Note how far the run is; ``done`` is on the disk already."""
        self.done = done
        _write(
            self._path,
            {
                "made_with": self._signature,
                "after": self.after,
                "profiles": self.profiles,
                "until": self.until,
                "files": dict(done),
            },
        )

    def finish(self, manifest: Mapping[str, Any]) -> None:
        _write(self._folder / MANIFEST, manifest)
        self._path.unlink()


def _signature(form: ExportFormat, selection: Selection, pages: ProfilePages) -> Mapping[str, Any]:
    since = selection.since_time
    return {
        "format": form.value,
        "destination": selection.destination,
        "user": selection.user_id,
        "since": selection.since_change if since is None else since.isoformat(),
        "schema": SCHEMA_ID,
        "until": pages.last_change(),
    }


def _clear(folder: Path, *, overwrite: bool) -> None:
    """Make room, if what is there is an export of ours."""
    there = list(folder.iterdir())
    if not there:
        return
    ours = (folder / _STATE).exists() or (folder / MANIFEST).exists()
    if not ours:
        raise InputError(
            f"{folder} is not empty and holds no export.", "Name another folder with --out."
        )
    if (folder / MANIFEST).exists() and not overwrite:
        raise InputError(
            f"{folder} holds a finished export.", "Name another folder, or pass --overwrite."
        )
    for path in there:
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def _files(folder: Path) -> dict[str, int]:
    return {
        path.relative_to(folder).as_posix(): path.stat().st_size
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name not in (_STATE, MANIFEST)
    }


def _manifest(
    report: ExportReport,
    form: ExportFormat,
    selection: Selection,
    now: datetime,
    facts: Mapping[str, Any],
) -> Mapping[str, Any]:
    since = selection.since_time
    return {
        "format": form.value,
        "schema": SCHEMA_ID,
        "destination": selection.destination,
        "profiles": report.profiles,
        "left_out_without_consent": report.left_out,
        "since": selection.since_change if since is None else since.isoformat(),
        "until": report.until,
        "created": now.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        **facts,
        "files": {
            name: {"bytes": size, "sha256": _sha256(report.folder / name)}
            for name, size in report.files.items()
        },
    }


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write(path: Path, value: Mapping[str, Any]) -> None:
    """Replace a small file in one step that no power cut undoes."""
    fresh = path.with_name(f"{path.name}.new")
    with fresh.open("w", encoding="utf-8") as file:
        json.dump(value, file, ensure_ascii=False, indent=2)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
