"""The profile: read, corrected, taken along and deleted."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body, Path, Query
from fastapi.responses import JSONResponse

from interest.passport import profile_to_json
from interest.passport_models import ProfileForm
from interest.profile import InterestProfile, ReactionKind
from ui.api.asked import ChangedInterest, Feedback, FeedbackKind, NewInterest, ReactionRequest
from ui.api.callers import Reader, ServicesOf, Writer
from ui.api.forms import Deleted, as_form
from ui.api.idempotency import MAY_REPEAT, IdempotentRoute
from ui.api.problems import problem_responses

__all__ = ["deleting_router", "router"]

router = APIRouter(tags=["profile"], route_class=IdempotentRoute)
#: Deleting is the same however often it is done, and no answer about the deleted is kept.
deleting_router = APIRouter(tags=["profile"])

ItemId = Annotated[str, Path(min_length=1, max_length=200, description="Item of the catalogue.")]
_CHANGE: dict[str, Any] = {
    "response_model": ProfileForm,
    "responses": problem_responses(404, 409, 413),
    "dependencies": [MAY_REPEAT],
}


@router.get("/profile", response_model=ProfileForm, responses=problem_responses())
def read_profile(caller: Reader, services: ServicesOf) -> ProfileForm:
    """What is known of somebody, each interest with the words that show it."""
    return _form(services.palate.profile(caller.user_id))


@router.get("/profile/export", response_model=ProfileForm, responses=problem_responses())
def export_profile(caller: Reader, services: ServicesOf) -> JSONResponse:
    """The same as a file to take along, in the published form."""
    return JSONResponse(
        services.palate.export_profile(caller.user_id),
        headers={"Content-Disposition": 'attachment; filename="profile.json"'},
    )


@deleting_router.delete("/profile", response_model=Deleted, responses=problem_responses())
def delete_profile(caller: Writer, services: ServicesOf) -> Deleted:
    """Remove everything about somebody: profile, evidence, events, conversations."""
    return Deleted.model_validate(services.palate.delete_user(caller.user_id).to_json())


@router.post("/profile/interests", **_CHANGE)
def add_interest(added: NewInterest, caller: Writer, services: ServicesOf) -> ProfileForm:
    """Add an interest by hand, linked to the catalogue's own value where there is one."""
    profile = services.palate.add_interest(
        caller.user_id,
        added.facet,
        added.value,
        preference=added.preference,
        strictness=added.strictness,
        condition=added.condition,
    )
    return _form(profile)


@router.patch("/profile/interests", **_CHANGE)
def change_interest(changed: ChangedInterest, caller: Writer, services: ServicesOf) -> ProfileForm:
    """Change an interest that is there."""
    profile = services.palate.change_interest(
        caller.user_id,
        changed.facet,
        changed.value,
        preference=changed.preference,
        strictness=changed.strictness,
        new_value=changed.new_value,
        condition=changed.condition,
    )
    return _form(profile)


@router.delete("/profile/interests", **_CHANGE)
def delete_interest(
    caller: Writer,
    services: ServicesOf,
    facet: Annotated[str, Query(min_length=1, max_length=100)],
    value: Annotated[str, Query(min_length=1, max_length=500)],
    condition: Annotated[str, Query(max_length=500)] = "",
) -> ProfileForm:
    """Delete an interest; the reaction to a title goes with what always holds of it."""
    profile = services.palate.delete_interest(caller.user_id, facet, value, condition=condition)
    return _form(profile)


@router.put("/profile/reactions/{item_id:path}", **_CHANGE)
def react(
    item_id: ItemId, reaction: ReactionRequest, caller: Writer, services: ServicesOf
) -> ProfileForm:
    """Like, dislike, mark as seen or reject an item."""
    return _form(services.palate.react(caller.user_id, item_id, reaction.kind))


@router.delete("/profile/reactions/{item_id:path}", **_CHANGE)
def clear_reaction(item_id: ItemId, caller: Writer, services: ServicesOf) -> ProfileForm:
    """Take a reaction back; nothing happens if there is none."""
    return _form(services.palate.clear_reaction(caller.user_id, item_id))


@router.post("/feedback", **_CHANGE)
def feedback(
    acts: Annotated[list[Feedback], Body(min_length=1, max_length=100)],
    caller: Writer,
    services: ServicesOf,
) -> ProfileForm:
    """What somebody did with up to 100 items, oldest first; nothing is done if one is unknown."""
    palate = services.palate
    for act in acts:
        palate.catalogue.item(act.item_id)
    profile = palate.profile(caller.user_id)
    for act in acts:
        if act.kind is FeedbackKind.CLEARED:
            profile = palate.clear_reaction(caller.user_id, act.item_id)
        else:
            profile = palate.react(caller.user_id, act.item_id, ReactionKind(act.kind.value))
    return _form(profile)


def _form(profile: InterestProfile) -> ProfileForm:
    return as_form(ProfileForm, profile_to_json(profile))
