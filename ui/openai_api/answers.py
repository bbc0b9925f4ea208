"""Answers in the shapes of chat completions: in one piece and in chunks.

It knows the published shapes and how a list reads in plain text; it does not know HTTP. The counts
under ``usage`` are words and marks of the text that was read and written here: Palate reads the
last message only, whatever the history weighs, and is not paid by a model's tokens.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from agent.turns import Recommendation
from agent.wire import recommendation_to_json

__all__ = ["MODEL", "Shapes", "list_text"]

MODEL = "palate"
_WORD = re.compile(r"\w+|[^\w\s]")
_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|])")


class Shapes:
    """The shapes of one answer.

    Args:
        completion_id: The same in all chunks.
        created: Seconds since the epoch.
        read: The text that was read.
    """

    def __init__(self, *, completion_id: str, created: int, read: str) -> None:
        self._base = {"id": completion_id, "created": created, "model": MODEL}
        self._read = read

    def whole(self, content: str, picks: Sequence[Recommendation]) -> dict[str, Any]:
        """The answer in one piece; ``palate`` holds the list as data."""
        return {
            **self._base,
            "object": "chat.completion",
            "choices": [
                {
                    "index": 0,
                    "message": {"role": "assistant", "content": content, "refusal": None},
                    "logprobs": None,
                    "finish_reason": "stop",
                }
            ],
            "usage": self.usage(content),
            "palate": _data(picks),
        }

    def first(self, *, with_usage: bool) -> dict[str, Any]:
        """The chunk that says who speaks."""
        return self._chunk({"role": "assistant", "content": ""}, None, with_usage=with_usage)

    def piece(self, text: str, *, with_usage: bool) -> dict[str, Any]:
        """A chunk of words."""
        return self._chunk({"content": text}, None, with_usage=with_usage)

    def end(
        self, content: str, picks: Sequence[Recommendation], *, with_usage: bool
    ) -> Iterator[dict[str, Any]]:
        """The chunks at the end, with the list as data and the counts if they were asked for."""
        last = self._chunk({}, "stop", with_usage=with_usage)
        yield {**last, "palate": _data(picks)}
        if with_usage:
            base = {**self._base, "object": "chat.completion.chunk"}
            yield {**base, "choices": list[Any](), "usage": self.usage(content)}

    def usage(self, content: str) -> dict[str, int]:
        """Words and marks that were read and written."""
        read, written = len(_WORD.findall(self._read)), len(_WORD.findall(content))
        return {
            "prompt_tokens": read,
            "completion_tokens": written,
            "total_tokens": read + written,
        }

    def _chunk(
        self, delta: dict[str, Any], finish: str | None, *, with_usage: bool
    ) -> dict[str, Any]:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        chunk = {**self._base, "object": "chat.completion.chunk", "choices": [choice]}
        return {**chunk, "usage": None} if with_usage else chunk


def list_text(picks: Sequence[Recommendation]) -> str:
    """The recommendations as a Markdown list; what the catalogue says cannot be markup."""
    lines = [
        f"{pick.rank}. **{_plain(pick.title)}**"
        + (f": {_plain(pick.explanation.text)}" if pick.explanation.text else "")
        for pick in picks
    ]
    return "\n\n" + "\n".join(lines) if lines else ""


def _plain(text: str) -> str:
    return _MARKUP.sub(r"\\\1", " ".join(text.split()))


def _data(picks: Sequence[Recommendation]) -> dict[str, Any]:
    return {"recommendations": [recommendation_to_json(pick) for pick in picks]}
