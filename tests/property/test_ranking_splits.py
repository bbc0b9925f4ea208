"""Whatever people did: nothing tested is trained on, and negatives were never seen."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.ranking.division import SplitOptions
from eval.ranking.protocols import PROTOCOLS, Protocol
from eval.ranking.trials import Split, check_no_leak
from interest.errors import InputError
from retrieval.matrix import InteractionMatrix
from tests.support.rankings import matrix_of

N_ITEMS = 25


@st.composite
def matrices(draw: st.DrawFn) -> InteractionMatrix:
    one = st.lists(st.integers(0, N_ITEMS - 1), min_size=1, max_size=20, unique=True)
    histories = draw(st.lists(one, min_size=2, max_size=8))
    disliked = [
        (user, item)
        for user, h in enumerate(histories)
        for item in h
        if draw(st.integers(0, 3)) == 0
    ]
    return matrix_of(
        histories, N_ITEMS, disliked=disliked, timed=draw(st.booleans()), interleaved=True
    )


def divided(protocol: Protocol, matrix: InteractionMatrix, liked: bool, seed: int) -> Split | None:
    try:
        return protocol.split(matrix, np.random.default_rng(seed), SplitOptions(liked_only=liked))
    except InputError:  # too little to divide, which is said
        return None


@pytest.mark.parametrize(
    "protocol", [p for p in PROTOCOLS if p.name != "given"], ids=lambda p: p.name
)
@settings(max_examples=40, deadline=None)
@given(matrix=matrices(), liked=st.booleans(), seed=st.integers(0, 3))
def test_nothing_tested_is_learned_from(
    protocol: Protocol, matrix: InteractionMatrix, liked: bool, seed: int
) -> None:
    split = divided(protocol, matrix, liked, seed)
    if split is None:
        return
    check_no_leak(split)
    everything = set(zip(matrix.users.tolist(), matrix.items.tolist(), strict=True))
    trained = set(zip(split.train.users.tolist(), split.train.items.tolist(), strict=True))
    assert trained <= everything
    likes = {
        (user, item)
        for user, item, sign in zip(matrix.users, matrix.items, matrix.liked, strict=True)
        if sign
    }
    for trial in split.trials:
        assert {(trial.user, row) for row in trial.history.rows.tolist()} <= everything
        for ask in trial.asks.values():
            hidden = {(trial.user, row) for row in ask.wanted.tolist()}
            assert hidden <= (likes if liked else everything)
            assert not hidden & trained
    tested = {trial.user for trial in split.trials}
    told = sum(split.left_out.values())
    held_out = protocol.name in ("cold-users", "strong")
    n_active = len(set(matrix.users.tolist()))
    assert len(tested) + told <= n_active if held_out else len(tested) + told == n_active


@settings(max_examples=60, deadline=None)
@given(matrix=matrices(), seed=st.integers(0, 3))
def test_negatives_were_never_seen(matrix: InteractionMatrix, seed: int) -> None:
    protocol = next(p for p in PROTOCOLS if p.name == "leave-one-out")
    split = divided(protocol, matrix, False, seed)
    assert split is not None
    for trial in split.trials:
        ask = trial.asks["sampled"]
        assert ask.among is not None
        own = set(matrix.items[matrix.users == trial.user].tolist())
        assert own & set(ask.among.tolist()) == set(ask.wanted.tolist())
        assert len(ask.among) == 1 + min(99, N_ITEMS - len(own))


@settings(max_examples=40, deadline=None)
@given(matrix=matrices(), seed=st.integers(0, 3))
def test_a_validation_part_lies_inside_the_training_part(
    matrix: InteractionMatrix, seed: int
) -> None:
    for protocol in PROTOCOLS:
        split = divided(protocol, matrix, False, seed) if protocol.name != "given" else None
        if split is None:
            continue
        try:
            inner = protocol.validation(split.train, seed, SplitOptions())
        except InputError:
            continue
        check_no_leak(inner)
        trained = set(zip(split.train.users.tolist(), split.train.items.tolist(), strict=True))
        for trial in inner.trials:
            for ask in trial.asks.values():
                assert {(trial.user, row) for row in ask.wanted.tolist()} <= trained
