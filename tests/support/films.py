"""A hand-made catalogue vocabulary: a few films and people, with namesakes and traps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from interest.vocabulary import VocabularyEntry

__all__ = ["FilmVocabulary"]

#: Title, year, item id, number of ratings.
_FILMS = (
    ("Alien", 1979, "m1", 90),
    ("Aliens", 1986, "m2", 80),
    ("Blade Runner", 1982, "m3", 95),
    ("Blade", 1998, "m4", 50),
    ("Heat", 1995, "m5", 150),
    ("The Heat", 2013, "m6", 170),
    ("Up", 2009, "m7", 290),
    ("Her", 2013, "m8", 290),
    ("The Dark Knight", 2008, "m9", 340),
    ("The Matrix", 1999, "m10", 200),
    ("The Matrix Reloaded", 2003, "m11", 150),
    ("Star Wars: Episode IV – A New Hope", 1977, "m12", 220),
    ("Star Wars: Episode V – The Empire Strikes Back", 1980, "m13", 210),
    ("Star Wars: Episode III – Revenge of the Sith", 2005, "m14", 300),
    ("Terminator 2: Judgment Day", 1991, "m15", 210),
    ("Rocky II", 1979, "m16", 60),
    ("Seven", 1995, "m17", 180),
    ("Amélie", 2001, "m18", 190),
    ("Schindler's List", 1993, "m19", 200),
    ("Spider-Man 2", 2004, "m20", 230),
    ("Dunkirk", 1958, "m21", 5),
    ("King Kong", 1933, "m22", 60),
    ("King Kong", 2005, "m23", 250),
    ("Titanic", 1997, "m24", 260),
    ("Top Gun", 1986, "m25", 120),
    ("The Godfather", 1972, "m26", 220),
    ("Harry Potter and the Goblet of Fire", 2005, "m27", 260),
    ("Harry Potter and the Half-Blood Prince", 2009, "m28", 270),
    ("Harry Potter and the Philosopher's Stone", 2001, "m29", 250),
    ("The Other", 1972, "m30", 6),
    ("七人の侍", 1954, "m31", 60),
)
_PEOPLE = (
    ("Christopher Nolan", 68.0),
    ("Lloyd Nolan", 60.0),
    ("Tom Hanks", 300.0),
    ("Tom Cruise", 290.0),
    ("Nicole Kidman", 210.0),
    ("Robert Downey Jr.", 220.0),
    ("J. J. Abrams", 90.0),
    ("Penélope Cruz", 120.0),
    ("Jr.", 400.0),
)
_GENRES = ("Action", "Comedy", "Crime", "Drama", "Horror", "Romance", "Science Fiction", "Western")


class FilmVocabulary:
    """The vocabulary of the hand-made catalogue. Its "Sci-Fi" is spelled "Science Fiction"."""

    def entries(self) -> Iterable[VocabularyEntry]:
        yield from _titles()
        for name, weight in _PEOPLE:
            yield VocabularyEntry(facet="person", value=name, names=(name,), weight=weight)
        for genre in _GENRES:
            yield VocabularyEntry(facet="genre", value=genre, names=(genre,), weight=10.0)
        for language in ("English", "French"):
            yield VocabularyEntry(facet="language", value=language, names=(language,), weight=10.0)


def _titles() -> Iterator[VocabularyEntry]:
    for title, year, item_id, ratings in _FILMS:
        yield VocabularyEntry(
            facet="title",
            value=f"{title} ({year})",
            names=(title,),
            item_ids=(item_id,),
            weight=float(ratings),
        )
