"""The catalogue: rows, values, vocabulary, hash and file, against a hand-made one of four items."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from interest.domain import Domain, Facet, FacetKind
from interest.errors import DataError, UnknownNameError
from interest.vocabulary import VocabularyEntry
from retrieval.catalogue import Catalogue
from retrieval.types import AttributeValue, Item


def facet(name: str, kind: FacetKind, *columns: str) -> Facet:
    return Facet(
        name=name, kind=kind, label=name.capitalize(), columns=columns, aliases={}, hints={}
    )


DOMAIN = Domain(
    name="games",
    noun="game",
    nouns="games",
    facets=(
        facet("kind", FacetKind.CATEGORY, "kind"),
        facet("maker", FacetKind.ENTITY, "designer", "artist"),
        facet("title", FacetKind.TITLE, "title", "also_called"),
        facet("players", FacetKind.NUMBER, "players"),
        facet("mood", FacetKind.OPEN),
    ),
    words={},
)


def item(item_id: str, title: str, **attributes: AttributeValue) -> Item:
    return Item(item_id=item_id, title=title, attributes=attributes)


ITEMS = (
    item("g1", "Go", kind=("Abstract",), players=2.0, also_called=("Weiqi", "Baduk")),
    item("g2", "Azul", kind=("Abstract", "Tiles"), designer=("M. Kiesling",), year=2017.0),
    item(
        "g3",
        "Torres",
        kind=("abstract",),
        designer=("M. Kiesling", "W. Kramer"),
        artist=("M. Kiesling",),
        players=4.0,
    ),
    item("g4", "Go", kind=("Word",)),
)


def make(weights: Mapping[str, float] | None = None) -> Catalogue:
    return Catalogue(ITEMS, DOMAIN, weights=weights)


def by_key(catalogue: Catalogue) -> dict[tuple[str, str], VocabularyEntry]:
    return {(entry.facet, entry.value): entry for entry in catalogue.entries()}


def test_items_by_id_and_row() -> None:
    catalogue = make()
    assert len(catalogue) == 4
    assert catalogue.row("g3") == 2
    assert catalogue.item("g3") is ITEMS[2]
    assert "g3" in catalogue
    assert "g9" not in catalogue


@pytest.mark.parametrize(("asked", "near"), [("g33", "'g3' (Torres)"), ("azul", "'g2'")])
def test_unknown_id_names_the_nearest(asked: str, near: str) -> None:
    with pytest.raises(UnknownNameError) as caught:
        make().row(asked)
    assert f"no game with the id {asked!r}" in caught.value.problem
    assert near in caught.value.remedy


def test_unknown_id_far_from_all_suggests_nothing() -> None:
    with pytest.raises(UnknownNameError) as caught:
        make().row("something else altogether")
    assert caught.value.remedy == ""


def test_numbers_are_nan_where_unknown_and_read_only() -> None:
    catalogue = make()
    numbers = catalogue.numbers("players")
    np.testing.assert_array_equal(numbers, [2.0, math.nan, 4.0, math.nan])
    assert catalogue.numbers("players") is numbers
    assert numbers.flags.writeable is False
    assert np.isnan(catalogue.numbers("no such column")).all()


def test_holders_ignore_case_and_know_their_column() -> None:
    catalogue = make()
    assert catalogue.holders("kind", "ABSTRACT").tolist() == [0, 1, 2]
    assert catalogue.holders("designer", "m. kiesling").tolist() == [1, 2]
    assert catalogue.holders("artist", "M. Kiesling").tolist() == [2]
    assert catalogue.holders("kind", "Cards").tolist() == []
    assert catalogue.holders("no such column", "Cards").dtype == np.int64


def test_category_entries_count_items_under_the_usual_spelling() -> None:
    entries = by_key(make())
    entry = entries["kind", "Abstract"]
    assert entry.weight == 3.0
    assert entry.names == ("Abstract", "abstract")
    assert entry.item_ids == ()
    assert ("kind", "abstract") not in entries


def test_entity_entries_count_an_item_once_and_weigh_known_items_more() -> None:
    entries = by_key(make({"g3": math.e - 1}))
    assert entries["maker", "M. Kiesling"].weight == pytest.approx(1 + 2)
    assert entries["maker", "W. Kramer"].weight == pytest.approx(2)


def test_title_entries_carry_other_titles_and_share_labels() -> None:
    entries = by_key(make({"g1": 3, "g4": 10}))
    go = entries["title", "Go"]
    assert go.item_ids == ("g4", "g1")
    assert go.names == ("Go", "Weiqi", "Baduk")
    assert go.weight == 13.0
    assert entries["title", "Azul (2017)"].names == ("Azul",)


def test_entries_hold_only_facets_with_values() -> None:
    assert {entry.facet for entry in make().entries()} == {"kind", "maker", "title"}


def test_text_starts_with_what_tells_most() -> None:
    torres = Item(
        item_id="g3", title="Torres", attributes=ITEMS[2].attributes, description="Build castles!"
    )
    assert make().text_of(torres) == (
        "Torres. Kind: abstract. Build castles! Designer: M. Kiesling, W. Kramer."
    )


def test_weight_is_zero_where_nothing_is_known() -> None:
    catalogue = make({"g1": 2, "elsewhere": 7})
    assert (catalogue.weight("g1"), catalogue.weight("g2")) == (2.0, 0.0)
    assert catalogue.weight("elsewhere") == 0.0


def test_hash_follows_content_and_order_but_not_the_order_of_attributes() -> None:
    turned = Item(
        item_id="g3", title="Torres", attributes=dict(reversed(list(ITEMS[2].attributes.items())))
    )
    same = Catalogue((*ITEMS[:2], turned, ITEMS[3]), DOMAIN)
    assert same.content_hash == make().content_hash
    others = [
        make({"g1": 1}),
        Catalogue(ITEMS[::-1], DOMAIN),
        Catalogue(ITEMS[:3], DOMAIN),
        Catalogue((*ITEMS[:3], item("g4", "Go!", kind=("Word",))), DOMAIN),
        Catalogue((*ITEMS[:3], item("g4", "Go", kind=("Words",))), DOMAIN),
    ]
    assert len({make().content_hash, *(other.content_hash for other in others)}) == 6


def test_file_reads_back_what_was_written(tmp_path: Path) -> None:
    catalogue = make({"g2": 5.5})
    catalogue.save(tmp_path / "c.parquet")
    loaded = Catalogue.load(tmp_path / "c.parquet", DOMAIN)
    assert loaded.items == ITEMS
    assert loaded.weight("g2") == 5.5
    assert loaded.content_hash == catalogue.content_hash


def test_a_file_that_is_no_catalogue_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "c.parquet"
    with pytest.raises(DataError, match=r"c\.parquet cannot be read"):
        Catalogue.load(path, DOMAIN)
    path.write_bytes(b"nothing like it")
    with pytest.raises(DataError, match=r"c\.parquet cannot be read"):
        Catalogue.load(path, DOMAIN)


@pytest.mark.parametrize(
    ("items", "message"),
    [
        ([item("a", "A"), item("a", "B")], "Two items have the id 'a'"),
        ([item("a", "A", kind=())], "'a': the attribute 'kind' is empty"),
        ([item("a", "A", kind=("",))], "'a': the attribute 'kind' is empty"),
        ([item("a", "A", players=math.nan)], "'a': players is nan"),
        ([item("a", "A", kind=("x",)), item("b", "B", kind=1.0)], "'b': kind is 1.0; other"),
    ],
)
def test_wrong_items_are_refused(items: list[Item], message: str) -> None:
    with pytest.raises(DataError, match=message):
        Catalogue(items, DOMAIN)


def test_wrong_weights_are_refused() -> None:
    with pytest.raises(DataError, match="weight of 'g1' is -1"):
        make({"g1": -1})
