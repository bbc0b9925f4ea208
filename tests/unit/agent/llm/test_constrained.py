"""Whatever a random model says under a constraint has the form that was asked for."""

# transformers and torch are typed in part only.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

import json
import re
from typing import Any

import numpy as np
import pytest

from agent.llm.constrained import Grammar, GrammarCompiler, bounded
from interest.errors import InputError
from tests.support.tiny_model import tiny_tokenizer

EOS = 1
_TOKENIZER = tiny_tokenizer()
_COMPILER = GrammarCompiler(_TOKENIZER.backend_tokenizer.to_str(), 330, [EOS])

TASTE: dict[str, Any] = {
    "type": "object",
    "properties": {
        "title": {"type": "string", "maxLength": 6},
        "sign": {"enum": ["like", "dislike"]},
        "year": {"type": "integer", "minimum": 1900, "maximum": 1999},
    },
    "required": ["title", "sign", "year"],
}


def random_answer(grammar: Grammar, seed: int, *, most: int = 400) -> str:
    """Draw allowed tokens at random until the answer ends."""
    rng = np.random.default_rng(seed)
    constraint = _COMPILER.start(grammar)
    ids: list[int] = []
    while len(ids) < most:
        ids += constraint.forced()
        if constraint.complete:
            break
        token = int(rng.choice(np.flatnonzero(constraint.allowed())))
        if token == EOS:
            break
        constraint.take([token])
        ids.append(token)
    return _TOKENIZER.backend_tokenizer.decode(ids)


@pytest.mark.parametrize("seed", range(8))
def test_json_fits_its_schema_and_has_no_spaces(seed: int) -> None:
    text = random_answer(Grammar.json(TASTE), seed)
    value = json.loads(text)
    assert list(value) == ["title", "sign", "year"]
    assert value["sign"] in {"like", "dislike"}
    assert 1900 <= value["year"] <= 1999
    assert len(value["title"]) <= 6
    assert re.match(r'\{"title":".*","sign":"(dis)?like","year":\d{4}\}$', text, re.DOTALL)


@pytest.mark.parametrize("seed", range(5))
def test_regex_matches_as_a_whole(seed: int) -> None:
    assert re.fullmatch(r"[ab]{3}-\d", random_answer(Grammar.regex(r"[ab]{3}-\d"), seed))


def test_choice_gives_all_options_and_nothing_else() -> None:
    options = ["like", "dislike", "lik", 'quoted "word"']
    answers = {random_answer(Grammar.choice(options), seed) for seed in range(80)}
    assert answers == set(options)


def test_choice_without_options_is_refused() -> None:
    with pytest.raises(InputError, match="needs options"):
        Grammar.choice([])
    with pytest.raises(InputError, match="needs options"):
        Grammar.choice(["a", ""])


@pytest.mark.parametrize("seed", range(20))
def test_labelled_spans_stand_in_the_text(seed: int) -> None:
    text = "I loved Alien,  and “Blade Runner” (1982)!"
    answer = random_answer(Grammar.labelled_spans(text, ["genre", "title"], most=3), seed)
    lines = answer.splitlines()
    assert len(lines) <= 3
    for line in lines:
        if line == "none":
            continue
        label, _, words = line.partition(": ")
        assert label in {"genre", "title"}
        assert words in text


def test_labelled_spans_of_nothing_are_none() -> None:
    assert random_answer(Grammar.labelled_spans("  ", ["genre"]), 0) == "none\n"


@pytest.mark.parametrize("seed", range(6))
def test_json_or_text_is_one_of_both(seed: int) -> None:
    grammar = Grammar.json_or_text({"type": "object", "properties": {"n": {"type": "integer"}}})
    text = random_answer(grammar, seed, most=40)
    assert not text.startswith((" ", "\n"))
    if text.startswith("{"):
        assert re.match(r'\{("n":-?\d*)?', text)


def test_what_has_no_choice_is_forced() -> None:
    constraint = _COMPILER.start(
        Grammar.json(
            {
                "type": "object",
                "properties": {"tool": {"const": "recommend"}, "n": {"type": "integer"}},
                "required": ["tool", "n"],
            }
        )
    )
    forced = _TOKENIZER.backend_tokenizer.decode(constraint.forced())
    # The last token is left to the model where its bytes could merge with what follows.
    assert '{"tool":"recommend","n":'.startswith(forced)
    assert len(forced) >= len('{"tool":"recommend"')


def test_same_grammars_are_equal_and_one_does_not_disturb_the_other() -> None:
    assert Grammar.json(TASTE) == Grammar.json(dict(TASTE))
    first, second = _COMPILER.start(Grammar.json(TASTE)), _COMPILER.start(Grammar.json(TASTE))
    first.forced()
    assert not second.complete
    assert _TOKENIZER.backend_tokenizer.decode(second.forced()).startswith('{"')


def test_an_impossible_form_is_refused() -> None:
    with pytest.raises(InputError, match="cannot be enforced"):
        _COMPILER.start(Grammar.lark("start: missing"))


def test_bounded_limits_what_has_no_limit() -> None:
    schema = {
        "type": "object",
        "properties": {
            "free": {"type": "string"},
            "short": {"type": "string", "maxLength": 3},
            "one": {"type": "string", "enum": ["a"]},
            "many": {"type": "array", "items": {"type": "string"}},
        },
    }
    assert bounded(schema) == {
        "type": "object",
        "properties": {
            "free": {"type": "string", "maxLength": 300},
            "short": {"type": "string", "maxLength": 3},
            "one": {"type": "string", "enum": ["a"]},
            "many": {
                "type": "array",
                "items": {"type": "string", "maxLength": 300},
                "maxItems": 16,
            },
        },
        "additionalProperties": False,
    }
