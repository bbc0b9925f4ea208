"""Well-known layouts: data sets whose columns have a fixed meaning.

It knows the columns of public data sets; it does not know the domain they are imported into.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from retrieval.importers.table import Table

__all__ = ["INTERACTION_LAYOUTS", "ITEM_LAYOUTS", "Layout", "layout_of"]


def _no_targets() -> dict[str, str]:
    return {}


@dataclass(frozen=True, kw_only=True, slots=True)
class Layout:
    """Columns that belong together.

    Attributes:
        name: For people.
        columns: Columns that a file of this layout has; it may have others.
        targets: What is read → its column. The rest is guessed as for any file.
        movielens_titles: Whether titles are written ``"Matrix, The (1999)"``.
    """

    name: str
    columns: frozenset[str]
    targets: Mapping[str, str] = field(default_factory=_no_targets)
    movielens_titles: bool = False


def _layout(name: str, columns: str, *, titles: bool = False, **targets: str) -> Layout:
    return Layout(
        name=name, columns=frozenset(columns.split()), targets=targets, movielens_titles=titles
    )


#: The most special first.
INTERACTION_LAYOUTS = (
    _layout(
        "MovieLens ratings",
        "userId movieId rating",
        user_id="userId",
        item_id="movieId",
    ),
    _layout(
        "Amazon Reviews 2014/2018",
        "reviewerID asin overall",
        user_id="reviewerID",
        item_id="asin",
        rating="overall",
        timestamp="unixReviewTime",
        text="reviewText",
    ),
    _layout(
        "Amazon Reviews 2023",
        "user_id parent_asin rating",
        user_id="user_id",
        item_id="parent_asin",
        text="text",
    ),
)

ITEM_LAYOUTS = (
    _layout("MovieLens films", "movieId title genres", titles=True, item_id="movieId"),
    _layout("MovieLens films", "movie_id title genres", titles=True, item_id="movie_id"),
    _layout(
        "MovieLens films",
        "item_id movie_title release_year class",
        titles=True,
        title="movie_title",
    ),
    _layout(
        "Amazon products 2023", "parent_asin title", item_id="parent_asin", weight="rating_number"
    ),
    _layout("Amazon products 2014/2018", "asin title", item_id="asin"),
)


def layout_of(table: Table, layouts: tuple[Layout, ...]) -> Layout | None:
    """The first layout all of whose columns the table has."""
    columns = frozenset(table.columns)
    return next((layout for layout in layouts if layout.columns <= columns), None)
