"""The texts on which an extractor went most wrong, by kind of mistake.

It knows pairs and what is missing from them; it does not know how they are shown.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from eval.matching import Rule
from eval.runs import Evaluation, ExtractorRun
from eval.scoring import ScoredCase

__all__ = ["Mistake", "WorstCase", "worst_cases"]


class Mistake(StrEnum):
    """What can go wrong with a text."""

    INVENTED = "predicted, not in gold"
    MISSED = "in gold, not found"
    SIGN = "wrong sign"
    FAILED = "the extractor failed"


@dataclass(frozen=True, kw_only=True, slots=True)
class WorstCase:
    """A text and how many mistakes of a kind it has; ``weight`` orders them."""

    scored: ScoredCase
    n_mistakes: int
    weight: float


def worst_cases(
    evaluation: Evaluation, run: ExtractorRun, *, n: int = 30
) -> dict[Mistake, tuple[WorstCase, ...]]:
    """The worst ``n`` texts of every kind of mistake that was made, worst first.

    Invented interests weigh what the extractor was sure of, the others one each.
    """
    kinds: dict[Mistake, Callable[[ScoredCase], list[float]]] = {
        Mistake.FAILED: lambda one: [1.0] if one.error else [],
        Mistake.INVENTED: lambda one: _invented(one, evaluation.main),
        Mistake.MISSED: lambda one: _missed(one, evaluation.main),
        Mistake.SIGN: lambda one: [1.0 for predicted, gold in one.sign_pairs if predicted != gold],
    }
    found: dict[Mistake, tuple[WorstCase, ...]] = {}
    for kind, weigh in kinds.items():
        weighed = [(one, weigh(one)) for one in run.scored]
        cases = [
            WorstCase(scored=one, n_mistakes=len(weights), weight=sum(weights))
            for one, weights in weighed
            if weights
        ]
        if cases:
            found[kind] = tuple(sorted(cases, key=lambda case: -case.weight)[:n])
    return found


def _invented(one: ScoredCase, main: Rule) -> list[float]:
    right = {p for p, _ in one.pairs.get(main, ())}
    return [
        prediction.mention.confidence
        for n, prediction in enumerate(one.predictions)
        if n not in right and one.counts(prediction, main)
    ]


def _missed(one: ScoredCase, main: Rule) -> list[float]:
    found = {g for _, g in one.pairs.get(main, ())}
    return [1.0 for n in range(len(one.case.interests)) if n not in found]
