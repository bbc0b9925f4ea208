"""Import of catalogues: every format and every rule for bad rows, on files of a few lines."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from interest.domain import Domain, Facet, FacetKind
from interest.errors import DataError
from retrieval.importers import ImportedItems, load_catalogue
from retrieval.parquet import Column, write_columns


def facet(name: str, kind: FacetKind, *columns: str, unit: str = "", **aliases: str) -> Facet:
    return Facet(
        name=name,
        kind=kind,
        label=name.capitalize(),
        columns=columns,
        aliases=aliases,
        hints={},
        unit=unit,
    )


BOOKS = Domain(
    name="books",
    noun="book",
    nouns="books",
    facets=(
        facet("genre", FacetKind.CATEGORY, "genre", scifi="Science Fiction"),
        facet("person", FacetKind.ENTITY, "author", "translator"),
        facet("title", FacetKind.TITLE, "other_title"),
        facet("year", FacetKind.NUMBER, "year"),
        facet("length", FacetKind.NUMBER, "minutes", unit="min"),
    ),
    words={"column.author": ("written by",)},
)


def write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    raw = content.encode() if isinstance(content, str) else content
    path.write_bytes(gzip.compress(raw) if name.endswith(".gz") else raw)
    return path


def load(folder: Path, name: str, content: str | bytes) -> ImportedItems:
    return load_catalogue(write(folder, name, content), BOOKS)


CSV = (
    "Book ID,Title,Genres,Authors,Year,Overview,Votes,Shelf\n"
    "b1,Solaris,SciFi|Classic,Stanisław Lem,1961,An ocean thinks.,10,A\n"
    'b2,"Roadside, ""Picnic""",SciFi,"Arkady S.|Boris S.",1972,,5,B\n'
)


def test_csv_with_guessed_columns(tmp_path: Path) -> None:
    found = load(tmp_path, "books.csv", CSV)
    first, second = found.items
    assert (first.item_id, first.title, first.description) == ("b1", "Solaris", "An ocean thinks.")
    assert first.attributes == {
        "genre": ("Science Fiction", "Classic"),
        "author": ("Stanisław Lem",),
        "year": 1961.0,
    }
    assert second.title == 'Roadside, "Picnic"'
    assert second.attributes["author"] == ("Arkady S.", "Boris S.")
    assert found.weights == {"b1": 10.0, "b2": 5.0}
    assert found.report.column_map == {
        "item_id": "Book ID",
        "title": "Title",
        "description": "Overview",
        "weight": "Votes",
        "genre": "Genres",
        "author": "Authors",
        "year": "Year",
    }
    assert found.report.ignored == ("Shelf",)
    assert found.report.format == "CSV"
    assert (found.report.rows_read, found.report.rows_kept) == (2, 2)
    assert found.report.skipped == {}


def _parquet(folder: Path) -> bytes:
    columns = {
        "book_id": Column(kind="number", values=[1.0, 2.0]),
        "title": Column(kind="text", values=["Solaris", "Eden"]),
        "genre": Column(kind="names", values=[["SciFi", "Classic"], None]),
        "year": Column(kind="number", values=[1961.0, None]),
    }
    write_columns(folder / "made.parquet", columns)
    return (folder / "made.parquet").read_bytes()


JSONL = (
    '{"book_id": 1, "title": "Solaris", "genre": ["SciFi", "Classic"], "year": 1961}\n'
    '\n{"book_id": 2, "title": "Eden"}\n'
)
TSV = "book_id\ttitle\tgenre\tyear\n1\tSolaris\tSciFi|Classic\t1961\n2\tEden\t\t\n"


@pytest.mark.parametrize(
    ("name", "content", "format_"),
    [
        ("b.csv", TSV.replace("\t", ","), "CSV"),
        ("b.csv", TSV.replace("\t", ";"), "CSV with ;"),
        ("b.tsv", TSV, "TSV"),
        ("b.tsv", TSV.replace("\n", "\r\n"), "TSV"),
        ("b.tsv.gz", TSV, "TSV"),
        ("b.txt", b"\xef\xbb\xbf" + TSV.encode(), "TSV"),
        ("b.txt", TSV.encode("utf-16"), "TSV"),
        ("b.jsonl", JSONL, "JSON Lines"),
        ("b.jsonl.gz", JSONL, "JSON Lines"),
        ("b.json", f"[{','.join(JSONL.split(chr(10) + chr(10)))}]", "JSON"),
        ("b.parquet", b"", "Parquet"),
        ("b.parquet.gz", b"", "Parquet"),
        (
            "b.item",
            "book_id:token\ttitle:token_seq\tgenre:token_seq\tyear:float\n"
            "1\tSolaris\tSciFi Classic\t1961\n2\tEden\t\t\n",
            "RecBole atomic file",
        ),
    ],
)
def test_formats_say_the_same(
    tmp_path: Path, name: str, content: str | bytes, format_: str
) -> None:
    found = load(tmp_path, name, content or _parquet(tmp_path))
    assert [(item.item_id, item.title) for item in found.items] == [("1", "Solaris"), ("2", "Eden")]
    assert found.items[0].attributes == {"genre": ("Science Fiction", "Classic"), "year": 1961.0}
    assert found.items[1].attributes == {}
    assert found.report.format == format_


