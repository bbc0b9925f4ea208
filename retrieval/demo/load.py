"""The demo: films, and the ratings of MovieLens 100K attached to them.

It knows where the demo's data come from and how they fit together; it does not know how anything
is learned from them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from interest.assets import Asset, fetch
from interest.domain import Domain
from interest.errors import AssetError
from interest.progress import Progress, no_progress
from retrieval.catalogue import Catalogue
from retrieval.demo.assets import (
    FILMS,
    FILMS_FILE,
    RATINGS,
    RATINGS_FILE,
    RATINGS_ITEMS_FILE,
)
from retrieval.demo.films import Films, read_films
from retrieval.demo.join import join_films
from retrieval.importers import load_catalogue, load_interactions
from retrieval.types import Interaction, Item

__all__ = ["DemoData", "attach_ratings", "load_demo"]

#: MovieLens' word → the catalogue's.
_GENRES = {"Children's": "Family"}
#: A title in MovieLens 100K that names no film (item 267).
_NO_FILM = "unkonwn"
_OWN_ID = "ml100k:{}"
_OTHER_TITLE = "other_title"


@dataclass(frozen=True, kw_only=True, slots=True)
class DemoData:
    """What the demo workspace is built from.

    Attributes:
        catalogue: The films.
        interactions: The ratings; empty if they could not be had.
        sources: The files they came from, for licences.
        notes: What people should know, one sentence each.
    """

    catalogue: Catalogue
    interactions: tuple[Interaction, ...]
    sources: tuple[Asset, ...]
    notes: tuple[str, ...]


def load_demo(
    domain: Domain,
    *,
    films_asset: Asset = FILMS,
    ratings_asset: Asset = RATINGS,
    cache: Path | None = None,
    progress: Progress = no_progress,
) -> DemoData:
    """Fetch and read the demo's data.

    Without the ratings the demo is content-only, and ``notes`` say so and why.

    Args:
        domain: The domain of films.
        films_asset: Where the films come from.
        ratings_asset: Where the ratings come from.
        cache: Where fetched files are kept.
        progress: Told the bytes that have arrived.

    Raises:
        AssetError: The films cannot be had.
    """
    films = read_films(fetch(films_asset, cache=cache, progress=progress) / FILMS_FILE, domain)
    try:
        folder = fetch(ratings_asset, cache=cache, progress=progress)
    except AssetError as error:
        return DemoData(
            catalogue=Catalogue(films.items, domain, weights=films.weights),
            interactions=(),
            sources=(films_asset,),
            notes=(f"Content only: the ratings could not be had. {error}",),
        )
    return attach_ratings(
        films, domain, items_file=folder / RATINGS_ITEMS_FILE, ratings_file=folder / RATINGS_FILE
    )


def attach_ratings(
    films: Films, domain: Domain, *, items_file: Path, ratings_file: Path
) -> DemoData:
    """Give the ratings to the films; MovieLens films that are not among them become items.

    A film's weight is the number of people whose opinion of it is known: critics and raters.
    """
    rated = [
        _in_our_words(item)
        for item in load_catalogue(items_file, domain).items
        if item.title != _NO_FILM
    ]
    joined = join_films(rated, films.items, films.weights)
    items = [
        *_with_other_titles(films.items, rated, joined),
        *(
            replace(item, item_id=_OWN_ID.format(item.item_id))
            for item in rated
            if item.item_id not in joined
        ),
    ]
    ids = {item.item_id: joined.get(item.item_id, _OWN_ID.format(item.item_id)) for item in rated}
    known = load_interactions(ratings_file, known_items=ids).interactions
    interactions = _latest([replace(rating, item_id=ids[rating.item_id]) for rating in known])
    counts = Counter(rating.item_id for rating in interactions)
    weights = {key: films.weights.get(key, 0.0) + counts[key] for key in {*films.weights, *counts}}
    return DemoData(
        catalogue=Catalogue(items, domain, weights=weights),
        interactions=interactions,
        sources=(FILMS, RATINGS),
        notes=(_join_note(rated, joined, known, interactions),),
    )


def _with_other_titles(
    films: Sequence[Item], rated: Sequence[Item], joined: Mapping[str, str]
) -> Iterator[Item]:
    """The films, with what MovieLens calls them: people say "Star Wars", not "Episode IV"."""
    called: dict[str, list[str]] = {}
    for item in rated:
        names = (item.title, *item.names(_OTHER_TITLE))
        called.setdefault(joined.get(item.item_id, ""), []).extend(names)
    for film in films:
        others = tuple(
            name for name in dict.fromkeys(called.get(film.item_id, ())) if name != film.title
        )
        attributes = {**film.attributes, _OTHER_TITLE: others}
        yield replace(film, attributes=attributes) if others else film


def _in_our_words(item: Item) -> Item:
    genres = tuple(dict.fromkeys(_GENRES.get(name, name) for name in item.names("genre")))
    return replace(item, attributes={**item.attributes, "genre": genres}) if genres else item


def _latest(ratings: Sequence[Interaction]) -> tuple[Interaction, ...]:
    """One rating per person and film: MovieLens lists some films twice, here they are one."""
    kept: dict[tuple[str, str], Interaction] = {}
    for rating in sorted(ratings, key=lambda rating: rating.timestamp or 0.0):
        kept[rating.user_id, rating.item_id] = rating
    return tuple(kept.values())


def _join_note(
    rated: Sequence[Item],
    joined: Mapping[str, str],
    known: Sequence[Interaction],
    interactions: Sequence[Interaction],
) -> str:
    here = set(joined.values())
    share = sum(rating.item_id in here for rating in interactions) / max(1, len(interactions))
    return (
        f"{len(joined):,} of {len(rated):,} MovieLens films are in the catalogue, with "
        f"{share:.1%} of the ratings; the others are listed under their MovieLens ids. "
        f"{len(known) - len(interactions):,} ratings of films that MovieLens lists twice were "
        "merged."
    )
