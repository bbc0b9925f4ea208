"""How large a request may be: what is larger is refused before it is read.

It knows bytes; it does not know what they mean.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from starlette.datastructures import Headers
from starlette.responses import Response

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["LARGEST_BODY", "BodyLimit"]

#: The longest message, each of its characters written as two escapes, and some room.
LARGEST_BODY = 384 * 1024


class BodyLimit:
    """Middleware: answers 413 to bodies above a limit, declared or not.

    Args:
        app: What it stands before.
        largest: In bytes.
    """

    def __init__(self, app: ASGIApp, *, largest: int = LARGEST_BODY) -> None:
        self._app = app
        self._largest = largest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        declared = Headers(scope=scope).get("content-length", "")
        if declared.isdecimal():
            if int(declared) > self._largest:
                await self._refusal()(scope, receive, send)
                return
            await self._app(scope, receive, send)
            return
        # Nothing tells how much will come: read it here, as far as the limit.
        messages: list[Message] = []
        size = 0
        while True:
            message = await receive()
            messages.append(message)
            size += len(message.get("body", b""))
            if size > self._largest:
                await self._refusal()(scope, receive, send)
                return
            if not message.get("more_body", False):
                break

        async def replay() -> Message:
            return messages.pop(0) if messages else await receive()

        await self._app(scope, replay, send)

    def _refusal(self) -> Response:
        problem = {
            "type": "urn:palate:problem:content-too-large",
            "title": "Content Too Large",
            "status": 413,
            "detail": f"The request's body is larger than {self._largest:,} bytes.",
            "remedy": "Send less at once.",
            "errors": list[str](),
        }
        return Response(
            json.dumps(problem),
            413,
            headers={"Connection": "close"},
            media_type="application/problem+json",
        )
