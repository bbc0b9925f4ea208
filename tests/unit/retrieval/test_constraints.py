"""Constraints: the truth table of verdicts, the filter that follows from it, and relaxations."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from interest.domain import Domain
from interest.interests import Interest
from retrieval.catalogue import Catalogue
from retrieval.constraints import Constraints
from retrieval.types import Item, Verdict

Say = Callable[..., Interest]
MakeItem = Callable[..., Item]

#: (id, kind, designer, artist, year); None is unknown.
ROWS = [
    ("go", ("Abstract",), None, None, None),
    ("azul", ("Abstract", "Tiles"), ("Kiesling",), ("Guerin",), 2017.0),
    ("dixit", ("Party",), ("Roubira",), ("Cardouat",), 2008.0),
    ("mystery", None, None, ("Cardouat",), 1999.0),
    ("torres", ("Abstract",), ("Kiesling", "Kramer"), None, 1999.0),
]
IDS = [row[0] for row in ROWS]


@pytest.fixture(scope="module")
def catalogue(games: Domain, item: MakeItem) -> Catalogue:
    items: list[Item] = []
    for item_id, kind, designer, artist, year in ROWS:
        values = {"kind": kind, "designer": designer, "artist": artist, "year": year}
        known = {column: value for column, value in values.items() if value is not None}
        items.append(item(item_id, item_id.capitalize(), **known))
    return Catalogue(items, games)


@pytest.fixture(scope="module")
def constraints(catalogue: Catalogue) -> Constraints:
    return Constraints(catalogue)


@pytest.mark.parametrize(
    ("facet", "value", "preference", "verdicts"),
    [
        ("year", "2000..", 1, "u m m v v"),
        ("year", "1999..2008", 1, "u v m m m"),
        ("year", "..1999", -1, "u m m v v"),
        ("year", "1999", 1, "u v v m m"),
        ("kind", "Abstract", 1, "m m v u m"),
        ("kind", "abstract", 1, "m m v u m"),
        ("kind", "Abstract", -1, "v v m u v"),
        ("kind", "Wargame", 1, "v v v u v"),
        ("maker", "Kiesling", 1, "u m v u m"),
        ("maker", "Kiesling", -1, "u v m u v"),
        ("maker", "Cardouat", 1, "u v m m u"),
        ("maker", "Cardouat", -1, "u m v v u"),
        ("mood", "silly", 1, "u u u u u"),
        ("mood", "silly", -1, "u u u u u"),
        ("service", "friendly", 1, "u u u u u"),
        ("year", "the nineties", 1, "u u u u u"),
    ],
)
def test_truth_table(
    catalogue: Catalogue,
    constraints: Constraints,
    say: Say,
    facet: str,
    value: str,
    preference: float,
    verdicts: str,
) -> None:
    interest = say(facet, value, preference)
    found = [constraints.ledger(item, [interest])[0].verdict.value[0] for item in catalogue]
    assert " ".join(found) == verdicts


def test_unlinked_values_are_unknown(
    catalogue: Catalogue, constraints: Constraints, say: Say
) -> None:
    interest = say("kind", "Abstract", hard=True, linked=False)
    assert constraints.ledger(catalogue.item("azul"), [interest])[0].verdict is Verdict.UNKNOWN
    assert constraints.allowed([interest]).all()


@pytest.mark.parametrize(
    ("facet", "value", "column", "shown"),
    [
        ("year", "2000..", "year", "2017"),
        ("kind", "Tiles", "kind", "Tiles, Abstract"),
        ("kind", "Party", "kind", "Abstract, Tiles"),
        ("maker", "Guerin", "artist", "Guerin"),
        ("maker", "Kramer", "designer", "Kiesling"),
    ],
)
def test_ledger_shows_what_decided(
    catalogue: Catalogue,
    constraints: Constraints,
    say: Say,
    facet: str,
    value: str,
    column: str,
    shown: str,
) -> None:
    entry = constraints.ledger(catalogue.item("azul"), [say(facet, value)])[0]
    assert (entry.column, entry.value) == (column, shown)


def test_titles_and_neutral_interests_are_no_constraints(
    catalogue: Catalogue, constraints: Constraints, say: Say
) -> None:
    interests = [say("title", "Azul (2017)"), say("kind", "Party", 0.05), say("year", "2000..")]
    entries = constraints.ledger(catalogue.item("azul"), interests)
    assert [entry.interest.facet for entry in entries] == ["year"]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ([("year", "2000..", 1)], {"azul", "dixit"}),
        ([("kind", "Abstract", -1)], {"dixit"}),
        ([("kind", "Party", 1), ("kind", "Tiles", 1)], {"azul", "dixit"}),
        ([("kind", "Party", -1), ("kind", "Tiles", -1)], {"go", "torres"}),
        ([("kind", "Abstract", 1), ("kind", "Tiles", -1)], {"go", "torres"}),
        ([("year", "1999..", 1), ("year", "..2010", 1)], {"dixit", "mystery", "torres"}),
        ([("mood", "silly", -1), ("year", "2010..", 1)], {"azul"}),
        ([("mood", "silly", -1)], set(IDS)),
        ([("kind", "Wargame", 1)], set[str]()),
        ([], set(IDS)),
    ],
)
def test_hard_constraints_filter(
    constraints: Constraints, say: Say, wanted: list[tuple[str, str, int]], expected: set[str]
) -> None:
    hard = [say(facet, value, sign, hard=True) for facet, value, sign in wanted]
    soft = [say("kind", "Party"), say("year", "2017", -1)]
    allowed = constraints.allowed([*hard, *soft])
    assert {item_id for item_id, ok in zip(IDS, allowed, strict=True) if ok} == expected


def test_one_of_several_alternatives_is_enough(
    catalogue: Catalogue, constraints: Constraints, say: Say
) -> None:
    party, tiles = say("kind", "Party", hard=True), say("kind", "Tiles", hard=True)
    entries = constraints.ledger(catalogue.item("dixit"), [party, tiles])
    assert [(e.verdict, e.value) for e in entries] == [(Verdict.MET, "Party")] * 2
    kiesling, cardouat = say("maker", "Kiesling", hard=True), say("maker", "Cardouat", hard=True)
    entries = constraints.ledger(catalogue.item("torres"), [kiesling, cardouat])
    assert [(e.verdict, e.value) for e in entries] == [(Verdict.MET, "Kiesling, Kramer")] * 2
    entries = constraints.ledger(catalogue.item("go"), [party, tiles])
    assert [e.verdict for e in entries] == [Verdict.VIOLATED] * 2


def test_relaxations_count_what_each_constraint_costs(constraints: Constraints, say: Say) -> None:
    party, late = say("kind", "Party", hard=True), say("year", "2010..", hard=True)
    soft, open_ = say("kind", "Tiles"), say("mood", "silly", hard=True)
    candidates = np.array([True, False, True, True, True])  # azul was seen
    found = constraints.relaxations([party, late, soft, open_], candidates)
    assert [(r.interest, r.matching) for r in found] == [(late, 1), (party, 0)]


def test_alternatives_are_given_up_together(constraints: Constraints, say: Say) -> None:
    party, war = say("kind", "Party", hard=True), say("kind", "Wargame", hard=True)
    found = constraints.relaxations([party, war], np.ones(5, dtype=np.bool_))
    assert [(r.interest, r.matching) for r in found] == [(party, 5)]


NAMED = st.tuples(
    st.just("kind"), st.sampled_from(["Abstract", "Tiles", "Party", "Wargame"])
) | st.tuples(st.just("maker"), st.sampled_from(["Kiesling", "Cardouat", "Nobody"]))
RANGED = st.tuples(st.just("year"), st.sampled_from(["2000..", "..2000", "1999", "2008..2017"]))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(NAMED | RANGED, st.sampled_from([1, -1])), max_size=4, unique=True))
def test_the_filter_lets_through_what_the_ledger_calls_met(
    catalogue: Catalogue,
    constraints: Constraints,
    say: Say,
    wanted: list[tuple[tuple[str, str], int]],
) -> None:
    by_key = {key: say(*key, sign, hard=True) for key, sign in wanted}
    interests = list(by_key.values())
    for item, ok in zip(catalogue, constraints.allowed(interests), strict=True):
        met = all(e.verdict is Verdict.MET for e in constraints.ledger(item, interests))
        assert met == ok
