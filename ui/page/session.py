"""What one browser tab shows: its conversation, its cards, its panel; and what changes them.

It knows the facade and the order of things on the page; it does not know Gradio. Every method
takes a session and returns what has changed, so that tests need no browser.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from agent.turns import ItemsReady, ProfileReady, Recommendation, ReplyPiece, Stage, TurnDone
from interest.errors import PalateError
from interest.profile import InterestProfile, ReactionKind
from ui.hints import unlinked_hint
from ui.page.actions import (
    Act,
    AddInterest,
    ChangeInterest,
    Clear,
    DeleteInterest,
    Forget,
    React,
    Refresh,
)
from ui.page.cards import cards_html
from ui.page.stage import busy_html, error_html, idle_html, note_html
from ui.page.taste import taste_html
from ui.words import REACTION_WORDS, error_words, stage_words, value_words

if TYPE_CHECKING:
    from agent.palate import Palate

__all__ = ["Message", "PageLogic", "Session", "Update", "suggestions"]

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """One line of the conversation."""

    role: str
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Session:
    """What a tab knows.

    Attributes:
        user_id: Whose page it is; "" before it is loaded.
        shown: The recommendations on the cards.
    """

    user_id: str = ""
    shown: tuple[Recommendation, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Update:
    """What has changed; None where nothing has.

    Attributes:
        session: What the tab knows now.
        messages: The conversation, oldest first.
        stage: The line above the input, as HTML.
        cards: The recommendations, as HTML.
        taste: The profile, as HTML.
        box: Text of the input.
        busy: Whether an answer is on its way.
    """

    session: Session
    messages: tuple[Message, ...] | None = None
    stage: str | None = None
    cards: str | None = None
    taste: str | None = None
    box: str | None = None
    busy: bool | None = None


class PageLogic:
    """Everything that can happen on the page.

    Args:
        palate: An open Palate; calls may come from several threads.
        clock: Says what time it is.
        n: How many cards.
    """

    def __init__(self, palate: Palate, *, clock: Callable[[], datetime], n: int = 5) -> None:
        self._palate = palate
        self._clock = clock
        self._n = n

    def open(self, user_id: str) -> Update:
        """Show somebody's conversation, picks and taste."""
        profile = self._palate.profile(user_id)
        update = self._picked_again(Session(user_id=user_id), profile, idle_html())
        return replace(update, messages=self._history(user_id))

    def say(self, session: Session, text: str) -> Iterator[Update]:
        """Answer a message while it is being worked on."""
        before = self._history(session.user_id)
        asked = (*before, Message(role="user", text=text))
        yield Update(
            session=session, messages=asked, stage=busy_html("Reading…"), box="", busy=True
        )
        try:
            yield from self._answer(session, asked, text)
        except PalateError as error:
            yield _failed(session, before, text, error_words(error))
        except Exception as error:
            logger.exception("A turn failed.")
            yield _failed(session, before, text, _unexpected(error))

    def act(self, session: Session, act: Act) -> Update:
        """Do what was pressed."""
        try:
            return self._act(session, act)
        except PalateError as error:
            return Update(session=session, stage=error_html(error_words(error)))
        except Exception as error:
            logger.exception("An action on the page failed.")
            return Update(session=session, stage=error_html(_unexpected(error)))

    def export(self, session: Session) -> str:
        """The profile as JSON text, for a download."""
        exported = self._palate.export_profile(session.user_id)
        return json.dumps(exported, ensure_ascii=False, indent=2)

    def _history(self, user_id: str) -> tuple[Message, ...]:
        return tuple(
            message
            for turn in self._palate.turns(user_id)
            for message in (
                Message(role="user", text=turn.user_text),
                Message(role="assistant", text=turn.reply),
            )
        )

    def _answer(self, session: Session, asked: tuple[Message, ...], text: str) -> Iterator[Update]:
        reply = ""
        for event in self._palate.chat(session.user_id, text, n=self._n):
            match event:
                case Stage(name=name):
                    yield Update(session=session, stage=busy_html(stage_words(name)))
                case ProfileReady(profile=profile):
                    yield Update(session=session, taste=self._taste(profile))
                case ItemsReady(recommendations=recommendations):
                    session = replace(session, shown=recommendations)
                    profile = self._palate.profile(session.user_id)
                    yield Update(session=session, cards=self._cards(session, profile))
                case ReplyPiece(text=piece):
                    reply += piece
                    yield Update(session=session, messages=_with_reply(asked, reply))
                case TurnDone(turn=turn):
                    yield Update(
                        session=session,
                        messages=_with_reply(asked, turn.reply),
                        stage=_notices(turn.notices, turn.reply),
                        taste=self._taste(turn.profile),
                        busy=False,
                    )

    def _act(self, session: Session, act: Act) -> Update:
        user = session.user_id
        hint = ""
        match act:
            case React(item_id=item_id, kind=kind):
                return self._answered(session, item_id, kind)
            case Clear(item_id=item_id):
                profile = self._palate.clear_reaction(user, item_id)
                return self._marked(session, profile, f"Taken back: {self._title(item_id)}.")
            case Refresh():
                profile = self._palate.profile(user)
                return self._picked_again(session, profile, note_html("New picks."))
            case Forget():
                return self._forgotten(user)
            case AddInterest():
                profile = self._palate.add_interest(
                    user,
                    act.facet,
                    act.value,
                    preference=act.preference,
                    strictness=act.strictness,
                    condition=act.condition,
                )
                done = "Added"
                hint = unlinked_hint(self._palate, profile, act.facet, act.value, act.condition)
            case ChangeInterest():
                profile = self._palate.change_interest(
                    user,
                    act.facet,
                    act.value,
                    preference=act.preference,
                    strictness=act.strictness,
                    condition=act.condition,
                )
                done = "Changed"
            case DeleteInterest():
                profile = self._palate.delete_interest(
                    user, act.facet, act.value, condition=act.condition
                )
                done = "Removed"
        value = value_words(self._palate.domain, act.facet, act.value)
        value = f"{value}, {act.condition}" if act.condition else value
        return self._picked_again(
            session, profile, note_html(f"{done} “{value}”. The picks follow. {hint}".strip())
        )

    def _answered(self, session: Session, item_id: str, kind: ReactionKind) -> Update:
        """Pressing what is pressed already takes it back."""
        before = _reactions(self._palate.profile(session.user_id)).get(item_id)
        if before is kind:
            return self._act(session, Clear(item_id=item_id))
        profile = self._palate.react(session.user_id, item_id, kind)
        return self._marked(session, profile, f"{REACTION_WORDS[kind]}: {self._title(item_id)}.")

    def _forgotten(self, user_id: str) -> Update:
        receipt = self._palate.delete_user(user_id)
        line = f"Deleted: {receipt.total} records about you are gone."
        return replace(self.open(user_id), stage=note_html(line))

    def _marked(self, session: Session, profile: InterestProfile, line: str) -> Update:
        """The same cards, with the answers on them."""
        return Update(
            session=session,
            stage=note_html(line),
            cards=self._cards(session, profile),
            taste=self._taste(profile),
        )

    def _picked_again(self, session: Session, profile: InterestProfile, stage: str) -> Update:
        """New cards from the profile alone; none while nothing is known."""
        known = bool(profile.interests or profile.reactions)
        picks = self._palate.recommend(session.user_id, n=self._n) if known else ()
        session = replace(session, shown=picks)
        return Update(
            session=session,
            stage=stage,
            cards=self._cards(session, profile),
            taste=self._taste(profile),
        )

    def _cards(self, session: Session, profile: InterestProfile) -> str:
        return cards_html(session.shown, self._palate.domain, _reactions(profile))

    def _taste(self, profile: InterestProfile) -> str:
        titles = {entry.item_id: self._title(entry.item_id) for entry in profile.reactions}
        return taste_html(profile, self._palate.domain, titles, now=self._clock())

    def _title(self, item_id: str) -> str:
        catalogue = self._palate.catalogue
        return catalogue.item(item_id).label if catalogue.has_row(item_id) else item_id


def suggestions(palate: Palate, asked: Sequence[object]) -> list[str]:
    """Values for the editor, for the (facet, prefix) that a browser sent; none if it makes none."""
    match asked:
        case [str(facet), str(prefix)]:
            try:
                return list(palate.suggest(facet, prefix))
            except PalateError:
                return []
        case _:
            return []


def _reactions(profile: InterestProfile) -> dict[str, ReactionKind]:
    return {reaction.item_id: reaction.kind for reaction in profile.reactions}


def _with_reply(asked: tuple[Message, ...], reply: str) -> tuple[Message, ...]:
    return (*asked, Message(role="assistant", text=reply))


def _failed(session: Session, before: tuple[Message, ...], text: str, line: str) -> Update:
    """As before the message, which goes back into the box."""
    return Update(session=session, messages=before, stage=error_html(line), box=text, busy=False)


def _notices(notices: tuple[str, ...], reply: str) -> str:
    """What is to be said openly and stands not in the reply already."""
    left = [notice for notice in notices if notice not in reply]
    return note_html(" ".join(left)) if left else idle_html()


def _unexpected(error: Exception) -> str:
    return (
        f"That did not work ({type(error).__name__}). Try again; the terminal where Palate runs "
        "shows the cause."
    )
