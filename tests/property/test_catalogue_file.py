"""Any catalogue reads back from its file exactly as it was."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from interest.domain import Domain
from retrieval.catalogue import Catalogue
from retrieval.types import Item

DOMAIN = Domain(name="any", noun="thing", nouns="things", facets=(), words={})
WORDS = st.text(min_size=1, max_size=12)
NAMES = st.lists(WORDS, min_size=1, max_size=3).map(tuple)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)


@st.composite
def catalogues(draw: st.DrawFn) -> Catalogue:
    ids = draw(st.lists(WORDS, unique=True, max_size=5))
    kinds = draw(st.dictionaries(WORDS, st.booleans(), max_size=3))
    items = [
        Item(
            item_id=item_id,
            title=draw(WORDS.filter(lambda text: bool(text.strip()))),
            description=draw(st.text(max_size=20)),
            attributes={
                column: draw(NAMES if is_names else NUMBERS)
                for column, is_names in kinds.items()
                if draw(st.booleans())
            },
        )
        for item_id in ids
    ]
    return Catalogue(items, DOMAIN, weights=draw(st.dictionaries(WORDS, st.integers(0, 10**9))))


@given(catalogues())
@settings(max_examples=60, deadline=None)
def test_save_then_load_changes_nothing(catalogue: Catalogue) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "catalogue.parquet"
        catalogue.save(path)
        loaded = Catalogue.load(path, DOMAIN)
    assert loaded.items == catalogue.items
    assert loaded.content_hash == catalogue.content_hash
