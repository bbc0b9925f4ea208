"""Phrase tables: every phrase is found, overlapping ones too."""

from __future__ import annotations

from interest.phrases import PhraseTable
from interest.tokens import tokenize


def test_all_phrases_are_found_longest_first_at_each_place() -> None:
    table = PhraseTable[int]([(("new", "york"), 1), (("york",), 2), (("new",), 3), ((), 4)])
    found = [(f.first, f.last, f.payloads) for f in table.find(tokenize("in New York"))]
    assert found == [(1, 3, (1,)), (1, 2, (3,)), (2, 3, (2,))]


def test_one_phrase_may_stand_for_several_things() -> None:
    table = PhraseTable[str]([(("heat",), "a"), (("heat",), "b")])
    assert table.get(("heat",)) == ("a", "b")
    assert table.get(("cold",)) == ()
    assert len(table) == 1
    assert dict(table.items()) == {"heat": ("a", "b")}


def test_a_phrase_that_runs_past_the_end_is_not_found() -> None:
    table = PhraseTable[int]([(("the", "end", "of"), 1)])
    assert list(table.find(tokenize("the end"))) == []
