"""What was: the turns of a conversation, and the events of a profile."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path

from ui.api.callers import Reader, ServicesOf
from ui.api.forms import EventForm, Page, StoredTurnForm
from ui.api.paging import Cursor, Limit, position
from ui.api.problems import problem_responses

__all__ = ["router"]

router = APIRouter(tags=["history"])

Conversation = Annotated[str, Path(min_length=1, max_length=200, description="Which one.")]


@router.get("/conversations", response_model=Page[str], responses=problem_responses())
def conversations(
    caller: Reader, services: ServicesOf, cursor: Cursor = None, limit: Limit = 50
) -> Page[str]:
    """Ids of somebody's conversations; the one with the newest turn comes first."""
    start = position(cursor)
    found = services.palate.conversations(caller.user_id)
    more = start + limit < len(found)
    return Page(
        entries=list(found[start : start + limit]),
        next_cursor=str(start + limit) if more else None,
    )


@router.get(
    "/conversations/{conversation_id:path}/turns",
    response_model=Page[StoredTurnForm],
    responses=problem_responses(),
)
def turns(
    conversation_id: Conversation,
    caller: Reader,
    services: ServicesOf,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[StoredTurnForm]:
    """The turns of a conversation, oldest first; empty if there is no such conversation."""
    start = position(cursor)
    stored = services.palate.turns(caller.user_id, conversation_id)
    found = [
        StoredTurnForm(
            conversation_id=turn.conversation_id,
            turn_id=turn.turn_id,
            at=turn.at,
            user_text=turn.user_text,
            reply=turn.reply,
            record=dict(turn.record),
        )
        for turn in stored[start : start + limit]
    ]
    more = start + limit < len(stored)
    return Page(entries=found, next_cursor=str(start + limit) if more else None)


@router.get("/events", response_model=Page[EventForm], responses=problem_responses())
def events(
    caller: Reader, services: ServicesOf, cursor: Cursor = None, limit: Limit = 50
) -> Page[EventForm]:
    """What happened to a profile, oldest first."""
    # One more than is shown tells whether there is a next page.
    found = services.palate.events(caller.user_id, after=position(cursor), limit=limit + 1)
    shown = found[:limit]
    return Page(
        entries=[
            EventForm(
                event_id=event.event_id, kind=event.kind, at=event.at, payload=dict(event.payload)
            )
            for event in shown
        ],
        next_cursor=str(shown[-1].event_id) if len(found) > limit else None,
    )
