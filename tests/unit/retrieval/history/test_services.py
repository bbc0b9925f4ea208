"""Files of other services, made by hand in their forms, and files that only look like them."""

from __future__ import annotations

import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from interest.errors import DataError, InputError
from retrieval.history.records import History, HistoryRecord
from retrieval.history.services import read_history

RATINGS = """Date,Name,Year,Letterboxd URI,Rating
2024-01-02,Heat,1995,https://boxd.it/29Gk,4.5
2024-01-04,"Good, the Bad and the Ugly, The",1966,https://boxd.it/2a,5
2024-01-05,,1990,https://boxd.it/x,2
2024-01-05,Fargo,1996,https://boxd.it/y,banana
"""
REVIEWS = (
    "Date,Name,Year,Letterboxd URI,Rating,Rewatch,Review,Tags,Watched Date\n"
    "2024-01-02,Heat,1995,https://boxd.it/r,4.5,,"
    '"I love slow crime.<br><i>All of it</i> &amp; more",,2023-12-31\n'
)
LIKES = "Date,Name,Year,Letterboxd URI\n2024-02-01,Fargo,1996,https://boxd.it/f\n"
WATCHLIST = "Date,Name,Year,Letterboxd URI\n2024-02-01,Jaws,1975,https://boxd.it/j\n"

IMDB = """Const,Your Rating,Date Rated,Title,Original Title,URL,Title Type,IMDb Rating,Year
tt0113277,9,2020-05-06,Heat,Heat,https://www.imdb.com/title/tt0113277/,Movie,8.3,1995
tt0959621,8,2020-05-07,Pilot,Pilot,https://www.imdb.com/title/tt0959621/,TV Episode,9,2008
"""
GOODREADS = (
    "Book Id,Title,Author,ISBN,ISBN13,My Rating,Year Published,Original Publication Year,"
    "Date Read,Date Added,Exclusive Shelf,My Review\n"
    '5907,"The Hobbit (The Lord of the Rings, #0)",J.R.R. Tolkien,'
    '"=""0618260307""","=""9780618260300""",5,2002,1937,2019/03/01,2019/01/01,read,A warm book.\n'
    '1,Ulysses,James Joyce,"=""""","=""""",0,1990,1922,,2020/01/01,to-read,\n'
    '2,Emma,Jane Austen,"=""""","=""""",0,2003,1815,,2020/01/01,read,\n'
)
TRAKT: list[dict[str, Any]] = [
    {
        "rated_at": "2021-03-04T05:06:07.000Z",
        "rating": 7,
        "type": "movie",
        "movie": {"title": "Heat", "year": 1995, "ids": {"trakt": 1, "imdb": "tt0113277"}},
    },
    {"watched_at": "2021-03-04T05:06:07.000Z", "type": "episode", "show": {}, "episode": {}},
    {
        "watched_at": "2022-03-04T05:06:07.000Z",
        "type": "movie",
        "movie": {"title": "Heat", "year": 1995, "ids": {"trakt": 1, "imdb": "tt0113277"}},
    },
]


def brought(tmp_path: Path, name: str, content: str | bytes) -> History:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_history(path)


def zipped(tmp_path: Path, **files: str) -> Path:
    path = tmp_path / "letterboxd-ada-2024.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name.replace("__", "/") + ".csv", text)
    return path


def test_letterboxd_rows_of_one_film_become_one_record(tmp_path: Path) -> None:
    path = zipped(
        tmp_path, ratings=RATINGS, reviews=REVIEWS, likes__films=LIKES, watchlist=WATCHLIST
    )
    history = read_history(path)
    assert history.service == "Letterboxd"
    heat, good, fargo = history.records
    assert heat == HistoryRecord(
        place="ratings.csv, line 2",
        title="Heat",
        year=1995,
        rating=0.9,
        rating_words="4.5 of 5",
        at=datetime(2024, 1, 2, tzinfo=UTC),
        review="I love slow crime.\nAll of it & more",
    )
    assert (good.title, good.rating) == ("Good, the Bad and the Ugly, The", 1.0)
    assert (fargo.favourite, fargo.rating) == (True, None)
    assert sum(history.passed_over.values()) == 1
    assert history.problems == (
        "ratings.csv, line 4: no title",
        "ratings.csv, line 5: the rating 'banana' is not one of 1 to 5",
    )


