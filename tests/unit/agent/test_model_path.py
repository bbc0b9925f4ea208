"""Turns with a capable model: native tool calls, the gate, and the rules when it fails."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from langchain_core.messages import AIMessage

from agent.chatting import Chat
from agent.turns import Turn
from interest.store import ProfileStore

Talk = Callable[..., Turn]
Scripted = Callable[..., Chat]


def _reads(*interests: Mapping[str, object]) -> dict[str, object]:
    """The model's answer to the extraction prompt."""
    return {"interests": list(interests)}


def _calls(name: str, **args: object) -> AIMessage:
    return AIMessage(content="", tool_calls=[{"name": name, "args": args, "id": "call-1"}])


LIKES_HEAT = {
    "quote": "Heat",
    "facet": "title",
    "value": "Heat",
    "preference": 0.9,
    "strictness": "soft",
    "relation": "taste",
}


def test_the_model_reads_calls_a_tool_and_phrases(scripted: Scripted, say: Talk) -> None:
    chat = scripted(_reads(LIKES_HEAT), _calls("recommend", n=2), "Try Thief by Michael Mann.")
    turn = say(chat, "Heat was quite something")
    assert turn.profile.by_key["title", "Heat (1995)"].preference == 0.9
    assert turn.recommendations[0].item_id == "thief"
    assert len(turn.recommendations) == 2
    assert turn.reply == "Try Thief by Michael Mann."
    assert turn.llm == "scripted"


def test_a_sentence_that_cannot_be_traced_is_not_shown(scripted: Scripted, say: Talk) -> None:
    chat = scripted(
        _reads(LIKES_HEAT),
        _calls("recommend", n=2),
        "Try Thief by Michael Mann. It won four Oscars in 1982. Collateral is great too.",
    )
    assert say(chat, "Heat was quite something").reply == "Try Thief by Michael Mann."


def test_if_nothing_can_be_traced_the_rules_speak(scripted: Scripted, say: Talk) -> None:
    chat = scripted(_reads(LIKES_HEAT), _calls("recommend", n=2), "Collateral is the one.")
    turn = say(chat, "Heat was quite something")
    assert "Collateral" not in turn.reply
    assert turn.recommendations[0].title in turn.reply


def test_an_invented_quote_is_dropped(scripted: Scripted, say: Talk) -> None:
    invented = {**LIKES_HEAT, "quote": "I adore Blade Runner", "value": "Blade Runner"}
    chat = scripted(_reads(LIKES_HEAT, invented), _calls("recommend"), "Here you are.")
    turn = say(chat, "Heat was quite something")
    assert set(turn.profile.by_key) == {("title", "Heat (1995)")}


def test_a_model_that_fails_costs_no_turn(
    scripted: Scripted, store: ProfileStore, say: Talk
) -> None:
    chat = scripted(ConnectionError("gone"))
    turn = say(chat, "I loved Alien but nothing before 1981")
    assert turn.recommendations
    assert ("title", "Alien (1979)") in store.load("ada").by_key
    assert any("Rules answered instead." in notice for notice in turn.notices)


def test_a_model_that_goes_in_circles_is_stopped(scripted: Scripted, say: Talk) -> None:
    chat = scripted(_reads(), _calls("read_profile"))
    turn = say(chat, "a comedy please")
    assert turn.reply
    assert any("went on calling tools" in notice for notice in turn.notices)


def test_wrong_arguments_are_told_to_the_model(scripted: Scripted, say: Talk) -> None:
    chat = scripted(
        _reads(),
        _calls("edit_profile", action="add", facet="colour", value="red"),
        _calls("recommend", n=1),
        "Here is one.",
    )
    turn = say(chat, "add red to my colours")
    assert turn.reply == "Here is one."
    assert not turn.profile.interests


def test_the_model_may_edit_the_profile_when_asked(
    scripted: Scripted, store: ProfileStore, say: Talk
) -> None:
    chat = scripted(
        _reads(),
        _calls("edit_profile", action="add", facet="genre", value="comedy", preference=-0.7),
        "Noted.",
    )
    say(chat, "write down that comedies are out")
    assert store.load("ada").by_key["genre", "Comedy"].preference == -0.7
