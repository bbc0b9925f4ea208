"""Titles as services write them, against a small catalogue."""

from __future__ import annotations

import pytest

from interest.domain import load_domain
from retrieval.catalogue import Catalogue
from retrieval.history.matching import Matcher
from retrieval.history.records import HistoryRecord
from retrieval.types import Item


def _item(item_id: str, title: str, year: float, *others: str) -> Item:
    attributes: dict[str, tuple[str, ...] | float] = {"year": year}
    if others:
        attributes["other_title"] = others
    return Item(item_id=item_id, title=title, attributes=attributes)


CATALOGUE = Catalogue(
    [
        _item("tt1", "The Matrix", 1999),
        _item("tt2", "Amélie", 2001, "Le Fabuleux Destin d'Amélie Poulain"),
        _item("tt3", "King Kong", 1933),
        _item("tt4", "King Kong", 2005),
        _item("tt5", "Rocky II", 1979),
        _item("tt6", "Blade Runner", 1982),
        _item("tt7", "Fast & Furious", 2009),
        _item("tt8", "Ocean's 11", 2001),
        _item("tt9", "Ocean's 12", 2004),
        Item(item_id="b1", title="Emma", attributes={"isbn": ("978-0141439587",)}),
    ],
    load_domain("movies"),
    weights={"tt4": 9, "tt3": 5},
)


def found(title: str, year: int | None = None, *ids: str) -> tuple[str, tuple[str, ...], str]:
    record = HistoryRecord(place="x", title=title, year=year, ids=ids)
    match = Matcher(CATALOGUE).match(record)
    return match.item_id, match.candidates, match.how


@pytest.mark.parametrize(
    ("title", "year", "item_id"),
    [
        ("The Matrix", 1999, "tt1"),
        ("Matrix, The", 2000, "tt1"),
        ("matrix", 1998, "tt1"),
        ("Amelie", 2001, "tt2"),
        ("Le fabuleux destin d’Amélie Poulain", 2001, "tt2"),
        ("King Kong", 2005, "tt4"),
        ("King Kong", 1934, "tt3"),
        ("Blade Runer", 1982, "tt6"),
        ("Fast and Furious", 2009, "tt7"),
    ],
)
def test_the_same_title(title: str, year: int, item_id: str) -> None:
    assert found(title, year)[0] == item_id


def test_an_id_decides() -> None:
    assert found("Something else", 1950, "TT5") == ("tt5", (), "id")
    assert found("An edition of Emma", None, "9780141439587")[0] == "b1"


def test_what_is_not_certain_is_a_question() -> None:
    assert found("King Kong") == ("", ("tt4", "tt3"), "several have this title")
    assert found("The Matrix", 1985) == ("", ("tt1",), "another year")
    assert found("Blade Runer")[:2] == ("", ("tt6",))
    item_id, candidates, _ = found("Ocean's 13", 2003)
    assert item_id == ""
    assert "tt9" in candidates


def test_what_is_not_there_says_why() -> None:
    assert found("Oppenheimer", 2023)[2] == "newer than the catalogue, which ends in 2009"
    assert found("Zorblax", 1990) == ("", (), "not in the catalogue")
