"""The REST API as one application, to be mounted at ``/api``.

It knows which routes there are; it does not know where it is served or who may come in.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute

from ui.api import chat, history, items, profile, service
from ui.api.body_limit import BodyLimit
from ui.api.problems import Problem, add_problem_handlers
from ui.services import Services

__all__ = ["API_VERSION", "create_api", "describe_api"]

API_VERSION = "1.0.0"
_DESCRIPTION = """\
Recommendations that say why, from an interest profile that people can read, correct, take along
and delete.

Send a key of `palate key add` as `Authorization: Bearer KEY`; on your own machine, and while
nobody has an account, none is needed. Errors are `application/problem+json` and say what to do.
Everything that changes something may carry an `Idempotency-Key`.
"""


def create_api(services: Services) -> FastAPI:
    """The application. :class:`ui.auth.guard.Guard` must stand before it."""
    api = _routes()
    api.state.services = services
    return api


def describe_api() -> dict[str, Any]:
    """The OpenAPI 3.1 description, which depends on nothing that is served."""
    return _routes().openapi()


def _routes() -> FastAPI:
    api = FastAPI(
        title="Palate",
        version=API_VERSION,
        description=_DESCRIPTION,
        openapi_url="/openapi.json",
        docs_url=None,
        redoc_url=None,
        servers=[{"url": "/api"}],
        root_path_in_servers=False,
        generate_unique_id_function=_operation,
    )
    v1 = APIRouter(prefix="/v1")
    for router in (
        chat.router,
        chat.stream_router,
        items.router,
        profile.router,
        profile.deleting_router,
        history.router,
        service.router,
    ):
        v1.include_router(router)
    api.include_router(v1)
    api.add_middleware(BodyLimit)
    add_problem_handlers(api)
    generate = api.openapi

    def openapi() -> dict[str, Any]:
        return _with_problems(generate())

    api.openapi = openapi  # FastAPI's own way to change the description
    return api


def _operation(route: APIRoute) -> str:
    """What generated clients call the function."""
    return route.name


def _with_problems(schema: dict[str, Any]) -> dict[str, Any]:
    """FastAPI's description with our form of errors in the place of its own."""
    schemas = schema["components"]["schemas"]
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas |= problem.pop("$defs", {})
    schemas["Problem"] = problem
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    return schema