def test_encoding_is_told(tmp_path: Path) -> None:
    assert load(tmp_path, "a.tsv", TSV).report.encoding == "utf-8"
    marked = load(tmp_path, "b.tsv", b"\xef\xbb\xbf" + TSV.encode())
    assert marked.report.encoding == "utf-8-sig"
    assert load(tmp_path, "c.tsv", TSV.encode("utf-16")).report.encoding == "utf-16"
    latin = load(tmp_path, "d.csv", "id,title\n1,Été\n".encode("latin-1"))
    assert latin.items[0].title == "Été"
    assert latin.report.encoding == "utf-8, latin-1"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        (
            "movies.csv",
            'movieId,title,genres\n1,"Matrix, The (1999)",Action|Sci-Fi\n'
            "2,Eden,(no genres listed)\n",
        ),
        (
            "movies.dat",
            "1::Matrix, The (1999)::Action|Sci-Fi\n2::Eden::(no genres listed)\n",
        ),
        (
            "u.item",
            "1|Matrix, The (1999)|31-Mar-1999||http://x|0|1|0|0|0|0|0|0|0|0|0|0|0|0|0|1|0|0|0\n"
            "2|Eden|||http://x|1|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0\n",
        ),
        (
            "ml.item",
            "item_id:token\tmovie_title:token_seq\trelease_year:token\tclass:token_seq\n"
            "1\tMatrix, The\t1999\tAction Sci-Fi\n2\tEden\t\t\n",
        ),
    ],
)
def test_movielens(tmp_path: Path, name: str, content: str) -> None:
    path = write(tmp_path, name, content)
    given = {"year": "release_year"} if name == "ml.item" else {}
    found = load_catalogue(path, BOOKS, column_map=given)
    assert [(item.item_id, item.title) for item in found.items] == [
        ("1", "The Matrix"),
        ("2", "Eden"),
    ]
    assert found.items[0].attributes == {"genre": ("Action", "Sci-Fi"), "year": 1999.0}
    assert found.items[1].attributes == {}
    assert "MovieLens films" in found.report.format


def test_movielens_titles_keep_their_other_names(tmp_path: Path) -> None:
    found = load(tmp_path, "m.dat", "7::Seven (a.k.a. Se7en) (1995)::Thriller\n")
    assert found.items[0].attributes["other_title"] == ("Se7en",)


def test_titles_of_other_files_stay_as_they_are(tmp_path: Path) -> None:
    found = load(tmp_path, "b.csv", 'id,title\n1,"Matrix, The (1999)"\n')
    assert found.items[0].title == "Matrix, The (1999)"
    assert found.items[0].attributes == {}


def test_amazon_products(tmp_path: Path) -> None:
    old = load(
        tmp_path,
        "meta.json.gz",
        "{'asin': 'B1', 'title': 'Strings', 'categories': [['Music', 'Guitars']], 'price': 7.5}\n",
    )
    assert old.items[0].attributes == {"genre": ("Music", "Guitars")}
    new = load(
        tmp_path,
        "meta.jsonl",
        json.dumps(
            {
                "parent_asin": "B1",
                "title": "Strings",
                "description": ["Nickel.", "Six of them."],
                "rating_number": 12,
                "categories": ["Music"],
            }
        ),
    )
    assert new.items[0].description == "Nickel. Six of them."
    assert new.weights == {"B1": 12.0}


