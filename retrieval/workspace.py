"""The workspace: everything that recommending needs, opened from one folder and checked.

It knows what belongs together; it does not know who is talking. Profiles live in the same folder,
but only their address is known here.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from interest.domain import load_domain
from interest.errors import UnknownNameError, WorkspaceError
from retrieval.catalogue import Catalogue
from retrieval.encoder_files import encoder_by_id
from retrieval.engine import Engine
from retrieval.fresh.changes import ItemState, as_changes, encoded, net_states
from retrieval.fresh.journal import JOURNAL_FILE, Journal
from retrieval.interaction_file import read_interactions, read_reviews
from retrieval.manifest import Manifest, damaged
from retrieval.seams import Encoder
from retrieval.types import Interaction, Review
from retrieval.workspace_folder import CATALOGUE_FILE, WorkspaceFolder

__all__ = ["CATALOGUE_FILE", "ENGINE_FOLDER", "INTERACTIONS_FILE", "REVIEWS_FILE", "Workspace"]

_log = logging.getLogger(__name__)

INTERACTIONS_FILE = "interactions.parquet"
REVIEWS_FILE = "reviews.parquet"
ENGINE_FOLDER = "engine"


@dataclass(frozen=True, kw_only=True)
class Workspace:
    """An opened workspace.

    Attributes:
        path: Its folder.
        data: The folder of the build in use.
        manifest: What it was built from and with.
        built: The engine as it was built.
        engine: The engine with every change of items since.
        states: What became of items since the build.
        seen: How far the journal of changes was read.
        stamp: What the journal looked like then.
    """

    path: Path
    data: Path
    manifest: Manifest
    built: Engine
    engine: Engine
    states: Mapping[str, ItemState]
    seen: int
    stamp: tuple[int, int]

    @property
    def catalogue(self) -> Catalogue:
        """The items, as they are after every change."""
        return self.engine.catalogue

    @property
    def store_url(self) -> str:
        """SQLAlchemy address of the profile store."""
        return WorkspaceFolder(self.path).store_url

    @classmethod
    def open(cls, path: Path, encoder: Encoder | None = None) -> Workspace:
        """Open a workspace and check that everything in it belongs together.

        Args:
            path: Folder that ``palate build`` made.
            encoder: The encoder it was built with; None takes the one that the manifest names.

        Raises:
            WorkspaceError: There is none, a file is damaged, or it was built by another version,
                with another encoder or for another catalogue. Says which command repairs it.
            AssetError: The encoder's files cannot be had or are damaged.
        """
        data, manifest = cls.check(path)
        remedy = _remedy(path, manifest)
        if encoder is None:
            encoder = encoder_by_id(manifest.encoder_id)
        if encoder.encoder_id != manifest.encoder_id:
            raise WorkspaceError(
                f"The workspace {path} was built with the encoder {manifest.encoder_id}, "
                f"not with {encoder.encoder_id}.",
                remedy,
            )
        try:
            domain = load_domain(manifest.domain)
        except UnknownNameError as error:
            raise WorkspaceError(error.problem, remedy) from error
        catalogue = Catalogue.load(data / CATALOGUE_FILE, domain)
        if catalogue.content_hash != manifest.catalogue_hash:
            raise WorkspaceError(
                f"The catalogue in {data} is not the one that the vectors were made for.", remedy
            )
        built = Engine.load(data / ENGINE_FOLDER, catalogue, encoder)
        return cls(
            path=path,
            data=data,
            manifest=manifest,
            built=built,
            engine=built,
            states={},
            seen=0,
            stamp=(0, 0),
        )._replayed()

    @property
    def is_current(self) -> bool:
        """Whether nobody has changed an item since this was opened; some microseconds."""
        return Journal(path=self.data / JOURNAL_FILE).stamp() == self.stamp

    @property
    def is_replaced(self) -> bool:
        """Whether there is a newer build.

        Raises:
            WorkspaceError: The folder of the build in use is gone.
        """
        return WorkspaceFolder(self.path).current() != self.data

    def refreshed(self) -> Workspace:
        """This build with every change of items until now; milliseconds.

        Raises:
            WorkspaceError: The journal of changes is damaged.
        """
        return self if self.is_current else self._replayed()

    def _replayed(self) -> Workspace:
        journal = Journal(path=self.data / JOURNAL_FILE)
        # Before reading: what is written meanwhile makes the next look differ.
        stamp = journal.stamp()
        changes, seen = journal.read(self.seen)
        if not changes:
            return replace(self, seen=seen, stamp=stamp)
        states = net_states(changes, self.states)
        encoder, text_of = self.built.encoder, self.built.catalogue.text_of
        new = encoded(states, encoder, text_of)
        states |= new
        if new and self._keep(new, seen):
            # Once more from the same place: it now reads what it has just written.
            return self._replayed()
        engine = self.built.changed(states)
        return replace(self, engine=engine, states=states, seen=seen, stamp=stamp)

    def _keep(self, states: Mapping[str, ItemState], seen: int) -> bool:
        """Write the vectors of items down, so that nobody has to encode them again.

        Returns:
            Whether it could be done: not while somebody else writes, or has written since.
        """
        journal = Journal(path=self.data / JOURNAL_FILE)
        try:
            with WorkspaceFolder(self.path).changing(patience=0.0):
                if self.is_replaced or journal.read(seen)[0]:
                    return False
                journal.append(as_changes(states), seen)
        except WorkspaceError as error:
            _log.info("vectors of changed items are not kept: %s", error.problem)
            return False
        return True

    @classmethod
    def check(cls, path: Path, *, full: bool = False) -> tuple[Path, Manifest]:
        """The data folder and manifest of a workspace whose files are all as they were written.

        Args:
            path: Folder that ``palate build`` made.
            full: Also hash all of the large files.

        Raises:
            WorkspaceError: There is no workspace, or a file is damaged.
        """
        folder = WorkspaceFolder(path)
        data = folder.current()
        if data is None:
            raise WorkspaceError(
                f"There is no workspace in {path}.", f"Build one: {folder.demo_command}"
            )
        manifest = Manifest.read(
            data, remedy=f"Build it again: {folder.demo_command}, or {folder.files_command}"
        )
        problem = damaged(data, manifest.files, full=full)
        if problem:
            raise WorkspaceError(f"{problem}.", _remedy(path, manifest))
        return data, manifest

    def interactions(self) -> tuple[Interaction, ...]:
        """The interactions that the engine learned from."""
        return read_interactions(self.data / INTERACTIONS_FILE)

    def reviews(self) -> tuple[Review, ...]:
        """The reviews that were imported; empty if there were none."""
        path = self.data / REVIEWS_FILE
        return read_reviews(path) if REVIEWS_FILE in self.manifest.files else ()


def _remedy(path: Path, manifest: Manifest) -> str:
    folder = WorkspaceFolder(path)
    command = folder.demo_command if manifest.origin == "demo" else folder.files_command
    return f"Build it again (profiles are kept): {command}"
