"""Names that columns commonly have, for things that every import needs.

It knows words; it does not know the columns of any domain.
"""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["INTERACTION_NAMES", "ITEM_NAMES", "is_known_name", "normal"]

#: Best first. All in the form of :func:`normal`.
INTERACTION_NAMES: Mapping[str, tuple[str, ...]] = {
    "user_id": (
        *("userid", "user", "uid", "reviewerid", "customerid", "customer", "memberid"),
        *("accountid", "visitorid", "personid", "username", "member"),
    ),
    "item_id": (
        *("itemid", "item", "iid", "parentasin", "productid", "product", "asin", "sku"),
        *("contentid", "articleid", "isbn"),
    ),
    "rating": (
        *("rating", "ratings", "overall", "score", "stars", "starrating", "userrating"),
        *("value", "grade", "preference"),
    ),
    "timestamp": (
        *("timestamp", "unixreviewtime", "time", "ratedat", "reviewedat", "createdat"),
        *("datetime", "date", "reviewtime", "reviewdate", "ts", "when"),
    ),
    "text": ("reviewtext", "review", "text", "reviewbody", "body", "comment", "comments"),
}

ITEM_NAMES: Mapping[str, tuple[str, ...]] = {
    "item_id": INTERACTION_NAMES["item_id"],
    "title": ("title", "name", "itemname", "itemtitle", "productname", "headline", "label"),
    "description": (
        *("description", "overview", "summary", "plot", "synopsis", "abstract", "extract"),
        *("blurb", "about", "text"),
    ),
    "weight": (
        *("weight", "ratingnumber", "ratingcount", "ratingscount", "numratings", "votecount"),
        *("votes", "numvotes", "reviewcount", "reviewscount", "numreviews", "popularity"),
    ),
}

_KNOWN = frozenset(
    name for names in (INTERACTION_NAMES, ITEM_NAMES) for known in names.values() for name in known
) | {"id", "movieid", "filmid", "bookid", "gameid", "genres", "genre", "year"}


def normal(name: str) -> str:
    """A name without case, spaces and punctuation: ``"User ID"`` → ``"userid"``."""
    return "".join(character for character in name.casefold() if character.isalnum())


def is_known_name(name: str) -> bool:
    """Whether this is a name that a column would have, and no value."""
    return normal(name) in _KNOWN
