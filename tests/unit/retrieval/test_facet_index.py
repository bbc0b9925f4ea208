"""FacetIndex, titles, prominence and remembered phrases, by hand over four items."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
import pytest

from interest.domain import Domain
from interest.progress import Progress, no_progress
from retrieval.catalogue import Catalogue
from retrieval.encoder import HashingEncoder
from retrieval.facet_index import FacetIndex
from retrieval.phrase_cache import PhraseCache
from retrieval.prominence import prominence
from retrieval.seams import FloatArray
from retrieval.titles import TitleIndex
from retrieval.types import Item

MakeItem = Callable[..., Item]
ALL = np.arange(4)


@pytest.fixture(scope="module")
def catalogue(games: Domain, item: MakeItem) -> Catalogue:
    items = [
        item("a", "Azul", kind=("Tiles", "Abstract"), designer=("Kiesling",), year=2017.0),
        item("b", "Torres", kind=("Abstract",), designer=("Kramer", "Kiesling"), year=1999.0),
        item("c", "Dixit", kind=("Party",), designer=("Roubira",), artist=("Kiesling",)),
        item("d", "Nothing known"),
    ]
    return Catalogue(items, games, weights={"a": 99, "b": 9})


@pytest.fixture(scope="module")
def facets(catalogue: Catalogue) -> FacetIndex:
    return FacetIndex(catalogue)


def rarity(holders: int) -> float:
    return math.log(5 / (holders + 1)) / math.log(5)


def test_rarity_falls_with_the_number_of_holders(facets: FacetIndex) -> None:
    for facet, name, holders in (
        ("kind", "tiles", 1),
        ("kind", "ABSTRACT", 2),
        ("maker", "Kiesling", 3),
    ):
        value = facets.value(facet, name)
        assert value is not None
        assert facets.rarity(value) == pytest.approx(rarity(holders))
    assert facets.value("kind", "Wargame") is None
    assert facets.value("maker", "Party") is None


def test_counts_per_facet(facets: FacetIndex) -> None:
    assert facets.count("kind").tolist() == [2, 1, 1, 0]
    assert facets.count("maker").tolist() == [1, 2, 2, 0]


def test_sums(facets: FacetIndex) -> None:
    weights = np.zeros(facets.n_values)
    for name, weight in (("Abstract", 2.0), ("Party", 5.0)):
        value = facets.value("kind", name)
        assert value is not None
        weights[value] = weight
    assert facets.sums(np.array([3, 1, 0, 2, 1]), weights).tolist() == [0, 2, 2, 5, 2]


def test_shared_entities(facets: FacetIndex) -> None:
    assert facets.share_entity(0, 1)
    assert facets.share_entity(0, 2)
    assert not facets.share_entity(0, 3)


def test_alike_by_hand(facets: FacetIndex) -> None:
    found = facets.alike(np.array([0]), ALL)[0]
    tiles, abstract, kiesling = rarity(1), rarity(2), rarity(3)
    spread = float(np.std([2017.0, 1999.0]))
    itself = 0.45 + 0.35 * kiesling / (kiesling + 1) + 0.2
    torres = (
        0.45 * abstract / (tiles + abstract)
        + 0.35 * kiesling / (kiesling + 1)
        + 0.2 * math.exp(-18 / spread)
    )
    told = 0.7 * kiesling  # as an artist: the second column counts less
    dixit = 0.35 * told / (told + 1)
    np.testing.assert_allclose(found, [itself, torres, dixit, 0.0], atol=1e-6)


def test_alike_is_symmetric(facets: FacetIndex) -> None:
    table = facets.alike(ALL, ALL)
    np.testing.assert_allclose(table, table.T, atol=1e-6)


def test_features_are_the_values_that_enough_items_have(facets: FacetIndex) -> None:
    everybody = np.ones(4, dtype=np.bool_)
    found = facets.features(2, everybody)
    assert sorted(found.sum(axis=0).tolist()) == [2, 3]  # Abstract, Kiesling
    assert facets.features(2, np.array([True, False, True, False])).sum() == 3  # Kiesling alone


def test_prominence_takes_the_larger_of_two_logarithmic_scales(catalogue: Catalogue) -> None:
    found = prominence(catalogue, np.array([0, 3, 1, 0]))
    expected = [1.0, 1.0, math.log(2) / math.log(4), 0.0]
    np.testing.assert_allclose(found, expected, atol=1e-6)
    nothing = prominence(Catalogue(catalogue.items, catalogue.domain), np.zeros(4, dtype=np.int64))
    assert nothing.tolist() == [0, 0, 0, 0]


@pytest.mark.parametrize(
    ("words", "rows"),
    [("azul", [0]), ("AZUL (2017)", [0]), ("torers", [1]), ("Chess", list[int]())],
)
def test_titles_are_found_as_people_type_them(
    catalogue: Catalogue, words: str, rows: list[int]
) -> None:
    scores, found = TitleIndex(catalogue).find(words)
    assert found.tolist() == rows
    assert all(0.7 <= score <= 1.0 for score in scores)


class Counting:
    """An encoder that notes what it was asked."""

    def __init__(self) -> None:
        self._encoder = HashingEncoder(8)
        self.asked: list[str] = []

    @property
    def encoder_id(self) -> str:
        return self._encoder.encoder_id

    @property
    def dim(self) -> int:
        return self._encoder.dim

    def encode(self, texts: Sequence[str], *, progress: Progress = no_progress) -> FloatArray:
        self.asked += texts
        return self._encoder.encode(texts, progress=progress)


def test_phrases_are_remembered_and_the_oldest_forgotten() -> None:
    encoder = Counting()
    cache = PhraseCache(encoder, most=2)
    first = cache.encode(["a", "b"])
    again = cache.encode(["b", "a"])
    assert encoder.asked == ["a", "b"]
    assert again.tolist() == first[::-1].tolist()
    cache.encode(["c"])  # forgets "b", which was used before "a"
    cache.encode(["a", "b"])
    assert encoder.asked == ["a", "b", "c", "b"]


def test_more_phrases_than_are_kept() -> None:
    found = PhraseCache(HashingEncoder(8), most=1).encode(["x", "y", "x"])
    assert found.tolist() == HashingEncoder(8).encode(["x", "y", "x"]).tolist()
