"""A domain of board games, small enough to check everything by hand."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Protocol

import pytest

from interest.domain import Domain, Facet, FacetKind
from interest.evidence import Evidence, Source
from interest.interests import Interest, Strictness
from retrieval.types import AttributeValue, Item

NOW = datetime(2026, 1, 1, tzinfo=UTC)


class Say(Protocol):
    """Makes an interest from what matters."""

    def __call__(
        self,
        facet: str,
        value: str,
        preference: float = 1.0,
        *,
        hard: bool = False,
        linked: bool = True,
    ) -> Interest: ...


@pytest.fixture(scope="session")
def say() -> Say:
    def make(
        facet: str,
        value: str,
        preference: float = 1.0,
        *,
        hard: bool = False,
        linked: bool = True,
    ) -> Interest:
        evidence = Evidence.whole(value, source=Source.CHAT, source_id="t1", observed_at=NOW)
        return Interest(
            facet=facet,
            value=value,
            preference=preference,
            confidence=1.0,
            strictness=Strictness.HARD if hard else Strictness.SOFT,
            evidence=(evidence,),
            valid_from=NOW,
            linked=linked,
        )

    return make


@pytest.fixture(scope="session")
def games() -> Domain:
    def facet(name: str, kind: FacetKind, *columns: str, **hints: tuple[str, ...]) -> Facet:
        return Facet(
            name=name,
            kind=kind,
            label=name.capitalize(),
            columns=columns,
            aliases={},
            hints={value: {"kind": kinds} for value, kinds in hints.items()},
        )

    return Domain(
        name="games",
        noun="game",
        nouns="games",
        facets=(
            facet("kind", FacetKind.CATEGORY, "kind"),
            facet("maker", FacetKind.ENTITY, "designer", "artist"),
            facet("title", FacetKind.TITLE),
            facet("year", FacetKind.NUMBER, "year"),
            facet("mood", FacetKind.OPEN, silly=("Party",)),
        ),
        words={},
    )


class MakeItem(Protocol):
    """Makes an item."""

    def __call__(
        self, item_id: str, title: str, description: str = "", /, **attributes: AttributeValue
    ) -> Item: ...


@pytest.fixture(scope="session")
def item() -> MakeItem:
    def make(
        item_id: str, title: str, description: str = "", /, **attributes: AttributeValue
    ) -> Item:
        return Item(item_id=item_id, title=title, attributes=attributes, description=description)

    return make
