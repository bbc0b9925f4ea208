"""ChatLLM: any LangChain chat model behind the LLM seam, with retries within a budget.

It knows the seam (:mod:`interest.llm`) and LangChain's chat models; it does not know what is
asked or who asks. All failures become ``ModelError``; text of users is logged at DEBUG only.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel

from agent.llm.answers import read_answer
from agent.llm.calls import CallRecord, OnCall, Outcome, version_of
from agent.llm.failures import Failure, FailureKind, MalformedAnswerError, failure_of
from agent.llm.lc_messages import schema_text, to_langchain
from interest.errors import ModelError
from interest.llm import Message

if TYPE_CHECKING:
    from langchain_core.language_models.chat_models import BaseChatModel
    from langchain_core.messages import BaseMessage

__all__ = ["Budget", "ChatLLM"]

_log = logging.getLogger(__name__)

ModelT = TypeVar("ModelT", bound=BaseModel)

#: Ways to ask for structured output, best first. ``text`` asks in words and reads the JSON.
_METHODS = ("json_schema", "function_calling", "text")
#: What the limit of tokens is called, where it is not ``max_tokens``.
_LIMIT_NAMES: Mapping[str, str] = {
    "google_genai": "max_output_tokens",
    "google_vertexai": "max_output_tokens",
    "ollama": "num_predict",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Budget:
    """How much patience one call has.

    Attributes:
        attempts: Most requests per call.
        seconds: No request is started after so long; also the longest a stream may take.
        first_wait_s: Wait before the second request if the server names no time; doubles.
        longest_wait_s: A server that asks for more is not waited for.
    """

    attempts: int = 4
    seconds: float = 90.0
    first_wait_s: float = 0.5
    longest_wait_s: float = 20.0

    def wait(self, failure: Failure, *, attempt: int, elapsed_s: float) -> float | None:
        """Seconds to wait before the next request, or None if there should be none."""
        if failure.kind is FailureKind.FATAL or attempt >= self.attempts:
            return None
        wait = 0.0
        if failure.kind is FailureKind.BUSY:
            wait = failure.wait_s or self.first_wait_s * 2.0 ** (attempt - 1)
        if wait > self.longest_wait_s or elapsed_s + wait > self.seconds:
            return None
        return wait


@dataclass(kw_only=True, slots=True)
class _Call:
    """A call while it goes on."""

    messages: Sequence[Message]
    purpose: str
    started: float = field(default_factory=time.monotonic)
    first_ms: float | None = None
    attempts: int = 0
    usage: Mapping[str, Any] | None = None

    @property
    def elapsed_s(self) -> float:
        return time.monotonic() - self.started


@dataclass(slots=True)
class _Learned:
    """What calls found out about the server; shared by all views of one model."""

    method: int = 0


class ChatLLM:
    """A LangChain chat model as an :class:`interest.llm.LLM`.

    Args:
        chat_model: Any chat model; its own retries should be off.
        name: What people read.
        capable: Whether it extracts, chooses tools and phrases by itself.
        provider: LangChain's name of the provider, for the variable of its key.
        budget: Patience of one call.
        on_call: Told about every call when it has ended.
        sleep: Waits; tests pass their own.
    """

    def __init__(
        self,
        chat_model: BaseChatModel,
        *,
        name: str,
        capable: bool | Callable[[], bool],
        provider: str = "",
        budget: Budget | None = None,
        on_call: OnCall | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._chat_model = chat_model
        self._name = name
        self._capable = capable
        self._provider = provider
        self._budget = budget or Budget()
        self._on_call = on_call
        self._sleep = sleep
        self._learned = _Learned()
        self._purpose = ""
        self._version = ""

    @property
    def name(self) -> str:
        return self._name

    @property
    def capable(self) -> bool:
        return self._capable() if callable(self._capable) else self._capable

    @property
    def chat_model(self) -> BaseChatModel:
        """The model itself, for LangChain agents."""
        return self._chat_model

    @property
    def provider(self) -> str:
        """LangChain's name of the provider; "" for local models."""
        return self._provider

    @property
    def budget(self) -> Budget:
        """The patience of one call."""
        return self._budget

    def tagged(self, purpose: str, prompt_version: str = "") -> ChatLLM:
        """The same model, whose calls are recorded with this purpose and prompt version."""
        view = copy(self)
        view._purpose, view._version = purpose, prompt_version
        return view

    def warm_up(self) -> None:
        """Load a local model now; others need nothing.

        Raises:
            SetupError: It cannot be loaded.
        """
        from agent.llm.local_chat import LocalChatModel

        if isinstance(self._chat_model, LocalChatModel):
            self._chat_model.warm_up()

    def structured(
        self, messages: Sequence[Message], schema: type[ModelT], *, max_tokens: int = 512
    ) -> ModelT:
        """Answer with an instance of ``schema``; see :class:`interest.llm.LLM`.

        Raises:
            ModelError: No answer, or none that fits, within the budget.
        """
        call = _Call(messages=messages, purpose=self._purpose or schema.__name__)
        hint = ""
        while True:
            call.attempts += 1
            method = self._learned.method
            try:
                message = self._ask(messages, schema, _METHODS[method], hint, max_tokens)
                call.usage = getattr(message, "usage_metadata", None)
                answer = read_answer(message, schema)
            except Exception as error:
                failure = self._failure(error, call)
                if failure.kind is FailureKind.REFUSED and method + 1 < len(_METHODS):
                    self._learned.method = method + 1
                elif failure.kind is FailureKind.MALFORMED:
                    hint = f"{failure.error.problem} Answer with the JSON object only."
                self._wait_or_raise(failure, call)
            else:
                self._record(call, Outcome.OK)
                return answer

    def stream(self, messages: Sequence[Message], *, max_tokens: int = 256) -> Iterator[str]:
        """Answer with text, piece by piece; see :class:`interest.llm.LLM`.

        Requests are repeated until the first words have come; a stream that breaks off after
        that is an error, because what was said cannot be taken back.

        Raises:
            ModelError: No answer within the budget, or it broke off.
        """
        call = _Call(messages=messages, purpose=self._purpose or "text")
        outcome = Outcome.ABANDONED
        try:
            while outcome is not Outcome.OK:
                call.attempts += 1
                try:
                    yield from self._chunks(call, max_tokens)
                    outcome = Outcome.OK
                except Exception as error:
                    outcome = Outcome.FAILED
                    failure = self._failure(error, call)
                    if call.first_ms is not None:
                        raise failure.error from None
                    self._wait(failure, call)
        finally:
            self._record(call, outcome)

    def score(
        self, messages: Sequence[Message], options: Sequence[str]
    ) -> tuple[float, ...] | None:
        """Mean log-likelihood per token of each option; None where the model cannot tell.

        Raises:
            ModelError: A local model failed.
        """
        from agent.llm.local_chat import LocalChatModel

        if not isinstance(self._chat_model, LocalChatModel):
            return None
        call = _Call(messages=messages, purpose=self._purpose or "score", attempts=1)
        try:
            scores = self._chat_model.score(to_langchain(messages), options)
        except Exception as error:
            self._record(call, Outcome.FAILED)
            raise self._failure(error, call).error from None
        self._record(call, Outcome.OK)
        return scores

    def _ask(
        self,
        messages: Sequence[Message],
        schema: type[BaseModel],
        method: str,
        hint: str,
        max_tokens: int,
    ) -> BaseMessage:
        form = {"title": schema.__name__, **schema.model_json_schema()}
        asked = [*messages, Message(role="user", content=hint)] if hint else list(messages)
        if method == "text":
            told = Message(role="system", content=schema_text(form))
            limited = self._chat_model.bind(**self._limit(max_tokens))
            return limited.invoke(to_langchain([told, *asked]))
        runnable = self._enforced(form, method, max_tokens)
        return runnable.invoke(to_langchain(asked))["raw"]

    def _enforced(self, form: dict[str, Any], method: str, max_tokens: int) -> Any:
        """The model bound to a form; some classes take no arguments for the call with it."""
        build: Any = self._chat_model.with_structured_output
        try:
            return build(form, method=method, include_raw=True, **self._limit(max_tokens))
        except (TypeError, ValueError):
            return build(form, method=method, include_raw=True)

    def _chunks(self, call: _Call, max_tokens: int) -> Iterator[str]:
        finished = False
        prompt = to_langchain(call.messages)
        for chunk in self._chat_model.bind(**self._limit(max_tokens)).stream(prompt):
            call.usage = getattr(chunk, "usage_metadata", None) or call.usage
            finished = finished or bool(chunk.response_metadata.get("finish_reason"))
            text = str(chunk.text)
            if text:
                if call.first_ms is None:
                    call.first_ms = 1000.0 * call.elapsed_s
                yield text
            if call.elapsed_s > self._budget.seconds:
                raise TimeoutError
        if call.first_ms is None:
            raise MalformedAnswerError(f"The model {self._name} answered with nothing.")
        if not finished and self._provider == "openai":
            raise ConnectionError("the stream ended without a reason")

    def _limit(self, max_tokens: int) -> dict[str, Any]:
        return {_LIMIT_NAMES.get(self._provider, "max_tokens"): max_tokens}

    def _failure(self, error: Exception, call: _Call) -> Failure:
        _log.debug("Attempt %d of %s failed.", call.attempts, call.purpose, exc_info=error)
        return failure_of(error, model=self._name, provider=self._provider)

    def _wait(self, failure: Failure, call: _Call) -> None:
        wait = self._budget.wait(failure, attempt=call.attempts, elapsed_s=call.elapsed_s)
        if wait is None:
            raise failure.error from None
        self._sleep(wait)

    def _wait_or_raise(self, failure: Failure, call: _Call) -> None:
        try:
            self._wait(failure, call)
        except ModelError:
            self._record(call, Outcome.FAILED)
            raise

    def _record(self, call: _Call, outcome: Outcome) -> None:
        usage = call.usage or {}
        record = CallRecord(
            model=self._name,
            purpose=call.purpose,
            prompt_version=self._version or version_of(call.messages),
            input_tokens=usage.get("input_tokens"),
            output_tokens=usage.get("output_tokens"),
            ms=1000.0 * call.elapsed_s,
            first_ms=call.first_ms,
            attempts=call.attempts,
            outcome=outcome,
        )
        _log.info(
            "%s: %s %s, %d attempt(s), %.0f ms, %s tokens in, %s out",
            record.model,
            record.purpose,
            record.outcome,
            record.attempts,
            record.ms,
            record.input_tokens,
            record.output_tokens,
        )
        if self._on_call is not None:
            self._on_call(record)
