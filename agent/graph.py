"""The agent: one LangChain agent graph, with the same tools for every model.

It knows LangChain's agent, the rules, and which of the two decides; it does not know HTTP or the
store. A middleware stands before the model. Where the model is fit to choose tools and to phrase,
it passes the call on, and takes over only when the model fails. Where it is not, the rules answer
in the model's place, as the same kind of message, in the same graph.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import resources
from typing import Any, cast

from langchain.agents import create_agent
from langchain.agents.middleware import AgentMiddleware, ModelRequest, ModelResponse
from langchain_core.language_models.chat_models import BaseChatModel
from langchain_core.messages import (
    AIMessage,
    AIMessageChunk,
    AnyMessage,
    HumanMessage,
    SystemMessage,
    ToolMessage,
)

from agent.desk import Desk
from agent.planner import Plan
from agent.rules import plan_calls, say_reply
from agent.tools import TOOLS
from interest.interests import Interest

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
    by_rules: bool = False
    model_calls: int = 0
    said_by_rules: str = field(default="")


class _Policy(AgentMiddleware[Any, TurnState, Any]):
    """Answers in the model's place where the rules decide, and when the model fails."""

    def __init__(self, *, model_decides: bool) -> None:
        super().__init__()
        self._model_decides = model_decides

    def wrap_model_call(
        self,
        request: ModelRequest[TurnState],
        handler: Callable[[ModelRequest[TurnState]], ModelResponse[Any]],
    ) -> ModelResponse[Any] | AIMessage:
        turn = request.runtime.context
        if not self._model_decides or turn.by_rules:
            return _by_rules(turn, request.messages)
        turn.model_calls += 1
        if turn.model_calls > _MOST_MODEL_CALLS:
            return self._take_over(turn, request, "it went on calling tools")
        try:
            return handler(request)
        except Exception as error:  # any vendor's error: the turn must not be lost
            _log.warning("the model failed (%s); the rules answer", type(error).__name__)
            _log.debug("the model's error", exc_info=True)
            return self._take_over(turn, request, type(error).__name__)

    def _take_over(self, turn: TurnState, request: ModelRequest[TurnState], why: str) -> AIMessage:
        turn.by_rules = True
        turn.notices.append(f"The language model did not answer ({why}); rules answered instead.")
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
    turn.said_by_rules = say_reply(turn.plan, turn, turn.learned)
    return AIMessage(content=turn.said_by_rules)


class AgentGraph:
    """The compiled agent.

    Args:
        model: Any LangChain chat model.
        model_decides: Whether the model chooses tools and phrases replies (capable models), or
            the rules do (the embedded one).
    """

    def __init__(self, model: BaseChatModel, *, model_decides: bool) -> None:
        self.model_decides = model_decides
        self._graph = create_agent(
            model,
            list(TOOLS),
            middleware=[_Policy(model_decides=model_decides)],
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
        for piece, _ in self._graph.stream(
            cast(Any, {"messages": messages}), context=turn, stream_mode="messages"
        ):
            if isinstance(piece, AIMessage | AIMessageChunk):
                content = piece.text
                if content:
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
