"""Errors in the shape that OpenAI's clients turn into their exceptions.

It knows which error is which status and type; it does not know any route.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, cast

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from interest.errors import PalateError
from ui.api.problems import status_of
from ui.auth.identity import AuthError, TooManyError
from ui.trouble import log_unexpected
from ui.words import error_words

__all__ = ["add_error_handlers", "error_body"]

_log = logging.getLogger(__name__)
#: How many of the problems of a request are named.
_SHOWN = 3
_TYPES = {
    401: ("authentication_error", "invalid_api_key"),
    403: ("permission_error", "insufficient_permissions"),
    404: ("invalid_request_error", "not_found"),
    429: ("rate_limit_error", "rate_limit_exceeded"),
}


def error_body(status: int, message: str, *, param: str | None = None) -> dict[str, Any]:
    """The JSON of an error."""
    server = ("server_error", None)
    kind, code = _TYPES.get(status, server if status >= 500 else ("invalid_request_error", None))
    said = message.encode("utf-8", "backslashreplace").decode("utf-8")
    return {"error": {"message": said, "type": kind, "param": param, "code": code}}


def add_error_handlers(app: FastAPI) -> None:
    """Answer every error of an application in this form."""
    handlers: Mapping[Any, Any] = {
        PalateError: _palate_error,
        RequestValidationError: _invalid,
        HTTPException: _http_error,
        Exception: _unexpected,
    }
    for kind, handler in handlers.items():
        app.add_exception_handler(kind, handler)


async def _palate_error(request: Request, error: PalateError) -> Response:
    # OpenAI's own servers say 400 where a value is wrong.
    status = 400 if (found := status_of(error).value) == 422 else found
    headers: dict[str, str] = {}
    if isinstance(error, TooManyError):
        headers["Retry-After"] = str(error.wait_seconds)
    if isinstance(error, AuthError):
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse(error_body(status, error_words(error)), status, headers=headers)


async def _invalid(request: Request, error: RequestValidationError) -> Response:
    problems = cast("list[dict[str, Any]]", list(error.errors()))[:_SHOWN]
    params = [".".join(str(part) for part in p["loc"] if part != "body") for p in problems]
    said = "; ".join(f"{param}: {p['msg']}" for param, p in zip(params, problems, strict=True))
    return JSONResponse(error_body(400, said, param=params[0] or None), 400)


async def _http_error(request: Request, error: HTTPException) -> Response:
    what = f"{request.method} {request.url.path}"
    detail = f"There is nothing at {what}." if error.status_code == 404 else str(error.detail)
    body = error_body(error.status_code, detail)
    return JSONResponse(body, error.status_code, headers=dict(error.headers or {}))


async def _unexpected(request: Request, error: Exception) -> Response:
    log_unexpected(_log, error, f"at {request.method} {request.url.path}")
    status = HTTPStatus.INTERNAL_SERVER_ERROR.value
    return JSONResponse(error_body(status, f"Unexpected {type(error).__name__}."), status)
