"""Hard limits work inside the search: who asks for n gets n if n exist, and nothing else.

The oracle reads the items one by one and knows nothing of masks, columns or indexes.
"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from interest.domain import load_domain
from interest.evidence import Evidence, Source
from interest.interests import Interest, Strictness
from retrieval.candidates import CandidateConfig
from retrieval.catalogue import Catalogue
from retrieval.encoder import HashingEncoder
from retrieval.engine import Engine
from retrieval.engine_config import EngineConfig
from retrieval.fresh.changes import ItemChange, net_states
from retrieval.ials import IALSConfig
from retrieval.types import AttributeValue, Interaction, Item, Query

NOW = datetime(2026, 1, 1, tzinfo=UTC)
MOVIES = load_domain("movies")
ENCODER = HashingEncoder(8)
#: So few candidates per source that a filter after the search could not fill a list.
CONFIG = EngineConfig(
    ials=IALSConfig(dim=4, epochs=2),
    candidates=CandidateConfig(per_query=3, by_columns=3, by_prominence=3),
    pool=4,
)
GENRES = ("Crime", "Comedy", "Horror")
PEOPLE = ("Ann", "Bob", "Cyd")
COLUMNS = {"genre": ("genre",), "person": ("director", "cast", "writer")}
WORDS = [first + second for first in "bcdfghjkl" for second in "aeiou"]


def film(draw: st.DrawFn, number: int) -> Item:
    attributes: dict[str, AttributeValue] = {}
    for column, names in (("genre", GENRES), ("director", PEOPLE), ("cast", PEOPLE)):
        chosen = draw(st.lists(st.sampled_from(names), max_size=2, unique=True))
        if chosen:
            attributes[column] = tuple(chosen)
    for column, low in (("year", 1980), ("runtime", 80)):
        value = draw(st.none() | st.integers(low, low + 12))
        if value is not None:
            attributes[column] = float(value)
    # Titles of their own: the same thing twice is another matter.
    return Item(item_id=f"t{number}", title=WORDS[number], attributes=attributes)


@st.composite
def engines(draw: st.DrawFn) -> Engine:
    """A catalogue with and without interactions, as built or with changes on top."""
    size = draw(st.integers(1, 24))
    films = [film(draw, number) for number in range(size)]
    interactions = [
        Interaction(user_id=f"u{user}", item_id=f"t{number}")
        for user in range(4)
        for number in range(user % 2, size, 2)
        if draw(st.booleans())
    ]
    engine = Engine.fit(Catalogue(films, MOVIES), interactions, ENCODER, config=CONFIG)
    changes: list[ItemChange] = []
    for number in draw(st.lists(st.integers(0, 27), max_size=10, unique=True)):
        if number < size and draw(st.booleans()):
            changes.append(ItemChange(item_id=f"t{number}"))
        else:
            item = film(draw, number)
            vector = ENCODER.encode([engine.catalogue.text_of(item)])[0]
            changes.append(ItemChange(item_id=item.item_id, item=item, vector=vector))
    return engine.changed(net_states(changes))


@st.composite
def limits(draw: st.DrawFn) -> Interest:
    facet = draw(st.sampled_from(["genre", "person", "year", "runtime"]))
    if facet in COLUMNS:
        value = draw(st.sampled_from(GENRES if facet == "genre" else PEOPLE))
    else:
        low = draw(st.integers(1979, 1993) if facet == "year" else st.integers(79, 93))
        form = draw(st.sampled_from(["{low}..", "..{low}", "{low}..{high}"]))
        value = form.format(low=low, high=low + draw(st.integers(0, 5)))
    evidence = Evidence.whole(value, source=Source.CHAT, source_id="t", observed_at=NOW)
    return Interest(
        facet=facet,
        value=value,
        preference=draw(st.sampled_from([-1.0, 1.0])),
        confidence=1.0,
        strictness=draw(st.sampled_from([Strictness.HARD, Strictness.HARD, Strictness.SOFT])),
        evidence=(evidence,),
        valid_from=NOW,
        linked=True,
    )


def met(item: Item, limit: Interest) -> bool:
    """Whether an item certainly is what a limit asks for."""
    wanted = limit.preference > 0
    if limit.facet in COLUMNS:
        holds = [item.names(column) for column in COLUMNS[limit.facet]]
        if any(limit.value in names for names in holds):
            return wanted
        return not wanted and all(holds)
    number = item.number(limit.facet)
    if number is None:
        return False
    low, _, high = limit.value.partition("..")
    inside = (not low or number >= float(low)) and (not high or number <= float(high))
    return inside is wanted


def allowed(item: Item, wanted: list[Interest]) -> bool:
    """Several names of one facet are alternatives; everything else must hold together."""
    hard = [limit for limit in wanted if limit.strictness is Strictness.HARD]
    for facet in COLUMNS:
        names = [one for one in hard if one.facet == facet and one.preference > 0]
        if names and not any(met(item, one) for one in names):
            return False
    together = [one for one in hard if one.facet not in COLUMNS or one.preference < 0]
    return all(met(item, one) for one in together)


@given(
    engines(),
    st.lists(limits(), max_size=4, unique_by=lambda limit: (limit.facet, limit.value)),
    st.lists(st.integers(0, 27), max_size=4, unique=True),
    st.sampled_from([1, 3, 10, 40]),
    st.sampled_from([0.0, 0.3, 1.0]),
    st.booleans(),
)
@settings(deadline=None, max_examples=120)
def test_n_come_back_if_n_exist_and_all_are_allowed(
    engine: Engine,
    wanted: list[Interest],
    seen: list[int],
    n: int,
    diversity: float,
    likes: bool,
) -> None:
    known = tuple(f"t{number}" for number in seen)
    query = Query(
        n=n,
        text="a film",
        wishes=tuple(wanted[::2]),
        interests=tuple(wanted[1::2]),
        liked=known if likes else (),
        exclude=frozenset(() if likes else known),
        diversity=diversity,
    )
    catalogue = engine.catalogue
    expected = {
        item.item_id
        for item in catalogue
        if item.item_id in catalogue and item.item_id not in known and allowed(item, wanted)
    }
    answer = engine.recommend(query)
    found = [candidate.item_id for candidate in answer.candidates]
    assert len(set(found)) == len(found) == min(n, len(expected))
    assert set(found) <= expected
    assert answer.matching == len(expected)


@given(engines(), st.lists(limits(), min_size=1, max_size=3))
@settings(deadline=None, max_examples=40)
def test_what_giving_up_a_limit_would_bring_is_counted_right(
    engine: Engine, wanted: list[Interest]
) -> None:
    assume(len({limit.key for limit in wanted}) == len(wanted))
    catalogue = engine.catalogue
    answer = engine.recommend(Query(n=40, wishes=tuple(wanted)))
    for relaxation in answer.relaxations:
        joint = relaxation.interest.facet in COLUMNS and relaxation.interest.preference > 0
        rest = [
            limit
            for limit in wanted
            if limit is not relaxation.interest
            and not (joint and limit.facet == relaxation.interest.facet and limit.preference > 0)
        ]
        expected = sum(item.item_id in catalogue and allowed(item, rest) for item in catalogue)
        assert relaxation.matching == expected


def test_the_same_thing_under_another_id_does_not_come_back() -> None:
    def heat(item_id: str, year: float, director: str) -> Item:
        return Item(
            item_id=item_id,
            title="Heat",
            attributes={"year": year, "director": (director,), "genre": ("Crime",)},
        )

    films = [
        heat("first", 1995, "Michael Mann"),
        heat("again", 1996, "Michael Mann"),
        heat("remake", 2013, "Michael Mann"),
        heat("namesake", 1995, "Paul Feig"),
        *(Item(item_id=word, title=word, attributes={"genre": ("Crime",)}) for word in WORDS[:9]),
    ]
    engine = Engine.fit(Catalogue(films, MOVIES), [], ENCODER, config=CONFIG)
    for query in (Query(n=20, liked=("first",)), Query(n=20, exclude=frozenset({"first"}))):
        found = {candidate.item_id for candidate in engine.recommend(query).candidates}
        assert found == {"remake", "namesake", *WORDS[:9]}
    # Of what nobody knows one is enough, while there is anything else.
    for diversity in (0.0, 0.5, 1.0):
        picks = engine.recommend(Query(n=12, text="Heat", diversity=diversity)).candidates
        assert len({"first", "again"} & {pick.item_id for pick in picks}) == 1
    everything = engine.recommend(Query(n=50)).candidates
    assert len(everything) == len(films)


@pytest.mark.parametrize("likes", [("bo",), ("bo", "ca")])
def test_an_item_can_be_added_to_an_engine_without_interactions(likes: tuple[str, ...]) -> None:
    films = [Item(item_id=word, title=word, attributes={}) for word in WORDS[:9]]
    engine = Engine.fit(Catalogue(films, MOVIES), [], ENCODER, config=CONFIG)
    item = Item(item_id="new", title="Zebulon", attributes={})
    vector = ENCODER.encode([engine.catalogue.text_of(item)])[0]
    changed = engine.changed(net_states([ItemChange(item_id="new", item=item, vector=vector)]))
    found = changed.recommend(Query(n=20, liked=likes)).candidates
    assert "new" in {candidate.item_id for candidate in found}
    assert changed.search("Zebulon", 1)[0].item_id == "new"
