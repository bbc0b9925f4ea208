"""A catalogue with changes answers as one that was made with them from the start."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from interest.changed_gazetteer import ChangedGazetteer
from interest.domain import load_domain
from interest.gazetteer import Form, Gazetteer
from interest.linking import Linker
from interest.tokens import tokenize
from retrieval.catalogue import Catalogue
from retrieval.facet_index import FacetIndex
from retrieval.fresh.changed_catalogue import ChangedCatalogue
from retrieval.fresh.changes import ItemChange as Change
from retrieval.fresh.changes import ItemState, net_states
from retrieval.titles import TitleIndex
from retrieval.twins import Twins
from retrieval.types import AttributeValue, Item

MOVIES = load_domain("movies")
TITLES = ("Heat", "heat", "Alien", "Aliens", "The Long Night", "Harry and the Stone", "Zebulon")
GENRES = ("Crime", "Sci-Fi", "sci-fi", "Zorblax")
PEOPLE = ("Michael Mann", "Ridley Scott", "Ana Lopes", "J. J. Abrams")
IDS = [f"t{number}" for number in range(6)]


@st.composite
def items(draw: st.DrawFn, item_id: str) -> Item:
    attributes: dict[str, AttributeValue] = {}
    for column, names in (("genre", GENRES), ("director", PEOPLE), ("cast", PEOPLE)):
        chosen = draw(st.lists(st.sampled_from(names), max_size=2, unique=True))
        if chosen:
            attributes[column] = tuple(chosen)
    year = draw(st.sampled_from([None, 1979.0, 1980.0, 1995.0]))
    if year is not None:
        attributes["year"] = year
    return Item(item_id=item_id, title=draw(st.sampled_from(TITLES)), attributes=attributes)


@st.composite
def worlds(draw: st.DrawFn) -> tuple[Catalogue, dict[str, ItemState]]:
    """A catalogue, maybe with removed items, and changes of it."""
    ids = draw(st.lists(st.sampled_from(IDS), min_size=1, unique=True))
    removed = draw(st.sets(st.sampled_from(ids)))
    base = Catalogue([draw(items(i)) for i in ids], MOVIES, removed=removed)
    changes: list[Change] = []
    for item_id in draw(st.lists(st.sampled_from(IDS), max_size=6)):
        item = draw(st.none() | items(item_id))
        # As the writer has it: only what is there, or was, can be removed.
        known = base.has_row(item_id) or any(c.item_id == item_id for c in changes)
        if item is not None or known:
            weight = draw(st.sampled_from([None, 3.0])) if item is not None else None
            changes.append(Change(item_id=item_id, item=item, weight=weight))
    return base, net_states(changes)


def anew(changed: ChangedCatalogue) -> Catalogue:
    return Catalogue(changed.items, MOVIES, weights=changed.weights, removed=changed.removed)


@given(worlds())
@settings(deadline=None, max_examples=200)
def test_columns_and_holders(world: tuple[Catalogue, dict[str, ItemState]]) -> None:
    changed = ChangedCatalogue(*world)
    expected = anew(changed)
    assert changed.living.tolist() == expected.living.tolist()
    np.testing.assert_array_equal(changed.numbers("year"), expected.numbers("year"))
    for column, names in (("genre", GENRES), ("director", PEOPLE), ("cast", PEOPLE)):
        assert changed.knows(column).tolist() == expected.knows(column).tolist()
        for name in names:
            held = changed.holders(column, name).tolist()
            assert held == expected.holders(column, name).tolist()
    # What an item is now is what the last change of it says, whatever came before.
    for item_id, state in world[1].items():
        assert (item_id in changed) is not state.removed
        if state.item is not None:
            assert changed.item(item_id) == state.item


@given(worlds())
@settings(deadline=None, max_examples=150)
def test_facets_titles_and_twins(world: tuple[Catalogue, dict[str, ItemState]]) -> None:
    base, states = world
    changed = ChangedCatalogue(base, states)
    expected_catalogue = anew(changed)
    old = FacetIndex(base)
    found, expected = old.changed(changed, changed.touched), FacetIndex(expected_catalogue)
    rows = np.arange(len(changed))
    np.testing.assert_allclose(found.alike(rows, rows), expected.alike(rows, rows), atol=1e-6)
    for facet in ("genre", "person"):
        assert found.count(facet).tolist() == expected.count(facet).tolist()
    twins = Twins(base, old).changed(changed, found, changed.touched)
    again = Twins(expected_catalogue, expected)
    for row in rows:
        assert twins.of(rows[row : row + 1]).tolist() == again.of(rows[row : row + 1]).tolist()
    titled = np.union1d(changed.touched, np.array(changed.flipped, dtype=np.int64))
    titles = TitleIndex(base).changed(changed, titled.astype(np.int64))
    for words in TITLES:
        found_rows = titles.find(words)[1].tolist()
        assert found_rows == TitleIndex(expected_catalogue).find(words)[1].tolist()


@given(worlds())
@settings(deadline=None, max_examples=150)
def test_names(world: tuple[Catalogue, dict[str, ItemState]]) -> None:
    base, states = world
    changed = ChangedCatalogue(base, states)
    old = Gazetteer(MOVIES, base)
    found = ChangedGazetteer(old, changed.vocabulary_change())
    expected = Gazetteer(MOVIES, anew(changed))
    linker, again = Linker(MOVIES, base, old).changed(found), Linker(MOVIES, base, expected)
    for words in (*TITLES, *GENRES, *PEOPLE, "Harry", "Mann", "JJ Abrams"):
        # A spelling of a value may stay that of an item that is gone; what it names may not.
        assert meanings(found, words) == meanings(expected, words), words
        assert spans(found, f"I saw {words} and heat") == spans(expected, f"I saw {words} and heat")
    for title in TITLES:
        left, right = linker.link("title", title), again.link("title", title)
        assert (left is None) is (right is None)
        if left is not None and right is not None:
            assert set(left.item_ids) == set(right.item_ids)
            assert all(item_id in changed for item_id in left.item_ids)


def meanings(gazetteer: Gazetteer, words: str) -> set[tuple[str, str, Form, tuple[str, ...]]]:
    return {
        (n.facet, n.value.casefold(), n.form, tuple(sorted(n.item_ids)))
        for n in gazetteer.get(words)
        if n.form is not Form.PART
    }


def spans(gazetteer: Gazetteer, text: str) -> list[tuple[int, int]]:
    return [(f.first, f.last) for f in gazetteer.find(tokenize(text))]
