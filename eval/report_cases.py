"""The browsable part of a report: texts, marked, with what was predicted and what gold says.

It knows how cases are shown to people; it does not know figures. All text is data and escaped.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from eval.cases import GoldInterest
from eval.folding import Prediction
from eval.html import Markup, join, tag
from eval.runs import Evaluation, ExtractorRun
from eval.scoring import ScoredCase
from eval.worst_cases import WorstCase, worst_cases

__all__ = ["legend", "worst_of"]


def legend() -> Markup:
    """What the colours of marked words mean."""
    return tag(
        "p",
        tag("mark", "gold only", class_="gold"),
        " ",
        tag("mark", "predicted only", class_="said"),
        " ",
        tag("mark", "both", class_="both"),
    )


def worst_of(report: Evaluation, run: ExtractorRun) -> Markup:
    """The worst texts of one extractor, folded by kind of mistake."""
    groups = worst_cases(report, run)
    if not groups:
        return tag("p", f"{run.name} made no mistake.")
    return join(
        tag("h3", run.name),
        *[
            tag(
                "details",
                tag("summary", f"{kind.value} (worst {len(cases)})"),
                *[_case(report, case) for case in cases],
            )
            for kind, cases in groups.items()
        ],
    )


def _case(report: Evaluation, worst: WorstCase) -> Markup:
    one = worst.scored
    pairs = dict(one.pairs.get(report.main, ()))
    found = set(pairs.values())
    predicted = [
        tag("li", _predicted(prediction, n in pairs, one.counts(prediction, report.main)))
        for n, prediction in enumerate(one.predictions)
    ]
    gold = [tag("li", _gold(entry, n in found)) for n, entry in enumerate(one.case.interests)]
    return tag(
        "div",
        tag("small", f"{one.case.case_id}: {worst.n_mistakes}"),
        tag("p", _marked(one), dir="auto"),
        *([tag("p", one.error)] if one.error else []),
        tag("small", "predicted"),
        tag("ul", *predicted),
        tag("small", "gold"),
        tag("ul", *gold),
        class_="case",
    )


def _predicted(prediction: Prediction, correct: bool, counted: bool) -> str:
    mention = prediction.mention
    verdict = "✓" if correct else "✗" if counted else "left out"
    return (
        f"{verdict} {mention.facet} = {mention.value} ({_sign(mention.polarity)}, "
        f"confidence {mention.confidence:.2f}, “{prediction.quote}”)"
    )


def _gold(gold: GoldInterest, found: bool) -> str:
    value = "(implicit)" if gold.value is None else gold.value
    return f"{'✓' if found else '✗'} {gold.facet} = {value} ({_sign(gold.sign)})"


def _sign(sign: int | None) -> str:
    return {1: "liked", -1: "disliked", 0: "neutral", None: "no sign"}[sign]


def _marked(one: ScoredCase) -> Markup:
    """The text with gold and predicted spans marked."""
    gold = [g.evidence for g in one.case.interests if g.evidence is not None]
    said = [prediction.span for prediction in one.predictions]
    text = one.case.text
    edges = sorted({0, len(text), *(edge for span in gold + said for edge in span)})
    return join(
        *[
            _piece(text[start:end], _covers(gold, start), _covers(said, start))
            for start, end in pairwise(edges)
        ]
    )


def _covers(spans: Sequence[tuple[int, int]], at: int) -> bool:
    return any(start <= at < end for start, end in spans)


def _piece(text: str, in_gold: bool, in_said: bool) -> Markup:
    if not (in_gold or in_said):
        return join(text)
    return tag(
        "mark", text, class_="both" if in_gold and in_said else "gold" if in_gold else "said"
    )
