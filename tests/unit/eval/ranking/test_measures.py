"""Every measure, computed by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from eval.ranking.lists import ListJudge, popularity_bins
from eval.ranking.measures import (
    accuracy,
    coverage,
    gini,
    mean_distance,
    popularity_shares,
    self_information,
    share_found,
)
from interest.domain import load_domain
from retrieval.catalogue import Catalogue
from retrieval.types import Item
from tests.support.rankings import matrix_of


def rows(*numbers: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.array(numbers, dtype=np.int64)


def test_one_wanted_item_in_third_place() -> None:
    found = accuracy([rows(4, 2, 7, 1)], [rows(7)])
    assert {name: values[0] for name, values in found.items()} == pytest.approx(
        {
            "HR@10": 1.0,
            "HR@20": 1.0,
            "R@10": 1.0,
            "R@20": 1.0,
            "nDCG@10": 1 / math.log2(4),
            "nDCG@20": 1 / math.log2(4),
            "MRR@20": 1 / 3,
        }
    )


def test_some_of_several_and_none_at_all() -> None:
    ranked = rows(*range(20))
    found = accuracy([ranked, ranked], [rows(0, 12, 30, 31), rows(99)])
    assert found["HR@10"].tolist() == [1, 0]
    assert found["R@10"].tolist() == [1 / 4, 0]
    assert found["R@20"].tolist() == [2 / 4, 0]
    assert found["MRR@20"].tolist() == [1, 0]
    ideal = sum(1 / math.log2(place + 1) for place in (1, 2, 3, 4))
    assert found["nDCG@10"][0] == pytest.approx(1 / ideal)
    assert found["nDCG@20"][0] == pytest.approx((1 + 1 / math.log2(14)) / ideal)


def test_the_ideal_is_cut_where_the_list_is() -> None:
    wanted = rows(*range(15))
    assert accuracy([wanted], [wanted])["nDCG@10"][0] == pytest.approx(1.0)


def test_the_cutoff_counts() -> None:
    ranked = rows(*range(20))
    found = accuracy([ranked, ranked], [rows(9), rows(10)])
    assert found["HR@10"].tolist() == [1, 0]
    assert found["HR@20"].tolist() == [1, 1]


def test_an_empty_list_finds_nothing() -> None:
    assert accuracy([rows()], [rows(1)])["nDCG@10"].tolist() == [0]


def test_share_found() -> None:
    assert share_found(rows(1, 2, 3), rows(3, 9)) == 0.5
    assert math.isnan(share_found(rows(1, 2), rows()))


def test_self_information_in_bits() -> None:
    assert self_information(np.array([7, 3, 0]), 7).tolist() == [0, 1, 3]
    assert popularity_shares(np.array([4, 1, 0]), 4).tolist() == [1, 0.25, 0]


def test_mean_distance_reads_pairs_and_not_the_diagonal() -> None:
    likeness = np.array([[9, 1, 0], [1, 9, 0.5], [0, 0.5, 9]], dtype=np.float32)
    assert mean_distance(likeness) == pytest.approx(1 - (1 + 0 + 0.5) / 3)
    assert math.isnan(mean_distance(np.ones((1, 1), dtype=np.float32)))


def test_coverage() -> None:
    assert coverage([rows(0, 1), rows(1, 2)], 6) == 0.5
    assert math.isnan(coverage([], 6))


def test_gini_from_all_alike_to_all_on_one() -> None:
    assert gini([rows(0, 1), rows(2, 3)], 4) == pytest.approx(0.0)
    assert gini([rows(0), rows(0), rows(0)], 4) == pytest.approx(0.75)  # (n - 1) / n
    # 1 and 3 places: |1 - 3| * 2 / (2 * n² * mean) = 4 / (2 * 4 * 2)
    assert gini([rows(0), rows(1), rows(1), rows(1)], 2) == pytest.approx(0.25)
    assert math.isnan(gini([], 4))


def test_bins_of_popularity_have_a_third_of_the_interactions_each() -> None:
    assert popularity_bins(np.array([1, 4, 0, 1, 2, 2, 2])).tolist() == [2, 0, 2, 2, 1, 1, 2]
    assert popularity_bins(np.array([0, 0])).tolist() == [2, 2]


def judge() -> ListJudge:
    """Four users; item 0 was seen by all, item 1 by two, item 2 by one, item 3 by nobody."""
    items = [
        Item(item_id=str(n), title=str(n), attributes={"genre": (genre,)})
        for n, genre in enumerate(("Drama", "Drama", "Horror", "Horror"))
    ]
    train = matrix_of([[0, 1], [0, 1], [0, 2], [0]], 4)
    text = np.array([[1, 0], [1, 0], [-1, 0], [-1, 0]], dtype=np.float32)
    return ListJudge.of(train, Catalogue(items, load_domain("movies")), text)


def test_a_list_is_judged() -> None:
    found = judge().judge(rows(0, 1, 2), rows(0, 1))
    surprise = [-math.log2((n + 1) / 5) for n in (4, 2, 1)]
    assert found["novelty@10"] == pytest.approx(sum(surprise) / 3)
    # cosines of the pairs: 1, -1, -1
    assert found["diversity-text@10"] == pytest.approx(1 + 1 / 3)
    assert found["popularity@10"] == pytest.approx((1 + 0.5 + 0.25) / 3)
    assert found["popularity-lift@10"] == pytest.approx((1.75 / 3) / 0.75 - 1)


def test_facets_in_common_make_a_list_less_diverse() -> None:
    alike = judge().judge(rows(0, 1), rows(0))["diversity-facets@10"]
    apart = judge().judge(rows(0, 2), rows(0))["diversity-facets@10"]
    assert apart == pytest.approx(1.0)  # nothing in common
    # the same single genre: Jaccard overlap 1, which weighs 0.45 of the likeness
    assert alike == pytest.approx(1 - 0.45)


def test_what_is_not_known_is_not_zero() -> None:
    found = judge().judge(rows(0, 1), rows())
    assert math.isnan(found["popularity-lift@10"])
    assert math.isnan(judge().judge(rows(2), rows(0))["diversity-text@10"])


def test_found_by_bin() -> None:
    one = judge()
    assert one.bins.tolist() == [0, 1, 2, 2]
    found = one.found_by_bin(rows(0, 3), rows(0, 2, 3))
    assert found["head"] == 1.0
    assert math.isnan(found["middle"])
    assert found["tail"] == 0.5
