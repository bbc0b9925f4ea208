"""What every collaborative model promises, and what iALS computes, against hand-made answers."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from interest.errors import InputError
from retrieval.ials import IALS, ColdModel, IALSConfig
from retrieval.matrix import InteractionMatrix
from retrieval.seams import CollaborativeModel
from retrieval.types import Interaction

Make = Callable[[InteractionMatrix], CollaborativeModel]
CONFIG = IALSConfig(dim=4, unobserved=0.1, reg=0.01, epochs=12)

MODELS: dict[str, Make] = {
    "ials": lambda matrix: IALS.fit(matrix, CONFIG),
    "cold": lambda matrix: ColdModel(matrix.n_items),
}


def checkerboard(n_items: int = 9) -> InteractionMatrix:
    """Even users like even items, odd ones odd items; the last item has no interactions.

    User ``u`` of ten misses item ``u % 8``, so there is always one obvious item left.
    """
    interactions = [
        Interaction(user_id=f"u{user}", item_id=str(item))
        for user in range(10)
        for item in range(8)
        if item % 2 == user % 2 and item != user % 8
    ]
    return InteractionMatrix.of(interactions, int, n_items)


@pytest.fixture(params=list(MODELS))
def model(request: pytest.FixtureRequest) -> CollaborativeModel:
    return MODELS[request.param](checkerboard())


def test_one_vector_per_item(model: CollaborativeModel) -> None:
    assert model.item_vectors.shape == (9, model.dim)
    assert model.item_vectors.dtype == np.float32
    assert not model.item_vectors[8].any()


def test_nothing_said_is_a_cold_start(model: CollaborativeModel) -> None:
    assert model.fold_in([]) is None
    assert model.fold_in([8]) is None
    assert model.fold_in([], [8]) is None


def test_fold_in_does_not_depend_on_order_or_repetition(model: CollaborativeModel) -> None:
    one, other = model.fold_in([0, 2], [1]), model.fold_in([2, 0, 2], [1, 1])
    assert (one is None) == (other is None) == (model.dim == 0)
    if one is not None and other is not None:
        np.testing.assert_allclose(one, other, atol=1e-5)


@pytest.mark.parametrize("make", MODELS.values(), ids=MODELS)
def test_the_same_input_gives_the_same_vectors(make: Make) -> None:
    first, second = make(checkerboard()), make(checkerboard())
    assert first.item_vectors.tolist() == second.item_vectors.tolist()


@pytest.mark.parametrize(("liked", "best"), [([0, 2, 4], 6), ([1, 3, 5], 7), ([6, 4, 2], 0)])
def test_checkerboard(liked: list[int], best: int) -> None:
    model = IALS.fit(checkerboard(), CONFIG)
    user = model.fold_in(liked)
    assert user is not None
    scores = model.item_vectors @ user
    scores[liked] = -np.inf
    assert int(np.argmax(scores)) == best


def test_fold_in_solves_the_normal_equations() -> None:
    config = IALSConfig(dim=4, unobserved=0.3, reg=0.02, fold_in_disliked_target=-0.5)
    model = IALS.fit(checkerboard(), config)
    v = model.item_vectors[:8].astype(np.float64)
    # Minimise: sum over observed (u.v - target)^2 + 0.3 * sum over all (u.v)^2 + penalty * u.u
    rows, targets = v[[0, 2, 1]], np.array([1.0, 1.0, -0.5])
    penalty = 0.02 * (3 + 0.3 * 8) ** 1.0
    stacked = np.vstack((rows, np.sqrt(0.3) * v, np.sqrt(penalty) * np.eye(4)))
    expected = np.linalg.lstsq(stacked, np.concatenate((targets, np.zeros(12))), rcond=None)[0]
    found = model.fold_in([0, 2], [1])
    assert found is not None
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_an_item_both_liked_and_disliked_counts_as_liked() -> None:
    model = IALS.fit(checkerboard(), CONFIG)
    both, only = model.fold_in([0, 2], [0]), model.fold_in([0, 2])
    assert both is not None
    assert only is not None
    assert both.tolist() == only.tolist()


def test_more_epochs_do_not_raise_the_loss() -> None:
    matrix = checkerboard()

    def loss(epochs: int) -> float:
        config = IALSConfig(dim=4, epochs=epochs)
        model = IALS.fit(matrix, config)
        users = [model.fold_in(matrix.by_user.row(u)[0].tolist()) for u in range(10)]
        scores = np.array(users) @ model.item_vectors[:8].T
        seen = np.zeros((10, 8))
        seen[matrix.users, matrix.items] = 1.0
        penalty = config.reg * sum(
            (5 - 1 + config.unobserved * 8) * float(u @ u) for u in users if u is not None
        )
        return float(
            np.sum(seen * (scores - 1.0) ** 2) + config.unobserved * np.sum(scores**2) + penalty
        )

    assert loss(12) < loss(1)


def test_nothing_to_learn_from_is_refused() -> None:
    with pytest.raises(InputError):
        IALS.fit(InteractionMatrix.of([], int, 3), CONFIG)


@pytest.mark.parametrize("wrong", [{"dim": 0}, {"epochs": 0}, {"unobserved": 0.0}, {"reg": 0.0}])
def test_configurations_that_make_no_sense_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(InputError):
        IALSConfig(**wrong)  # pyright: ignore[reportArgumentType]
