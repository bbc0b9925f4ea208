"""A LangChain chat model over a local engine, whose tool calls and structured output are enforced.

It knows LangChain's chat model interface; it does not know which model the engine runs or where
it came from. The enforcement is constrained decoding, so even a model that has never seen a tool
can only answer with a call of one of the tools it was given, with arguments of the right types.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, cast
from uuid import uuid4

import numpy as np
from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import LanguageModelInput
from langchain_core.language_models.chat_models import BaseChatModel, generate_from_stream
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.messages.ai import UsageMetadata
from langchain_core.messages.tool import tool_call_chunk
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable, RunnableLambda, RunnablePassthrough
from langchain_core.tools import BaseTool
from langchain_core.utils.function_calling import convert_to_json_schema, convert_to_openai_tool
from pydantic import BaseModel, Field, PrivateAttr, SkipValidation
from typing_extensions import override

from agent.llm.constrained import Grammar
from agent.llm.lc_messages import call_schema, from_langchain, schema_text, tools_text
from agent.llm.pieces import Finish, Piece
from agent.llm.stop_texts import cut_at
from interest.errors import InputError, ModelError

if TYPE_CHECKING:
    from agent.llm.engine import LocalEngine

__all__ = ["EngineSource", "LocalChatModel"]


class EngineSource:
    """An engine that is loaded when it is first needed, once.

    Args:
        load: Loads it; takes seconds.
    """

    def __init__(self, load: Callable[[], LocalEngine]) -> None:
        self._load = load
        self._lock = threading.Lock()
        self._engine: LocalEngine | None = None

    @property
    def loaded(self) -> bool:
        return self._engine is not None

    def get(self) -> LocalEngine:
        """The engine.

        Raises:
            SetupError: It cannot be loaded.
        """
        with self._lock:
            if self._engine is None:
                self._engine = self._load()
            return self._engine


@dataclass(frozen=True, kw_only=True, slots=True)
class _Request:
    """One call: what to say to the engine and how to read its answer."""

    instruction: str = ""
    grammar: Grammar | None = None
    tools: bool = False


class LocalChatModel(BaseChatModel):
    """A chat model that runs in this process.

    Calls take ``max_tokens``, ``temperature`` and ``timeout_s`` as keyword arguments (through
    ``bind``), ``tools`` with ``tool_choice`` (through ``bind_tools``) or ``json_schema`` (through
    ``with_structured_output``).
    """

    source: SkipValidation[EngineSource] = Field(exclude=True, repr=False)
    model_name: str
    max_tokens: int = 256
    temperature: float = 0.0
    timeout_s: float = 60.0
    seed: int = 0
    #: Whether structured calls tell the model the schema, beside enforcing it.
    explain_schema: bool = True

    _lock: threading.Lock = PrivateAttr(default_factory=threading.Lock)
    _rng: np.random.Generator | None = PrivateAttr(default=None)

    @property
    @override
    def _llm_type(self) -> str:
        return "palate-local"

    @property
    @override
    def _identifying_params(self) -> Mapping[str, Any]:
        return {"model_name": self.model_name, "temperature": self.temperature}

    def warm_up(self) -> None:
        """Load the model now, so that the first answer does not wait for it.

        Raises:
            SetupError: It cannot be loaded.
        """
        self.source.get()

    def score(self, messages: Sequence[BaseMessage], options: Sequence[str]) -> tuple[float, ...]:
        """Mean log-likelihood per token of each option as the answer.

        Raises:
            ModelError: Too slow, or the prompt is too long.
            InputError: An option is empty.
        """
        engine = self.source.get()
        prompt = engine.prompt(from_langchain(messages))
        return engine.score(prompt, options, timeout_s=self.timeout_s)

    @override
    def bind_tools(
        self,
        tools: Sequence[dict[str, Any] | type | Callable[..., Any] | BaseTool],
        *,
        tool_choice: str | bool | dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> Runnable[LanguageModelInput, AIMessage]:
        """Offer tools.

        Args:
            tools: Anything that LangChain can turn into a tool.
            tool_choice: ``None`` or ``"auto"``: a call or text, as the model likes; ``"any"``,
                ``"required"`` or True: a call; a tool's name: a call of this tool; ``"none"`` or
                False: text.
            **kwargs: For the call.
        """
        formatted = [convert_to_openai_tool(tool) for tool in tools]
        return self.bind(tools=formatted, tool_choice=tool_choice, **kwargs)

    @override
    def with_structured_output(
        self, schema: dict[str, Any] | type, *, include_raw: bool = False, **kwargs: Any
    ) -> Runnable[LanguageModelInput, dict[str, Any] | BaseModel]:
        """Answer with an instance of ``schema`` (a pydantic class) or a dict that fits it.

        Args:
            schema: Pydantic class, TypedDict or JSON Schema.
            include_raw: Give a dict with ``raw``, ``parsed`` and ``parsing_error`` instead.
            **kwargs: For the call. ``method`` and ``strict`` change nothing: the form is enforced.
        """
        passed = {key: value for key, value in kwargs.items() if key not in {"method", "strict"}}
        bound = self.bind(json_schema=convert_to_json_schema(schema), **passed)
        parse = RunnableLambda(partial(_parsed, schema))
        if not include_raw:
            return cast("Runnable[LanguageModelInput, Any]", bound | parse)
        attempt = RunnablePassthrough.assign(
            parsed=RunnableLambda(_raw) | parse, parsing_error=lambda _: None
        )
        failed = RunnablePassthrough.assign(parsed=lambda _: None)
        guarded = attempt.with_fallbacks([failed], exception_key="parsing_error")
        return cast("Runnable[LanguageModelInput, Any]", {"raw": bound} | guarded)

    @override
    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        return generate_from_stream(self._stream(messages, stop, None, **kwargs))

    @override
    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        request = self._request(kwargs)
        pieces = self._pieces(messages, request, stop or [], kwargs)
        chunks = _tool_chunks(pieces) if request.tools else _text_chunks(pieces, request)
        for chunk in chunks:
            generation = ChatGenerationChunk(message=chunk)
            if run_manager and chunk.content:
                run_manager.on_llm_new_token(str(chunk.content), chunk=generation)
            yield generation

    def _request(self, kwargs: Mapping[str, Any]) -> _Request:
        schema = kwargs.get("json_schema")
        if schema is not None:
            instruction = schema_text(schema) if self.explain_schema else ""
            return _Request(instruction=instruction, grammar=Grammar.json(schema))
        tools = cast("Sequence[Mapping[str, Any]]", kwargs.get("tools") or ())
        choice = _choice(kwargs.get("tool_choice"), tools)
        if not tools or choice == "none":
            return _Request()
        if choice == "auto":
            text = tools_text(tools, must=False)
            grammar = Grammar.json_or_text(call_schema(tools))
            return _Request(instruction=text, grammar=grammar, tools=True)
        offered = [tool for tool in tools if choice in {"any", tool["function"]["name"]}]
        return _Request(
            instruction=tools_text(offered, must=True),
            grammar=Grammar.json(call_schema(offered)),
            tools=True,
        )

    def _pieces(
        self,
        messages: Sequence[BaseMessage],
        request: _Request,
        stop: Sequence[str],
        kwargs: Mapping[str, Any],
    ) -> Iterator[Piece]:
        engine = self.source.get()
        temperature = float(kwargs.get("temperature") or self.temperature)
        pieces = engine.generate(
            engine.prompt(from_langchain(messages, instruction=request.instruction)),
            max_tokens=int(kwargs.get("max_tokens") or self.max_tokens),
            grammar=request.grammar,
            timeout_s=float(kwargs.get("timeout_s") or self.timeout_s),
            temperature=temperature,
            rng=self._generator() if temperature > 0 else None,
        )
        return cut_at(pieces, stop) if stop else pieces

    def _generator(self) -> np.random.Generator:
        """A generator of one's own for every call, from the seed of the model."""
        with self._lock:
            if self._rng is None:
                self._rng = np.random.default_rng(self.seed)
            return self._rng.spawn(1)[0]


