"""MovieLens titles: ``"City of Lost Children, The (Cité des enfants perdus, La) (1995)"``.

It knows how MovieLens writes titles; it is not used for anything else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["MovieLensTitle", "split_title"]

_YEAR = re.compile(r"\s*\((\d{4})(?:[-–]\d{0,4})?\)\s*$")
_BRACKETS = re.compile(r"\s*\(([^()]+)\)\s*$")
_ALSO = re.compile(r"^(?:a\.?k\.?a\.?)\s+", re.IGNORECASE)
_ARTICLE = re.compile(
    r"^(?P<rest>.+), (?P<article>The|A|An|Les|Le|La|L'|Las|Los|El|Il|Lo|Gli|I|Un|Une|Una|Der|Die|"
    r"Das|Den|Det|De|Het|En|Ein|Eine|O|Os|As)$",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class MovieLensTitle:
    """A title taken apart.

    Attributes:
        title: The title, with its article in front.
        year: Year of release, or None.
        others: Other titles, from brackets.
    """

    title: str
    year: int | None
    others: tuple[str, ...]


def split_title(text: str) -> MovieLensTitle:
    """Take a MovieLens title apart.

    >>> split_title("Seven (a.k.a. Se7en) (1995)").others
    ('Se7en',)
    """
    year: int | None = None
    found = _YEAR.search(text)
    if found and found.start() > 0:
        year, text = int(found[1]), text[: found.start()]
    others: list[str] = []
    while (bracket := _BRACKETS.search(text)) and bracket.start() > 0:
        others.insert(0, _article_first(_ALSO.sub("", bracket[1].strip())))
        text = text[: bracket.start()]
    return MovieLensTitle(title=_article_first(text.strip()), year=year, others=tuple(others))


def _article_first(title: str) -> str:
    found = _ARTICLE.match(title)
    if not found:
        return title
    gap = "" if found["article"].endswith("'") else " "
    return f"{found['article']}{gap}{found['rest']}"
