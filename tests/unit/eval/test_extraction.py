"""A whole evaluation on five texts, every figure of it computed by hand."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import count
from typing import Any

import numpy as np
import pytest

from eval.cases import Case, CaseFile, GoldInterest, Speaker
from eval.extraction import ExtractionReport, evaluate_extraction
from interest.errors import InputError, ModelError, UnknownNameError
from interest.evidence import Source
from interest.extraction import Mention
from interest.interests import Strictness
from interest.scripted_extractor import ScriptedExtractor

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def said(text: str, words: str, facet: str, sign: float = 1.0, sure: float = 0.5) -> Mention:
    start = text.index(words)
    return Mention(
        facet=facet,
        value=words,
        preference=sign,
        confidence=sure,
        strictness=Strictness.SOFT,
        start=start,
        end=start + len(words),
    )


def gold(text: str, words: str, facet: str, sign: int | None = None) -> GoldInterest:
    start = text.index(words)
    return GoldInterest(
        facet=facet, value=words, polarity=sign, evidence=(start, start + len(words))
    )


LOVE, HATE, BOTH, NONE, HELLO = "love horror", "hate drama", "Heat not Ran", "hi there", "hello"


def cases() -> CaseFile:
    texts: dict[str, list[GoldInterest]] = {
        LOVE: [gold(LOVE, "horror", "genre", 1)],
        HATE: [gold(HATE, "drama", "genre", -1)],
        BOTH: [gold(BOTH, "Heat", "title", 1), gold(BOTH, "Ran", "title", -1)],
        NONE: [],
        HELLO: [],
    }
    return CaseFile(
        name="five",
        sha256="0" * 64,
        cases=tuple(Case(case_id=t, text=t, interests=tuple(g)) for t, g in texts.items()),
    )


def reader(**changes: Sequence[Mention] | ModelError) -> ScriptedExtractor:
    """Finds three of four, invents one on an empty text, gets one of two dislikes."""
    answers: dict[str, Sequence[Mention] | ModelError] = {
        LOVE: [said(LOVE, "horror", "genre", sure=0.9), said(LOVE, "love", "mood")],
        HATE: [said(HATE, "drama", "genre", sign=-1.0, sure=0.9)],
        BOTH: [said(BOTH, "not Ran", "title", sign=1.0, sure=0.9)],
        NONE: [said(NONE, "there", "title", sure=0.4)],
    }
    return ScriptedExtractor(answers | changes, name="reader")


def nothing() -> ScriptedExtractor:
    return ScriptedExtractor({}, name="nothing")


def measured(*extractors: ScriptedExtractor, **options: Any) -> ExtractionReport:
    return evaluate_extraction(
        cases(), extractors, now=NOW, rng=np.random.default_rng(5), n_resamples=200, **options
    )


def test_typed_measures_by_hand() -> None:
    figures = measured(reader()).summary()["extractors"]["reader"]
    micro = figures["overlap"]["micro"]
    # Predicted: horror, drama, not Ran, there (the mood is left out). Right: the first three.
    assert (micro["n_correct"], micro["n_predicted"], micro["n_gold"]) == (3, 4, 4)
    assert (micro["precision"], micro["recall"], micro["f1"]) == (0.75, 0.75, 0.75)
    assert figures["overlap"]["facets"]["genre"]["f1"] == 1.0
    assert figures["overlap"]["facets"]["title"]["f1"] == 0.5
    # "not Ran" is neither the span nor the value.
    assert figures["exact"]["micro"]["n_correct"] == 2
    assert figures["left_out"] == {"mood": 1}
    low, high = micro["interval"]
    assert 0.0 <= low < 0.75 < high <= 1.0


def test_sign_by_hand() -> None:
    sign = measured(reader()).summary()["extractors"]["reader"]["polarity"]
    # Pairs (predicted, gold): (1, 1), (-1, -1), (1, -1). Liked F1 2/3, disliked F1 2/3.
    assert sign["n_pairs"] == 3
    assert sign["macro_f1"] == pytest.approx(2 / 3, abs=1e-6)
    assert sign["recall_dislikes"] == 0.5
    assert sign["classes"]["liked"] == {
        "precision": 0.5,
        "recall": 1.0,
        "f1": 0.666667,
        "n_gold": 1,
    }
    assert sign["coverage"] == 0.75
    # One sign for everything: dislikes are two of three pairs, F1 of 4/5 and of 0.
    assert sign["majority_macro_f1"] == 0.4
    # Heat was missed: liked has 1 right of 2 predicted and 2 gold; disliked 1 of 1 and 2.
    assert sign["end_to_end"]["macro_f1"] == pytest.approx((1 / 2 + 2 / 3) / 2, abs=1e-6)
    assert sign["end_to_end"]["recall_dislikes"] == 0.5


def test_the_rest_by_hand() -> None:
    outside = said(LOVE, "horror", "genre")
    lost = Mention(
        facet="genre",
        value="x",
        preference=1.0,
        confidence=0.5,
        strictness=Strictness.SOFT,
        start=50,
        end=60,
    )
    figures = measured(reader(**{LOVE: [outside, lost]})).summary()["extractors"]["reader"]
    assert figures["grounding_rate"] == 0.8  # five mentions, one outside its text
    assert figures["abstention"] == {"n_empty_texts": 2, "invention_rate": 0.5}
    # Confidence and truth: (.5, right), (.9, right), (.9, right), (.4, wrong).
    calibration = figures["calibration"]
    assert calibration["brier"] == pytest.approx((0.25 + 0.01 + 0.01 + 0.16) / 4)
    assert calibration["ece"] == pytest.approx((0.5 + 2 * 0.1 + 0.4) / 4)
    assert calibration["n"] == 4


def test_folding_lets_a_finer_facet_count() -> None:
    only_mood = ScriptedExtractor({LOVE: [said(LOVE, "horror", "mood")]}, name="reader")
    assert measured(only_mood).value("overlap.micro.recall") == 0.0
    folded = measured(only_mood, fold={"mood": "genre"})
    assert folded.value("overlap.micro.recall") == 0.25
    assert folded.summary()["run"]["fold"] == {"mood": "genre"}


def test_baselines_stand_beside_and_differences_are_paired() -> None:
    report = measured(reader(), baselines=[nothing()])
    assert [(run.name, run.baseline) for run in report.runs] == [
        ("reader", False),
        ("nothing", True),
        ("majority sign on reader", True),
    ]
    found = {(c["extractor"], c["measure"]): c for c in report.summary()["comparisons"]}
    lead = found["reader", "overlap.micro.f1"]
    assert (lead["baseline"], lead["difference"]) == ("nothing", 0.75)
    assert lead["share_better"] > 0.9
    one_sign = report.summary()["extractors"]["majority sign on reader"]
    assert one_sign["overlap"]["micro"]["f1"] == 0.75
    assert one_sign["polarity"]["recall_dislikes"] == 0.0


def test_the_same_seed_gives_the_same_report() -> None:
    timer = iter(range(1000))
    first = measured(reader(), clock=lambda: float(next(timer)))
    timer = iter(range(1000))
    second = measured(reader(), clock=lambda: float(next(timer)))
    assert json.dumps(first.summary()) == json.dumps(second.summary())
    assert first.seed == 5
    assert first.summary()["run"]["at"] == "2026-11-22T12:00:00+00:00"


def test_time_is_taken_per_batch_and_loading_apart() -> None:
    ticks = count()
    report = measured(reader(), batch_size=2, clock=lambda: float(next(ticks)))
    # Every reading of the clock is a second later: one for the first text, three batches.
    assert report.value("first_text_seconds") == 1.0
    assert report.value("seconds_per_text") == pytest.approx(3 / 5)


def test_a_text_that_the_model_fails_on_is_a_record() -> None:
    failing = reader(**{HATE: ModelError("The model coughs.")})
    report = measured(failing)
    assert report.value("n_failed") == 1
    assert report.value("overlap.micro.recall") == 0.5
    assert [one.error for one in report.runs[0].scored] == ["", "The model coughs.", "", "", ""]


def test_thresholds() -> None:
    report = measured(reader())
    assert report.meets(0.75)
    assert not report.meets(0.76)
    assert report.meets(0.5, "polarity.recall_dislikes")
    assert report.meets(0.5, "abstention.invention_rate")
    assert not report.meets(0.4, "abstention.invention_rate")
    assert not measured(nothing()).meets(0.0, "overlap.micro.precision")  # not defined
    with pytest.raises(UnknownNameError, match=r"no measure 'f1'.*overlap\.micro\.f1"):
        report.meets(0.5, "f1")


def test_what_cannot_be_evaluated_is_refused() -> None:
    with pytest.raises(InputError, match="no extractor"):
        measured()
    with pytest.raises(InputError, match="one name: reader, reader"):
        measured(reader(), reader())
    with pytest.raises(InputError, match="five has no cases"):
        evaluate_extraction(
            CaseFile(name="five", sha256="", cases=()),
            [reader()],
            now=NOW,
            rng=np.random.default_rng(0),
        )


def test_reviews_are_measured_by_aspect_and_quad() -> None:
    text = "The screen is dull but the battery lasts"
    wanted = (
        GoldInterest(facet="SCREEN", value="screen", polarity=-1, evidence=(4, 18), opinion="dull"),
        GoldInterest(
            facet="POWER", value="battery", polarity=1, evidence=(27, 34), opinion="lasts"
        ),
    )
    case = Case(case_id="r", text=text, speaker=Speaker.REVIEWER, interests=wanted)
    screen = said(text, "screen", "screen", sign=-1.0)
    battery = said(text, "battery", "any name", sign=-1.0)
    with_opinion = Mention(
        facet="SCREEN",
        value="screen",
        preference=-1.0,
        confidence=0.5,
        strictness=Strictness.SOFT,
        start=screen.start,
        end=screen.end,
        opinion=(14, 18),
    )
    reads = ScriptedExtractor({text: [with_opinion, battery]})
    report = evaluate_extraction(
        CaseFile(name="one", sha256="", cases=(case,)),
        [reads],
        now=NOW,
        rng=np.random.default_rng(0),
        n_resamples=50,
    )
    # Both are found, one has the wrong sign and no opinion; categories are open.
    assert report.value("span.micro.f1") == 1.0
    assert report.value("aspect.micro.f1") == 0.5
    assert report.value("quad.micro.f1") == 0.5
    assert report.value("polarity.recall_dislikes") == 1.0
    assert report.value("polarity.coverage") == 1.0
    assert report.summary()["run"]["main_rule"] == "aspect"
    assert reads.batches[0][0].source is Source.REVIEW
