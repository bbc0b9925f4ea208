"""Constrained decoding: which tokens may come next so that the answer has the form asked for.

It knows grammars and token masks (through llguidance); it does not know models, prompts or what
the answer means. Masks are NumPy: llguidance's torch kernels compile for most of a minute.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

import numpy as np
from llguidance import LLMatcher, LLTokenizer
from llguidance.numpy import allocate_token_bitmask, fill_next_token_bitmask
from numpy.typing import NDArray

from interest.errors import InputError, ModelError

__all__ = ["Constraint", "Grammar", "GrammarCompiler", "bounded"]

#: No spaces between JSON tokens: every one would be a decoding step.
_COMPACT: Mapping[str, Any] = {
    "whitespace_flexible": False,
    "item_separator": ",",
    "key_separator": ":",
}

#: Limits for schemas that have none, so that a small model cannot run on in one string.
_MAX_STRING = 300
_MAX_ITEMS = 16


@dataclass(frozen=True, slots=True)
class Grammar:
    """The form of an answer, as llguidance takes it. Equal forms are equal values."""

    source: str

    @classmethod
    def json(cls, schema: Mapping[str, Any]) -> Grammar:
        """A JSON value that fits a JSON Schema, written without spaces."""
        return cls(LLMatcher.grammar_from_json_schema(json.dumps(_compact(schema))))

    @classmethod
    def regex(cls, pattern: str) -> Grammar:
        """A text that a regular expression matches as a whole."""
        return cls(LLMatcher.grammar_from_regex(pattern))

    @classmethod
    def choice(cls, options: Sequence[str]) -> Grammar:
        """One of several texts.

        Raises:
            InputError: There are no options, or one is empty.
        """
        if not options or not all(options):
            raise InputError(f"A choice needs options that are not empty: {list(options)!r}.")
        return cls.lark("start: " + " | ".join(json.dumps(option) for option in options))

    @classmethod
    def lark(cls, rules: str) -> Grammar:
        """A text that a Lark grammar derives; ``%json {…}`` embeds a JSON Schema."""
        return cls(LLMatcher.grammar_from_lark(rules))

    @classmethod
    def labelled_spans(cls, text: str, labels: Sequence[str], *, most: int = 8) -> Grammar:
        """Lines ``label: words``, whose words stand in ``text`` exactly so; at least none.

        Nothing can be miscopied: after a label only runs of whole words of the text can come.
        """
        if not text.split() or not labels:
            return cls.lark('start: "none\\n"')
        label = " | ".join(json.dumps(f"{name}: ") for name in labels)
        words = json.dumps({"substring_words": text})
        return cls.lark(
            f'start: "none\\n" | line{{1,{most}}}\n'
            f'line: ({label}) span "\\n"\nspan: %regex {words}\n'
        )

    @classmethod
    def json_or_text(cls, schema: Mapping[str, Any]) -> Grammar:
        """Either a JSON value that fits the schema, or text that does not begin with a brace."""
        embedded = json.dumps(_compact(schema))
        return cls.lark(f"start: call | text\ncall: %json {embedded}\ntext: /[^{{\\s](.|\\n)*/\n")


def _compact(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {**bounded(schema), "x-guidance": dict(_COMPACT)}


def bounded(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The schema with a limit on every string and array that has none.

    What fits the result fits the schema. Objects that list their properties take no others.
    """
    return cast("dict[str, Any]", _bounded(schema))


def _bounded(node: object) -> object:
    if isinstance(node, list):
        return [_bounded(entry) for entry in cast("list[object]", node)]
    if not isinstance(node, Mapping):
        return node
    result = {key: _bounded(value) for key, value in cast("Mapping[str, object]", node).items()}
    kind = result.get("type")
    free = not {"enum", "const", "pattern", "format"} & result.keys()
    if kind == "string" and free:
        result.setdefault("maxLength", _MAX_STRING)
    elif kind == "array":
        result.setdefault("maxItems", _MAX_ITEMS)
    elif kind == "object" and "properties" in result:
        result.setdefault("additionalProperties", False)
    return result


class Constraint:
    """Where one answer stands in its grammar."""

    def __init__(self, matcher: LLMatcher, vocabulary_size: int, eos: frozenset[int]) -> None:
        self._matcher = matcher
        self._size = vocabulary_size
        self._eos = eos
        self._bits = allocate_token_bitmask(1, vocabulary_size)

    @property
    def complete(self) -> bool:
        """Whether the answer fits the grammar and nothing can follow."""
        return self._matcher.is_stopped()

    def forced(self) -> list[int]:
        """The tokens that must come next, as far as there is no choice; they count as taken."""
        ids = [token for token in self._matcher.compute_ff_tokens() if token not in self._eos]
        if ids:
            self.take(ids)
        return ids

    def allowed(self) -> NDArray[np.bool_]:
        """``(vocabulary_size,) bool``: the tokens that may come next, the end among them."""
        fill_next_token_bitmask(self._matcher, self._bits)
        self._check()
        bits = np.unpackbits(self._bits[0].view(np.uint8), bitorder="little")
        return bits[: self._size].astype(np.bool_)

    def take(self, ids: Sequence[int]) -> None:
        """Move on by tokens that are allowed."""
        self._matcher.consume_tokens(list(ids))
        self._check()

    def _check(self) -> None:
        if self._matcher.is_error():
            # The library's own message can quote the answer, which may quote the user.
            raise ModelError("Constrained decoding ran into an answer that its grammar forbids.")


class GrammarCompiler:
    """Makes constraints for one tokenizer; compiled grammars are kept.

    Args:
        tokenizer_json: The tokenizer in the format of the ``tokenizers`` library.
        vocabulary_size: Number of logits of the model.
        eos: Ids of the tokens that end an answer; at least one.
    """

    def __init__(self, tokenizer_json: str, vocabulary_size: int, eos: Sequence[int]) -> None:
        self._tokenizer = LLTokenizer(
            tokenizer_json, n_vocab=vocabulary_size, eos_token=sorted(eos)
        )
        self._size = vocabulary_size
        self._eos = frozenset(eos)
        self._compiled = lru_cache(maxsize=64)(self._compile)

    def start(self, grammar: Grammar) -> Constraint:
        """A constraint at the beginning of an answer.

        Raises:
            InputError: The grammar is not valid or uses what llguidance does not support.
        """
        return Constraint(self._compiled(grammar).deep_copy(), self._size, self._eos)

    def _compile(self, grammar: Grammar) -> LLMatcher:
        matcher = LLMatcher(self._tokenizer, grammar.source, log_level=0)
        if matcher.is_error():
            raise InputError(
                f"This form of answer cannot be enforced: {matcher.get_error().splitlines()[0]}.",
                "Use a simpler JSON Schema, regular expression or grammar.",
            )
        return matcher
