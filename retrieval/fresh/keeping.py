"""Keeping: what becomes of changed items when a workspace is built again.

It knows the build in use, its journal, and the build that takes its place; it does not know how a
build is made. Changes hold over the files that a build reads, build after build, until somebody
says that they are to be dropped; dropped ones are put aside, never lost.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from interest.errors import WorkspaceError
from retrieval.catalogue import Catalogue
from retrieval.fresh.changed_catalogue import ChangedCatalogue
from retrieval.fresh.changes import ItemState, as_changes, encoded, net_states
from retrieval.fresh.journal import JOURNAL_FILE, Journal
from retrieval.manifest import Manifest
from retrieval.seams import Encoder
from retrieval.workspace_folder import WorkspaceFolder

__all__ = ["FOLDED_FILE", "Kept", "with_kept_changes"]

#: What changes a build has in it already, in the form of a journal; without vectors.
FOLDED_FILE = "folded.jsonl"

_DROPPING = "(palate build --drop-changes drops them)."


@dataclass(frozen=True, kw_only=True)
class Kept:
    """The changes that a new build finds.

    Attributes:
        path: The workspace.
        data: The folder of the build in use; None if there is none.
        states: What became of items, by those changes that the new build is to have in it.
        end: How far the journal was read.
        note: What people should know, or "".
        build: Names the build in the names of files.
    """

    path: Path
    build: str = ""
    data: Path | None
    states: Mapping[str, ItemState]
    end: int
    note: str

    @classmethod
    def read(cls, path: Path, catalogue: Catalogue, *, build: str, drop: bool = False) -> Kept:
        """Read them; what is not to be kept is put aside.

        Args:
            path: Folder of the workspace.
            catalogue: What is to be built.
            build: Names the build in the names of files.
            drop: Whether the changes are to be dropped.
        """
        nothing = cls(path=path, build=build, data=None, states={}, end=0, note="")
        try:
            data = WorkspaceFolder(path).current()
        except WorkspaceError:  # a broken pointer: the build mends it
            return nothing
        if data is None:
            return nothing
        try:
            states, end = _states(data)
            domain = Manifest.read(data, remedy="").domain
        except WorkspaceError as error:
            return replace(nothing, note=_put_aside(path, data, build, error.problem))
        if not states:
            return replace(nothing, data=data, end=end)
        if drop or domain != catalogue.domain.name:
            why = "as was asked" if drop else f"they are of the domain {domain}"
            note = _put_aside(
                path, data, build, f"{len(states):,} changed items were dropped, {why}"
            )
            return replace(nothing, data=data, end=end, note=note)
        note = (
            f"{len(states):,} items that were changed by hand keep their changes, whatever the "
            f"files say {_DROPPING}"
        )
        return replace(nothing, data=data, states=states, end=end, note=note)

    def notes(self, others: Iterable[str]) -> tuple[str, ...]:
        """Other notes with this one in the place of the one of an earlier build."""
        kept = (note for note in others if not note.endswith(_DROPPING))
        return (*kept, self.note) if self.note else tuple(kept)

    def applied(self, catalogue: Catalogue) -> Catalogue:
        """A catalogue with the changes in it."""
        if not self.states:
            return catalogue
        changed = ChangedCatalogue(catalogue, self.states)
        return Catalogue(
            changed.items, changed.domain, weights=changed.weights, removed=changed.removed
        )

    def write(self, data: Path) -> None:
        """Write into a new build which changes it has in it."""
        if self.states:
            bare = {i: replace(state, vector=None) for i, state in self.states.items()}
            Journal(path=data / FOLDED_FILE).append(as_changes(bare), 0)

    def hand_over(self, data: Path, catalogue: Catalogue, encoder: Encoder) -> None:
        """Take over what was changed while the build ran; the workspace's lock is held.

        Args:
            data: The folder of the new build.
            catalogue: Of the new build.
            encoder: Of the new build.

        Raises:
            WorkspaceError: Another build has taken over since :meth:`read`.
        """
        if self.data is None:
            return
        if WorkspaceFolder(self.path).current() != self.data:
            raise WorkspaceError(f"Another build took over in {self.path}.", "Build it once more.")
        changes, _ = Journal(path=self.data / JOURNAL_FILE).read(self.end)
        states = net_states(changes)
        if not states:
            return
        before = Manifest.read(self.data, remedy="")
        if before.domain != catalogue.domain.name:
            _put_aside(self.path, self.data, self.build, "")
            return
        # Vectors of another encoder would be compared with those of this one.
        if before.encoder_id != encoder.encoder_id:
            states = {i: replace(state, vector=None) for i, state in states.items()}
        states |= encoded(states, encoder, catalogue.text_of)
        Journal(path=data / JOURNAL_FILE).append(as_changes(states), 0)


def with_kept_changes(path: Path, catalogue: Catalogue) -> Catalogue:
    """A catalogue as a build in a workspace will have it, for reading what refers to its items."""
    try:
        data = WorkspaceFolder(path).current()
        if data is None or Manifest.read(data, remedy="").domain != catalogue.domain.name:
            return catalogue
        states, end = _states(data)
    except WorkspaceError:  # the build itself says what is wrong
        return catalogue
    return Kept(path=path, data=data, states=states, end=end, note="").applied(catalogue)


def _states(data: Path) -> tuple[dict[str, ItemState], int]:
    """What became of items, in this build and before it; how far the journal was read."""
    folded, _ = Journal(path=data / FOLDED_FILE).read()
    pending, end = Journal(path=data / JOURNAL_FILE).read()
    return net_states(pending, net_states(folded)), end


def _put_aside(path: Path, data: Path, build: str, why: str) -> str:
    """Copy both files out of the old build; what to tell people."""
    names: list[str] = []
    for name in (FOLDED_FILE, JOURNAL_FILE):
        if (data / name).is_file():
            names.append(f"dropped-{build}-{name}")
            shutil.copyfile(data / name, path / names[-1])
    return (
        f"{why.rstrip('.')}; they lie in {' and '.join(names)} in the workspace." if names else ""
    )
