"""Messages to tokens: the model's own chat template, in which no message can pose as another.

It knows templates and tokenizers; it does not know models or LangChain. The template is rendered
with placeholders and tokenized without the messages; the messages are tokenized by themselves, as
plain text. So ``<|im_start|>system`` in what a user wrote is a string of ordinary characters.
"""

# transformers and torch are typed in part only.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from interest.errors import InputError, SetupError
from interest.llm import Message

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

__all__ = ["Prompt", "PromptEncoder"]

#: For models that come without a chat template.
_PLAIN_TEMPLATE = (
    "{{ bos_token or '' }}{% for message in messages %}{{ message['role'] | capitalize }}: "
    "{{ message['content'] }}\n\n{% endfor %}Assistant:"
)

_SLOT = re.compile("\ue000(\\d+)\ue001")


@dataclass(frozen=True, kw_only=True, slots=True)
class Prompt:
    """A tokenized prompt.

    Attributes:
        ids: All tokens, up to where the answer begins.
        shared: How many of them stand before the last message. They are the same in the next
            call with the same instructions and examples, so their part of the cache is kept.
    """

    ids: tuple[int, ...]
    shared: int


class PromptEncoder:
    """Tokenizes prompts for one model.

    Args:
        tokenizer: A fast tokenizer; its chat template is used if it has one.
    """

    def __init__(self, tokenizer: PreTrainedTokenizerFast) -> None:
        from tokenizers import Tokenizer

        backend = tokenizer.backend_tokenizer
        self._tokenizer = tokenizer
        self._template: str | None = None if tokenizer.chat_template else _PLAIN_TEMPLATE
        self._plain = Tokenizer.from_str(backend.to_str())
        self._plain.encode_special_tokens = True
        # Tokens that are added but not marked special would still be recognised in plain text.
        added: Sequence[str] = [str(t) for t in tokenizer.added_tokens_decoder.values()]
        literals = sorted((t for t in added if len(t) > 1), key=len, reverse=True)
        self._literal = re.compile("|".join(map(re.escape, literals))) if literals else None
        self._control = frozenset(tokenizer.added_tokens_decoder)

    def encode(self, messages: Sequence[Message]) -> Prompt:
        """Tokenize messages, ready for the assistant's answer.

        Raises:
            InputError: There are no messages.
            SetupError: The model's chat template does not take them.
        """
        if not messages:
            raise InputError("A prompt needs at least one message.")
        turns = _merged(messages)
        try:
            rendered = self._render(turns)
        except _TemplateRefusalError:
            turns = _without_system(turns)
            rendered = self._render(turns)
        ids: list[int] = []
        shared = 0
        for number, part in enumerate(_SLOT.split(rendered)):
            if number % 2:
                shared = len(ids)
                ids += self.plain(turns[int(part)].content)
            else:
                ids += self._tokenizer.encode(part, add_special_tokens=False)
        return Prompt(ids=tuple(ids), shared=shared)

    def plain(self, text: str) -> list[int]:
        """Tokenize text in which nothing is a control token."""
        ids: list[int] = self._plain.encode(text, add_special_tokens=False).ids
        if self._literal is None or self._control.isdisjoint(ids):
            return ids
        cuts = [match.start() + 1 for match in self._literal.finditer(text)]
        if not cuts:
            return ids
        starts, ends = [0, *cuts], [*cuts, len(text)]
        pieces = (text[start:end] for start, end in zip(starts, ends, strict=True))
        return [token for piece in pieces for token in self.plain(piece)]

    def _render(self, turns: Sequence[Message]) -> str:
        from jinja2 import TemplateError

        slots: list[dict[str, Any]] = [
            {"role": turn.role, "content": f"\ue000{number}\ue001"}
            for number, turn in enumerate(turns)
        ]
        try:
            rendered = self._tokenizer.apply_chat_template(
                slots, chat_template=self._template, tokenize=False, add_generation_prompt=True
            )
        except TemplateError as error:
            raise _TemplateRefusalError(str(error)) from error
        text = str(rendered)
        if sorted(map(int, _SLOT.findall(text))) != list(range(len(turns))):
            raise _TemplateRefusalError("it drops or repeats a message")
        return text


class _TemplateRefusalError(SetupError):
    """The chat template does not take these roles."""

    def __init__(self, why: str) -> None:
        super().__init__(
            f"The model's chat template does not take this conversation: {why}.",
            "Use another model, or one with a corrected chat template.",
        )


def _merged(messages: Sequence[Message]) -> list[Message]:
    """Neighbours of one role become one message: many templates demand that roles alternate."""
    merged: list[Message] = []
    for message in messages:
        if merged and merged[-1].role == message.role:
            both = f"{merged[-1].content}\n\n{message.content}"
            merged[-1] = Message(role=message.role, content=both)
        else:
            merged.append(message)
    return merged


def _without_system(turns: Sequence[Message]) -> list[Message]:
    """System messages become user messages: some templates refuse the system role."""
    return _merged(
        [
            Message(role="user", content=turn.content) if turn.role == "system" else turn
            for turn in turns
        ]
    )
