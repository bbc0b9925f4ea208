"""One turn, from what was said to what is answered, as a stream of events.

It knows the order of the stages and when things are saved; it does not know how any stage works.
What was said is saved before anything is answered, so that no failure of a model or of retrieval
loses it; the answer is saved in a second transaction.
"""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from agent.comparatives import read_comparatives
from agent.conversation import Conversation
from agent.desk import Desk
from agent.gate import Facts, split_sentences, unfounded
from agent.graph import AgentGraph, TurnState
from agent.learning import Lesson, learn
from agent.planner import Act, Plan, make_plan
from agent.pointing import Pointing
from agent.request import Request, make_request
from agent.rules import say_reply
from agent.turns import ItemsReady, ProfileReady, ReplyPiece, Stage, Turn, TurnDone, TurnEvent
from agent.wire import recommendation_to_json
from interest.domain import Domain, FacetKind
from interest.errors import ConflictError, InputError
from interest.extraction import Extractor, Mention, TextUnit, condition_of
from interest.interests import interest_key
from interest.linking import Linker
from interest.profile import InterestProfile
from interest.store import Event, EventKind, ProfileStore, StoredTurn
from interest.store_checks import storable_text
from retrieval.engine import Engine

__all__ = ["MAX_TEXT", "Chat"]

_log = logging.getLogger(__name__)

#: Characters of one message; more than anybody types, less than what blocks the machine.
MAX_TEXT = 20_000
_HISTORY = 6
_SAVE_TRIES = 5


class _Clock:
    """Milliseconds per stage of one turn."""

    def __init__(self) -> None:
        self._start = self._last = time.perf_counter()
        self.ms: dict[str, float] = {}

    def lap(self, stage: str) -> None:
        now = time.perf_counter()
        self.ms[stage] = self.ms.get(stage, 0.0) + (now - self._last) * 1000
        self._last = now

    def mark(self, name: str) -> None:
        """Note the time since the start of the turn, once."""
        self.ms.setdefault(name, (time.perf_counter() - self._start) * 1000)


