"""Requests that may be sent again: the same ``Idempotency-Key`` gets the same answer.

It knows requests and answers; where they are kept is :mod:`interest.answer_store`'s. Only answers
of success are kept: a refused request changed nothing, and is judged anew when it comes again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Coroutine
from typing import Annotated, Any
from urllib.parse import unquote

from fastapi import Depends, Header, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.routing import APIRoute
from typing_extensions import override

from interest.answer_store import StoredAnswer
from ui.api.callers import services_of
from ui.auth.guard import identity_of
from ui.auth.identity import Identity

__all__ = ["KEY_HEADER", "MAY_REPEAT", "IdempotentRoute"]

KEY_HEADER = "Idempotency-Key"
_LONGEST_KEY = 200
_KEPT = range(200, 300)

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


def _described(
    idempotency_key: Annotated[
        str | None,
        Header(
            alias=KEY_HEADER,
            description="Chosen by you, new for each request: whoever sends the same request "
            "with the same key again within a day gets the same answer, and nothing is done twice.",
            min_length=1,
            max_length=_LONGEST_KEY,
        ),
    ] = None,
) -> None:
    """For the description and the limits; the route itself reads the header."""


#: For routes that change something.
MAY_REPEAT = Depends(_described)


class IdempotentRoute(APIRoute):
    """A route that heeds the header on everything that changes something."""

    @override
    def get_route_handler(self) -> Handler:
        handle = super().get_route_handler()

        async def handle_once(request: Request) -> Response:
            key = request.headers.get(KEY_HEADER, "")
            if request.method == "GET" or not 1 <= len(key) <= _LONGEST_KEY:
                return await handle(request)
            return await _once(request, key, handle)

        return handle_once


async def _once(request: Request, key: str, handle: Handler) -> Response:
    services = services_of(request)
    identity = _about(request)
    fingerprint = await _fingerprint(request, identity)
    kept = await run_in_threadpool(
        services.answers.begin, identity.user_id, key, fingerprint, now=services.clock()
    )
    if kept is not None:
        return Response(
            kept.body,
            kept.status,
            media_type=kept.media_type,
            headers={"Idempotency-Replayed": "true"},
        )
    try:
        answer = await handle(request)
    except BaseException:
        await run_in_threadpool(services.answers.abandon, identity.user_id, key)
        raise
    if answer.status_code in _KEPT:
        stored = StoredAnswer(
            status=answer.status_code,
            media_type=answer.headers.get("content-type", ""),
            body=bytes(answer.body).decode("utf-8"),
        )
        await run_in_threadpool(services.answers.finish, identity.user_id, key, stored)
    else:
        await run_in_threadpool(services.answers.abandon, identity.user_id, key)
    return answer


def _about(request: Request) -> Identity:
    """Whom the request is about: their answers go when they are deleted.

    Raises:
        AuthError: Nobody is recognised.
        ForbiddenError: The caller may not speak for the user that is named.
    """
    named = request.headers.get("palate-user")
    return identity_of(request.scope).speaking_for(None if named is None else unquote(named))


async def _fingerprint(request: Request, identity: Identity) -> str:
    """Of everything that was asked, and by what it was signed: a key that may do less must not
    be given the answer of one that may do more."""
    parts = (
        identity.credential,
        request.method,
        request.url.path,
        request.url.query,
        request.headers.get("content-type", ""),
    )
    digest = hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass"))
    digest.update(await request.body())
    return digest.hexdigest()
