"""Domains: the shipped files load, and what they lack is named."""

from __future__ import annotations

import pytest

from interest.domain import Domain, Facet, FacetKind, domain_names, load_domain
from interest.errors import UnknownNameError


def facet(name: str, kind: FacetKind) -> Facet:
    return Facet(name=name, kind=kind, label=name, columns=(), aliases={}, hints={})


KIND = facet("kind", FacetKind.CATEGORY)
YEAR = facet("year", FacetKind.NUMBER)
LENGTH = facet("length", FacetKind.NUMBER)
THINGS = Domain(
    name="things",
    noun="thing",
    nouns="things",
    facets=(YEAR, KIND, LENGTH),
    words={},
    phrases={"maker": "made by {value}"},
)


def test_facets_by_name_and_kind() -> None:
    assert THINGS.facet("kind") is KIND
    assert THINGS.of_kind(FacetKind.NUMBER) == (YEAR, LENGTH)
    assert THINGS.of_kind(FacetKind.NUMBER, FacetKind.CATEGORY) == (YEAR, KIND, LENGTH)
    assert THINGS.of_kind() == ()


def test_unknown_facet_names_the_choices() -> None:
    with pytest.raises(UnknownNameError, match=r"no facet 'mood'.*year, kind, length"):
        THINGS.facet("mood")


def test_phrases_are_filled_in() -> None:
    assert THINGS.phrase("maker", "{value} & Sons") == "made by {value} & Sons"
    assert THINGS.phrase("colour", "red") == "colour: red"


def test_unknown_domain_names_the_choices() -> None:
    with pytest.raises(UnknownNameError, match=r"no domain 'stamps'.*movies"):
        load_domain("stamps")


@pytest.mark.parametrize("name", domain_names())
def test_shipped_domains_are_sound(name: str) -> None:
    domain = load_domain(name)
    assert domain.name == name
    names = [facet.name for facet in domain.facets]
    assert len(set(names)) == len(names)
    for entry in domain.facets:
        assert entry.label
        assert all(alias == alias.lower() for alias in entry.aliases)
        values = set(entry.aliases.values())
        for parts in entry.compounds.values():
            assert set(parts) <= values
        for value, others in entry.hints.items():
            assert value in values
            assert set(others) <= set(names)


def test_shipped_values_are_aliases_of_themselves() -> None:
    genre = load_domain("movies").facet("genre")
    assert genre.kind is FacetKind.CATEGORY
    assert genre.aliases["horror"] == "Horror"
    assert genre.aliases["science fiction"] == "Sci-Fi"