@dataclass(frozen=True, kw_only=True)
class Chat:
    """Everything that answers need, in one place.

    Attributes:
        engine: Retrieval.
        linker: Words to values.
        extractor: Texts to mentions.
        graph: The agent.
        store: Profiles, events and turns.
        llm_name: For the record of the turn.
        pointing: Reads what is said of "the second one".
        clock: The time, as a parameter.
    """

    engine: Engine
    linker: Linker
    extractor: Extractor
    graph: AgentGraph
    store: ProfileStore
    llm_name: str
    pointing: Pointing
    clock: Callable[[], datetime]

    @property
    def domain(self) -> Domain:
        return self.engine.catalogue.domain

    def turn(self, user_id: str, text: str, *, conversation_id: str, n: int) -> Iterator[TurnEvent]:
        """Answer one message.

        Raises:
            InputError: The text is too long, or the user id is empty, or n is below 1.
        """
        _check(text, n)
        text = storable_text(text)
        timer = _Clock()
        turn_id = uuid.uuid4().hex
        turns = self.store.turns(user_id, conversation_id)
        conversation = Conversation.read(turns)
        yield Stage(name="reading")
        unit = TextUnit(text_id=turn_id, text=text, asked=conversation.asked)
        mentions = self.extractor.extract([unit])[0] if text.strip() else ()
        compared = read_comparatives(text, conversation.shown, self.engine.catalogue)
        mentions = (*mentions, *compared)
        known = tuple(self.store.load(user_id).by_key)
        plan = make_plan(text, mentions, conversation, self.domain, self._item_named, known)
        timer.lap("extract")
        reads = plan.learns and not plan.like
        pointed = self.pointing.read(text, conversation.shown) if reads else []
        lesson = self._learn(user_id, unit, plan, mentions, pointed)
        timer.lap("learn")
        yield ProfileReady(profile=lesson.profile, learned=tuple(i.key for i in lesson.interests))
        yield Stage(name="searching")
        request = make_request(
            plan,
            mentions,
            conversation,
            self.domain,
            text=text,
            known=tuple(lesson.profile.by_key),
            reacts=bool(pointed),
        )
        state = self._state(turn_id, lesson, plan, request, mentions, conversation, n, text)
        self._notice_unknown(state, mentions)
        history = [(turn.user_text, turn.reply) for turn in turns[-_HISTORY:]]
        reply = yield from self._reply(state, text, history, timer)
        timer.lap("answer")
        yield TurnDone(turn=self._finish(state, user_id, conversation_id, text, reply, timer))

    def _item_named(self, words: str) -> str | None:
        """The item that has exactly these words for a title."""
        for facet in self.domain.of_kind(FacetKind.TITLE):
            linked = self.linker.link(facet.name, words)
            if linked is not None and linked.exact and linked.item_ids:
                return linked.item_ids[0]
        return None

    def _learn(
        self,
        user_id: str,
        unit: TextUnit,
        plan: Plan,
        mentions: Sequence[Mention],
        pointed: Sequence[tuple[str, Mention]],
    ) -> Lesson:
        """Merge and save; if someone else saved in between, merge into what they saved."""
        for last_try in (*[False] * (_SAVE_TRIES - 1), True):
            profile = self.store.load(user_id)
            now = self.clock()
            if not plan.learns:
                return Lesson(profile=profile, interests=(), events=())
            lesson = learn(profile, unit, mentions, pointed=pointed, now=now)
            if not lesson.events:
                return lesson
            try:
                saved = self.store.save(lesson.profile, events=lesson.events)
            except ConflictError:
                if last_try:
                    raise
                continue
            return replace(lesson, profile=saved)
        raise AssertionError("unreachable: the last try returns or raises")

    def _state(
        self,
        turn_id: str,
        lesson: Lesson,
        plan: Plan,
        request: Request,
        mentions: Sequence[Mention],
        conversation: Conversation,
        n: int,
        text: str,
    ) -> TurnState:
        return TurnState(
            engine=self.engine,
            linker=self.linker,
            profile=lesson.profile,
            request=request,
            shown=conversation.shown,
            ever_shown=conversation.ever_shown,
            n=plan.count or n,
            now=self.clock(),
            turn_id=turn_id,
            topic=plan.items[0] if plan.items else "",
            plan=plan,
            learned=lesson.interests,
            relations={
                interest_key(m.facet, m.value, condition_of(m, text)): m.relation for m in mentions
            },
        )

    def _notice_unknown(self, state: TurnState, mentions: Sequence[Mention]) -> None:
        """Say at once that something is not in the catalogue, with the nearest that is."""
        if state.plan.act is Act.SEARCH:
            return
        named = (FacetKind.TITLE, FacetKind.ENTITY)
        for mention in mentions:
            if mention.linked or self.domain.facet(mention.facet).kind not in named:
                continue
            state.say_unknown(mention.value)

    def _reply(
        self,
        state: TurnState,
        text: str,
        history: Sequence[tuple[str, str]],
        timer: _Clock,
    ) -> Generator[TurnEvent, None, str]:
        """Run the agent; show its sentences as they pass the gate.

        Returns:
            The whole reply.
        """
        shown: list[str] = []
        announced = False
        pieces = self.graph.run(state, text, history, today=state.now.date().isoformat())
        for sentence in _sentences(pieces):
            if state.found and not announced:
                announced = True
                timer.mark("first_items")
                yield ItemsReady(recommendations=state.found)
            if self._may_show(sentence, state, text):
                timer.mark("first_words")
                shown.append(sentence)
                yield ReplyPiece(text=f"{sentence} ")
        if state.found and not announced:
            yield ItemsReady(recommendations=state.found)
        if not shown:
            sentence = say_reply(state.plan, state, state.learned, state.relations)
            timer.mark("first_words")
            shown.append(sentence)
            yield ReplyPiece(text=sentence)
        return " ".join(shown)

    def _may_show(self, sentence: str, state: TurnState, text: str) -> bool:
        """Sentences of the rules are made of checked values; a model's must pass the gate."""
        if not self.graph.model_decides or state.by_rules:
            return True
        reason = unfounded(sentence, self._facts(state, text))
        if reason:
            _log.info("a sentence of the model was withheld: it could not be traced")
            _log.debug("untraced: %r in %r", reason, sentence)
        return not reason

    def _facts(self, state: TurnState, text: str) -> Facts:
        quotes = [e.quote for i in state.profile.interests for e in i.evidence]
        labels = [self.engine.catalogue.item(i).label for i in (*state.shown, *state.request.like)]
        strings = [text, *state.facts, *quotes, *labels, *state.notices]
        strings += [pick.explanation.text for pick in state.found]
        values = [v for f in self.domain.of_kind(FacetKind.CATEGORY) for v in f.aliases.values()]
        return Facts.gather(
            [*strings, self.domain.noun, self.domain.nouns, "Palate"], dict.fromkeys(values)
        )

    def _finish(
        self,
        state: TurnState,
        user_id: str,
        conversation_id: str,
        text: str,
        reply: str,
        timer: _Clock,
    ) -> Turn:
        timer.ms.update(state.ms)
        turn = Turn(
            turn_id=state.turn_id,
            conversation_id=conversation_id,
            user_text=text,
            reply=reply,
            recommendations=state.found,
            profile=state.profile,
            learned=tuple(i.key for i in state.learned),
            notices=tuple(dict.fromkeys(state.notices)),
            timing=timer.ms,
            llm=self.llm_name,
        )
        saved = self._save(user_id, state, turn)
        timer.lap("save")
        timer.mark("total")
        return replace(turn, profile=saved)

    def _save(self, user_id: str, state: TurnState, turn: Turn) -> InterestProfile:
        """Save the answer, and what the turn edited, on top of whatever is stored by now."""
        record = {
            "act": state.plan.act.value,
            "learned": [list(key) for key in turn.learned],
            "like": list(state.request.like),
            "wishes": [list(key) for key in state.request.wishes],
            "conditions": list(state.request.conditions),
            "topic": state.topic,
            "recommendations": [recommendation_to_json(pick) for pick in state.found],
            "notices": list(turn.notices),
            "llm": turn.llm,
        }
        stored = StoredTurn(
            conversation_id=turn.conversation_id,
            turn_id=turn.turn_id,
            at=state.now,
            user_text=turn.user_text,
            reply=turn.reply,
            record=record,
        )
        events = _events(state)
        for last_try in (*[False] * (_SAVE_TRIES - 1), True):
            try:
                return self.store.save(state.profile, events=events, turn=stored)
            except ConflictError:
                if last_try:
                    raise
                state.profile = self._rebase(user_id, state)
        raise AssertionError("unreachable: the last try returns or raises")

    def _rebase(self, user_id: str, state: TurnState) -> InterestProfile:
        """Somebody saved while the turn ran: repeat only this turn's edits on what they saved."""
        fresh = Desk(
            engine=state.engine,
            linker=state.linker,
            profile=self.store.load(user_id),
            request=state.request,
            now=state.now,
            turn_id=state.turn_id,
        )
        kept = state.profile.by_key
        fresh.forget([key for key in state.edited if key not in kept])
        for key in state.edited:
            if key in kept:
                interest = kept[key]
                fresh.note(
                    interest.facet,
                    interest.value,
                    interest.preference,
                    interest.strictness,
                    condition=interest.condition,
                )
        return fresh.profile


