"""The chat model over a random tiny engine: whatever it says, calls and output have their form."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Literal

import pytest
from langchain_core.messages import AIMessage, AIMessageChunk, HumanMessage, ToolMessage
from langchain_core.runnables import Runnable
from langchain_core.tools import tool
from pydantic import BaseModel, Field

from agent.llm.lc_messages import from_langchain, schema_text, tools_text
from agent.llm.local_chat import EngineSource, LocalChatModel
from interest.errors import InputError, ModelError
from interest.llm import Message
from tests.support.tiny_model import tiny_engine


class Taste(BaseModel):
    """A taste."""

    title: str = Field(max_length=5)
    sign: Literal["like", "dislike"]


@tool
def recommend(genre: Literal["comedy", "drama"], n: Literal[1, 2, 3]) -> str:
    """Recommend films."""
    return f"{n} {genre}"


@tool
def read_profile() -> str:
    """Show what is known."""
    return "nothing"


def chat(seed: int = 0, **options: Any) -> LocalChatModel:
    engine = tiny_engine(seed=seed)
    return LocalChatModel(source=EngineSource(lambda: engine), model_name="tiny", **options)


def ask(runnable: Runnable[Any, Any], text: str = "I loved Alien.") -> Any:
    return runnable.invoke([HumanMessage(text)])


@pytest.mark.parametrize("seed", range(4))
def test_structured_output_is_an_instance(seed: int) -> None:
    model = chat(seed)
    taste = ask(model.with_structured_output(Taste))
    assert isinstance(taste, Taste)
    as_dict = ask(model.with_structured_output(Taste.model_json_schema(), method="json_schema"))
    assert as_dict == taste.model_dump()


def test_raw_answer_comes_along_when_asked_for() -> None:
    result = ask(chat().with_structured_output(Taste, include_raw=True))
    assert result["parsed"] == Taste.model_validate_json(result["raw"].text)
    assert result["parsing_error"] is None


def test_an_answer_that_is_cut_is_an_error_and_not_half_an_object() -> None:
    with pytest.raises(ModelError, match="not complete after 3 tokens"):
        ask(chat().with_structured_output(Taste, max_tokens=3))


@pytest.mark.parametrize("seed", range(4))
def test_a_call_is_forced_and_has_right_arguments(seed: int) -> None:
    answer = ask(chat(seed).bind_tools([recommend, read_profile], tool_choice="any"))
    (call,) = answer.tool_calls
    assert answer.text == ""
    assert answer.response_metadata["finish_reason"] == "tool_calls"
    if call["name"] == "recommend":
        assert call["args"]["genre"] in {"comedy", "drama"}
        assert call["args"]["n"] in {1, 2, 3}
    else:
        assert (call["name"], call["args"]) == ("read_profile", {})


@pytest.mark.parametrize(
    "choice", ["recommend", {"type": "function", "function": {"name": "recommend"}}]
)
def test_a_named_tool_is_the_one_that_is_called(choice: Any) -> None:
    answer = ask(chat().bind_tools([read_profile, recommend], tool_choice=choice))
    assert [call["name"] for call in answer.tool_calls] == ["recommend"]


@pytest.mark.parametrize("choice", ["none", False])
def test_no_tool_is_called_where_none_is_wanted(choice: Any) -> None:
    bound = chat().bind_tools([recommend], tool_choice=choice, max_tokens=8)
    assert ask(bound).tool_calls == []
    assert ask(bound).text == ask(chat(max_tokens=8)).text


def test_an_unknown_tool_cannot_be_chosen() -> None:
    with pytest.raises(InputError, match=r"no tool 'buy'.*recommend"):
        ask(chat().bind_tools([recommend], tool_choice="buy"))


@pytest.mark.parametrize("seed", range(6))
def test_with_auto_it_is_a_call_or_text_and_never_both(seed: int) -> None:
    bound = chat(seed).bind_tools([recommend, read_profile], max_tokens=60)
    answer = ask(bound)
    assert bool(answer.tool_calls) != bool(answer.text)
    assert not answer.text.startswith("{")


def test_a_streamed_call_is_the_invoked_one() -> None:
    bound = chat().bind_tools([recommend], tool_choice="any")
    merged: AIMessageChunk | None = None
    for chunk in bound.stream([HumanMessage("hi")]):
        assert isinstance(chunk, AIMessageChunk)
        merged = chunk if merged is None else merged + chunk
    assert merged is not None
    (streamed,), (invoked,) = merged.tool_calls, ask(bound, "hi").tool_calls
    assert (streamed["name"], streamed["args"]) == (invoked["name"], invoked["args"])
    assert streamed["id"] != invoked["id"]


def test_a_streamed_text_comes_in_pieces_and_is_the_invoked_one() -> None:
    model = chat(max_tokens=12)
    chunks = list(model.stream([HumanMessage("hi")]))
    whole = ask(model, "hi")
    assert len([chunk for chunk in chunks if chunk.text]) > 2
    assert "".join(chunk.text for chunk in chunks) == whole.text


def test_usage_counts_tokens_of_prompt_and_answer() -> None:
    model = chat(max_tokens=7)
    answer = ask(model, "hi")
    engine = model.source.get()
    prompt = engine.prompt([Message(role="user", content="hi")])
    assert answer.usage_metadata["input_tokens"] == len(prompt.ids)
    assert answer.usage_metadata["output_tokens"] == 7
    assert answer.response_metadata["finish_reason"] == "length"


def test_stop_texts_end_the_answer_before_them() -> None:
    model = chat(max_tokens=12)
    whole = ask(model, "hi").text
    stop = whole[4:6]
    assert model.invoke([HumanMessage("hi")], stop=[stop]).text == whole[: whole.index(stop)]


def test_drawn_answers_differ_and_repeat_with_the_seed() -> None:
    first, second, other = (chat(max_tokens=10, temperature=3.0, seed=s) for s in (1, 1, 2))
    answers = [[ask(model, "hi").text for _ in range(2)] for model in (first, second, other)]
    assert answers[0] == answers[1] != answers[2]
    assert answers[0][0] != answers[0][1]


def test_the_engine_is_loaded_once_and_only_when_needed() -> None:
    loads: list[int] = []

    def load() -> Any:
        loads.append(1)
        return tiny_engine()

    model = LocalChatModel(source=EngineSource(load), model_name="tiny", max_tokens=3)
    assert not model.source.loaded
    with ThreadPoolExecutor(max_workers=4) as pool:
        assert len({answer.text for answer in pool.map(ask, [model] * 4)}) == 1
    assert loads == [1]


def test_tool_calls_and_results_become_text() -> None:
    call = {"name": "recommend", "args": {"n": 2}, "id": "c1", "type": "tool_call"}
    messages = [
        HumanMessage("hi"),
        AIMessage(content="", tool_calls=[call]),
        ToolMessage("Heat", tool_call_id="c1", name="recommend"),
    ]
    assert from_langchain(messages, instruction="Be brief.") == [
        Message(role="system", content="Be brief."),
        Message(role="user", content="hi"),
        Message(role="assistant", content='{"tool":"recommend","arguments":{"n":2}}'),
        Message(role="user", content="Result of recommend:\nHeat"),
    ]


def test_pictures_are_refused() -> None:
    picture = HumanMessage([{"type": "image_url", "image_url": {"url": "x"}}])
    with pytest.raises(InputError, match="reads text only, not image_url"):
        from_langchain([picture])


def test_what_a_model_is_told_about_tools_and_forms() -> None:
    function: dict[str, Any] = {
        "name": "f",
        "description": "Does\n  it.",
        "parameters": {"properties": {"a": {}}},
    }
    told = tools_text([{"type": "function", "function": function}], must=True)
    assert told.splitlines()[1] == "- f(a): Does it."
    assert told.endswith("Always call one tool.")
    form = json.loads(schema_text(Taste.model_json_schema()).partition(": ")[2])
    assert form["properties"]["title"] == {"maxLength": 5, "type": "string"}
    assert form["required"] == ["title", "sign"]
