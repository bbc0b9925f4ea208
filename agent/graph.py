"""The agent: one LangChain agent graph, with the same tools for every model.

It knows LangChain's agent, the rules, and which of the two decides; it does not know HTTP or the
store. A middleware stands before the model. Where the model is fit to choose tools and to phrase,
it passes the call on, and takes over only when the model fails. Where it is not, the rules answer
in the model's place, as the same kind of message, in the same graph.
"""

from __future__ import annotations

import itertools
import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import resources
from typing import Any, cast

from langchain.agents import create_agent  # pyright: ignore[reportUnknownVariableType]
from langchain.agents.middleware import AgentMiddleware, ModelRequest, ModelResponse
from langchain_core.messages import (
    AIMessage,
    AIMessageChunk,
    AnyMessage,
    HumanMessage,
    SystemMessage,
    ToolMessage,
)

from agent.desk import Desk
from agent.llm.adapter import ChatLLM
from agent.llm.failures import failure_of
from agent.llm.scripted import ScriptedChatModel
from agent.planner import Plan
from agent.rules import plan_calls, say_reply
from agent.tools import TOOLS
from interest.errors import ModelError
from interest.extraction import Relation
from interest.interests import Interest, InterestKey

__all__ = ["PROMPT_VERSION", "AgentGraph", "TurnState"]

PROMPT_VERSION = "agent.v1"

_log = logging.getLogger(__name__)

#: A turn needs two or three model calls; a model that goes on calling tools is going in circles.
_MOST_MODEL_CALLS = 6


@dataclass(kw_only=True)
class TurnState(Desk):
    """The desk together with what the rules know of the turn: the agent's runtime context."""

    plan: Plan
    learned: tuple[Interest, ...] = ()
    relations: Mapping[InterestKey, Relation] = field(default_factory=dict[InterestKey, Relation])
    by_rules: bool = False
    heard: bool = False
    model_calls: int = 0


class _Policy(AgentMiddleware[Any, TurnState, Any]):
    """Answers in the model's place where the rules decide, and when the model fails."""

    def __init__(self, model: ChatLLM | None, *, sleep: Callable[[float], None]) -> None:
        super().__init__()
        self._model = model
        self._sleep = sleep

    def wrap_model_call(
        self,
        request: ModelRequest[TurnState],
        handler: Callable[[ModelRequest[TurnState]], ModelResponse[Any]],
    ) -> ModelResponse[Any] | AIMessage:
        turn = request.runtime.context
        model = self._model
        if model is None or not model.capable or turn.by_rules:
            return _by_rules(turn, request.messages)
        turn.model_calls += 1
        if turn.model_calls > _MOST_MODEL_CALLS:
            return _take_over(turn, request, f"The model {model.name} went on calling tools.")
        started = time.monotonic()
        for attempt in itertools.count(1):
            try:
                return handler(request)
            except Exception as error:  # any vendor's error: the turn must not be lost
                _log.debug("attempt %d of the agent's model failed", attempt, exc_info=True)
                failure = failure_of(error, model=model.name, provider=model.provider)
                elapsed = time.monotonic() - started
                wait = model.budget.wait(failure, attempt=attempt, elapsed_s=elapsed)
                # What was said cannot be taken back, so a stream that broke off is not repeated.
                if wait is None or turn.heard:
                    return _take_over(turn, request, failure.error.problem)
                self._sleep(wait)
        raise AssertionError("unreachable: the loop ends by returning")


def _take_over(turn: TurnState, request: ModelRequest[TurnState], why: str) -> AIMessage:
    """The rules answer for the rest of the turn, and it is said that they do."""
    _log.warning("%s The rules answer.", why)
    turn.by_rules = True
    turn.notices.append(f"{why} Rules answered instead.")
    return _by_rules(turn, request.messages)


def _by_rules(turn: TurnState, messages: Sequence[AnyMessage]) -> AIMessage:
    """The next message of the turn: first the planned calls, then the reply."""
    results = sum(isinstance(message, ToolMessage) for message in messages)
    calls = plan_calls(turn.plan)
    if calls and not results:
        return AIMessage(
            content="",
            tool_calls=[
                {"name": name, "args": dict(args), "id": f"rule-{place}"}
                for place, (name, args) in enumerate(calls)
            ],
        )
    return AIMessage(content=say_reply(turn.plan, turn, turn.learned, turn.relations))


class AgentGraph:
    """The compiled agent.

    Args:
        model: Chooses tools and phrases replies if it is capable; otherwise, and without one, the
            rules do.
        sleep: Waits between tries; tests pass their own.
    """

    def __init__(
        self, model: ChatLLM | None, *, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self.model_decides = model is not None and model.capable
        # The agent needs some model even where it never gets to speak.
        silent = ScriptedChatModel([ModelError("There is no language model here.")])
        self._graph = create_agent(
            silent if model is None else model.chat_model,
            list(TOOLS),
            middleware=[_Policy(model, sleep=sleep)],
            context_schema=TurnState,
        )
        prompts = resources.files("agent") / "prompts"
        self._prompt = (prompts / f"{PROMPT_VERSION}.md").read_text(encoding="utf-8")

    def run(
        self, turn: TurnState, text: str, history: Sequence[tuple[str, str]], *, today: str
    ) -> Iterator[str]:
        """Run one turn.

        Args:
            turn: The working state; what the tools find stays on it.
            text: What the person said.
            history: Earlier (said, reply) pairs, oldest first.
            today: The date, for the prompt.

        Yields:
            Text of the reply, piece by piece, as the model says it; not yet checked.
        """
        messages: list[AnyMessage] = [self._system(turn, today)]
        for said, reply in history:
            messages += [HumanMessage(said), AIMessage(reply)]
        messages.append(HumanMessage(text))
        for piece, _ in self._graph.stream(  # pyright: ignore[reportUnknownMemberType]
            cast(Any, {"messages": messages}), context=turn, stream_mode="messages"
        ):
            if isinstance(piece, AIMessage | AIMessageChunk):
                content = piece.text
                if content:
                    turn.heard = True
                    yield content

    def _system(self, turn: TurnState, today: str) -> AnyMessage:
        """The prompt holds no text of users or catalogues: those are data, and come as messages."""
        values: Mapping[str, str] = {
            "noun": turn.domain.noun,
            "nouns": turn.domain.nouns,
            "today": today,
        }
        prompt = self._prompt
        for name, value in values.items():
            prompt = prompt.replace("{" + name + "}", value)
        return SystemMessage(prompt)
