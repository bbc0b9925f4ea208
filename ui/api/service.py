"""The server itself: whether it answers, what runs, who is asking and who is there."""

from __future__ import annotations

from fastapi import APIRouter

from ui.api.callers import Admin, AnyCaller, ServicesOf
from ui.api.forms import Health, Me, People, RoleForm, StatusForm
from ui.api.problems import problem_responses

__all__ = ["router"]

router = APIRouter(tags=["service"])


@router.get("/health", response_model=Health)
def health() -> Health:
    """Whether the server answers; open to everybody."""
    return Health()


@router.get("/status", response_model=StatusForm, responses=problem_responses())
def status(caller: AnyCaller, services: ServicesOf) -> StatusForm:
    """What runs: catalogue, index, model, and who does what."""
    found = services.palate.status
    return StatusForm(
        domain=found.domain,
        n_items=found.n_items,
        n_interactions=found.n_interactions,
        encoder=found.encoder,
        index=found.index,
        llm=found.llm,
        roles=[
            RoleForm(duty=role.duty.value, done_by=role.done_by.value, reason=role.reason)
            for role in found.roles
        ],
        notes=list(found.notes),
    )


@router.get("/me", response_model=Me, responses=problem_responses())
def me(caller: AnyCaller) -> Me:
    """Whom the credentials stand for."""
    return Me(user_id=caller.user_id, means=caller.means.value, scopes=sorted(caller.scopes))


@router.get("/users", response_model=People, responses=problem_responses())
def users(caller: Admin, services: ServicesOf) -> People:
    """Everybody with a profile; for operators."""
    return People(users=list(services.palate.users()))