def test_bad_rows_are_skipped_and_counted_with_their_lines(tmp_path: Path) -> None:
    found = load(
        tmp_path,
        "b.csv",
        "id,title,year\n"
        "1,One,1990\n"
        ",No id,1990\n"
        "2,  ,1990\n"
        "1,One,1990\n"
        "1,Another one,1990\n"
        "3,Three,long ago\n"
        "4,Four\n"
        '5,Fi"ve" ,1990\n'
        '6,"Six"six,1990\n'
        '7,"Two\nlines",\n',
    )
    assert [item.title for item in found.items] == ["One", "Three", 'Fi"ve"', "Two lines"]
    report = found.report
    assert report.rows_read == 10
    assert report.rows_kept == 4
    assert report.skipped == {
        "no id": 1,
        "no title": 1,
        "repeated": 1,
        "same id as another, different item": 1,
        "not 3 columns": 1,
        "quotes that do not match": 1,
    }
    assert report.notes == {"year is not a number, left out": 1}
    assert report.examples["no id"] == ("line 3: 'No id'",)
    assert report.examples["same id as another, different item"] == ("line 6: '1'",)
    assert report.examples["year is not a number, left out"] == ("line 7: 'long ago'",)
    assert report.examples["not 3 columns"] == ("line 8: '4,Four'",)
    assert report.examples["quotes that do not match"] == ("line 10",)


def test_examples_are_few(tmp_path: Path) -> None:
    report = load(tmp_path, "b.csv", "id,title\n1,One\n" + ",x\n" * 9).report
    assert report.skipped["no id"] == 9
    assert len(report.examples["no id"]) == 3


def test_broken_json_lines_are_counted(tmp_path: Path) -> None:
    found = load(tmp_path, "b.jsonl", '{"id": 1, "title": "One"}\n{"id": 2, \n[3]\n')
    assert found.report.skipped == {"not JSON": 1, "not a JSON object": 1}
    assert found.report.examples["not JSON"] == ("line 2: '{\"id\": 2,'",)
    assert found.report.examples["not a JSON object"] == ("line 3: '[3]'",)


def test_given_columns_win_and_may_leave_out(tmp_path: Path) -> None:
    path = write(tmp_path, "b.csv", "id,title,headline,shelf,year\n1,Old,New,A|B,1990\n")
    given = {"title": "headline", "shelf": "shelf", "year": ""}
    item = load_catalogue(path, BOOKS, column_map=given).items[0]
    assert item.title == "New"
    assert item.attributes == {"shelf": ("A", "B")}


def test_wrong_column_in_the_map_is_named(tmp_path: Path) -> None:
    path = write(tmp_path, "b.csv", "id,title\n1,One\n")
    with pytest.raises(DataError, match="reads title from 'nmae'") as caught:
        load_catalogue(path, BOOKS, column_map={"title": "nmae"})
    assert "id, title" in caught.value.remedy


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b" \n\n", "is empty"),
        (b"PK\x03\x04rest", "is a ZIP archive or an Excel file"),
        (b"SQLite format 3\x00", "is an SQLite database"),
        (b"%PDF-1.7", "is a PDF"),
        (b"\x00\x01\x02", "is not a text file"),
        (b"PAR1 but not really", "cannot be read as a Parquet file"),
        (b"[1, 2", "starts like a JSON array but is none"),
        (b"[]", "has no rows that can be read as JSON"),
        (b"{\n}\n", r"has no rows that can be read as JSON Lines\. line 1: not JSON"),
        (b"id,title\n", "has no rows that can be read as CSV"),
        (b"id,title,id\n1,2,3\n", "has two columns 'id'"),
        (b"colour,shape\nred,round\n", "has no column for item_id and title; .* colour, shape"),
        (b"id,title\n1,\n,x\n", r"has no usable item in 2 rows: no title \(1\), no id \(1\)"),
    ],
)
def test_unusable_files_are_refused(tmp_path: Path, content: bytes, message: str) -> None:
    path = write(tmp_path, "file", content)
    with pytest.raises(DataError, match=message) as caught:
        load_catalogue(path, BOOKS)
    assert str(path) in caught.value.problem
    assert caught.value.remedy or b"PAR1" in content


def test_damaged_gzip_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "b.csv.gz"
    lines = "".join(f"{number},Title {number * 7919}\n" for number in range(50_000))
    path.write_bytes(gzip.compress(f"id,title\n{lines}".encode())[:-20_000])
    with pytest.raises(DataError, match="damaged or incomplete gzip"):
        load_catalogue(path, BOOKS)


def test_missing_files_and_folders_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="There is no file"):
        load_catalogue(tmp_path / "absent.csv", BOOKS)
    with pytest.raises(DataError, match="is a folder"):
        load_catalogue(tmp_path, BOOKS)


def test_report_reads_well(tmp_path: Path) -> None:
    report = load(tmp_path, "b.csv", "id,title,shelf\n1,One,A\n,Two,B\n").report
    assert list(report.lines()) == [
        f"{tmp_path / 'b.csv'} (CSV, utf-8): 1 of 2 rows",
        "  columns: item_id ← id, title ← title",
        "  not read: shelf",
        "  skipped: no id: 1 (line 3: 'Two')",
    ]
    assert report.as_json()["skipped"] == {"no id": 1}
