"""Errors as ``application/problem+json`` (RFC 9457), whatever goes wrong.

It knows which error is which status; it does not know any route.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, cast

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from interest.errors import (
    ConflictError,
    InputError,
    ModelError,
    PalateError,
    StoreError,
    UnknownNameError,
)
from ui.auth.identity import AuthError, ForbiddenError, TooManyError
from ui.trouble import log_unexpected

__all__ = ["PROBLEM_TYPE", "Problem", "add_problem_handlers", "problem_responses", "status_of"]

_log = logging.getLogger(__name__)

PROBLEM_TYPE = "application/problem+json"
#: The first that fits counts: the finer kinds stand before the coarser ones.
_STATUS: tuple[tuple[type[PalateError], HTTPStatus], ...] = (
    (AuthError, HTTPStatus.UNAUTHORIZED),
    (ForbiddenError, HTTPStatus.FORBIDDEN),
    (TooManyError, HTTPStatus.TOO_MANY_REQUESTS),
    (UnknownNameError, HTTPStatus.NOT_FOUND),
    (InputError, HTTPStatus.UNPROCESSABLE_ENTITY),
    (ConflictError, HTTPStatus.CONFLICT),
    (StoreError, HTTPStatus.SERVICE_UNAVAILABLE),
    (ModelError, HTTPStatus.BAD_GATEWAY),
)
_SHOWN = 10


class FieldProblem(BaseModel):
    """What is wrong with one part of a request."""

    where: str = Field(description="The part: body.text, query.n …")
    problem: str = Field(description="What is wrong with it.")


class Problem(BaseModel):
    """An error (RFC 9457)."""

    type: str = Field(description="Which kind of error, as a URN.")
    title: str = Field(description="The same for people, for every error of this kind.")
    status: int = Field(description="The HTTP status.")
    detail: str = Field(description="What is wrong this time, with the value.")
    remedy: str = Field(default="", description="What to do next.")
    errors: list[FieldProblem] = Field(
        default_factory=list[FieldProblem], description="Part by part, where the form is wrong."
    )


def status_of(error: PalateError) -> HTTPStatus:
    """The status that says what kind of error it is."""
    found = next((status for kind, status in _STATUS if isinstance(error, kind)), None)
    return found or HTTPStatus.INTERNAL_SERVER_ERROR


def problem_responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The ``responses`` of a route for OpenAPI: these, and those that any route may give."""
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        status: {
            "description": HTTPStatus(status).phrase,
            "content": {PROBLEM_TYPE: {"schema": schema}},
        }
        for status in sorted({*statuses, 400, 401, 403, 422, 429, 503})
    }


def add_problem_handlers(app: FastAPI) -> None:
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
    status = status_of(error)
    headers: dict[str, str] = {}
    if isinstance(error, TooManyError):
        headers["Retry-After"] = str(error.wait_seconds)
    if isinstance(error, AuthError):
        headers["WWW-Authenticate"] = "Bearer"
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        _log.warning("a request failed: %s", type(error).__name__)
    return _answer(status, error.problem, error.remedy, headers=headers)


async def _invalid(request: Request, error: RequestValidationError) -> Response:
    found = [
        FieldProblem(
            where=".".join(str(part) for part in problem["loc"]),
            problem=str(problem["msg"]),
        )
        for problem in cast("list[dict[str, Any]]", list(error.errors()))[:_SHOWN]
    ]
    detail = "; ".join(f"{entry.where}: {entry.problem}" for entry in found)
    as_json = "json" in request.headers.get("content-type", "json")
    remedy = "See the description of this request in /api/openapi.json."
    if not as_json:
        remedy = "Send JSON, with the header Content-Type: application/json."
    return _answer(HTTPStatus.UNPROCESSABLE_ENTITY, detail, remedy, errors=found)


async def _http_error(request: Request, error: HTTPException) -> Response:
    details = {404: f"There is nothing at {request.url.path!r}.", 405: "This method has no use."}
    detail = details.get(error.status_code, str(error.detail))
    return _answer(
        HTTPStatus(error.status_code),
        f"{detail} ({request.method})" if error.status_code == 405 else detail,
        "See /api/openapi.json for what there is." if error.status_code in details else "",
        headers=dict(error.headers or {}),
    )


async def _unexpected(request: Request, error: Exception) -> Response:
    log_unexpected(_log, error, f"at {request.method} {request.url.path}")
    return _answer(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        f"Unexpected {type(error).__name__}.",
        "The operator finds more in the log of palate serve --verbose.",
    )


def _answer(
    status: HTTPStatus,
    detail: str,
    remedy: str,
    *,
    errors: list[FieldProblem] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    problem = Problem(
        type=f"urn:palate:problem:{status.phrase.lower().replace(' ', '-')}",
        title=status.phrase,
        status=status.value,
        detail=_sayable(detail),
        remedy=_sayable(remedy),
        errors=errors or [],
    )
    return JSONResponse(
        problem.model_dump(), status.value, media_type=PROBLEM_TYPE, headers=dict(headers or {})
    )


def _sayable(text: str) -> str:
    """Text that has a UTF-8 form: what is wrong may be that it has none."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
