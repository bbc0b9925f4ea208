"""What chat clients send, as far as it means something here.

It knows names, types and limits of the fields; it does not know what is answered. What would
change the form of the answer and cannot be done is refused; settings of a sampler that is not
there (``temperature``, ``seed``, ``max_tokens`` …) are allowed and change nothing.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

__all__ = ["ChatCompletionRequest", "Part", "Said", "StreamOptions"]


class Part(BaseModel):
    """A part of a message."""

    type: Literal["text"]
    text: str


class Said(BaseModel):
    """One message of the history."""

    model_config = ConfigDict(extra="ignore")

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[Part] | None = None

    @property
    def text(self) -> str:
        """The words, parts on lines of their own."""
        if self.content is None or isinstance(self.content, str):
            return self.content or ""
        return "\n".join(part.text for part in self.content)


class StreamOptions(BaseModel):
    """What a stream brings besides the words."""

    include_usage: bool = False


class ChatCompletionRequest(BaseModel):
    """A request for a completion."""

    model_config = ConfigDict(extra="allow")

    model: str = Field(min_length=1)
    messages: list[Said] = Field(min_length=1, max_length=2000)
    stream: bool = False
    stream_options: StreamOptions | None = None
    user: str | None = Field(default=None, min_length=1, max_length=200)
    n: Literal[1] | None = None
    tools: list[Any] | None = Field(default=None, max_length=0)
    functions: list[Any] | None = Field(default=None, max_length=0)
    logprobs: Literal[False] | None = None
    response_format: dict[str, Any] | None = None

    @field_validator("response_format")
    @classmethod
    def _only_text(cls, value: dict[str, Any] | None) -> dict[str, Any] | None:
        if value is not None and value.get("type", "text") != "text":
            raise ValueError("Palate answers in text only; leave response_format out.")
        return value
