"""Words become the catalogue's own values: years, articles, series, typing errors, namesakes."""

from __future__ import annotations

import pytest

from interest.domain import load_domain
from interest.errors import UnknownNameError
from interest.linking import Linker
from tests.support.films import FilmVocabulary


@pytest.fixture(scope="module")
def linker() -> Linker:
    return Linker(load_domain("movies"), FilmVocabulary())


@pytest.mark.parametrize(
    ("facet", "words", "value"),
    [
        ("title", "alien", "Alien (1979)"),
        ("title", "Heat", "Heat (1995)"),
        ("title", "the heat", "The Heat (2013)"),
        ("title", "matrix", "The Matrix (1999)"),
        ("title", "king kong", "King Kong (2005)"),
        ("title", "King Kong (1933)", "King Kong (1933)"),
        ("title", "King Kong (1934)", "King Kong (1933)"),
        ("title", "Star Wars", "Star Wars: Episode IV – A New Hope (1977)"),
        ("title", "Empire Strikes Back", "Star Wars: Episode V – The Empire Strikes Back (1980)"),
        ("title", "Harry Potter", "Harry Potter and the Philosopher's Stone (2001)"),
        ("title", "Terminator 2", "Terminator 2: Judgment Day (1991)"),
        ("title", "rocky 2", "Rocky II (1979)"),
        ("title", "Se7en", "Seven (1995)"),
        ("title", "amelie", "Amélie (2001)"),
        ("title", "schindlers list", "Schindler's List (1993)"),
        ("title", "spiderman 2", "Spider-Man 2 (2004)"),
        ("title", "Blade Runer", "Blade Runner (1982)"),
        ("title", "七人の侍", "七人の侍 (1954)"),
        ("person", "nolan", "Christopher Nolan"),
        ("person", "Christoper Nolan", "Christopher Nolan"),
        ("person", "penelope cruz", "Penélope Cruz"),
        ("person", "JJ Abrams", "J. J. Abrams"),
        ("genre", "the scary movies", "Horror"),
        ("genre", "sci-fi", "Science Fiction"),
        ("genre", "科幻片", "Science Fiction"),
        ("genre", "ホラー", "Horror"),
        ("theme", "slashers", "slasher"),
        ("mood", "hilarious", "funny"),
        ("year", "1980..", "1980.."),
        ("year", "the nineties", "1990..1999"),
        ("runtime", "under two hours", "..120"),
        ("certificate", "pg-13", "PG-13"),
    ],
)
def test_words_are_linked(linker: Linker, facet: str, words: str, value: str) -> None:
    linked = linker.link(facet, words)
    assert linked is not None
    assert linked.values == (value,)


@pytest.mark.parametrize(
    ("facet", "words"),
    [
        ("title", "Zorblax Prime"),
        ("title", "Rocky 3"),
        ("person", "Jenna Ortega"),
        ("genre", "vaporwave"),
        ("year", "someday"),
        ("runtime", "forever"),
        ("title", ""),
        ("person", "Jr."),
    ],
)
def test_unknown_words_are_not_linked(linker: Linker, facet: str, words: str) -> None:
    assert linker.link(facet, words) is None


def test_a_mended_name_says_so(linker: Linker) -> None:
    mended, exact = linker.link("title", "Blade Runer"), linker.link("title", "blade runner")
    assert mended is not None
    assert exact is not None
    assert (mended.exact, exact.exact) == (False, True)
    assert mended.item_ids == exact.item_ids == ("m3",)


def test_namesakes_all_keep_their_items_the_likeliest_first(linker: Linker) -> None:
    linked = linker.link("title", "King Kong")
    assert linked is not None
    assert linked.item_ids == ("m23", "m22")


def test_a_series_names_all_its_items(linker: Linker) -> None:
    linked = linker.link("title", "Star Wars")
    assert linked is not None
    assert linked.item_ids[0] == "m12"
    assert set(linked.item_ids) == {"m12", "m13", "m14"}


def test_compounds_have_several_values(linker: Linker) -> None:
    linked = linker.link("genre", "romcoms")
    assert linked is not None
    assert linked.values == ("Romance", "Comedy")


def test_unknown_facets_are_refused(linker: Linker) -> None:
    with pytest.raises(UnknownNameError, match="flavour"):
        linker.link("flavour", "sweet")


def test_suggestions_begin_with_what_was_typed_the_best_known_first(linker: Linker) -> None:
    assert linker.suggest("title", "the", 3) == (
        "The Dark Knight (2008)",
        "The Godfather (1972)",
        "The Matrix (1999)",
    )
    assert linker.suggest("person", "tom") == ("Tom Hanks", "Tom Cruise")
    assert linker.suggest("genre", "scary m") == ("Horror",)
    assert linker.suggest("title", "zzz") == ()
