"""The demo's data, on small files of the same form; and how films of two sources are matched."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from interest.domain import load_domain
from interest.errors import DataError
from retrieval.demo.assets import FILMS, RATINGS
from retrieval.demo.films import Films, read_films
from retrieval.demo.join import join_films, title_key
from retrieval.demo.load import attach_ratings
from retrieval.types import Interaction, Item

DOMAIN = load_domain("movies")


def film(
    item_id: str, title: str, year: int | None, *genres: str, others: tuple[str, ...] = ()
) -> Item:
    attributes: dict[str, tuple[str, ...] | float] = {}
    if year is not None:
        attributes["year"] = float(year)
    if genres:
        attributes["genre"] = genres
    if others:
        attributes["other_title"] = others
    return Item(item_id=item_id, title=title, attributes=attributes)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The Usual Suspects", "Usual Suspects"),
        ("Léon", "LEON"),
        ("Twelve Monkeys", "12 Monkeys"),
        ("The Endless Summer 2", "The Endless Summer II"),
        ("8 1/2", "8½"),
        ("M*A*S*H", "MASH"),
        ("Romeo + Juliet", "Romeo and Juliet"),
        ("Jungle2Jungle", "Jungle 2 Jungle"),
        ("U.S. Marshals", "US Marshals"),
    ],
)
def test_titles_that_mean_the_same_have_one_key(one: str, other: str) -> None:
    assert title_key(one) == title_key(other)


@pytest.mark.parametrize(
    ("one", "other"), [("Toy Story", "Toy Story 2"), ("Alien", "Aliens"), ("M", "X")]
)
def test_other_titles_have_other_keys(one: str, other: str) -> None:
    assert title_key(one) != title_key(other)


CATALOGUE = [
    film("heat95", "Heat", 1995, "Crime"),
    film("heat72", "Heat", 1972, "Drama"),
    film("sw5", "Star Wars: Episode V – The Empire Strikes Back", 1980, "Sci-Fi"),
    film("leon", "Léon: The Professional", 1994, "Crime"),
    film("strike", "First Strike", 1996, "Action"),
    film("garden", "The Garden of the Finzi-Continis", 1970, "Drama"),
    film("boys", "Boys", 1996, "Drama"),
    film("twin-a", "Shadow", 1990, "Horror"),
    film("twin-b", "Shadow", 1990, "Comedy"),
    film("lang3", "Long Road 3", 1991, "Drama"),
]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (film("1", "Heat", 1995), "heat95"),
        (film("1", "Heat", 1996), "heat95"),
        (film("1", "Heat", 1973), "heat72"),
        (film("1", "Heat", 1980), None),
        (film("1", "Heat", None), None),
        (film("1", "Hitze", 1995, others=("Heat",)), "heat95"),
        (film("1", "The Empire Strikes Back", 1980, "Sci-Fi", "Action"), "sw5"),
        (film("1", "The Empire Strikes Back", 1980, "Romance"), None),
        (film("1", "The Empire Strikes Back", 1981, "Sci-Fi"), None),
        (film("1", "The Professional", 1994, "Crime"), "leon"),
        (film("1", "Jackie Chan's First Strike", 1996, "Action"), "strike"),
        (film("1", "The Garden of Finzi-Contini", 1970, "Drama"), "garden"),
        (film("1", "Boys in Venice", 1996, "Drama"), None),
        (film("1", "Shadow", 1990, "Comedy"), "twin-b"),
        (film("1", "Long Road 2", 1991, "Drama"), None),
    ],
)
def test_films_are_matched_by_title_and_year(wanted: Item, expected: str | None) -> None:
    assert join_films([wanted], CATALOGUE, {}).get("1") == expected


def test_of_equals_the_better_known_is_taken() -> None:
    wanted = [film("1", "Shadow", 1990)]
    assert join_films(wanted, CATALOGUE, {"twin-a": 2, "twin-b": 5}) == {"1": "twin-b"}
    assert join_films(wanted, CATALOGUE, {"twin-a": 5, "twin-b": 2}) == {"1": "twin-a"}


def write_films(path: Path) -> Path:
    with closing(sqlite3.connect(path)) as database:
        database.execute(
            "CREATE TABLE omdb (ID INTEGER, imdbID TEXT, Title TEXT, Year INTEGER, Rating TEXT, "
            'Runtime REAL, Genre TEXT, Director TEXT, Writer TEXT, "Cast" TEXT, Language TEXT, '
            "Country TEXT)"
        )
        database.execute("CREATE TABLE tomatoes (ID INTEGER, Meter INTEGER, Reviews INTEGER)")
        database.executemany(
            "INSERT INTO omdb VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
            [
                (
                    *(1, "tt1", "Heat", 1995, "R", 170.0, "Crime, Drama", "Michael Mann"),
                    *(None, "Al Pacino, Robert Downey, Jr.", "English", "United States"),
                ),
                (2, "tt2", "Faust (2011 film)", 2011, None, None, "", "", None, "", None, None),
                (3, "tt1", "Heat, long", 1997, None, None, "Crime", "", None, "", None, None),
            ],
        )
        database.execute("INSERT INTO tomatoes VALUES (1, 84, 154)")
        database.commit()
    return path


def test_films_are_read_from_the_database(tmp_path: Path) -> None:
    films = read_films(write_films(tmp_path / "movies.db"), DOMAIN)
    heat, faust, longer = films.items
    assert (heat.item_id, heat.title) == ("tt1", "Heat")
    assert heat.attributes == {
        "genre": ("Crime", "Drama"),
        "director": ("Michael Mann",),
        "cast": ("Al Pacino", "Robert Downey, Jr."),
        "language": ("English",),
        "country": ("United States",),
        "certificate": ("R",),
        "year": 1995.0,
        "runtime": 170.0,
        "critics_score": 84.0,
    }
    assert (faust.title, faust.attributes) == ("Faust", {"year": 2011.0})
    assert longer.item_id == "Q3"
    assert films.weights == {"tt1": 154.0, "tt2": 0.0, "Q3": 0.0}


def test_another_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "movies.db"
    path.write_bytes(b"no database, but long enough to be looked at " * 20)
    with pytest.raises(DataError, match="is not the film database"):
        read_films(path, DOMAIN)


ITEM_FILE = (
    "item_id:token\tmovie_title:token_seq\trelease_year:token\tclass:token_seq\n"
    "10\tHeat\t1995\tAction Crime\n"
    "11\tHeat\t1995\tAction\n"
    "12\tBabe (Pig, The)\t1995\tChildren's Comedy\n"
    "13\tunkonwn\tunkonwn\tunknown\n"
    "14\tProfessional, The\t1994\tCrime\n"
)
RATINGS_FILE = (
    "user_id:token\titem_id:token\trating:float\ttimestamp:float\n"
    "1\t10\t5\t100\n"
    "1\t11\t3\t200\n"
    "2\t11\t4\t300\n"
    "2\t12\t2\t400\n"
    "2\t13\t1\t500\n"
    "2\t14\t5\t600\n"
)


def test_no_rating_of_a_film_is_lost(tmp_path: Path) -> None:
    (tmp_path / "items").write_text(ITEM_FILE)
    (tmp_path / "ratings").write_text(RATINGS_FILE)
    films = Films(
        items=(
            film("tt1", "Heat", 1995, "Crime"),
            film("tt2", "Léon: The Professional", 1994, "Crime"),
            film("tt3", "Alien", 1979),
        ),
        weights={"tt1": 154.0, "tt2": 0.0, "tt3": 7.0},
    )
    demo = attach_ratings(
        films, DOMAIN, items_file=tmp_path / "items", ratings_file=tmp_path / "ratings"
    )
    assert set(demo.interactions) == {
        Interaction(user_id="1", item_id="tt1", value=3.0, timestamp=200.0),
        Interaction(user_id="2", item_id="tt1", value=4.0, timestamp=300.0),
        Interaction(user_id="2", item_id="ml100k:12", value=2.0, timestamp=400.0),
        Interaction(user_id="2", item_id="tt2", value=5.0, timestamp=600.0),
    }
    catalogue = demo.catalogue
    assert [item.item_id for item in catalogue] == ["tt1", "tt2", "tt3", "ml100k:12"]
    babe = catalogue.item("ml100k:12")
    assert babe.title == "Babe"
    assert babe.attributes == {
        "genre": ("Family", "Comedy"),
        "year": 1995.0,
        "other_title": ("The Pig",),
    }
    assert catalogue.item("tt2").attributes["other_title"] == ("The Professional",)
    assert "other_title" not in catalogue.item("tt1").attributes
    assert [catalogue.weight(item.item_id) for item in catalogue] == [156.0, 1.0, 7.0, 1.0]
    assert demo.notes == (
        "3 of 4 MovieLens films are in the catalogue, with 75.0% of the ratings; the others are "
        "listed under their MovieLens ids. 1 ratings of films that MovieLens lists twice were "
        "merged.",
    )
    assert demo.sources == (FILMS, RATINGS)
