"""When two values are the same one: case, punctuation, articles, accents and years.

It knows spelling; it does not know catalogues or languages.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

__all__ = ["YEAR_TOLERANCE", "same_value", "spelled", "split_year"]

#: Catalogues disagree by a year on when something came out (first showing, general release).
YEAR_TOLERANCE = 1

_YEAR = re.compile(r"^(?P<name>.*\S)\s*\((?P<year>\d{4})\)\s*$", re.DOTALL)
_LAST_ARTICLE = re.compile(r"^(.*), (the|a|an)$")
_FIRST_ARTICLE = re.compile(r"^(?:the|a|an) (?=\S)")
_RANGE = re.compile(r"^\d*(?:\.\d+)?\.\.\d*(?:\.\d+)?$")


def split_year(value: str) -> tuple[str, int | None]:
    """A label into name and year.

    >>> split_year("Heat (1995)")
    ('Heat', 1995)
    >>> split_year("Heat")
    ('Heat', None)
    """
    found = _YEAR.match(value)
    return (found["name"], int(found["year"])) if found else (value, None)


@lru_cache(maxsize=65_536)
def spelled(name: str) -> str:
    """The name as it is compared.

    >>> spelled("The Matrix"), spelled("Matrix, The"), spelled("Amélie"), spelled("Ant-Man")
    ('matrix', 'matrix', 'amelie', 'ant man')
    """
    folded = unicodedata.normalize("NFKD", name).casefold().strip()
    if _RANGE.match(folded):
        return folded
    # Latin accents only: the voicing marks of Japanese kana change the word.
    folded = "".join(c for c in folded if not "\u0300" <= c <= "\u036f").replace("&", " and ")
    folded = _LAST_ARTICLE.sub(r"\2 \1", folded)
    words = "".join(c if c.isalnum() or unicodedata.combining(c) else " " for c in folded).split()
    plain = _FIRST_ARTICLE.sub("", " ".join(words))
    return plain or folded


def same_value(left: str, right: str) -> bool:
    """Whether two values name the same thing; years count where both have one.

    >>> same_value("The Others  (2001)", "Others, The"), same_value("Ran (1985)", "Ran (2005)")
    (True, False)
    """
    (left_name, left_year), (right_name, right_year) = split_year(left), split_year(right)
    if spelled(left_name) != spelled(right_name):
        return False
    if left_year is None or right_year is None:
        return True
    return abs(left_year - right_year) <= YEAR_TOLERANCE
