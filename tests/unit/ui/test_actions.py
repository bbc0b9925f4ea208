"""What a browser may send, and what it may not."""

from __future__ import annotations

import pytest

from interest.errors import InputError
from interest.interests import Strictness
from interest.profile import ReactionKind
from ui.page.actions import (
    AddInterest,
    ChangeInterest,
    Clear,
    DeleteInterest,
    Forget,
    React,
    Refresh,
    parse_act,
)

EDIT = {"facet": "genre", "value": "Drama", "preference": "Love", "strictness": "hard"}


def test_every_button_becomes_its_act() -> None:
    assert parse_act({"action": "liked", "item": "7"}) == React(
        item_id="7", kind=ReactionKind.LIKED
    )
    assert parse_act({"action": "rejected", "item": "7"}) == React(
        item_id="7", kind=ReactionKind.REJECTED
    )
    assert parse_act({"action": "clear", "item": "7"}) == Clear(item_id="7")
    assert parse_act({"action": "refresh"}) == Refresh()
    assert parse_act({"action": "forget"}) == Forget()
    assert parse_act({"action": "delete", "facet": "genre", "value": " Drama "}) == DeleteInterest(
        facet="genre", value="Drama"
    )


def test_the_line_that_was_pressed_is_told_by_its_condition() -> None:
    kids = {"condition": "with the kids"}
    assert parse_act({"action": "change", **EDIT, **kids}) == ChangeInterest(
        facet="genre",
        value="Drama",
        preference=0.9,
        strictness=Strictness.HARD,
        condition="with the kids",
    )
    assert parse_act(
        {"action": "delete", "facet": "genre", "value": "Drama", **kids}
    ) == DeleteInterest(facet="genre", value="Drama", condition="with the kids")
    assert parse_act({"action": "change", **EDIT, "condition": ""}) == ChangeInterest(
        facet="genre", value="Drama", preference=0.9, strictness=Strictness.HARD
    )


def test_the_editor_sends_words_that_become_numbers() -> None:
    assert parse_act({"action": "add", **EDIT}) == AddInterest(
        facet="genre", value="Drama", preference=0.9, strictness=Strictness.HARD
    )
    assert parse_act({"action": "change", **EDIT}) == ChangeInterest(
        facet="genre", value="Drama", preference=0.9, strictness=Strictness.HARD
    )


@pytest.mark.parametrize(
    ("sent", "named"),
    [
        ({}, "None"),
        ({"action": "drop table"}, "drop table"),
        ({"action": ["liked"]}, "liked"),
        ({"action": "liked"}, "item"),
        ({"action": "liked", "item": "  "}, "item"),
        ({"action": "liked", "item": 7}, "item"),
        ({"action": "add", **EDIT, "value": ""}, "value"),
        ({"action": "add", **EDIT, "value": "x" * 201}, "201"),
        ({"action": "add", **EDIT, "preference": "0.9"}, "0.9"),
        ({"action": "add", **EDIT, "preference": ["Love"]}, "Love"),
        ({"action": "add", **EDIT, "strictness": "very"}, "very"),
        ({"action": "change", **EDIT, "condition": 7}, "condition"),
    ],
)
def test_anything_else_is_refused_with_what_was_sent(sent: dict[str, object], named: str) -> None:
    with pytest.raises(InputError, match=named):
        parse_act(sent)
