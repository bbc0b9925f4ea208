"""Import of interactions and reviews: every format and rule, on files of a few lines."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from interest.errors import DataError
from retrieval.importers import ImportedInteractions, load_interactions, load_reviews
from retrieval.types import Interaction, Review

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def write(folder: Path, name: str, content: str) -> Path:
    path = folder / name
    raw = content.encode()
    path.write_bytes(gzip.compress(raw) if name.endswith(".gz") else raw)
    return path


def load(folder: Path, name: str, content: str) -> ImportedInteractions:
    return load_interactions(write(folder, name, content), now=NOW)


EXPECTED = (
    Interaction(user_id="1", item_id="31", value=2.5, timestamp=1260759144.0),
    Interaction(user_id="1", item_id="7", value=3.0, timestamp=1260759179.0),
    Interaction(user_id="2", item_id="31", value=4.0, timestamp=835355493.0),
)
ROWS = [
    ("1", "31", "2.5", "1260759144"),
    ("1", "7", "3.0", "1260759179"),
    ("2", "31", "4.0", "835355493"),
]


def joined(separator: str, *header: str) -> str:
    rows = [header, *ROWS] if header else ROWS
    return "".join(separator.join(row) + "\n" for row in rows)


@pytest.mark.parametrize(
    ("name", "content", "format_"),
    [
        (
            "ratings.csv",
            joined(",", "userId", "movieId", "rating", "timestamp"),
            "CSV, MovieLens ratings",
        ),
        ("ratings.dat", joined("::"), "DAT with ::"),
        ("u.data", joined("\t"), "TSV"),
        ("u.data.gz", joined("\t"), "TSV"),
        (
            "ml.inter",
            joined("\t", "user_id:token", "item_id:token", "rating:float", "timestamp:float"),
            "RecBole atomic file",
        ),
        ("own.csv", joined(",", "Customer", "SKU", "Stars", "Date"), "CSV"),
    ],
)
def test_formats_say_the_same(tmp_path: Path, name: str, content: str, format_: str) -> None:
    found = load(tmp_path, name, content)
    assert found.interactions == EXPECTED
    assert found.report.format == format_
    assert found.report.rows_kept == 3


def test_amazon_2014(tmp_path: Path) -> None:
    row = {
        "reviewerID": "A2IBPI20UZIR0U",
        "asin": "1384719342",
        "reviewText": "Not much to write about.",
        "overall": 5.0,
        "summary": "good",
        "unixReviewTime": 1393545600,
        "reviewTime": "02 28, 2014",
    }
    path = write(tmp_path, "reviews.json.gz", json.dumps(row) + "\n")
    found = load_interactions(path, now=NOW)
    assert found.interactions == (
        Interaction(
            user_id="A2IBPI20UZIR0U", item_id="1384719342", value=5.0, timestamp=1393545600.0
        ),
    )
    assert found.report.format == "JSON Lines, Amazon Reviews 2014/2018"
    assert load_reviews(path, now=NOW).reviews == (
        Review(
            user_id="A2IBPI20UZIR0U",
            item_id="1384719342",
            text="Not much to write about.",
            timestamp=1393545600.0,
        ),
    )


def test_amazon_2023_takes_the_parent_and_milliseconds(tmp_path: Path) -> None:
    row = {
        "rating": 4.0,
        "title": "Nice",
        "text": "Works <br /> well",
        "asin": "B00CHILD00",
        "parent_asin": "B00PARENT0",
        "user_id": "AGKH",
        "timestamp": 1588687728923,
    }
    path = write(tmp_path, "reviews.jsonl", json.dumps(row))
    assert load_interactions(path, now=NOW).interactions == (
        Interaction(user_id="AGKH", item_id="B00PARENT0", value=4.0, timestamp=1588687728.923),
    )
    assert load_reviews(path, now=NOW).reviews[0].text == "Works <br /> well"


def test_amazon_2018_ratings_without_header_have_the_item_first(tmp_path: Path) -> None:
    found = load(tmp_path, "r.csv", "B001E4KFG0,A3SGXH7AUHU8GW,5.0,1303862400\n")
    assert (found.interactions[0].user_id, found.interactions[0].item_id) == (
        "A3SGXH7AUHU8GW",
        "B001E4KFG0",
    )


def test_amazon_2014_ratings_without_header_have_the_user_first(tmp_path: Path) -> None:
    found = load(tmp_path, "r.csv", "A3SGXH7AUHU8GW,B001E4KFG0,5.0,1303862400\n")
    assert found.interactions[0].item_id == "B001E4KFG0"


def test_without_ratings_everything_counts_as_one(tmp_path: Path) -> None:
    found = load(tmp_path, "clicks.csv", "user,item\nu1,a\nu2,a\n")
    assert [one.value for one in found.interactions] == [1.0, 1.0]
    assert [one.timestamp for one in found.interactions] == [None, None]


def test_bad_rows_are_skipped_and_counted(tmp_path: Path) -> None:
    content = (
        "user,item,rating,timestamp\n"
        "u1,a,5,1000000000\n"
        ",a,5,1000000000\n"
        "u1,,5,1000000000\n"
        "u1,b,NaN,1000000000\n"
        "u1,b,inf,1000000000\n"
        "u1,b,five,1000000000\n"
        "u1,b,,1000000000\n"
        "u1,zzz,5,1000000000\n"
        "u1,c,4,1000000000000\n"
        "u1,d,4,99999999999\n"
        "u1,e,4\n"
    )
    path = write(tmp_path, "r.csv", content)
    found = load_interactions(path, known_items={"a", "b", "c", "d", "e"}, now=NOW)
    assert found.interactions == (
        Interaction(user_id="u1", item_id="a", value=5.0, timestamp=1e9),
        Interaction(user_id="u1", item_id="c", value=4.0, timestamp=1e9),
        Interaction(user_id="u1", item_id="d", value=4.0, timestamp=None),
    )
    assert found.report.rows_read == 11
    assert found.report.skipped == {
        "no user id": 1,
        "no item id": 1,
        "rating is not a number": 4,
        "item not in the catalogue": 1,
        "not 4 columns": 1,
    }
    assert found.report.notes == {"time cannot be right, left out": 1}
    assert found.report.examples["item not in the catalogue"] == ("line 9: 'zzz'",)
    assert found.report.examples["rating is not a number"][2] == "line 7: 'five'"


@pytest.mark.parametrize(
    ("times", "kept"), [(("100", "300", "200"), 2.0), (("", "", ""), 3.0), (("", "100", ""), 2.0)]
)
def test_the_latest_of_repeated_pairs_is_kept(
    tmp_path: Path, times: tuple[str, ...], kept: float
) -> None:
    rows = "".join(f"u,a,{value},{time}\n" for value, time in enumerate(times, start=1))
    found = load(tmp_path, "r.csv", "user,item,rating,timestamp\n" + rows)
    assert [one.value for one in found.interactions] == [kept]
    assert found.report.skipped == {"repeated by the same user, the latest kept": 2}


def test_no_known_item_is_refused_with_examples(tmp_path: Path) -> None:
    path = write(tmp_path, "r.csv", "user,item,rating\nu1,x7,5\n")
    with pytest.raises(DataError, match="no usable interaction in 1 rows") as caught:
        load_interactions(path, known_items={"a"}, now=NOW)
    assert "line 2: 'x7'" in caught.value.remedy


def test_columns_that_cannot_be_guessed_are_asked_for(tmp_path: Path) -> None:
    path = write(tmp_path, "r.csv", "alpha,beta,gamma,delta,epsilon\na,b,c,d,e\n")
    with pytest.raises(DataError, match=r"no column for user_id and item_id; .* alpha, beta"):
        load_interactions(path, now=NOW)
    given = {"user_id": "beta", "item_id": "delta"}
    found = load_interactions(path, column_map=given, now=NOW)
    assert found.interactions == (Interaction(user_id="b", item_id="d"),)


def test_columns_are_guessed_by_what_they_hold(tmp_path: Path) -> None:
    rows = "".join(f"m{n},{n * 7919},{n % 5},{1_000_000_000 + n * 86_400}\n" for n in range(60))
    found = load(tmp_path, "own.csv", "who,thing,how,moment\n" + rows)
    assert found.report.column_map == {
        "timestamp": "moment",
        "rating": "how",
        "user_id": "who",
        "item_id": "thing",
    }


def test_a_rating_column_that_holds_words_is_not_believed(tmp_path: Path) -> None:
    found = load(tmp_path, "r.csv", "user,item,rating\nu1,a,good\nu2,a,bad\n")
    assert found.report.column_map == {"user_id": "user", "item_id": "item"}


def test_reviews_follow_the_same_rules(tmp_path: Path) -> None:
    content = "user,item,review,time\nu1,a,Fine,100\nu1,a,Finer,200\nu2,a, ,100\nu3,x,Odd,100\n"
    found = load_reviews(write(tmp_path, "r.csv", content), known_items={"a"}, now=NOW)
    assert found.reviews == (Review(user_id="u1", item_id="a", text="Finer", timestamp=200.0),)
    assert found.report.skipped == {
        "repeated by the same user, the latest kept": 1,
        "no text": 1,
        "item not in the catalogue": 1,
    }


def test_a_file_without_review_texts_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no column for text"):
        load_reviews(write(tmp_path, "r.csv", "user,item,rating\nu,a,5\n"), now=NOW)
