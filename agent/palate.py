"""Palate: the facade that every face and every program calls.

It knows how the rooms fit together; it does not know HTTP, HTML or a terminal. One instance
serves many people and threads; each call reads and writes the store in transactions of its own.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from agent.bringing import HistoryPreview, apply_history, preview_history
from agent.chatting import Chat
from agent.conversation import Conversation
from agent.desk import Desk
from agent.erasure import finish_erasures
from agent.forgetting import forget
from agent.live import Live
from agent.llm.adapter import ChatLLM
from agent.llm.factory import open_llm
from agent.passport import Passport
from agent.receipts import Receipt
from agent.request import running_request
from agent.status import Status, read_status
from agent.store_place import store_place
from agent.turns import Recommendation, Turn, TurnDone, TurnEvent
from agent.wire import key_to_json
from interest.domain import Domain
from interest.edits import add_interest, change_interest
from interest.errors import ConflictError, SetupError
from interest.evidence import Evidence, Source
from interest.interests import Strictness, condition_words, interest_key
from interest.merge import clear_reaction, merge_reactions
from interest.passport import profile_to_json
from interest.profile import InterestProfile, Reaction, ReactionKind
from interest.reader.chat_reader import ChatReader
from interest.sql_store import SqlStore
from interest.store import Event, EventKind, ProfileStore, StoredTurn
from interest.tokens import fold
from retrieval.catalogue import Catalogue
from retrieval.fresh.writer import ItemEdit, ItemWriter
from retrieval.history.services import read_history
from retrieval.types import Item
from retrieval.workspace import Workspace
from retrieval.workspace_folder import WorkspaceFolder

__all__ = ["Palate", "utc_now"]

_TRIES = 5
_EVENTS = {
    ReactionKind.LIKED: EventKind.LIKED,
    ReactionKind.DISLIKED: EventKind.DISLIKED,
    ReactionKind.SEEN: EventKind.SEEN,
    ReactionKind.REJECTED: EventKind.REJECTED,
}


def utc_now() -> datetime:
    """The time, with its zone."""
    return datetime.now(UTC)


class Palate:
    """A workspace, a language model and a store, ready to talk.

    Args:
        live: The workspace and what answers from it.
        model: The language model; None for rules alone.
        store: Profiles and conversations.
        store_url: Address of the store's database; that of the workspace if "".
        clock: The time, as a parameter.
    """

    def __init__(
        self,
        *,
        live: Live,
        model: ChatLLM | None,
        store: ProfileStore,
        store_url: str = "",
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._live = live
        self._model = model
        self._store_url = store_url or live.now().workspace.store_url
        self._store = store
        self._clock = clock
        self._writer = ItemWriter.of(live.now().workspace)
        self._warming = threading.Lock()

    @classmethod
    def open(
        cls,
        workspace: Path,
        *,
        llm: str | None = None,
        llm_base_url: str | None = None,
        store: str | None = None,
        clock: Callable[[], datetime] = utc_now,
    ) -> Palate:
        """Open a workspace and a model.

        Args:
            workspace: Folder that ``palate build`` made.
            llm: A model spec (see :func:`agent.llm.factory.open_llm`); None takes ``PALATE_LLM``
                or the embedded model.
            llm_base_url: Address of an OpenAI-compatible server.
            store: Database for profiles and accounts (``postgresql://USER@HOST/NAME``); None
                takes ``PALATE_STORE`` or the file in the workspace.
            clock: The time, as a parameter.

        Raises:
            WorkspaceError: There is no workspace, or it does not match.
            SetupError: The model cannot be had.
        """
        opened = Workspace.open(workspace)
        model = open_llm(llm, base_url=llm_base_url)
        url = store_place(WorkspaceFolder(workspace), store)
        profiles = SqlStore.open(url)
        finish_erasures(workspace, profiles, now=clock())
        live = Live(opened, model, profiles, clock=clock)
        return cls(live=live, model=model, store=profiles, store_url=url, clock=clock)

    def warm_up(self) -> None:
        """Load what is loaded on first use, so that the first question is not the slow one.

        Raises:
            AssetError: A model's files cannot be had or are damaged.
        """
        with self._warming:
            now = self._live.now()
            now.workspace.engine.warm_up()
            if isinstance(now.chat.extractor, ChatReader):
                now.chat.extractor.warm_up()

    @property
    def domain(self) -> Domain:
        """The domain of the workspace."""
        return self.catalogue.domain

    @property
    def catalogue(self) -> Catalogue:
        """The items that can be recommended, as they are now."""
        return self._live.now().workspace.catalogue

    @property
    def store_url(self) -> str:
        """Address of the database that profiles and accounts lie in."""
        return self._store_url

    @property
    def status(self) -> Status:
        """What is running here: for ``palate doctor`` and the page."""
        return read_status(self._live.now().workspace, self._model)

    def chat(
        self, user_id: str, text: str, *, conversation_id: str = "main", n: int = 5
    ) -> Iterator[TurnEvent]:
        """Answer a message as a stream of events; the last one is :class:`TurnDone`.

        Raises:
            InputError: The user id is empty, the text is too long or n is out of range.
        """
        self._wait_until_warm()
        return self._chat.turn(user_id, text, conversation_id=conversation_id, n=n)

    def ask(self, user_id: str, text: str, *, conversation_id: str = "main", n: int = 5) -> Turn:
        """Answer a message in one piece. Raises as :meth:`chat` does."""
        *_, last = self.chat(user_id, text, conversation_id=conversation_id, n=n)
        assert isinstance(last, TurnDone)
        return last.turn

    def recommend(
        self, user_id: str, *, conversation_id: str = "main", n: int = 5
    ) -> tuple[Recommendation, ...]:
        """Recommend from the profile as it is now, for the running request of a conversation."""
        desk = self._desk(user_id, conversation_id)
        desk.recommend(n)
        return desk.found

    def search(
        self, user_id: str, words: str, *, conversation_id: str = "main", n: int = 5
    ) -> tuple[Recommendation, ...]:
        """Items by title or topic, whatever the profile says; the ledger says what it says."""
        desk = self._desk(user_id, conversation_id)
        desk.search(words, n)
        return desk.found

    def explain(
        self, user_id: str, item_id: str, *, conversation_id: str = "main"
    ) -> Recommendation:
        """Judge one item for somebody: ledger, parts and explanation.

        Raises:
            UnknownNameError: The catalogue has no such item.
        """
        return self._desk(user_id, conversation_id).judge(self.catalogue.item(item_id))

    def react(self, user_id: str, item_id: str, kind: ReactionKind) -> InterestProfile:
        """Like, dislike, mark as seen or reject an item.

        Raises:
            UnknownNameError: The catalogue has no such item.
        """
        label = self.catalogue.item(item_id).label
        line = f"{kind.value} {label}"

        def change(profile: InterestProfile, now: datetime) -> InterestProfile:
            evidence = Evidence.whole(
                line, source=Source.FEEDBACK, source_id=uuid.uuid4().hex, observed_at=now
            )
            reaction = Reaction(item_id=item_id, kind=kind, evidence=(evidence,), at=now)
            return merge_reactions(profile, [reaction], now=now)

        return self._change(user_id, change, _EVENTS[kind], {"item_id": item_id})

    def clear_reaction(self, user_id: str, item_id: str) -> InterestProfile:
        """Take a reaction back; nothing happens if there is none."""

        def change(profile: InterestProfile, now: datetime) -> InterestProfile:
            return clear_reaction(profile, item_id, now=now)

        return self._change(user_id, change, EventKind.CLEARED, {"item_id": item_id})

    def preview_history(self, path: Path) -> HistoryPreview:
        """What bringing somebody's history from another service would do; writes nothing.

        Raises:
            InputError: There is no such file, it is too large, or of no service that is known.
            DataError: The file is damaged or a trap.
        """
        return preview_history(read_history(path), self.catalogue)

    def bring_history(
        self,
        user_id: str,
        preview: HistoryPreview,
        *,
        choices: Mapping[str, str] | None = None,
    ) -> InterestProfile:
        """Bring what a preview showed, in one transaction; again changes nothing.

        Args:
            user_id: Whose history it is.
            preview: Of :meth:`preview_history`.
            choices: Place of an unsure record → the item it is.

        Raises:
            UnknownNameError: A choice names an item that the catalogue has not.
        """

        def change(profile: InterestProfile, now: datetime) -> InterestProfile:
            return apply_history(
                profile,
                preview,
                catalogue=self.catalogue,
                extractor=self._chat.extractor,
                now=now,
                choices=choices,
            )

        payload = {"service": preview.service, "records": len(preview.matched)}
        return self._change(user_id, change, EventKind.IMPORTED, payload)

    def profile(self, user_id: str) -> InterestProfile:
        """What is known of somebody; an empty profile if nothing is."""
        return self._store.load(user_id)

    def add_interest(
        self,
        user_id: str,
        facet: str,
        value: str,
        *,
        preference: float = 0.8,
        strictness: Strictness = Strictness.SOFT,
        condition: str = "",
    ) -> InterestProfile:
        """Add an interest by hand, linked to the catalogue's own value where there is one.

        Raises:
            InputError: The facet does not exist, or the value or preference cannot be read.
        """
        values, linked = self._link(facet, value)

        def change(profile: InterestProfile, now: datetime) -> InterestProfile:
            for canonical in values:
                profile = add_interest(
                    profile,
                    self.domain,
                    facet,
                    canonical,
                    preference=preference,
                    strictness=strictness,
                    now=now,
                    edit_id=uuid.uuid4().hex,
                    linked=linked,
                    condition=condition,
                )
            return profile

        payload = _payload("add", facet, values[0], condition)
        return self._change(user_id, change, EventKind.EDITED, payload)

    def change_interest(
        self,
        user_id: str,
        facet: str,
        value: str,
        *,
        preference: float | None = None,
        strictness: Strictness | None = None,
        new_value: str | None = None,
        condition: str = "",
    ) -> InterestProfile:
        """Change an interest by hand; ``condition`` says which one, and stays as it is.

        Raises:
            UnknownNameError: The profile has no such interest.
            InputError: The new value or preference cannot be read.
        """
        values, linked = ((None,), None) if new_value is None else self._link(facet, new_value)

        def change(profile: InterestProfile, now: datetime) -> InterestProfile:
            return change_interest(
                profile,
                self.domain,
                facet,
                value,
                preference=preference,
                strictness=strictness,
                new_value=values[0],
                linked=linked,
                condition=condition,
                now=now,
                edit_id=uuid.uuid4().hex,
            )

        payload = _payload("change", facet, value, condition)
        return self._change(user_id, change, EventKind.EDITED, payload)

    def delete_interest(
        self, user_id: str, facet: str, value: str, *, condition: str = ""
    ) -> InterestProfile:
        """Delete an interest; the reaction to a title goes with what always holds of it.

        Raises:
            UnknownNameError: The profile has no such interest.
        """

        def change(profile: InterestProfile, now: datetime) -> InterestProfile:
            key = interest_key(facet, value, condition_words(condition))
            return forget(profile, [key], self.domain, self._chat.linker, now=now)

        payload = _payload("delete", facet, value, condition)
        return self._change(user_id, change, EventKind.EDITED, payload)

    def suggest(self, facet: str, prefix: str, n: int = 8) -> tuple[str, ...]:
        """Values of a facet that begin like this, for an editor."""
        return tuple(self._chat.linker.suggest(facet, prefix, n))

    def export_profile(self, user_id: str) -> dict[str, Any]:
        """The profile in its published form."""
        return profile_to_json(self.profile(user_id))

    @property
    def passport(self) -> Passport:
        """Exports, imports, consents, webhooks and forgetting.

        Raises:
            SetupError: The store is not one in a database.
        """
        if not isinstance(self._store, SqlStore):
            raise SetupError(
                "Profiles that are only in memory have no passport.", "Use a store in a database."
            )
        return Passport(self._live.now().workspace.path, self._store, clock=self._clock)

    def delete_user(self, user_id: str) -> Receipt:
        """Remove everything about somebody, words in memory included, with a signed receipt.

        Raises:
            StoreError: Somebody is in the way, so that words may still be in the files.
            WorkspaceError: A build is running.
        """
        receipt = self.passport.erase(user_id)
        self._live.now().workspace.engine.forget_phrases()
        fold.cache_clear()
        return receipt

    def turns(self, user_id: str, conversation_id: str = "main") -> tuple[StoredTurn, ...]:
        """The turns of a conversation, oldest first."""
        return self._store.turns(user_id, conversation_id)

    def conversations(self, user_id: str) -> tuple[str, ...]:
        """Ids of somebody's conversations; the one with the newest turn comes first."""
        return self._store.conversations(user_id)

    def events(self, user_id: str, *, after: int = 0, limit: int = 1000) -> tuple[Event, ...]:
        """What happened to somebody's profile: events with an id above ``after``, oldest first."""
        return self._store.events(user_id, after=after, limit=limit)

    def users(self) -> tuple[str, ...]:
        """Everybody with a profile."""
        return self._store.users()

    def add_items(self, items: Sequence[Item], weights: Mapping[str, float] | None = None) -> None:
        """Add items; they can be recommended and are known by name from the next call on.

        A batch holds as a whole or not at all, and is on the disk when this returns. Other
        processes that have the workspace open take it over at their next question.

        Args:
            items: With ids that the catalogue does not have.
            weights: Prominence by id (number of ratings …).

        Raises:
            DataError: There is such an item already, or an attribute is not what its column
                holds.
            WorkspaceError: The workspace cannot be written.
        """
        self._writer.add(items, weights)

    def change_items(self, edits: Sequence[ItemEdit]) -> None:
        """Change items; what an edit does not name stays. Holds from the next call on.

        Raises:
            UnknownNameError: There is no such item.
            DataError: An attribute is not what its column holds, or the item was removed.
            WorkspaceError: The workspace cannot be written.
        """
        self._writer.change(edits)

    def remove_items(self, item_ids: Sequence[str]) -> None:
        """Remove items; they are not recommended from the next call on.

        What people did with them stays in the interactions, and what they said in their profiles.

        Raises:
            UnknownNameError: There is no such item.
            WorkspaceError: The workspace cannot be written.
        """
        self._writer.remove(item_ids)

    def close(self) -> None:
        """Let go of files and connections."""
        self._store.close()

    @property
    def _chat(self) -> Chat:
        """What answers from the catalogue as it is now."""
        return self._live.now().chat

    def _wait_until_warm(self) -> None:
        """Wait for a running warm-up: two threads that import the same heavy library for the first
        time can see it half loaded."""
        with self._warming:
            pass

    def _desk(self, user_id: str, conversation_id: str) -> Desk:
        self._wait_until_warm()
        conversation = Conversation.read(self._store.turns(user_id, conversation_id))
        chat = self._chat
        return Desk(
            engine=chat.engine,
            linker=chat.linker,
            profile=self._store.load(user_id),
            request=running_request(conversation),
            shown=conversation.shown,
            ever_shown=conversation.ever_shown,
            now=self._clock(),
            turn_id=uuid.uuid4().hex,
        )

    def _link(self, facet: str, value: str) -> tuple[tuple[str, ...], bool | None]:
        """The catalogue's own values ("romcom" has two), or the words as they are."""
        linked = self._chat.linker.link(facet, value)
        return ((value,), None) if linked is None else (linked.values, True)

    def _change(
        self,
        user_id: str,
        change: Callable[[InterestProfile, datetime], InterestProfile],
        kind: EventKind,
        payload: Mapping[str, Any],
    ) -> InterestProfile:
        """Load, change and save; again if somebody else saved in between."""
        for last_try in (*[False] * (_TRIES - 1), True):
            profile = self._store.load(user_id)
            now = self._clock()
            changed = change(profile, now)
            if changed == profile:
                return profile
            try:
                return self._store.save(changed, events=[Event(kind=kind, at=now, payload=payload)])
            except ConflictError:
                if last_try:
                    raise
        raise AssertionError("unreachable: the last try returns or raises")


def _payload(action: str, facet: str, value: str, condition: str) -> Mapping[str, Any]:
    key = interest_key(facet, value, condition_words(condition))
    return {"action": action, **key_to_json(key)}
