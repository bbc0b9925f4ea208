"""Messages: LangChain's and ours, and tools in the words that a local model reads.

It knows both message types and the JSON form of a tool call; it does not know models.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, cast

from langchain_core.messages import (
    AIMessage,
    BaseMessage,
    HumanMessage,
    SystemMessage,
    ToolMessage,
)

from interest.errors import InputError
from interest.llm import Message

__all__ = ["call_schema", "from_langchain", "schema_text", "to_langchain", "tools_text"]

_LANGCHAIN: Mapping[str, type[BaseMessage]] = {
    "system": SystemMessage,
    "user": HumanMessage,
    "assistant": AIMessage,
}


def to_langchain(messages: Sequence[Message]) -> list[BaseMessage]:
    """Our messages as LangChain's."""
    return [_LANGCHAIN[message.role](content=message.content) for message in messages]


def from_langchain(messages: Sequence[BaseMessage], *, instruction: str = "") -> list[Message]:
    """LangChain's messages as ours, system messages first.

    Args:
        messages: May hold tool calls and results, which become text.
        instruction: Added to the system messages.

    Raises:
        InputError: A message holds something else than text.
    """
    system = [_text(message) for message in messages if isinstance(message, SystemMessage)]
    if instruction:
        system.append(instruction)
    head = [Message(role="system", content="\n\n".join(system))] if system else []
    return head + [
        _spoken(message) for message in messages if not isinstance(message, SystemMessage)
    ]


def call_schema(tools: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """JSON Schema of a call of one of these tools, which are in OpenAI's format."""
    return {
        "anyOf": [
            {
                "type": "object",
                "properties": {
                    "tool": {"const": tool["function"]["name"]},
                    "arguments": tool["function"].get("parameters")
                    or {"type": "object", "properties": {}},
                },
                "required": ["tool", "arguments"],
                "additionalProperties": False,
            }
            for tool in tools
        ]
    }


def tools_text(tools: Sequence[Mapping[str, Any]], *, must: bool) -> str:
    """What a model is told about its tools: one line each, and how to call them."""
    lines = [_tool_line(tool["function"]) for tool in tools]
    how = 'To call a tool, answer only with {"tool": its name, "arguments": {…}}.'
    rest = "Always call one tool." if must else "Otherwise answer in plain words."
    return "\n".join(["Tools:", *lines, f"{how} {rest}"])


def schema_text(schema: Mapping[str, Any]) -> str:
    """What a model is told about the form of its answer."""
    return f"Answer with one JSON object of this form: {json.dumps(_terse(schema))}"


def _tool_line(function: Mapping[str, Any]) -> str:
    parameters: Mapping[str, Any] = function.get("parameters") or {"properties": {}}
    arguments = ", ".join(parameters["properties"])
    description = " ".join(str(function.get("description", "")).split())
    return f"- {function['name']}({arguments}): {description}"


def _terse(node: object) -> object:
    """The schema without what only programs need (titles that repeat the names of fields)."""
    if isinstance(node, list):
        return [_terse(entry) for entry in cast("list[object]", node)]
    if not isinstance(node, Mapping):
        return node
    return {
        key: _terse(value)
        for key, value in cast("Mapping[str, object]", node).items()
        if not (key in {"title", "default"} and isinstance(value, str | int | float | None))
    }


def _spoken(message: BaseMessage) -> Message:
    if isinstance(message, ToolMessage):
        return Message(
            role="user", content=f"Result of {message.name or 'the tool'}:\n{_text(message)}"
        )
    if isinstance(message, AIMessage):
        return Message(role="assistant", content=_assistant_text(message))
    return Message(role="user", content=_text(message))


def _assistant_text(message: AIMessage) -> str:
    calls = [
        json.dumps({"tool": call["name"], "arguments": call["args"]}, separators=(",", ":"))
        for call in message.tool_calls
    ]
    return "\n".join(filter(None, [_text(message), *calls]))


def _text(message: BaseMessage) -> str:
    if not isinstance(message.content, str):
        kinds = {str(block.get("type")) for block in message.content if not isinstance(block, str)}
        if kinds - {"text", "tool_call", "tool_use", "reasoning"}:
            raise InputError(
                f"A local model reads text only, not {', '.join(sorted(kinds - {'text'}))}.",
                "Send text, or choose a model that takes other media.",
            )
    return str(message.text)
