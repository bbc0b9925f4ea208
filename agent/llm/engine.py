"""Local inference: prompts to text or likelihoods with a transformers model in this process.

It knows the decode loop: prefix cache, constraints with forced tokens, deadlines, threads. It
does not know LangChain, tools or what is being asked.

Several threads may use one engine. Every answer has a cache of its own; one step of the model at a
time runs under a lock, so concurrent answers take turns and nobody waits for a whole one.
"""

# transformers and torch are typed in part only.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

import threading
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from tokenizers.decoders import DecodeStream

from agent.llm.constrained import Constraint, Grammar, GrammarCompiler
from agent.llm.pieces import Finish, Piece
from agent.llm.prefix_cache import PrefixCache
from agent.llm.prompt import Prompt, PromptEncoder
from interest.errors import InputError, ModelError
from interest.llm import Message

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerFast
    from transformers.cache_utils import DynamicCache

__all__ = ["LocalEngine"]

#: Tokens per forward pass of a long prompt; the deadline is looked at in between.
_CHUNK = 512
#: Options per forward pass when scoring, which bounds the memory for their logits.
_SCORED_AT_ONCE = 16


class LocalEngine:
    """A causal language model with its tokenizer.

    Args:
        model: In evaluation mode, on the device it should run on.
        tokenizer: Fast tokenizer of the model.
        threads: Threads of torch during a step. More than there are idle cores is much slower.
        prefix_tokens: Size of the prefix cache; 0 turns it off.
    """

    def __init__(
        self,
        model: PreTrainedModel,
        tokenizer: PreTrainedTokenizerFast,
        *,
        threads: int,
        prefix_tokens: int = 4096,
    ) -> None:
        self.model = model
        self.tokenizer = tokenizer
        self._backend: Tokenizer = tokenizer.backend_tokenizer
        self._encoder = PromptEncoder(tokenizer)
        self._threads = threads
        self._prefixes = PrefixCache(model.config, max_tokens=prefix_tokens)
        self._lock = threading.Lock()
        self._eos = _end_tokens(model, tokenizer)
        self._compiler: GrammarCompiler | None = None

    @property
    def parameters(self) -> int:
        """Number of parameters."""
        return sum(parameter.numel() for parameter in self.model.parameters())

    @property
    def context_length(self) -> int:
        """Most tokens of prompt and answer together."""
        length: object = getattr(self.model.config, "max_position_embeddings", None)
        return length if isinstance(length, int) else 1 << 20

    def prompt(self, messages: Sequence[Message]) -> Prompt:
        """Tokenize messages; see :class:`agent.llm.prompt.PromptEncoder`."""
        return self._encoder.encode(messages)

    def generate(
        self,
        prompt: Prompt,
        *,
        max_tokens: int,
        grammar: Grammar | None = None,
        timeout_s: float = 60.0,
        temperature: float = 0.0,
        rng: np.random.Generator | None = None,
        fast_forward: bool = True,
    ) -> Iterator[Piece]:
        """Answer, piece by piece.

        Args:
            prompt: What :meth:`prompt` gave.
            max_tokens: At most so many tokens; at least one.
            grammar: Form that the answer must have.
            timeout_s: From now to the last token, waiting for other answers included.
            temperature: 0 takes the likeliest token; above that, tokens are drawn.
            rng: What to draw with; needed if ``temperature`` is above 0.
            fast_forward: Take tokens without a choice in one step. Off only for measuring.

        Raises:
            ModelError: Too slow, or the prompt is too long.
            InputError: ``max_tokens`` or ``temperature`` is wrong.
        """
        if max_tokens < 1:
            raise InputError(f"max_tokens is {max_tokens}; an answer needs at least one.")
        if temperature > 0 and rng is None:
            raise InputError(f"Temperature {temperature} needs an rng to draw with.")
        self._check_length(len(prompt.ids) + 1)
        deadline = _Deadline(timeout_s)
        constraint = self._constraint(grammar)
        pending = constraint.forced()[:max_tokens] if constraint and fast_forward else []
        cache, covered, logits = self._prefill(prompt, pending, deadline)
        decoder = DecodeStream(skip_special_tokens=True)
        room = min(max_tokens, self.context_length - len(prompt.ids))
        picked = 0
        while True:
            room -= len(pending)
            text = "".join(decoder.step(self._backend, token) or "" for token in pending)
            finish = Finish.STOP if constraint and constraint.complete else None
            finish = finish or (Finish.LENGTH if room <= 0 else None)
            following: list[int] = []
            if finish is None:
                if picked:
                    logits = self._step(pending, cache, deadline)
                token = _pick(logits, constraint, temperature, rng)
                finish = Finish.STOP if token in self._eos else None
                if finish is None:
                    following = self._taken(token, constraint, room, fast_forward)
            yield Piece(
                text=text,
                tokens=len(pending),
                forced=len(pending) - picked,
                prompt_tokens=len(prompt.ids),
                cached_tokens=covered,
                finish=finish,
            )
            if finish:
                return
            pending, picked = following, 1

    def score(
        self, prompt: Prompt, options: Sequence[str], *, timeout_s: float = 60.0
    ) -> tuple[float, ...]:
        """Mean log-likelihood per token of each option as the beginning of the answer.

        The prompt is read once; all options then go through the model together.

        Raises:
            ModelError: Too slow, or the prompt is too long.
            InputError: An option is empty.
        """
        if not all(options):
            raise InputError(f"Options to score must not be empty: {list(options)!r}.")
        ids = [self._encoder.plain(option) for option in options]
        self._check_length(len(prompt.ids) + max(map(len, ids), default=0))
        deadline = _Deadline(timeout_s)
        cache, _, logits = self._prefill(prompt, [], deadline)
        first = torch.log_softmax(logits, dim=-1)
        scores: list[float] = []
        for start in range(0, len(ids), _SCORED_AT_ONCE):
            scores += self._score_batch(
                ids[start : start + _SCORED_AT_ONCE], cache, first, deadline
            )
        return tuple(scores)

    def _score_batch(
        self,
        options: Sequence[Sequence[int]],
        cache: DynamicCache,
        first: torch.Tensor,
        deadline: _Deadline,
    ) -> list[float]:
        totals = [float(first[option[0]]) for option in options]
        width = max(map(len, options)) - 1
        if width:
            # Padding stands behind the real tokens, which never look ahead: no mask is needed.
            rows = [[*option[:-1], *[0] * (width + 1 - len(option))] for option in options]
            with self._turn(deadline):
                batch = self._copied(cache, len(rows))
                logits = self._forward(torch.tensor(rows), batch, all_logits=True)
                likelihoods = torch.log_softmax(logits.float(), dim=-1)
            for number, option in enumerate(options):
                for place, token in enumerate(option[1:]):
                    totals[number] += float(likelihoods[number, place, token])
        return [total / len(option) for total, option in zip(totals, options, strict=True)]

    def _copied(self, cache: DynamicCache, times: int) -> DynamicCache:
        from copy import deepcopy

        copy = deepcopy(cache)
        copy.batch_repeat_interleave(times)
        return copy

    def _constraint(self, grammar: Grammar | None) -> Constraint | None:
        if grammar is None:
            return None
        with self._lock:
            if self._compiler is None:
                size = int(self.model.config.get_text_config().vocab_size)
                self._compiler = GrammarCompiler(self._backend.to_str(), size, sorted(self._eos))
            return self._compiler.start(grammar)

    def _taken(
        self, token: int, constraint: Constraint | None, room: int, fast_forward: bool
    ) -> list[int]:
        """The picked token and what the grammar forces after it, at most ``room`` tokens."""
        if constraint is None:
            return [token]
        constraint.take([token])
        forced = constraint.forced() if fast_forward and not constraint.complete else []
        return [token, *forced][:room]

    def _prefill(
        self, prompt: Prompt, forced: Sequence[int], deadline: _Deadline
    ) -> tuple[DynamicCache, int, torch.Tensor]:
        """Read the prompt, as far as it is not known already, and the forced beginning."""
        ids = [*prompt.ids, *forced]
        with self._turn(deadline):
            cache, covered = self._prefixes.start(prompt.ids)
        place = covered
        while True:
            end = min(place + _CHUNK, prompt.shared if place < prompt.shared else len(ids))
            with self._turn(deadline):
                logits = self._forward(torch.tensor([ids[place:end]]), cache)
                if end == prompt.shared:
                    self._prefixes.keep(ids[:end], cache)
            if end == len(ids):
                return cache, covered, logits[0, -1].float()
            place = end

    def _step(self, ids: Sequence[int], cache: DynamicCache, deadline: _Deadline) -> torch.Tensor:
        with self._turn(deadline):
            return self._forward(torch.tensor([list(ids)]), cache)[0, -1].float()

    def _forward(
        self, ids: torch.Tensor, cache: DynamicCache, *, all_logits: bool = False
    ) -> torch.Tensor:
        """Logits ``(batch, all positions or the last, vocabulary)``, on the CPU."""
        with torch.inference_mode():
            output = self.model(
                input_ids=ids.to(self.model.device),
                past_key_values=cache,
                use_cache=True,
                logits_to_keep=0 if all_logits else 1,
            )
        return output.logits.cpu()

    @contextmanager
    def _turn(self, deadline: _Deadline) -> Generator[None]:
        """The model to oneself for one step, with its number of threads."""
        if not self._lock.acquire(timeout=deadline.left()):
            raise deadline.error()
        before = torch.get_num_threads()
        try:
            deadline.check()
            torch.set_num_threads(self._threads)
            yield
        finally:
            torch.set_num_threads(before)
            self._lock.release()

    def _check_length(self, tokens: int) -> None:
        if tokens > self.context_length:
            raise ModelError(
                f"The prompt and its answer need {tokens} tokens; "
                f"the model takes {self.context_length}.",
                "Shorten the text, or choose a model with a longer context.",
            )


