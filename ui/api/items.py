"""Items: recommended, searched for, explained, and as the catalogue has them."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query

from agent.wire import recommendation_to_json
from retrieval.types import Item
from ui.api.callers import Recommender, ServicesOf
from ui.api.forms import ItemForm, Page, RecommendationForm, Recommendations
from ui.api.paging import Cursor, Limit, position
from ui.api.problems import problem_responses

__all__ = ["router"]

router = APIRouter(tags=["items"])

Count = Annotated[int, Query(ge=1, le=20, description="How many.")]
Conversation = Annotated[
    str,
    Query(
        min_length=1,
        max_length=200,
        description="The conversation whose running request is heeded.",
    ),
]
ItemId = Annotated[str, Path(min_length=1, max_length=200, description="Item of the catalogue.")]


@router.get("/recommendations", response_model=Recommendations, responses=problem_responses())
def recommend(
    caller: Recommender, services: ServicesOf, n: Count = 5, conversation_id: Conversation = "main"
) -> dict[str, Any]:
    """What the profile asks for now, best first."""
    picks = services.palate.recommend(caller.user_id, conversation_id=conversation_id, n=n)
    return {"recommendations": [recommendation_to_json(pick) for pick in picks]}


@router.get("/search", response_model=Recommendations, responses=problem_responses())
def search(
    caller: Recommender,
    services: ServicesOf,
    q: Annotated[str, Query(min_length=1, max_length=500, description="A title or a topic.")],
    n: Count = 5,
) -> dict[str, Any]:
    """Items that fit the words, whatever the profile says; the ledger says what it says."""
    picks = services.palate.search(caller.user_id, q, n=n)
    return {"recommendations": [recommendation_to_json(pick) for pick in picks]}


@router.get("/items", response_model=Page[ItemForm], responses=problem_responses())
def items(
    caller: Recommender, services: ServicesOf, cursor: Cursor = None, limit: Limit = 50
) -> Page[ItemForm]:
    """The catalogue, in its own order."""
    start = position(cursor)
    catalogue = services.palate.catalogue
    found = catalogue.items[start : start + limit]
    more = start + limit < len(catalogue)
    return Page(
        entries=[_form(item) for item in found],
        next_cursor=str(start + limit) if more else None,
    )


@router.get(
    "/items/{item_id:path}/explanation",
    response_model=RecommendationForm,
    responses=problem_responses(404),
)
def explain(
    item_id: ItemId,
    caller: Recommender,
    services: ServicesOf,
    conversation_id: Conversation = "main",
) -> dict[str, Any]:
    """Why an item is, or would be, recommended to this person, and what it meets."""
    pick = services.palate.explain(caller.user_id, item_id, conversation_id=conversation_id)
    return recommendation_to_json(pick)


@router.get("/items/{item_id:path}", response_model=ItemForm, responses=problem_responses(404))
def item(item_id: ItemId, caller: Recommender, services: ServicesOf) -> ItemForm:
    """One item of the catalogue."""
    return _form(services.palate.catalogue.item(item_id))


def _form(found: Item) -> ItemForm:
    return ItemForm(
        item_id=found.item_id,
        title=found.title,
        label=found.label,
        attributes={
            column: list(value) if isinstance(value, tuple) else value
            for column, value in found.attributes.items()
        },
        description=found.description,
    )