def test_imdb(tmp_path: Path) -> None:
    history = brought(tmp_path, "anything.csv", IMDB)
    (heat,) = history.records
    assert (history.service, heat.ids, heat.rating) == ("IMDb", ("tt0113277",), 0.9)
    assert heat.at == datetime(2020, 5, 6, tzinfo=UTC)
    assert history.passed_over == {"episodes of series": 1}


def test_goodreads(tmp_path: Path) -> None:
    history = brought(tmp_path, "library.csv", GOODREADS)
    hobbit, emma = history.records
    assert (hobbit.title, hobbit.year) == ("The Hobbit", 1937)
    assert hobbit.ids == ("9780618260300", "0618260307")
    assert (hobbit.rating, hobbit.review) == (1.0, "A warm book.")
    assert (emma.title, emma.rating, emma.ids) == ("Emma", None, ())
    assert history.passed_over == {"not read yet": 1}


@pytest.mark.parametrize("wrapped", [False, True])
def test_trakt_as_a_list_and_as_an_object_of_lists(tmp_path: Path, wrapped: bool) -> None:
    data: Any = {"ratings": TRAKT[:1], "history": TRAKT[1:]} if wrapped else TRAKT
    history = brought(tmp_path, "trakt.json", json.dumps(data))
    (heat,) = history.records
    assert (history.service, heat.ids, heat.rating) == ("Trakt", ("tt0113277",), 0.7)
    assert heat.at == datetime(2022, 3, 4, 5, 6, 7, tzinfo=UTC)
    assert history.passed_over == {"series and episodes": 1}


def test_utf16_and_marks_are_read(tmp_path: Path) -> None:
    for content in (IMDB.encode("utf-16"), IMDB.encode("utf-8-sig")):
        assert brought(tmp_path, "ratings.csv", content).service == "IMDb"


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("x.csv", b"a,b\n1,2\n", "no service"),
        ("x.csv", b"", "no service"),
        ("x.json", b"{", "not JSON"),
        ("x.json", b"[[[[1]]]]", "no service"),
        ("x.csv", IMDB.replace("Heat", "Am\u00e9lie").encode("latin-1"), "not UTF-8"),
        ("x.zip", b"PK\x05\x06" + bytes(18), "no CSV"),
        ("x.csv", b"Const,Your Rating,Title\ntt1,5," + b"x" * 1_100_000, "damaged at line"),
    ],
)
def test_what_is_no_export_is_refused(tmp_path: Path, name: str, content: bytes, why: str) -> None:
    with pytest.raises(InputError, match=why):
        brought(tmp_path, name, content)


def test_traps_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "trap.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("ratings.csv", "0" * 50_000_000)
    assert path.stat().st_size < 100_000
    with pytest.raises(DataError, match="too tightly"):
        read_history(path)
    for name in ("../ratings.csv", "/etc/ratings.csv", "a\\..\\..\\b.csv", "C:ratings.csv"):
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(name, RATINGS)
        with pytest.raises(DataError, match="outside"):
            read_history(path)
    path.write_bytes(zipped(tmp_path, ratings=RATINGS).read_bytes()[:-60] + bytes(40))
    with pytest.raises(InputError):
        read_history(path)


def test_sizes_in_an_archive_are_not_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("retrieval.history.files.LARGEST", 2000)
    path = zipped(tmp_path, ratings=RATINGS * 40)
    with pytest.raises(DataError, match="unpacks to more"):
        read_history(path)
    with pytest.raises(InputError, match="at most"):
        brought(tmp_path, "big.csv", RATINGS * 40)


def test_there_is_no_such_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no file"):
        read_history(tmp_path / "nothing.zip")
