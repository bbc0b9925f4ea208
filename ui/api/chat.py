"""Talking: one answer in one piece, or as a stream of events."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Header
from fastapi.responses import StreamingResponse

from agent.turns import ItemsReady, ProfileReady, ReplyPiece, Stage, TurnDone, TurnEvent
from agent.wire import key_to_json, recommendation_to_json, turn_to_json
from interest.errors import InputError, PalateError
from ui.api.asked import ChatRequest
from ui.api.callers import Chatter, ServicesOf
from ui.api.forms import ChatAnswer, as_form
from ui.api.idempotency import KEY_HEADER, MAY_REPEAT, IdempotentRoute
from ui.api.problems import problem_responses, status_of
from ui.trouble import log_unexpected

__all__ = ["router", "stream_router"]

_log = logging.getLogger(__name__)

router = APIRouter(tags=["chat"], route_class=IdempotentRoute)
stream_router = APIRouter(tags=["chat"])

_EVENT = {
    "type": "object",
    "properties": {
        "event": {"enum": ["stage", "profile", "items", "piece", "done", "error"]},
        "data": {"type": "string", "contentMediaType": "application/json"},
    },
    "required": ["event", "data"],
}
_STREAM: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Server-sent events: `stage`, `profile`, `items`, `piece`, and at the end "
        "`done` (as the answer of `/v1/chat`) or `error` (a problem).",
        "content": {"text/event-stream": {"schema": _EVENT}},
    }
}


@router.post(
    "/chat",
    response_model=ChatAnswer,
    responses=problem_responses(409, 413, 502),
    dependencies=[MAY_REPEAT],
)
def chat(asked: ChatRequest, caller: Chatter, services: ServicesOf) -> ChatAnswer:
    """Answer a message. What it says about taste is learned before it is answered."""
    turn = services.palate.ask(
        caller.user_id, asked.text, conversation_id=asked.conversation_id, n=asked.n
    )
    return as_form(ChatAnswer, turn_to_json(turn))


@stream_router.post(
    "/chat/stream",
    response_class=StreamingResponse,
    responses={**problem_responses(409, 413, 502), **_STREAM},
)
def chat_stream(
    asked: ChatRequest,
    caller: Chatter,
    services: ServicesOf,
    idempotency_key: Annotated[
        str | None, Header(alias=KEY_HEADER, include_in_schema=False)
    ] = None,
) -> StreamingResponse:
    """Answer a message while it is being worked on."""
    if idempotency_key is not None:
        raise InputError(
            "A stream cannot be sent again, so it takes no idempotency key.", "Use /api/v1/chat."
        )
    events = services.palate.chat(
        caller.user_id, asked.text, conversation_id=asked.conversation_id, n=asked.n
    )
    # The first event now: bad input is then a status and not an event.
    first = next(events)
    return StreamingResponse(
        _lines(first, events), media_type="text/event-stream", headers={"Cache-Control": "no-store"}
    )


def _lines(first: TurnEvent, events: Iterator[TurnEvent]) -> Iterator[str]:
    yield _line(*_published(first))
    try:
        for event in events:
            yield _line(*_published(event))
    except PalateError as error:
        status = status_of(error)
        problem = {"status": status.value, "title": status.phrase, "detail": error.problem}
        yield _line("error", {**problem, "remedy": error.remedy})
    except Exception as error:
        log_unexpected(_log, error, "in a stream")
        yield _line("error", {"status": 500, "title": "Internal Server Error"})


def _line(name: str, data: dict[str, Any]) -> str:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"


def _published(event: TurnEvent) -> tuple[str, dict[str, Any]]:
    match event:
        case Stage(name=name):
            return "stage", {"name": name}
        case ProfileReady(profile=profile, learned=learned):
            return "profile", {
                "revision": profile.revision,
                "learned": [key_to_json(key) for key in learned],
            }
        case ItemsReady(recommendations=picks):
            return "items", {"recommendations": [recommendation_to_json(pick) for pick in picks]}
        case ReplyPiece(text=text):
            return "piece", {"text": text}
        case TurnDone(turn=turn):
            return "done", turn_to_json(turn)
