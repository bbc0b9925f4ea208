"""A chat model that says what it was told to: the public fake of LangChain's chat model.

It knows a list of answers; it does not know what was asked. Agents and the adapter are tested
with it, without patching anything.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import LanguageModelInput
from langchain_core.language_models.chat_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.messages.tool import tool_call_chunk
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable
from langchain_core.tools import BaseTool
from pydantic import PrivateAttr
from typing_extensions import override

__all__ = ["ScriptedChatModel"]

Answer = str | AIMessage | Mapping[str, Any] | Exception


class ScriptedChatModel(BaseChatModel):
    """Answers from a script.

    Args:
        script: Used up in order, the last one repeats. A string is text, an ``AIMessage`` is
            given as it is, a mapping is structured output (as JSON text), an exception is raised.
    """

    script: Sequence[Any]
    model_name: str = "scripted"

    _prompts: list[list[BaseMessage]] = PrivateAttr(default_factory=list[list[BaseMessage]])

    def __init__(self, script: Sequence[Answer], **kwargs: Any) -> None:
        super().__init__(script=script, **kwargs)  # pyright: ignore[reportCallIssue]

    @property
    def prompts(self) -> list[list[BaseMessage]]:
        """The messages of every call so far."""
        return self._prompts

    @property
    @override
    def _llm_type(self) -> str:
        return "palate-scripted"

    @override
    def bind_tools(
        self,
        tools: Sequence[dict[str, Any] | type | Callable[..., Any] | BaseTool],
        *,
        tool_choice: str | None = None,
        **kwargs: Any,
    ) -> Runnable[LanguageModelInput, AIMessage]:
        return self.bind(tools=tools, tool_choice=tool_choice, **kwargs)

    @override
    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        return ChatResult(generations=[ChatGeneration(message=self._next(messages))])

    @override
    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        answer = self._next(messages)
        for piece in str(answer.text).splitlines(keepends=True):
            yield ChatGenerationChunk(message=AIMessageChunk(content=piece))
        calls = [
            tool_call_chunk(
                name=call["name"], args=json.dumps(call["args"]), id=call["id"], index=number
            )
            for number, call in enumerate(answer.tool_calls)
        ]
        yield ChatGenerationChunk(
            message=AIMessageChunk(content="", tool_call_chunks=calls, chunk_position="last")
        )

    def _next(self, messages: list[BaseMessage]) -> AIMessage:
        place = min(len(self._prompts), len(self.script) - 1)
        self._prompts.append(list(messages))
        answer: Answer = self.script[place]
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, AIMessage):
            return answer
        return AIMessage(content=answer if isinstance(answer, str) else json.dumps(dict(answer)))
