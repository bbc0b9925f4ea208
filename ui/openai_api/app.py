"""The OpenAI-compatible door as one application, to be mounted at ``/v1``.

It knows ``/models`` and ``/chat/completions``; who may come in is the guard's. The last user
message is read; what clients send as system messages, or as what the assistant said, is not:
instructions are Palate's own, and it remembers its conversations itself.
"""

from __future__ import annotations

import json
import logging
import time
import uuid
from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.responses import JSONResponse, Response, StreamingResponse

from agent.turns import ReplyPiece, TurnDone, TurnEvent
from interest.accounts import Scope
from interest.errors import InputError, PalateError, UnknownNameError
from ui.api.body_limit import BodyLimit
from ui.api.callers import AnyCaller, ServicesOf, Uncounted
from ui.api.problems import status_of
from ui.auth.identity import Identity
from ui.openai_api.answers import MODEL, Shapes, list_text
from ui.openai_api.errors import add_error_handlers, error_body
from ui.openai_api.forms import ChatCompletionRequest
from ui.openai_api.threads import find_conversation
from ui.services import Services
from ui.trouble import log_unexpected
from ui.words import error_words

__all__ = ["create_openai_api"]

_log = logging.getLogger(__name__)
#: Clients send the whole history every time.
_LARGEST_BODY = 4 * 1024 * 1024


def create_openai_api(services: Services) -> FastAPI:
    """The application. :class:`ui.auth.guard.Guard` must stand before it."""
    app = FastAPI(title="Palate", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.services = services
    app.add_middleware(BodyLimit, largest=_LARGEST_BODY)
    add_error_handlers(app)
    app.get("/models")(models)
    app.get("/models/{model}")(model)
    app.post("/chat/completions", response_model=None)(complete)
    return app


def models(caller: AnyCaller) -> dict[str, Any]:
    """The one model."""
    return {"object": "list", "data": [_model()]}


def model(model: str, caller: AnyCaller) -> dict[str, Any]:
    """The one model, by its name."""
    _check_model(model)
    return _model()


def complete(asked: ChatCompletionRequest, caller: Uncounted, services: ServicesOf) -> Response:
    """Answer the last message of a conversation, in one piece or in chunks."""
    speaker = _speaker(asked, caller)
    services.buckets.take(speaker.bucket)
    _check_model(asked.model)
    said = [message.text for message in asked.messages if message.role == "user"]
    spoken = [message for message in asked.messages if message.role not in ("system", "developer")]
    if not spoken or spoken[-1].role != "user":
        raise InputError("The last message is not the user's.", "End with a user message.")
    palate, user_id = services.palate, speaker.user_id
    conversation = find_conversation(said, lambda name: palate.turns(user_id, name))
    shapes = Shapes(
        completion_id=f"chatcmpl-{uuid.uuid4().hex}", created=int(time.time()), read=said[-1]
    )
    events = palate.chat(user_id, said[-1], conversation_id=conversation)
    first = next(events)  # bad input is a status, not a broken stream
    if asked.stream:
        with_usage = asked.stream_options is not None and asked.stream_options.include_usage
        chunks = _chunks(shapes, events, with_usage=with_usage)
        return StreamingResponse(
            chunks, media_type="text/event-stream", headers={"Cache-Control": "no-store"}
        )
    *_, last = (first, *events)
    assert isinstance(last, TurnDone)
    content = last.turn.reply + list_text(last.turn.recommendations)
    return JSONResponse(shapes.whole(content, last.turn.recommendations))


def _speaker(asked: ChatCompletionRequest, caller: Identity) -> Identity:
    """Whose profile it is: the ``user`` of the request for keys that speak for others, else the
    owner of the key.

    Raises:
        ForbiddenError: The key may not speak for that user.
    """
    speaker = caller.speaking_for(asked.user)
    speaker.require(Scope.CHAT)
    return speaker


def _chunks(shapes: Shapes, events: Iterator[TurnEvent], *, with_usage: bool) -> Iterator[str]:
    yield _line(shapes.first(with_usage=with_usage))
    content = ""
    try:
        for event in events:
            if isinstance(event, ReplyPiece):
                content += event.text
                yield _line(shapes.piece(event.text, with_usage=with_usage))
            elif isinstance(event, TurnDone):
                picks = event.turn.recommendations
                listed = list_text(picks)
                if listed:
                    content += listed
                    yield _line(shapes.piece(listed, with_usage=with_usage))
                for chunk in shapes.end(content, picks, with_usage=with_usage):
                    yield _line(chunk)
    except PalateError as error:
        yield _line(error_body(status_of(error).value, error_words(error)))
        return
    except Exception as error:
        log_unexpected(_log, error, "in a stream")
        yield _line(error_body(500, f"Unexpected {type(error).__name__}."))
        return
    yield "data: [DONE]\n\n"


def _line(data: dict[str, Any]) -> str:
    return f"data: {json.dumps(data, ensure_ascii=False)}\n\n"


def _model() -> dict[str, Any]:
    # The clients want a date; Palate has none that means anything.
    return {"id": MODEL, "object": "model", "created": 0, "owned_by": "palate"}


def _check_model(name: str) -> None:
    if name != MODEL:
        raise UnknownNameError(f"There is no model {name!r}.", f"Ask for {MODEL!r}.")
