"""The gold files beside the project: all of them parse, and gold itself scores 1."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from eval.cases import Case, GoldInterest, Speaker, read_cases
from eval.extraction import evaluate_extraction
from eval.values import same_value
from interest.extraction import Mention, TextUnit
from interest.interests import Strictness
from interest.reading import split_turns

pytestmark = pytest.mark.shared

FILES = (
    *(f"asqp-rest15.{part}.jsonl" for part in ("train", "dev", "test")),
    *(f"asqp-rest16.{part}.jsonl" for part in ("train", "dev")),
    *(f"ccpe.{part}.jsonl" for part in ("train", "dev")),
    *(
        f"memd-{domain}.{part}.jsonl"
        for domain in ("books", "hotel", "laptop", "restaurant")
        for part in ("train", "dev")
    ),
    "inspired2.dev.jsonl",
    "redial.dev.jsonl",
)

#: Lines whose spans end behind their text.
BAD_LINES = {"ccpe.train.jsonl": [998, 1419]}


def test_no_file_is_forgotten(shared_data: Path) -> None:
    assert {path.name for path in (shared_data / "extraction").iterdir()} == set(FILES)


@pytest.mark.parametrize("name", FILES)
def test_every_line_parses_but_those_known_to_be_bad(shared_data: Path, name: str) -> None:
    found = [problem.number for problem in read_cases(shared_data / "extraction" / name).problems]
    assert found == BAD_LINES.get(name, [])


def mention(case: Case, gold: GoldInterest, span: tuple[int, int]) -> Mention:
    """The gold interest as a perfect extractor would give it."""
    opinion = None
    if gold.opinion is not None and gold.opinion in case.text:
        at = case.text.index(gold.opinion)
        opinion = (at, at + len(gold.opinion))
    return Mention(
        facet=gold.facet,
        value=gold.value or case.text[slice(*span)],
        preference=float(gold.sign or 0),
        confidence=1.0,
        strictness=Strictness.SOFT,
        start=span[0],
        end=span[1],
        opinion=opinion,
    )


class Annotator:
    """Answers with the gold of each case; a dialogue is asked for turn by turn."""

    name = "gold"

    def __init__(self, cases: Sequence[Case]) -> None:
        self._answers: dict[tuple[str, str], list[Mention]] = {}
        for case in cases:
            for text, start in pieces(case):
                piece = replace(case, text=text)
                self._answers[case.case_id, text] = [
                    mention(piece, gold, (span[0] - start, span[1] - start))
                    for gold in case.interests
                    if (span := gold.evidence) and lies_in(gold, text, start)
                ]

    def extract(self, units: Sequence[TextUnit]) -> list[tuple[Mention, ...]]:
        return [tuple(self._answers[unit.text_id, unit.text]) for unit in units]


def pieces(case: Case) -> list[tuple[str, int]]:
    """What is read of a case, and where it stands; of equal turns only the last."""
    if case.speaker is not Speaker.DIALOGUE:
        return [(case.text, 0)]
    turns = [turn for turn in split_turns(case.text) if turn.speaker == "USER"]
    return list({turn.text: turn.start for turn in turns}.items())


def lies_in(gold: GoldInterest, text: str, start: int) -> bool:
    span = gold.evidence
    return span is not None and start <= span[0] and span[1] <= start + len(text)


def reachable(case: Case) -> Case:
    """The case with the gold that has words of its own to point at.

    In a dialogue these are the user's, and a title counts once.
    """
    kept: list[GoldInterest] = []
    for gold in case.interests:
        named = case.speaker is Speaker.DIALOGUE and any(
            same_value(gold.value or "", other.value or "") for other in kept
        )
        if not named and any(lies_in(gold, text, start) for text, start in pieces(case)):
            kept.append(gold)
    return replace(case, interests=tuple(kept))


@pytest.mark.parametrize("name", FILES)
def test_gold_as_prediction_scores_1(shared_data: Path, name: str) -> None:
    data = read_cases(shared_data / "extraction" / name)
    cases = tuple(map(reachable, data.cases))
    report = evaluate_extraction(
        replace(data, cases=cases),
        [Annotator(cases)],
        now=datetime(2026, 1, 1, tzinfo=UTC),
        rng=np.random.default_rng(0),
        n_resamples=2,
    )
    assert report.value("overlap.micro.recall") == 1.0
    assert report.value("overlap.micro.precision") == 1.0
    assert report.value("grounding_rate") == 1.0