def _events(state: TurnState) -> tuple[Event, ...]:
    events: list[Event] = []
    if state.edited:
        payload = {"turn_id": state.turn_id, "keys": [list(key) for key in state.edited]}
        events.append(Event(kind=EventKind.EDITED, at=state.now, payload=payload))
    if state.found:
        items = [pick.item_id for pick in state.found]
        payload = {"turn_id": state.turn_id, "items": items}
        events.append(Event(kind=EventKind.RECOMMENDED, at=state.now, payload=payload))
    return tuple(events)


def _sentences(pieces: Iterator[str]) -> Iterator[str]:
    """Whole sentences out of a stream of pieces, each as soon as the next one begins."""
    buffer = ""
    for piece in pieces:
        buffer += piece
        sentences = split_sentences(buffer)
        if len(sentences) > 1:
            yield from sentences[:-1]
            # The rest is kept as it came: white space at its end may stand between two words.
            buffer = buffer[buffer.rindex(sentences[-1]) :]
    yield from split_sentences(buffer)


def _check(text: str, n: int) -> None:
    if len(text) > MAX_TEXT:
        raise InputError(
            f"The message has {len(text):,} characters; the limit is {MAX_TEXT:,}.",
            "Send it in parts, or import long texts with palate extract.",
        )
    if not 1 <= n <= 50:
        raise InputError(f"n is {n}; it must lie between 1 and 50.")
