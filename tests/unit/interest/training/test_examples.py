"""What each source teaches, and what it leaves open."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from interest.evidence import Source
from interest.reader.features import FeatureReader
from interest.reader.labels import FACETS, OUTSIDE, Sign, begin, inside
from interest.training.corpus import Entry, WrittenText
from interest.training.examples import (
    Example,
    ccpe_examples,
    quad_examples,
    redial_examples,
    redial_is_for_training,
    written_examples,
)

FEATURES = FeatureReader(None)


def write(path: Path, *rows: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def may_be(example: Example, word: int) -> set[str]:
    """What a word may be: ``"title"`` begins one, ``"+title"`` goes on."""
    assert example.allowed is not None
    names = {OUTSIDE: "-"}
    for kind, facet in enumerate(FACETS):
        names |= {begin(kind): facet, inside(kind): f"+{facet}"}
    return {names[int(label)] for label in np.flatnonzero(example.allowed[word])}


def test_ccpe_leaves_open_what_it_does_not_mark(tmp_path: Path) -> None:
    text = "funny superhero movies like Iron Man"
    gold = [
        {"facet": "genre", "value": "superhero", "evidence": [6, 15]},
        {"facet": "title", "value": "Iron Man", "evidence": [28, 36]},
    ]
    path = write(tmp_path / "ccpe.jsonl", {"id": "1", "text": text, "interests": gold})
    (example,) = ccpe_examples(path, FEATURES)
    assert {"-", "mood", "pace"} <= may_be(example, 0)
    assert not {"genre", "theme", "title", "person", "+title"} & may_be(example, 0)
    assert may_be(example, 1) == {"genre", "theme", "studio", "era"}
    assert may_be(example, 4) == {"title"}
    assert may_be(example, 5) == {"+title"}
    assert example.judged == ()
    assert example.aspects is None


def test_redial_signs_a_title_in_the_last_turn_that_names_it(tmp_path: Path) -> None:
    dialogue = next(f"redial-{n}" for n in range(100) if redial_is_for_training(f"redial-{n}"))
    other = next(f"redial-{n}" for n in range(100) if not redial_is_for_training(f"redial-{n}"))
    text = "USER: I saw Cats (2019)\nASSISTANT: and?\nUSER: Cats (2019) was awful. bye"
    gold = [{"facet": "title", "value": "Cats (2019)", "polarity": -1}]
    path = write(
        tmp_path / "redial.jsonl",
        {"id": dialogue, "text": text, "interests": gold},
        {"id": other, "text": text, "interests": gold},
    )
    first, last = redial_examples(path, FEATURES)
    assert (first.judged, last.unit.asked) == ((), "and?")
    assert [(j.first, j.last, j.sign) for j in last.judged] == [(0, 0, Sign.DISLIKED)]
    assert may_be(last, 0) == {"title"}
    assert "title" not in may_be(last, 1)


def test_about_the_wanted_share_of_dialogues_is_for_training() -> None:
    chosen = sum(redial_is_for_training(f"redial-{n}") for n in range(2000))
    assert 0.55 < chosen / 2000 < 0.65


def test_the_written_corpus_marks_everything() -> None:
    text = "no gore, and my wife loves Cats"
    entries = (
        Entry(
            facet="mood",
            span=(3, 7),
            preference=-0.8,
            opinion=(0, 2),
            flags=frozenset({"hard"}),
        ),
        Entry(facet="title", span=(27, 31), preference=None),
    )
    (example,) = written_examples(
        [
            WrittenText(
                text_id="1",
                domain="movies",
                source=Source.CHAT,
                text=text,
                asked="",
                entries=entries,
            )
        ],
        FEATURES,
        FEATURES,
    )
    assert [may_be(example, n) for n in range(7)] == [
        {"-"}, {"mood"}, {"-"}, {"-"}, {"-"}, {"-"}, {"title"},
    ]  # fmt: skip
    gore, cats = example.judged
    assert (gore.sign, gore.strength, gore.hard) == (Sign.DISLIKED, 0.8, 1.0)
    assert cats.sign is Sign.NONE
    assert np.isnan(cats.strength)
    assert example.opinions is not None
    assert example.opinions.tolist() == [1, 0, 0, 0, 0, 0, 0]


def test_quads_point_at_words_near_their_evidence(tmp_path: Path) -> None:
    text = "food ok , but the food was cold"
    gold = {
        "facet": "food quality",
        "value": "food",
        "opinion": "cold",
        "polarity": -1,
        "evidence": [18, 31],
    }
    implicit = {**gold, "value": None, "opinion": "ok", "polarity": 0, "evidence": [5, 7]}
    path = write(tmp_path / "q.jsonl", {"id": "1", "text": text, "interests": [gold, implicit]})
    categories: list[str] = []
    (example,) = quad_examples(path, FEATURES, categories)
    assert categories == ["food quality"]
    assert example.pairs is not None
    assert [(p.aspect, p.opinion, p.sign) for p in example.pairs] == [
        ((4, 4), (6, 6), Sign.DISLIKED),
        ((-1, -1), (1, 1), Sign.NEUTRAL),
    ]
    assert example.aspects is not None
    assert example.aspects.tolist() == [0, 0, 0, 0, 1, 0, 0]


@pytest.mark.parametrize("facet", ["title", "occasion"])
def test_every_facet_has_two_labels(facet: str) -> None:
    kind = FACETS.index(facet)
    assert inside(kind) == begin(kind) + 1
