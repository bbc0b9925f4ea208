"""The gold schema."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from eval.cases import Case, GoldInterest, Speaker, read_cases
from interest.errors import DataError

GOLD = {
    "facet": "genre",
    "value": "drama",
    "polarity": None,
    "evidence": [7, 12],
    "opinion": None,
    "implicit": False,
    "gold": ["facet", "value"],
}


def line(**changes: Any) -> str:
    row = {"id": "a", "text": "I like drama", "speaker": "user", "interests": [GOLD]}
    return json.dumps(row | changes) + "\n"


def put(folder: Path, *lines: str) -> Path:
    path = folder / "gold.jsonl"
    path.write_text("".join(lines), encoding="utf-8")
    return path


def test_a_case_is_read_as_it_stands(tmp_path: Path) -> None:
    path = put(tmp_path, line(domain="movies", split="dev", source="S", asked="What?", extra=1))
    data = read_cases(path)
    assert data.cases == (
        Case(
            case_id="a",
            text="I like drama",
            speaker=Speaker.USER,
            domain="movies",
            source="S",
            split="dev",
            asked="What?",
            interests=(
                GoldInterest(
                    facet="genre",
                    value="drama",
                    evidence=(7, 12),
                    annotated=frozenset({"facet", "value"}),
                ),
            ),
        ),
    )
    assert data.facets == {"genre"}
    assert data.name == "gold.jsonl"
    assert data.sha256 == sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"text": None}, "text: Input should be a valid string"),
        ({"speaker": "robot"}, "speaker: Input should be 'user', 'reviewer' or 'dialogue'"),
        ({"interests": [GOLD | {"polarity": 2}]}, "interests.0.polarity: Input should be "),
        ({"interests": [GOLD | {"facet": ""}]}, "interests.0.facet: String should have at least"),
        ({"interests": [GOLD | {"evidence": [7, 13]}]}, "evidence [7, 13] outside a text of 12"),
        ({"interests": [GOLD | {"evidence": [7, 7]}]}, "evidence [7, 7] outside a text of 12"),
        ({"id": "first"}, "id 'first' stands on a line above"),
    ],
)
def test_bad_lines_are_collected_or_stop_the_reading(
    tmp_path: Path, changes: dict[str, Any], reason: str
) -> None:
    path = put(tmp_path, line(id="first"), line(**changes), line(id="last"))
    data = read_cases(path)
    assert [case.case_id for case in data.cases] == ["first", "last"]
    (problem,) = data.problems
    assert problem.number == 2
    assert problem.reason.startswith(reason)
    with pytest.raises(DataError, match="line 2"):
        read_cases(path, strict=True)


def test_a_file_without_any_case_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no usable case; line 1: not JSON"):
        read_cases(put(tmp_path, "nope\n"))


def test_limit_keeps_the_first_cases(tmp_path: Path) -> None:
    path = put(tmp_path, *[line(id=str(n)) for n in range(5)])
    assert [case.case_id for case in read_cases(path, limit=2).cases] == ["0", "1"]


def test_a_sign_counts_only_where_it_was_annotated() -> None:
    assert GoldInterest(facet="f", polarity=-1).sign == -1
    assert GoldInterest(facet="f", polarity=-1, annotated=frozenset({"facet"})).sign is None


def test_gold_in_the_assistants_words_is_counted() -> None:
    text = "ASSISTANT: Heat?\nUSER: Ran!"
    gold = [
        GoldInterest(facet="title", value=text[a:b], evidence=(a, b))
        for a, b in [(11, 15), (23, 26)]
    ]
    case = Case(case_id="d", text=text, speaker=Speaker.DIALOGUE, interests=tuple(gold))
    assert [text[slice(*(g.evidence or (0, 0)))] for g in gold] == ["Heat", "Ran"]
    assert case.outside_user_turns() == 1
