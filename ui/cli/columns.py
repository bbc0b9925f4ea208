"""Which column of which file is read as what: ``--column`` on the command line.

It knows the form ``[FILE.]OURS=THEIRS``; it does not know what is in the files.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from interest.errors import InputError

__all__ = ["ColumnChoices", "parse_columns"]

_FILES = ("catalog", "interactions", "reviews")
#: Where a target goes that names no file.
_DEFAULTS = {
    "user_id": ("interactions", "reviews"),
    "rating": ("interactions",),
    "timestamp": ("interactions", "reviews"),
    "text": ("reviews",),
}


def _no_columns() -> dict[str, str]:
    return {}


@dataclass(frozen=True, kw_only=True, slots=True)
class ColumnChoices:
    """Per file: what is read → the column that it is read from; "" leaves it out."""

    catalog: dict[str, str] = field(default_factory=_no_columns)
    interactions: dict[str, str] = field(default_factory=_no_columns)
    reviews: dict[str, str] = field(default_factory=_no_columns)


def parse_columns(pairs: Iterable[str]) -> ColumnChoices:
    """Read ``["title=name", "interactions.item_id=sku"]``.

    Without a file, ``user_id`` and ``timestamp`` mean interactions and reviews, ``rating`` means
    interactions, ``text`` means reviews, and everything else the catalogue.

    Raises:
        InputError: An entry has another form, or names another file.
    """
    chosen: dict[str, dict[str, str]] = {name: {} for name in _FILES}
    for pair in pairs:
        target, equals, column = (part.strip() for part in pair.partition("="))
        file, dot, name = target.partition(".")
        if not equals or not target or (dot and not name):
            raise InputError(
                f"--column {pair!r} is not OURS=THEIRS.",
                "Write --column title=name, or --column interactions.item_id=sku.",
            )
        if dot and file not in _FILES:
            raise InputError(
                f"--column {pair!r} names the file {file!r}.",
                f"Choose one of: {', '.join(_FILES)}.",
            )
        for place in (file,) if dot else _DEFAULTS.get(target, ("catalog",)):
            chosen[place][name if dot else target] = column
    return ColumnChoices(**chosen)
