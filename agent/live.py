"""The workspace in use and what answers from it, always as of the last change.

It knows how to notice that somebody (another process too) changed items or built anew; it does not
know what changed. Whoever asks gets both in one piece and keeps it for a whole turn.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from agent.assembly import Assembler
from agent.chatting import Chat
from agent.llm.adapter import ChatLLM
from interest.errors import PalateError
from interest.store import ProfileStore
from retrieval.fresh.changed_catalogue import ChangedCatalogue
from retrieval.workspace import Workspace

__all__ = ["Live", "Snapshot"]

_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Snapshot:
    """What belongs together at one moment.

    Attributes:
        workspace: Catalogue and engine.
        chat: What answers from them.
    """

    workspace: Workspace
    chat: Chat


class Live:
    """Keeps up with a workspace. Safe to share between threads.

    Changed items are taken over at the next question. A new build is opened in the background,
    while the one before goes on answering.

    Args:
        workspace: As it was opened.
        model: See :class:`agent.assembly.Assembler`.
        store: Profiles and conversations.
        clock: The time, as a parameter.
    """

    def __init__(
        self,
        workspace: Workspace,
        model: ChatLLM | None,
        store: ProfileStore,
        *,
        clock: Callable[[], datetime],
    ) -> None:
        self._model, self._store, self._clock = model, store, clock
        self._lock = threading.Lock()
        self._opening: threading.Thread | None = None
        self._assembler = self._assembled(workspace)
        self._snapshot = self._taken(workspace, self._assembler)

    def now(self) -> Snapshot:
        """The workspace with every change until now, and what answers from it."""
        if self._is_current():
            return self._snapshot
        with self._lock:
            try:
                self._keep_up()
            except PalateError as error:
                # Who asks for a film is not helped by an error about the folder's state.
                _log.warning("changes of items cannot be taken over: %s", error)
        return self._snapshot

    def _is_current(self) -> bool:
        workspace = self._snapshot.workspace
        try:
            return workspace.is_current and not workspace.is_replaced
        except PalateError as error:
            _log.warning("the workspace cannot be looked at: %s", error)
            return True

    def _keep_up(self) -> None:
        workspace = self._snapshot.workspace
        if workspace.is_replaced:
            self._open_newer(workspace)
        if not workspace.is_current:
            self._snapshot = self._taken(workspace.refreshed(), self._assembler)

    def _open_newer(self, workspace: Workspace) -> None:
        """Open the newer build in the background, once."""
        if self._opening is None or not self._opening.is_alive():
            self._opening = threading.Thread(
                target=self._opened, args=(workspace,), name="open-workspace", daemon=True
            )
            self._opening.start()

    def _opened(self, before: Workspace) -> None:
        try:
            same = before.engine.encoder
            newer = Workspace.check(before.path)[1]
            encoder = same if newer.encoder_id == same.encoder_id else None
            workspace = Workspace.open(before.path, encoder)
            assembler = self._assembled(workspace)
            snapshot = self._taken(workspace, assembler)
            workspace.engine.warm_up()
        except PalateError as error:
            _log.warning("the new build cannot be opened: %s", error)
            return
        with self._lock:
            self._assembler, self._snapshot = assembler, snapshot

    def _assembled(self, workspace: Workspace) -> Assembler:
        return Assembler(workspace.built, self._model, self._store, clock=self._clock)

    def _taken(self, workspace: Workspace, assembler: Assembler) -> Snapshot:
        catalogue = workspace.catalogue
        if not isinstance(catalogue, ChangedCatalogue):
            return Snapshot(workspace=workspace, chat=assembler.chat(workspace.engine))
        chat = assembler.chat(workspace.engine, catalogue.vocabulary_change())
        return Snapshot(workspace=workspace, chat=chat)
