"""What every signal promises, on a board whose answers are obvious."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from interest.progress import Progress
from retrieval.ials import IALSConfig
from retrieval.matrix import InteractionMatrix
from retrieval.seams import FloatArray, Signal
from retrieval.signals.blend import Ingredients
from retrieval.signals.content import Bridged, BridgedConfig, TextSignal
from retrieval.signals.cooccurrence import CoOccurrence
from retrieval.signals.ease import EASE, EASEConfig
from retrieval.signals.factors import Factors, FactorsConfig
from retrieval.signals.history import HistoryWeights, history_of
from retrieval.signals.neighbours import ItemKNN, ItemKNNConfig, UserKNN
from retrieval.signals.popularity import Popularity, Trend
from retrieval.signals.training import BlendConfig, fit_blend
from retrieval.signals.transitions import Transitions, TransitionsConfig
from retrieval.types import Interaction

Make = Callable[[InteractionMatrix], Signal]

#: Text of the board: even items look one way, odd ones another; the new item 8 is even.
SIDES: FloatArray = np.array([[1, 0], [0, 1]] * 4 + [[1, 0]], dtype=np.float32)
IALS = FactorsConfig(ials=IALSConfig(dim=4, unobserved=0.1))


def board() -> InteractionMatrix:
    """Even users like even items in order, odd ones odd items; the last item is new.

    User ``u`` of twenty misses item ``u % 8``, so there is always one obvious item left.
    """
    interactions = [
        Interaction(user_id=f"u{user:02}", item_id=str(item), timestamp=float(item + 1))
        for user in range(20)
        for item in range(8)
        if item % 2 == user % 2 and item != user % 8
    ]
    return InteractionMatrix.of(interactions, int, 9)


def _ingredients(matrix: InteractionMatrix, progress: Progress) -> Ingredients:
    people = [EASE.fit(matrix, EASEConfig(reg=1.0), progress=progress), Popularity.fit(matrix)]
    return Ingredients(
        people=people, content=[TextSignal.fit(matrix, SIDES)], warm=matrix.counts > 0
    )


def _blend(matrix: InteractionMatrix) -> Signal:
    return fit_blend(matrix, _ingredients, BlendConfig(lengths=(0,), offered=6))


#: Those that tell even from odd, whatever the order of the history.
PERSONAL: dict[str, Make] = {
    "itemKNN": lambda m: ItemKNN.fit(m, ItemKNNConfig(neighbours=5, shrink=1.0)),
    "userKNN": UserKNN.fit,
    "EASE": lambda m: EASE.fit(m, EASEConfig(reg=1.0)),
    "recent EASE": lambda m: EASE.fit(
        m, EASEConfig(reg=1.0, history=HistoryWeights(decay=0.9, floor=0.1))
    ),
    "iALS": lambda m: Factors.fit(m, IALS),
    "recent iALS": lambda m: Factors.fit(m, IALS).of_last(2),
    "co-occurrence": CoOccurrence.fit,
    "transitions": lambda m: Transitions.fit(m, TransitionsConfig(reg=1.0)),
    "text": lambda m: TextSignal.fit(m, SIDES),
    "bridge": lambda m: Bridged.fit(
        m, EASE.fit(m, EASEConfig(reg=1.0)), SIDES, BridgedConfig(reg=0.1)
    ),
    "blend": _blend,
}
SIGNALS: dict[str, Make] = PERSONAL | {"popularity": Popularity.fit, "trend": Trend.fit}


@pytest.mark.parametrize("make", SIGNALS.values(), ids=SIGNALS)
@pytest.mark.parametrize("rows", [[], [0], [0, 2, 4], [8], [1, 8]])
def test_one_finite_score_per_item(make: Make, rows: list[int]) -> None:
    scores = make(board()).scores(history_of(rows))
    assert scores.shape == (9,)
    assert scores.dtype == np.float32
    assert np.isfinite(scores).all()


@pytest.mark.parametrize("make", PERSONAL.values(), ids=PERSONAL)
@pytest.mark.parametrize(("rows", "left"), [([0, 2, 4], 6), ([1, 3, 5], 7)])
def test_the_obvious_item_is_better_than_any_of_the_other_side(
    make: Make, rows: list[int], left: int
) -> None:
    scores = make(board()).scores(history_of(rows))
    others = [item for item in range(8) if item % 2 != left % 2]
    assert scores[left] > scores[others].max()


@pytest.mark.parametrize("make", SIGNALS.values(), ids=SIGNALS)
def test_the_same_interactions_give_the_same_scores(make: Make) -> None:
    first, second = make(board()), make(board())
    history = history_of([0, 4])
    assert first.scores(history).tolist() == second.scores(history).tolist()
    assert first.name == second.name != ""


@pytest.mark.parametrize("name", ["text", "bridge"])
def test_content_reaches_an_item_that_nobody_has_come_to(name: str) -> None:
    signal = PERSONAL[name](board())
    even, odd = signal.scores(history_of([0, 2])), signal.scores(history_of([1, 3]))
    assert even[8] > 0.0 > odd[8]
    assert even[8] > even[[1, 3, 5, 7]].max()
