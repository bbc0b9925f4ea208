"""Choosing a varied list, and which items are parts of one series."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from interest.domain import Domain
from retrieval.catalogue import Catalogue
from retrieval.diversity import choose
from retrieval.facet_index import FacetIndex
from retrieval.series import series_of, title_stem
from retrieval.types import Item

MakeItem = Callable[..., Item]

SCORES = np.array([1.0, 0.9, 0.8, 0.0])
#: The first two are the same thing; the others are like nothing.
LIKENESS = np.array([[1, 1, 0, 0], [1, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]], dtype=np.float64)


def pick(
    n: int, diversity: float, series: list[int] | None = None, twins: list[int] | None = None
) -> list[int]:
    return choose(
        SCORES,
        LIKENESS.__getitem__,
        n,
        diversity=diversity,
        series=series or [0, 1, 2, 3],
        twins=twins or (),
    )


@pytest.mark.parametrize(
    ("n", "diversity", "expected"),
    [
        (2, 0.0, [0, 1]),
        # After the first: 1 gains .5 * .9 - .5 * 1 = -.05, 2 gains .5 * .8 = .4.
        (2, 0.5, [0, 2]),
        # As varied as possible: likeness alone decides, the better score among equals comes first.
        (3, 1.0, [0, 2, 3]),
        (9, 0.5, [0, 1, 2, 3]),
    ],
)
def test_likeness_costs_what_diversity_says(n: int, diversity: float, expected: list[int]) -> None:
    assert pick(n, diversity) == expected


def test_one_of_a_series_while_others_are_left() -> None:
    assert pick(2, 0.01, [7, 7, 7, 8]) == [0, 3]
    assert pick(4, 0.01, [7, 7, 7, 8]) == [0, 1, 2, 3]


def test_by_score_alone_a_series_is_no_matter() -> None:
    assert pick(2, 0.0, [7, 7, 7, 8]) == [0, 1]


def test_the_same_thing_again_comes_last_however_varied_the_list() -> None:
    for diversity in (0.0, 0.5, 1.0):
        assert pick(3, diversity, [7, 1, 7, 7], [5, 5, 2, 3]) == [0, 2, 3]
        assert pick(4, diversity, [7, 1, 7, 7], [5, 5, 2, 3]) == [0, 1, 2, 3]


def test_nothing_to_choose_from() -> None:
    assert choose(np.empty(0), lambda _: np.empty(0), 3, diversity=0.5, series=[]) == []


@pytest.mark.parametrize(
    ("title", "stem"),
    [
        ("Alien", ("alien",)),
        ("Aliens", ("alien",)),
        ("Alien 3", ("alien",)),
        ("Alien: Resurrection", ("alien",)),
        ("The Godfather Part II", ("the", "godfather")),
        ("Kill Bill: Volume 1", ("kill", "bill")),
        ("Indiana Jones and the Last Crusade", ("indiana", "jone")),
        ("Glass", ("glass",)),
        ("7", ("7",)),
        ("!!!", ("!!!",)),
    ],
)
def test_stems(title: str, stem: tuple[str, ...]) -> None:
    assert title_stem(title) == stem


def test_a_series_shares_its_stem_and_a_person(games: Domain, item: MakeItem) -> None:
    rows = [
        ("Ticket to Ride", "Moon"),
        ("Ticket to Ride: Europe", "Moon"),
        ("Ticket to Ride 2", "Sun"),  # somebody else's
        ("Ticket", "Moon"),  # starts the others' titles
        ("Azul", "Moon"),
    ]
    items = [
        item(str(place), title, designer=(person,)) for place, (title, person) in enumerate(rows)
    ]
    catalogue = Catalogue(items, games)
    assert series_of(catalogue, FacetIndex(catalogue)).tolist() == [0, 0, 2, 0, 4]
