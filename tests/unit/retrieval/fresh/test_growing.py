"""Where a new item stands beside the others: where an old one without interactions does."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from interest.domain import load_domain
from interest.errors import WorkspaceError
from retrieval.catalogue import Catalogue
from retrieval.encoder import HashingEncoder
from retrieval.engine_config import EngineConfig
from retrieval.engine_making import fit_parts, load_parts, save_parts
from retrieval.engine_parts import EngineParts
from retrieval.fresh.changes import ItemState
from retrieval.fresh.growing import grow
from retrieval.fresh.newcomers import Newcomers
from retrieval.ials import IALSConfig
from retrieval.types import Interaction, Item

ENCODER = HashingEncoder(32)
DOMAIN = load_domain("movies")
#: Even films are crime, odd ones comedies; the last two have no interactions.
FILMS = [
    Item(
        item_id=f"t{n}",
        title=f"Film {n}",
        attributes={"genre": ("Crime",) if n % 2 == 0 else ("Comedy",), "year": 1980.0 + n},
    )
    for n in range(24)
]
INTERACTIONS = [
    Interaction(user_id=f"u{user}", item_id=f"t{n}")
    for user in range(10)
    for n in range(user % 2, 22, 2)
]


@pytest.fixture(scope="module")
def parts() -> EngineParts:
    catalogue = Catalogue(FILMS, DOMAIN, weights={f"t{n}": float(n) for n in range(24)})
    return fit_parts(
        catalogue, INTERACTIONS, ENCODER, config=EngineConfig(ials=IALSConfig(dim=4, epochs=8))
    )


def state(item: Item, weight: float | None = None) -> ItemState:
    vector = ENCODER.encode([Catalogue([item], DOMAIN).text_of(item)])[0]
    return ItemState(item=item, weight=weight, vector=vector)


def test_a_new_item_stands_where_the_same_one_stood_at_the_build(parts: EngineParts) -> None:
    cold = FILMS[22]
    twin = Item(item_id="new", title=cold.title, attributes=cold.attributes)
    grown = grow(parts, {"new": state(twin, weight=22.0)})
    assert len(grown.catalogue) == 25
    new, old = grown.space.vectors[24], parts.space.vectors[22]
    np.testing.assert_allclose(new, old, atol=1e-5)
    assert np.abs(old[parts.space.text_dim : -1]).max() > 0.1  # there is something to compare
    np.testing.assert_array_equal(grown.space.vectors[:24], parts.space.vectors)
    assert grown.is_cold(24)
    assert grown.model.item_vectors.shape == (25, 4)
    known = grown.model.fold_in([0, 24], [24])
    assert known is not None
    np.testing.assert_array_equal(known, parts.model.fold_in([0]))
    assert grown.model.fold_in([24]) is None


def test_a_changed_item_keeps_what_people_did_with_it(parts: EngineParts) -> None:
    changed = Item(item_id="t4", title="Other words", attributes={"genre": ("Comedy",)})
    grown = grow(parts, {"t4": state(changed)})
    dim = parts.space.text_dim
    before, after = parts.space.vectors[4], grown.space.vectors[4]
    assert np.abs(before[:dim] - after[:dim]).max() > 0.1
    np.testing.assert_array_equal(before[dim:], after[dim:])  # taste of others, and how known
    assert not grown.is_cold(4)
    _, rows = grown.index.search(after[None], 1)
    assert rows.tolist() == [[4]]


def test_how_known_an_item_is_is_measured_by_the_best_known(parts: EngineParts) -> None:
    new = Item(item_id="new", title="New", attributes={})
    for weight, expected in ((0.0, 0.0), (23.0, 1.0), (1e9, 1.0)):
        grown = grow(parts, {"new": state(new, weight)})
        assert float(grown.space.prominence()[24]) == pytest.approx(expected)


def test_the_way_to_place_newcomers_is_kept(parts: EngineParts, tmp_path: Path) -> None:
    save_parts(parts, tmp_path)
    loaded = load_parts(tmp_path, parts.catalogue, ENCODER)
    new = Item(item_id="new", title="A crime", attributes={"genre": ("Crime",)})
    left, right = (grow(one, {"new": state(new)}).space.vectors[24] for one in (parts, loaded))
    np.testing.assert_array_equal(left, right)
    # A workspace from before there was such a file learns it from what it has.
    (tmp_path / "newcomers.npz").unlink()
    older = load_parts(tmp_path, parts.catalogue, ENCODER)
    np.testing.assert_allclose(grow(older, {"new": state(new)}).space.vectors[24], left, atol=1e-5)
    (tmp_path / "newcomers.npz").write_bytes(b"not arrays")
    with pytest.raises(WorkspaceError, match="palate build"):
        Newcomers.load(tmp_path / "newcomers.npz")