class _Deadline:
    """A moment after which an answer is not wanted any more."""

    def __init__(self, timeout_s: float) -> None:
        self._timeout_s = timeout_s
        self._end = time.monotonic() + timeout_s

    def left(self) -> float:
        return max(0.0, self._end - time.monotonic())

    def check(self) -> None:
        if time.monotonic() > self._end:
            raise self.error()

    def error(self) -> ModelError:
        return ModelError(
            f"The local model did not finish within {self._timeout_s:g} s.",
            "Allow more time, ask for less, or choose a smaller or remote model with --llm.",
        )


def _end_tokens(model: PreTrainedModel, tokenizer: PreTrainedTokenizerFast) -> frozenset[int]:
    """The tokens that end an answer, by the generation config and the tokenizer."""
    configured: object = getattr(model.generation_config, "eos_token_id", None)
    ids = configured if isinstance(configured, list) else [configured, tokenizer.eos_token_id]
    found = frozenset(token for token in ids if isinstance(token, int))
    if not found:
        raise InputError("The model names no token that ends an answer.", "Use another model.")
    return found


def _pick(
    logits: torch.Tensor,
    constraint: Constraint | None,
    temperature: float,
    rng: np.random.Generator | None,
) -> int:
    """The next token, among those that the constraint allows."""
    values: NDArray[np.float32] = logits.numpy()
    if constraint is not None:
        values = np.where(constraint.allowed()[: len(values)], values, -np.inf)
    if rng is None or temperature <= 0:
        return int(values.argmax())
    weights = np.exp((values - values.max()) / temperature, dtype=np.float64)
    return int(rng.choice(len(weights), p=weights / weights.sum()))
