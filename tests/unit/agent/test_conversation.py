from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from agent.conversation import Conversation
from interest.store import StoredTurn


def _turn(reply: str, **record: Any) -> StoredTurn:
    return StoredTurn(
        conversation_id="main",
        turn_id="t",
        at=datetime(2026, 1, 1, tzinfo=UTC),
        user_text="",
        reply=reply,
        record=record,
    )


def _items(*ids: str) -> list[dict[str, str]]:
    return [{"item_id": item_id} for item_id in ids]


def test_a_new_conversation_is_empty() -> None:
    assert Conversation.read([]) == Conversation()


def test_the_last_list_counts_even_if_the_last_turn_showed_none() -> None:
    turns = [
        _turn("Here.", recommendations=_items("a", "b")),
        _turn("Here.", recommendations=_items("b", "c")),
        _turn("You are welcome."),
    ]
    state = Conversation.read(turns)
    assert state.shown == ("b", "c")
    assert state.ever_shown == {"a", "b", "c"}


def test_request_topic_and_learned_are_those_of_the_last_turn() -> None:
    turn = _turn(
        "", learned=[["genre", "Horror"]], like=["x"], wishes=[["mood", "funny"]], topic="x"
    )
    state = Conversation.read([_turn("", learned=[["genre", "War"]]), turn])
    assert state.learned == (("genre", "Horror"),)
    assert state.like == ("x",)
    assert state.wishes == (("mood", "funny"),)
    assert state.topic == "x"


def test_the_last_question_is_what_was_asked() -> None:
    state = Conversation.read([_turn("Hello! Old or new? Which film did you love?")])
    assert state.asked == "Which film did you love?"
