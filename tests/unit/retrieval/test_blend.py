"""The learned ranking: its model of choices, its sum of parts, its training without leaks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from interest.errors import InputError, WorkspaceError
from interest.progress import Progress
from retrieval.ials import IALSConfig
from retrieval.matrix import InteractionMatrix
from retrieval.seams import FloatArray, History
from retrieval.signals.blend import NEW, Blend, Head, Ingredients, standardised
from retrieval.signals.choice import fit_choice
from retrieval.signals.factors import Factors, FactorsConfig
from retrieval.signals.files import load_blend, save_blend
from retrieval.signals.history import history_of
from retrieval.signals.popularity import Popularity
from retrieval.signals.recipe import Recipe
from retrieval.signals.training import BlendConfig, fit_blend
from retrieval.types import Interaction

CONFIG = BlendConfig(hidden=0.0, lengths=(0, 3), offered=20)
SMALL = Recipe(ials=IALSConfig(dim=4))


class Told:
    """A signal with given scores."""

    def __init__(self, name: str, scores: list[float]) -> None:
        self.name, self._scores = name, np.array(scores, dtype=np.float32)

    def scores(self, history: History) -> FloatArray:
        del history
        return self._scores


def walks(n_users: int = 40, n_items: int = 30) -> InteractionMatrix:
    """Everybody takes ten items in a row from some place on, one a second; then comes the next."""
    rng = np.random.default_rng(1)
    interactions = [
        Interaction(
            user_id=f"u{user:03}",
            item_id=str((start + step) % n_items),
            value=float(rng.integers(1, 6)),
            timestamp=float(step + 1),
        )
        for user in range(n_users)
        for start in [int(rng.integers(n_items))]
        for step in range(10)
    ]
    return InteractionMatrix.of(interactions, int, n_items)


def test_choice_finds_the_shares_that_were_taken() -> None:
    # Two alternatives, one with feature 1: taken three times of four. Logit: log 3.
    features = np.tile(np.array([[[1.0], [0.0]]], dtype=np.float32), (400, 1, 1))
    taken = np.zeros((400, 2), dtype=np.bool_)
    taken[:300, 0] = taken[300:, 1] = True
    assert fit_choice(features, taken, reg=1e-6)[0] == pytest.approx(np.log(3.0), abs=1e-3)


def test_choice_learns_nothing_from_nothing() -> None:
    features = np.ones((3, 2, 4), dtype=np.float32)
    assert fit_choice(features, np.zeros((3, 2), dtype=np.bool_)).tolist() == [0.0] * 4
    with pytest.raises(InputError, match="reg = 0"):
        fit_choice(features, np.zeros((3, 2), dtype=np.bool_), reg=0.0)


def test_standardised_is_the_log_of_z() -> None:
    found = standardised(np.array([0.0, 0.0, 0.0, 4.0], dtype=np.float32))
    z = np.array([-1.0, -1.0, -1.0, 3.0]) / 3.0**0.5
    np.testing.assert_allclose(found, np.sign(z) * np.log1p(np.abs(z)), rtol=1e-5)
    assert standardised(np.full(3, 7.0, dtype=np.float32)).tolist() == [0.0] * 3


def test_the_parts_add_up_and_new_items_have_their_own_weights() -> None:
    ingredients = Ingredients(
        people=[Told("people", [2.0, 0.0, 9.0])],
        content=[Told("content", [1.0, 0.0, 2.0])],
        warm=np.array([True, True, False]),
    )
    head = Head(
        most=None,
        warm=np.array([2.0, 1.0], dtype=np.float32),
        cold=np.array([0.0, 3.0], dtype=np.float32),
        offset=-0.5,
    )
    blend = Blend(ingredients, [head])
    rows = np.arange(3)
    parts = blend.parts(history_of([0]), rows)
    np.testing.assert_allclose(sum(parts.values()), blend.scores(history_of([0])), rtol=1e-6)
    log2 = np.log(2.0)
    # Over the two warm items the z-scores are 1 and -1: the new item's 9 is not looked at.
    np.testing.assert_allclose(parts["people"], [2.0 * log2, -2.0 * log2, 0.0], rtol=1e-6)
    assert parts["content"][2] == pytest.approx(3.0 * np.log1p(1.5**0.5), rel=1e-5)
    assert parts[NEW].tolist() == [0.0, 0.0, -0.5]


def test_heads_are_chosen_by_length() -> None:
    blend = fit_blend(walks(), lambda m, p: SMALL.fit(m, progress=p), CONFIG)
    assert [head.most for head in blend.heads] == [0, 3, None]
    assert blend.head(history_of([])).most == 0
    assert blend.head(history_of([1, 2, 3])).most == 3
    assert blend.head(history_of([1, 2, 3, 4])).most is None
    with pytest.raises(InputError, match="ascending"):
        Blend(blend.ingredients, blend.heads[:2])


def test_the_next_item_of_a_walk_comes_first() -> None:
    blend = fit_blend(walks(), lambda m, p: SMALL.fit(m, progress=p), CONFIG)
    for start in (0, 7, 22):
        rows = [(start + step) % 30 for step in range(8)]
        scores = blend.scores(history_of(rows))
        scores[rows] = -np.inf
        assert int(np.argmax(scores)) in {(start + 8) % 30, (start + 9) % 30}


def test_weights_are_learned_on_what_no_signal_has_seen() -> None:
    matrix, seen = walks(), list[InteractionMatrix]()

    def fit(part: InteractionMatrix, progress: Progress) -> Ingredients:
        del progress
        seen.append(part)
        return Ingredients(people=[Popularity.fit(part)], content=[], warm=part.counts > 0)

    fit_blend(matrix, fit, BlendConfig(hidden=0.2, lengths=()))
    first, last = seen
    # Two of each ten are held back, and a fifth of the 30 items is hidden altogether.
    assert np.bincount(first.users, minlength=40).max() <= 8
    assert first.times.max() == 8.0
    assert np.count_nonzero(first.counts) == 24
    assert last is matrix


def test_only_liked_items_count_as_taken_if_asked() -> None:
    config = BlendConfig(hidden=0.0, lengths=(), liked_only=True)
    matrix = walks()
    nobody = InteractionMatrix(
        n_users=matrix.n_users,
        n_items=matrix.n_items,
        users=matrix.users,
        items=matrix.items,
        liked=np.zeros(len(matrix.users), dtype=np.bool_),
        times=matrix.times,
    )
    blend = fit_blend(nobody, lambda m, p: SMALL.fit(m, progress=p), config)
    assert not blend.heads[0].warm.any()


def test_nothing_to_learn_from_is_refused() -> None:
    empty = InteractionMatrix.of([], int, 3)
    with pytest.raises(InputError, match="no interactions"):
        fit_blend(empty, lambda m, p: SMALL.fit(m, progress=p))


@pytest.mark.parametrize("wrong", [{"held": 0.0}, {"hidden": 1.0}, {"lengths": (3, 1)}])
def test_configurations_that_make_no_sense_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(InputError):
        BlendConfig(**wrong)  # pyright: ignore[reportArgumentType]


def test_a_blend_comes_back_from_its_files(tmp_path: Path) -> None:
    matrix = walks()
    blend = fit_blend(matrix, lambda m, p: SMALL.fit(m, progress=p), CONFIG)
    model = Factors.fit(matrix, FactorsConfig(ials=SMALL.ials)).model
    assert load_blend(tmp_path, matrix, model) is None
    save_blend(tmp_path, blend, SMALL)
    found = load_blend(tmp_path, matrix, model)
    assert found is not None
    again, recipe = found
    assert recipe == SMALL
    history = history_of([4, 5, 6])
    np.testing.assert_allclose(again.scores(history), blend.scores(history), atol=1e-6)
    (tmp_path / "signal-ease.npy").write_bytes(b"")
    with pytest.raises(WorkspaceError, match="palate build"):
        load_blend(tmp_path, matrix, model)
