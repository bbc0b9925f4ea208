"""Reading structured answers: a model's message becomes an instance of a schema.

It knows the three places where models put their JSON (parsed, tool call, text); it does not know
how the answer was asked for.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from langchain_core.messages import BaseMessage
from pydantic import BaseModel, ValidationError

from agent.llm.failures import MalformedAnswerError

__all__ = ["json_in", "read_answer"]

ModelT = TypeVar("ModelT", bound=BaseModel)


def read_answer(message: BaseMessage, schema: type[ModelT]) -> ModelT:
    """The instance of ``schema`` in a message: in its first tool call, else in its text.

    Raises:
        MalformedAnswerError: There is none. The error names fields and rules, not contents.
    """
    calls = cast("list[Mapping[str, Any]]", getattr(message, "tool_calls", []))
    value: object = calls[0]["args"] if calls else json_in(str(message.text))
    if value is None:
        raise MalformedAnswerError(
            f"The model's answer holds no JSON where {schema.__name__} was asked for.",
            "Choose a model that supports structured output.",
        )
    try:
        return schema.model_validate_json(json.dumps(value))
    except ValidationError as error:
        details = error.errors(include_input=False, include_url=False, include_context=False)
        places = sorted({f"{'.'.join(map(str, e['loc'])) or 'all'}: {e['type']}" for e in details})
        raise MalformedAnswerError(
            f"The model's answer does not fit {schema.__name__} ({'; '.join(places[:5])}).",
            "Try again, or choose a more capable model.",
        ) from None


def json_in(text: str) -> object:
    """The first JSON object in a text (models like to wrap it in words or fences), or None."""
    decoder = json.JSONDecoder()
    place = text.find("{")
    while place >= 0:
        try:
            return decoder.raw_decode(text, place)[0]
        except ValueError:
            place = text.find("{", place + 1)
    return None
