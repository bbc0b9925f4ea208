"""The LLM seam: structured output and text, whoever the model is.

It knows messages in and typed values or text out; it does not know LangChain, transformers or
any vendor. The real implementations live in :mod:`agent.llm`; the fake that tests use is here
and public.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeVar

from pydantic import BaseModel, ValidationError

from interest.errors import ModelError

__all__ = ["LLM", "FakeLLM", "Message", "Usage"]

ModelT = TypeVar("ModelT", bound=BaseModel)


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """One message of a prompt. Text of users and catalogues only ever goes into ``user``."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Usage:
    """What a call cost; None where the model does not say."""

    input_tokens: int | None = None
    output_tokens: int | None = None
    ms: float = 0.0


class LLM(Protocol):
    """A language model.

    Attributes:
        name: What people read in ``palate doctor`` and in ``--json`` output.
        capable: Whether it follows instructions well enough to extract, to choose tools and to
            phrase by itself. The embedded model is not (docs/decisions has the measurement).
    """

    @property
    def name(self) -> str: ...

    @property
    def capable(self) -> bool: ...

    def structured(
        self, messages: Sequence[Message], schema: type[ModelT], *, max_tokens: int = 512
    ) -> ModelT:
        """Answer with an instance of ``schema``.

        Raises:
            ModelError: No answer, or none that fits the schema.
        """
        ...

    def stream(self, messages: Sequence[Message], *, max_tokens: int = 256) -> Iterator[str]:
        """Answer with text, piece by piece.

        Raises:
            ModelError: No answer.
        """
        ...

    def score(
        self, messages: Sequence[Message], options: Sequence[str]
    ) -> tuple[float, ...] | None:
        """Mean log-likelihood per token of each option as the answer.

        Returns:
            One number per option, or None if this model cannot tell.
        """
        ...


class FakeLLM:
    """A model that answers what it was told to; the public fake of the seam.

    Args:
        structured: Answers to structured calls, by schema name; a list is used up in order and
            its last answer repeats. An exception in place of an answer is raised.
        text: Answers to text calls, used up in order; the last one repeats.
        scores: Score per option text; options that are missing score -10.
    """

    def __init__(
        self,
        *,
        structured: Mapping[str, Sequence[Mapping[str, Any] | Exception]] | None = None,
        text: Sequence[str] = ("",),
        scores: Mapping[str, float] | None = None,
        capable: bool = True,
        name: str = "fake",
    ) -> None:
        self._structured = {key: list(answers) for key, answers in (structured or {}).items()}
        self._text = list(text)
        self._scores = scores
        self._capable = capable
        self._name = name
        self.prompts: list[tuple[Message, ...]] = []

    @property
    def name(self) -> str:
        return self._name

    @property
    def capable(self) -> bool:
        return self._capable

    def structured(
        self, messages: Sequence[Message], schema: type[ModelT], *, max_tokens: int = 512
    ) -> ModelT:
        self.prompts.append(tuple(messages))
        answers = self._structured.get(schema.__name__)
        if not answers:
            raise ModelError(f"The fake model has no answer for {schema.__name__}.")
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(answer, Exception):
            raise answer
        try:
            return schema.model_validate_json(json.dumps(answer))
        except ValidationError as error:
            raise ModelError(f"The answer does not fit {schema.__name__}: {error}") from error

    def stream(self, messages: Sequence[Message], *, max_tokens: int = 256) -> Iterator[str]:
        self.prompts.append(tuple(messages))
        answer = self._text.pop(0) if len(self._text) > 1 else self._text[0]
        yield from answer.splitlines(keepends=True)

    def score(
        self, messages: Sequence[Message], options: Sequence[str]
    ) -> tuple[float, ...] | None:
        self.prompts.append(tuple(messages))
        if self._scores is None:
            return None
        return tuple(self._scores.get(option, -10.0) for option in options)