def _choice(given: object, tools: Sequence[Mapping[str, Any]]) -> str:
    """``auto``, ``any``, ``none`` or the name of a tool.

    Raises:
        InputError: It names no tool that is offered.
    """
    if isinstance(given, Mapping):
        entry = cast("Mapping[str, Any]", given)
        given = entry.get("function", {}).get("name") or entry.get("type")
    if given is None or given == "auto":
        return "auto"
    if isinstance(given, bool):
        return "any" if given else "none"
    names = [str(tool["function"]["name"]) for tool in tools]
    if given in {"any", "required"}:
        return "any"
    if given == "none" or given in names:
        return str(given)
    raise InputError(f"There is no tool {given!r} to choose.", f"Offered: {', '.join(names)}.")


def _usage(piece: Piece, produced: int) -> UsageMetadata:
    return UsageMetadata(
        input_tokens=piece.prompt_tokens,
        output_tokens=produced,
        total_tokens=piece.prompt_tokens + produced,
        input_token_details={"cache_read": piece.cached_tokens},
    )


def _text_chunks(pieces: Iterator[Piece], request: _Request) -> Iterator[AIMessageChunk]:
    produced = 0
    for piece in pieces:
        produced += piece.tokens
        if piece.finish is None:
            if piece.text:
                yield AIMessageChunk(content=piece.text)
            continue
        if request.grammar is not None and piece.finish is Finish.LENGTH:
            raise _cut_off(produced)
        yield AIMessageChunk(
            content=piece.text,
            usage_metadata=_usage(piece, produced),
            response_metadata={"finish_reason": str(piece.finish)},
            chunk_position="last",
        )


def _tool_chunks(pieces: Iterator[Piece]) -> Iterator[AIMessageChunk]:
    """A tool call is given as a whole when it is complete; text is passed on as it comes."""
    produced, call = 0, ""
    for piece in pieces:
        produced += piece.tokens
        is_call = bool(call) or piece.text.startswith("{")
        call += piece.text if is_call else ""
        if piece.finish is None:
            if piece.text and not is_call:
                yield AIMessageChunk(content=piece.text)
            continue
        if is_call and piece.finish is Finish.LENGTH:
            raise _cut_off(produced)
        yield AIMessageChunk(
            content="" if is_call else piece.text,
            tool_call_chunks=[_call_chunk(call)] if is_call else [],
            usage_metadata=_usage(piece, produced),
            response_metadata={"finish_reason": "tool_calls" if is_call else str(piece.finish)},
            chunk_position="last",
        )


def _call_chunk(text: str) -> Any:
    call = json.loads(text)
    return tool_call_chunk(
        name=call["tool"],
        args=json.dumps(call["arguments"]),
        id=f"call_{uuid4().hex[:12]}",
        index=0,
    )


def _cut_off(produced: int) -> ModelError:
    return ModelError(
        f"The local model's answer was not complete after {produced} tokens.",
        "Allow more tokens, or ask for a smaller answer.",
    )


def _raw(result: Mapping[str, Any]) -> Any:
    return result["raw"]


def _parsed(schema: dict[str, Any] | type, message: AIMessage) -> Any:
    value = json.loads(str(message.text))
    if isinstance(schema, type) and issubclass(schema, BaseModel):
        return schema.model_validate(value)
    return value
