"""The engine against brute force: a full forward pass without any cache for every token."""

# transformers and torch are typed in part only.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
import torch

from agent.llm.constrained import Grammar
from agent.llm.engine import LocalEngine
from agent.llm.loading import sharpen
from agent.llm.pieces import Finish, Piece
from agent.llm.prompt import Prompt
from interest.errors import InputError, ModelError
from interest.llm import Message
from tests.support.tiny_model import tiny_engine, tiny_model, tiny_tokenizer

SYSTEM = Message(role="system", content="You help people to find films.")


def ask(engine: LocalEngine, text: str) -> Prompt:
    return engine.prompt([SYSTEM, Message(role="user", content=text)])


def logits_of(engine: LocalEngine, ids: list[int]) -> torch.Tensor:
    """``(len(ids), vocabulary)``, all computed anew."""
    with torch.no_grad():
        return engine.model(input_ids=torch.tensor([ids])).logits[0]


def pieces_of(engine: LocalEngine, text: str, **options: Any) -> list[Piece]:
    return list(engine.generate(ask(engine, text), **options))


def text_of(pieces: list[Piece]) -> str:
    return "".join(piece.text for piece in pieces)


def test_greedy_answer_is_the_brute_force_one() -> None:
    engine = tiny_engine()
    prompt = ask(engine, "I loved Alien.")
    ids = list(prompt.ids)
    for _ in range(24):
        token = int(logits_of(engine, ids)[-1].argmax())
        if token == 1:
            break
        ids.append(token)
    expected = engine.tokenizer.backend_tokenizer.decode(ids[len(prompt.ids) :])
    pieces = pieces_of(engine, "I loved Alien.", max_tokens=24)
    # A character that is cut in the middle at the limit is never shown.
    assert text_of(pieces) == expected[: len(text_of(pieces))]
    assert expected[len(text_of(pieces)) :].strip("\ufffd") == ""
    assert sum(piece.tokens for piece in pieces) == len(ids) - len(prompt.ids)


def test_scores_are_the_brute_force_likelihoods() -> None:
    engine = tiny_engine()
    prompt = ask(engine, "I loved Alien.")
    options = ["like", "I dislike all of it", "a", "Blade Runner 1980"] * 5
    encode = engine.tokenizer.backend_tokenizer.encode
    expected: list[float] = []
    for option in options:
        ids = encode(option, add_special_tokens=False).ids
        likelihoods = logits_of(engine, [*prompt.ids, *ids]).log_softmax(-1)
        start = len(prompt.ids) - 1
        picked = [float(likelihoods[start + n, token]) for n, token in enumerate(ids)]
        expected.append(sum(picked) / len(picked))
    assert engine.score(prompt, options) == pytest.approx(expected, abs=1e-4)
    assert engine.score(prompt, []) == ()


def test_an_empty_option_cannot_be_scored() -> None:
    engine = tiny_engine()
    with pytest.raises(InputError, match="must not be empty"):
        engine.score(ask(engine, "x"), ["like", ""])


def test_the_shared_beginning_is_read_once() -> None:
    engine = tiny_engine()
    first, second = ask(engine, "I loved Alien."), ask(engine, "No slashers.")
    assert first.shared == second.shared
    pieces = [next(iter(engine.generate(prompt, max_tokens=1))) for prompt in (first, second)]
    assert [piece.cached_tokens for piece in pieces] == [0, first.shared]


def test_answers_do_not_depend_on_the_prefix_cache() -> None:
    cached, plain = tiny_engine(), tiny_engine(prefix_tokens=0)
    for text in ("I loved Alien.", "I loved Heat.", "I loved Alien."):
        for engine in (cached, plain):
            answer = text_of(pieces_of(engine, text, max_tokens=16))
            expected = text_of(pieces_of(tiny_engine(), text, max_tokens=16))
            assert answer == expected
    assert cached.score(ask(cached, "x"), ["ab"]) == pytest.approx(
        plain.score(ask(plain, "x"), ["ab"]), abs=1e-4
    )


def test_long_prompts_are_read_in_chunks() -> None:
    engine = tiny_engine()
    engine.model.config.max_position_embeddings = 4096
    prompt = ask(engine, "film " * 200)
    assert len(prompt.ids) > 600
    (score,) = engine.score(prompt, ["a"])
    token = engine.tokenizer.backend_tokenizer.encode("a").ids[0]
    expected = float(logits_of(engine, list(prompt.ids))[-1].log_softmax(-1)[token])
    assert score == pytest.approx(expected, abs=1e-4)


SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "tool": {"const": "recommend"},
        "genre": {"type": "string", "maxLength": 4},
        "sure": {"type": "boolean"},
    },
    "required": ["tool", "genre", "sure"],
}


