"""ItemWriter: adds, changes and removes items of a workspace, one acknowledged step at a time.

It knows what a change must be like and how it gets into the journal; it does not know who else is
reading. A batch holds as a whole or not at all. It is on the disk when a call returns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from interest.domain import load_domain
from interest.errors import DataError, WorkspaceError
from interest.progress import Progress, no_progress
from retrieval.catalogue import Catalogue, checked_columns
from retrieval.encoder_files import encoder_by_id
from retrieval.fresh.changed_catalogue import ChangedCatalogue
from retrieval.fresh.changes import ItemChange, ItemState, check_item, net_states
from retrieval.fresh.journal import JOURNAL_FILE, Journal
from retrieval.manifest import Manifest
from retrieval.seams import Encoder
from retrieval.types import AttributeValue, Item
from retrieval.workspace_folder import CATALOGUE_FILE, WorkspaceFolder

if TYPE_CHECKING:
    from retrieval.workspace import Workspace

__all__ = ["ItemEdit", "ItemWriter"]


def _no_attributes() -> dict[str, AttributeValue | None]:
    return {}


@dataclass(frozen=True, kw_only=True, slots=True)
class ItemEdit:
    """What to change of an item; what is not named stays as it is.

    Attributes:
        item_id: The item.
        title: Its new title.
        attributes: Column → new value; None takes the value out.
        description: Its new description; "" takes it out.
        weight: Its new prominence (number of ratings …).
    """

    item_id: str
    title: str | None = None
    attributes: Mapping[str, AttributeValue | None] = field(default_factory=_no_attributes)
    description: str | None = None
    weight: float | None = None

    def apply(self, item: Item) -> Item:
        """The item after the change."""
        merged = {**item.attributes, **self.attributes}
        return Item(
            item_id=item.item_id,
            title=item.title if self.title is None else self.title,
            attributes={name: value for name, value in merged.items() if value is not None},
            description=item.description if self.description is None else self.description,
        )


@dataclass(frozen=True, kw_only=True)
class _Read:
    """A workspace's items, as far as they were read.

    Attributes:
        data: The folder of the build.
        manifest: Of the build.
        built: The catalogue as it was built.
        states: What became of items since.
        end: How far the journal was read.
    """

    data: Path
    manifest: Manifest
    built: Catalogue
    states: Mapping[str, ItemState]
    end: int

    @property
    def journal(self) -> Journal:
        return Journal(path=self.data / JOURNAL_FILE)

    @property
    def catalogue(self) -> Catalogue:
        return ChangedCatalogue(self.built, self.states) if self.states else self.built


class ItemWriter:
    """Writes changes of items. Several may write at a time, in several processes.

    Args:
        path: Folder that ``palate build`` made.
        encoder: The encoder it was built with; None takes the one that the manifest names, when
            it is needed first.
        later: Up to so many items of one call are left to be encoded by whoever answers next.
            Loading an encoder takes longer than all the rest, and who answers has one loaded.
        progress: Told how many texts were encoded.
    """

    def __init__(
        self,
        path: Path,
        encoder: Encoder | None = None,
        *,
        later: int = 0,
        progress: Progress = no_progress,
    ) -> None:
        self._folder = WorkspaceFolder(path)
        self._encoder = encoder
        self._later = later
        self._progress = progress
        self._known: _Read | None = None

    @classmethod
    def of(cls, workspace: Workspace) -> ItemWriter:
        """A writer of an opened workspace, which has read its items already."""
        writer = cls(workspace.path, workspace.built.encoder)
        writer._known = _Read(
            data=workspace.data,
            manifest=workspace.manifest,
            built=workspace.built.catalogue,
            states=workspace.states,
            end=workspace.seen,
        )
        return writer

    def read(self) -> Catalogue:
        """The items as they are now.

        Raises:
            WorkspaceError: There is no workspace, or it is damaged.
        """
        return self._up_to_date().catalogue

    def add(self, items: Sequence[Item], weights: Mapping[str, float] | None = None) -> None:
        """Add items; what was removed may come back.

        Args:
            items: With ids that the catalogue does not have.
            weights: Prominence by id (number of ratings …).

        Raises:
            DataError: There is such an item already, or an attribute is not what its column
                holds.
            WorkspaceError: There is no workspace, or it cannot be written.
        """

        def changes(catalogue: Catalogue) -> list[ItemChange]:
            _refuse_repeats(item.item_id for item in items)
            for item in items:
                if item.item_id in catalogue:
                    label = catalogue.item(item.item_id).label
                    raise DataError(
                        f"There is a {catalogue.domain.noun} with the id {item.item_id!r} "
                        f"already: {label}.",
                        "Change it with palate items change, or give the new one another id.",
                    )
            known = weights or {}
            return [
                ItemChange(item_id=item.item_id, item=item, weight=known.get(item.item_id))
                for item in items
            ]

        self._write(changes, encodes=len(items) > self._later)

    def change(self, edits: Sequence[ItemEdit]) -> None:
        """Change items; what an edit does not name stays as it is.

        Raises:
            UnknownNameError: There is no such item; names the nearest one.
            DataError: An attribute is not what its column holds.
            WorkspaceError: There is no workspace, or it cannot be written.
        """

        def changes(catalogue: Catalogue) -> list[ItemChange]:
            _refuse_repeats(edit.item_id for edit in edits)
            return [
                ItemChange(
                    item_id=edit.item_id,
                    item=edit.apply(_living(catalogue, edit.item_id)),
                    weight=edit.weight,
                )
                for edit in edits
            ]

        self._write(changes, encodes=len(edits) > self._later)

    def remove(self, item_ids: Sequence[str]) -> None:
        """Remove items; what people did with them stays.

        Raises:
            UnknownNameError: There is no such item; names the nearest one.
            WorkspaceError: There is no workspace, or it cannot be written.
        """

        def changes(catalogue: Catalogue) -> list[ItemChange]:
            unique = dict.fromkeys(item_ids)
            return [ItemChange(item_id=_living(catalogue, one).item_id) for one in unique]

        self._write(changes, encodes=False)

    def _write(self, make: Callable[[Catalogue], list[ItemChange]], *, encodes: bool) -> None:
        if encodes:
            self._encoder_of(self._up_to_date().manifest)  # loaded before others have to wait
        with self._folder.changing():
            known = self._up_to_date()
            catalogue = known.catalogue
            changes = make(catalogue)
            if not changes:
                return
            new = [change.item for change in changes if change.item is not None]
            for change in changes:
                if change.item is not None:
                    check_item(change.item, change.weight, catalogue.domain)
            checked_columns(new, catalogue.holds_names)
            if encodes:
                changes = self._encoded(changes, known)
            end = known.journal.append(changes, known.end)
            self._known = replace(known, states=net_states(changes, known.states), end=end)

    def _encoded(self, changes: Sequence[ItemChange], known: _Read) -> list[ItemChange]:
        items = [change.item for change in changes if change.item is not None]
        texts = [known.built.text_of(item) for item in items]
        vectors = self._encoder_of(known.manifest).encode(texts, progress=self._progress)
        return [
            replace(change, vector=vector) for change, vector in zip(changes, vectors, strict=True)
        ]

    def _encoder_of(self, manifest: Manifest) -> Encoder:
        if self._encoder is None or self._encoder.encoder_id != manifest.encoder_id:
            self._encoder = encoder_by_id(manifest.encoder_id)
        return self._encoder

    def _up_to_date(self) -> _Read:
        """What is known, with the build in use and all of its journal."""
        data = self._folder.current()
        if data is None:
            raise WorkspaceError(
                f"There is no workspace in {self._folder.path}.",
                f"Build one: {self._folder.demo_command}",
            )
        known = self._known
        if known is None or known.data != data:
            again = f"Build it again: {self._folder.demo_command}, or {self._folder.files_command}"
            manifest = Manifest.read(data, remedy=again)
            built = Catalogue.load(data / CATALOGUE_FILE, load_domain(manifest.domain))
            known = _Read(data=data, manifest=manifest, built=built, states={}, end=0)
        changes, end = known.journal.read(known.end)
        if changes or end != known.end:
            known = replace(known, states=net_states(changes, known.states), end=end)
        self._known = known
        return known


def _living(catalogue: Catalogue, item_id: str) -> Item:
    """An item that was not removed.

    Raises:
        UnknownNameError: There is none; names the nearest one.
    """
    item = catalogue.item(item_id)
    if item_id not in catalogue:
        raise DataError(
            f"The {catalogue.domain.noun} {item_id!r} ({item.label}) was removed.",
            "Add it again with palate items add.",
        )
    return item


def _refuse_repeats(item_ids: Iterable[str]) -> None:
    seen: set[str] = set()
    for item_id in item_ids:
        if item_id in seen:
            raise DataError(f"The id {item_id!r} stands there twice.", "Give every item one id.")
        seen.add(item_id)
