"""Example prompts name what the catalogue has."""

from __future__ import annotations

from interest.domain import load_domain
from retrieval.catalogue import Catalogue
from retrieval.types import Item
from ui.page.examples import example_prompts

MOVIES = load_domain("movies")


def film(name: str, *genres: str) -> Item:
    return Item(item_id=name, title=name, attributes={"genre": genres} if genres else {})


def test_prompts_are_made_of_the_most_prominent_values() -> None:
    films = [film("A", "Drama"), film("B", "Drama", "War"), film("C", "Drama", "War"), film("D")]
    weights = {"A": 1.0, "B": 9.0, "C": 5.0, "D": 3.0}
    prompts = example_prompts(Catalogue(films, MOVIES, weights=weights), MOVIES)
    assert prompts == ("I loved B and C", "Something like D, but more War", "Drama, but no War")


def test_long_titles_are_left_out() -> None:
    films = [film("A title that nobody would type"), film("B")]
    weights = {"A title that nobody would type": 9.0, "B": 1.0}
    prompts = example_prompts(Catalogue(films, MOVIES, weights=weights), MOVIES)
    assert prompts == ("Something like B",)


def test_a_catalogue_that_offers_little_gives_fewer() -> None:
    assert example_prompts(Catalogue([film("A")], MOVIES), MOVIES) == ("Something like A",)
    assert example_prompts(Catalogue([], MOVIES), MOVIES) == ()
