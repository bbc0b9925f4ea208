"""MovieLens titles, as they stand in the data."""

from __future__ import annotations

import pytest

from retrieval.importers.titles import split_title


@pytest.mark.parametrize(
    ("text", "title", "year", "others"),
    [
        ("Toy Story (1995)", "Toy Story", 1995, ()),
        ("Matrix, The (1999)", "The Matrix", 1999, ()),
        ("Seven (a.k.a. Se7en) (1995)", "Seven", 1995, ("Se7en",)),
        (
            "City of Lost Children, The (Cité des enfants perdus, La) (1995)",
            "The City of Lost Children",
            1995,
            ("La Cité des enfants perdus",),
        ),
        ("Misérables, Les (1995)", "Les Misérables", 1995, ()),
        ("Avventura, L' (a.k.a. Adventure, The) (1960)", "L'Avventura", 1960, ("The Adventure",)),
        ("Good, The Bad and The Ugly, The", "The Good, The Bad and The Ugly", None, ()),
        ("1984 (1984)", "1984", 1984, ()),
        ("2001: A Space Odyssey", "2001: A Space Odyssey", None, ()),
        ("(500) Days of Summer (2009)", "(500) Days of Summer", 2009, ()),
        ("Fawlty Towers (1975-1979)", "Fawlty Towers", 1975, ()),
        ("(1995)", "(1995)", None, ()),
    ],
)
def test_titles(text: str, title: str, year: int | None, others: tuple[str, ...]) -> None:
    found = split_title(text)
    assert (found.title, found.year, found.others) == (title, year, others)
