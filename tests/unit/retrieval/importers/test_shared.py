"""Import of real files: the counts are those that their makers state."""

from __future__ import annotations

from pathlib import Path

import pytest

from interest.domain import load_domain
from retrieval.importers import load_catalogue, load_interactions, load_reviews

pytestmark = pytest.mark.shared
MOVIES = load_domain("movies")


def test_movielens_latest_small(shared_data: Path) -> None:
    folder = shared_data / "recommendation" / "ml-latest-small"
    films = load_catalogue(folder / "movies.csv", MOVIES)
    assert len(films.items) == 9_742
    assert films.report.skipped == {}
    ids = {item.item_id: item for item in films.items}
    assert ids["6"].label == "Heat (1995)"
    assert ids["29"].title == "The City of Lost Children"
    assert ids["29"].names("other_title") == ("La Cité des enfants perdus",)
    ratings = load_interactions(folder / "ratings.csv", known_items=ids)
    assert len(ratings.interactions) == 100_836
    assert len({one.user_id for one in ratings.interactions}) == 610


def test_movielens_1m_test_part(shared_data: Path) -> None:
    folder = shared_data / "recommendation" / "ml-1m-ncf"
    assert len(load_catalogue(folder / "items.json", MOVIES).items) == 3_706
    found = load_interactions(folder / "ml-1m.test.rating")
    assert len(found.interactions) == 6_040
    first = found.interactions[0]
    assert (first.user_id, first.item_id, first.value, first.timestamp) == (
        *("0", "25", 5.0, 978824351.0),
    )


def test_amazon_musical_instruments(shared_data: Path) -> None:
    path = (
        shared_data
        / "recommendation"
        / "amazon-musical-instruments"
        / "reviews_Musical_Instruments_5.json.gz"
    )
    found = load_interactions(path)
    assert len(found.interactions) == 10_261
    assert len({one.user_id for one in found.interactions}) == 1_429
    assert len({one.item_id for one in found.interactions}) == 900
    reviews = load_reviews(path)
    assert reviews.report.skipped == {"no text": 7}
    assert reviews.reviews[0].text.startswith("Not much to write about here, but it does exactly")


def test_wikipedia_films(shared_data: Path) -> None:
    path = shared_data / "catalogue" / "wikipedia-movies.jsonl.gz"
    report = load_catalogue(path, MOVIES, column_map={"item_id": "href"}).report
    assert report.rows_read == 36_273
    assert report.rows_kept + sum(report.skipped.values()) == 36_273
    assert report.column_map == {
        "item_id": "href",
        "title": "title",
        "description": "extract",
        "genre": "genres",
        "cast": "cast",
        "year": "year",
    }