def test_fast_forward_changes_the_steps_and_not_the_answer() -> None:
    engine = tiny_engine()
    grammar = Grammar.regex('\\{"tool":"recommend","sure":(true|false)\\}')
    fast = pieces_of(engine, "hi", max_tokens=80, grammar=grammar)
    slow = pieces_of(engine, "hi", max_tokens=80, grammar=grammar, fast_forward=False)
    assert text_of(fast) in {f'{{"tool":"recommend","sure":{sure}}}' for sure in ("true", "false")}
    assert sum(piece.forced for piece in fast) > 0
    assert sum(piece.forced for piece in slow) == 0
    assert len(fast) < len(slow)
    assert fast[-1].finish is slow[-1].finish is Finish.STOP


def test_the_constrained_token_is_the_best_allowed_one() -> None:
    engine = tiny_engine()
    prompt = ask(engine, "I loved Alien.")
    options = ["a", "b", "c", "d", "e", "f"]
    scores = engine.score(prompt, options)
    best = options[int(np.argmax(scores))]
    pieces = engine.generate(prompt, max_tokens=4, grammar=Grammar.choice(options))
    assert "".join(piece.text for piece in pieces) == best


def test_the_limit_of_tokens_holds_with_forced_ones() -> None:
    pieces = pieces_of(tiny_engine(), "hi", max_tokens=5, grammar=Grammar.json(SCHEMA))
    assert sum(piece.tokens for piece in pieces) == 5
    assert pieces[-1].finish is Finish.LENGTH


def test_drawing_needs_an_rng_and_repeats_with_it() -> None:
    engine = tiny_engine()
    with pytest.raises(InputError, match="needs an rng"):
        pieces_of(engine, "hi", max_tokens=3, temperature=1.0)
    drawn = [
        text_of(
            pieces_of(engine, "hi", max_tokens=12, temperature=5.0, rng=np.random.default_rng(seed))
        )
        for seed in (1, 1, 2)
    ]
    assert drawn[0] == drawn[1] != drawn[2]


def test_too_late_is_an_error_and_leaves_the_engine_usable() -> None:
    engine = tiny_engine()
    with pytest.raises(ModelError, match=r"within 0 s"):
        pieces_of(engine, "hi", max_tokens=3, timeout_s=0.0)
    assert pieces_of(engine, "hi", max_tokens=3)[-1].finish is not None


def test_too_long_a_prompt_is_an_error() -> None:
    with pytest.raises(ModelError, match="the model takes 512"):
        pieces_of(tiny_engine(), "film " * 400, max_tokens=3)
    with pytest.raises(InputError, match="at least one"):
        pieces_of(tiny_engine(), "hi", max_tokens=0)


def test_an_abandoned_answer_blocks_nobody() -> None:
    engine = tiny_engine()
    abandoned = engine.generate(ask(engine, "hi"), max_tokens=50)
    next(abandoned)
    assert pieces_of(engine, "hi", max_tokens=2, timeout_s=5.0)
    assert next(abandoned).prompt_tokens == len(ask(engine, "hi").ids)


def test_threads_get_the_answers_they_would_get_alone() -> None:
    engine = tiny_engine()

    def answer(text: str, engine: LocalEngine = engine) -> str:
        return text_of(pieces_of(engine, text, max_tokens=12))

    texts = [f"I loved film {number}." for number in range(8)]
    alone = [answer(text, tiny_engine()) for text in texts]
    with ThreadPoolExecutor(max_workers=4) as pool:
        assert list(pool.map(answer, texts)) == alone


def test_sharpened_logits_are_float32_and_do_not_tie() -> None:
    blunt, sharp = tiny_model().bfloat16(), tiny_model().bfloat16()
    sharpen(sharp)
    ids = torch.tensor([[5, 6, 7]])
    with torch.no_grad():
        rough, fine = blunt(input_ids=ids).logits, sharp(input_ids=ids).logits
    assert (rough.dtype, fine.dtype) == (torch.bfloat16, torch.float32)
    assert torch.allclose(rough.float(), fine, rtol=0.02, atol=0.1)
    assert len(fine[0, -1].unique()) > len(rough[0, -1].unique())
    assert sharp.get_input_embeddings().weight.dtype == torch.bfloat16


def test_a_model_that_never_ends_is_refused() -> None:
    model, tokenizer = tiny_model(), tiny_tokenizer()
    assert model.generation_config is not None
    model.generation_config.eos_token_id = None
    tokenizer.eos_token = None
    with pytest.raises(InputError, match="no token that ends"):
        LocalEngine(model, tokenizer, threads=1)
