"""Who calls the API: the guard's answer as a dependency of every route.

It knows the scope that a route needs; how somebody is recognised is :mod:`ui.auth.guard`'s.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Annotated, Any
from urllib.parse import unquote

from fastapi import Depends, Header, Request, Security
from fastapi.security import APIKeyCookie, HTTPAuthorizationCredentials, HTTPBearer

from interest.accounts import Scope
from ui.auth.guard import SESSION_COOKIE, identity_of
from ui.auth.identity import Identity
from ui.services import Services

__all__ = [
    "Admin",
    "AnyCaller",
    "Chatter",
    "Reader",
    "Recommender",
    "ServicesOf",
    "Uncounted",
    "Writer",
    "needs",
    "services_of",
]

# For the description only: the guard has read both already.
_BEARER = HTTPBearer(auto_error=False, scheme_name="key", description="A key of `palate key add`.")
_COOKIE = APIKeyCookie(
    name=SESSION_COOKIE, auto_error=False, scheme_name="session", description="Of the page."
)

Caller = Callable[..., Coroutine[Any, Any, Identity]]


def services_of(request: Request) -> Services:
    """The parts that answer, as :func:`ui.api.app.create_api` got them."""
    services = request.app.state.services
    assert isinstance(services, Services)
    return services


def needs(*scopes: Scope, counted: bool = True) -> Caller:
    """A dependency: the caller, who has these scopes and has not asked too much.

    Args:
        scopes: What the route needs.
        counted: Whether the request counts here; a route that finds in the body for whom it is
            counts it itself.
    """

    async def caller(
        request: Request,
        services: Annotated[Services, Depends(services_of)],
        _key: Annotated[HTTPAuthorizationCredentials | None, Security(_BEARER)],
        _session: Annotated[str | None, Security(_COOKIE)],
        palate_user: Annotated[
            str | None,
            Header(
                alias="Palate-User",
                description="Whom the request is about, percent-encoded, if not the owner of "
                "the key; needs the scope `act-as`.",
                min_length=1,
                max_length=600,
            ),
        ] = None,
    ) -> Identity:
        identity = identity_of(request.scope)
        named = None if palate_user is None else unquote(palate_user)
        identity = identity.speaking_for(named)
        if counted:
            services.buckets.take(identity.bucket)
        for scope in scopes:
            identity.require(scope)
        return identity

    return caller


ServicesOf = Annotated[Services, Depends(services_of)]
AnyCaller = Annotated[Identity, Depends(needs())]
Chatter = Annotated[Identity, Depends(needs(Scope.CHAT))]
Recommender = Annotated[Identity, Depends(needs(Scope.RECOMMEND))]
Reader = Annotated[Identity, Depends(needs(Scope.PROFILE_READ))]
Writer = Annotated[Identity, Depends(needs(Scope.PROFILE_WRITE))]
Uncounted = Annotated[Identity, Depends(needs(counted=False))]
Admin = Annotated[Identity, Depends(needs(Scope.ADMIN))]
