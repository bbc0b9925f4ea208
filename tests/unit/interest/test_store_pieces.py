"""What stores share: the difference of two lists, and what can be kept at all."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interest.errors import InputError
from interest.evidence import Evidence, Source
from interest.profile import InterestProfile, Reaction, ReactionKind
from interest.store_changes import changes
from interest.store_checks import check_storable, check_text, json_copy, storable_text

NOW = datetime(2026, 3, 1, tzinfo=UTC)
Entry = tuple[str, int]


def name(entry: Entry) -> str:
    return entry[0]


def test_changes_by_hand() -> None:
    before = [("a", 1), ("b", 1), ("c", 1), ("d", 1)]
    after = [("d", 1), ("b", 1), ("c", 2), ("e", 1)]
    diff = changes(before, after, name)
    assert diff.gone == ("a", "c")
    assert diff.moved == (("d", 0),)
    assert diff.fresh == ((2, ("c", 2)), (3, ("e", 1)))


ENTRIES = st.lists(st.tuples(st.sampled_from("abcdef"), st.integers(0, 2)), unique_by=name)


@settings(deadline=None)
@given(ENTRIES, ENTRIES)
def test_applied_changes_make_the_new_list(before: list[Entry], after: list[Entry]) -> None:
    rows = {name(entry): (place, entry) for place, entry in enumerate(before)}
    diff = changes(before, after, name)
    for key in diff.gone:
        del rows[key]
    for key, place in diff.moved:
        rows[key] = (place, rows[key][1])
    for place, entry in diff.fresh:
        assert name(entry) not in rows
        rows[name(entry)] = (place, entry)
    assert sorted(rows.values()) == list(enumerate(after))


def test_storable_text_keeps_every_offset() -> None:
    assert storable_text("a\0b\ud83dc🎬") == "a\ufffdb\ufffdc🎬"
    check_text(storable_text("\0\ud800\udfff"))


def test_quotes_are_checked_too() -> None:
    quote = Evidence.whole("a\0", source=Source.CHAT, source_id="t", observed_at=NOW)
    liked = Reaction(item_id="1", kind=ReactionKind.LIKED, evidence=(quote,), at=NOW)
    profile = InterestProfile(user_id="ada", reactions=(liked,))
    with pytest.raises(InputError, match=r"U\+0000 at offset 1.*storable_text"):
        check_storable(profile, (), None)


def test_json_copy_is_deep_and_strict() -> None:
    record = {"list": [1, {"deep": None}], "tuple": (1, 2)}
    copy = json_copy(record)
    assert copy == {"list": [1, {"deep": None}], "tuple": [1, 2]}
    copy["list"].append(2)
    assert record["list"] == [1, {"deep": None}]
    with pytest.raises(InputError, match="JSON"):
        json_copy({"number": float("inf")})
