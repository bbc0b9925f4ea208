"""What each text adds to each count: from pairs to sums that can be resampled.

It knows pairs and counts; it does not know extractors, files or reports.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eval.cases import Case, CaseFile, Speaker
from eval.folding import Prediction, in_gold_terms
from eval.matching import Rule, match
from eval.metrics import f1, macro_f1, recall
from interest.reading import Reading

__all__ = [
    "MICRO",
    "SIGNS",
    "CountTable",
    "ScoredCase",
    "count_table",
    "main_rule",
    "rules_for",
    "score_case",
    "statistics_of",
]

Floats = NDArray[np.float64]

#: The facet name under which sums over all facets stand.
MICRO = "micro"
#: Liked and disliked first: only they enter the macro-F1 of sign.
SIGNS = (1, -1, 0)

#: A count: what is counted, of which facet or sign, and which of its numbers.
Column = tuple[str, str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class ScoredCase:
    """One text, what was predicted in it, and what of it is right.

    Attributes:
        case: The text and its gold.
        predictions: In the gold's terms.
        pairs: Per rule, (prediction, gold) numbers.
        n_mentions: Mentions with words in the text, before any folding.
        ungrounded: Mentions that were refused for having no words in the text.
        error: Why the extractor failed on the text, or "".
    """

    case: Case
    predictions: tuple[Prediction, ...]
    pairs: Mapping[Rule, tuple[tuple[int, int], ...]]
    n_mentions: int = 0
    ungrounded: int = 0
    error: str = ""

    @property
    def sign_pairs(self) -> tuple[tuple[int, int], ...]:
        """(predicted sign, gold sign) of every pair whose gold has one."""
        rule = Rule.SPAN if Rule.SPAN in self.pairs else Rule.OVERLAP
        signs = (
            (self.predictions[p].mention.polarity, self.case.interests[g].sign)
            for p, g in self.pairs[rule]
        )
        return tuple((predicted, gold) for predicted, gold in signs if gold is not None)

    def counts(self, prediction: Prediction, rule: Rule) -> bool:
        """Whether the prediction enters a measure: typed ones leave foreign facets out."""
        return prediction.counted or rule not in (Rule.OVERLAP, Rule.EXACT)


@dataclass(frozen=True, kw_only=True, slots=True)
class CountTable:
    """Counts per text: ``matrix`` is ``(n_texts, n_columns) float64``."""

    columns: Mapping[Column, int]
    matrix: Floats


def rules_for(data: CaseFile | Collection[Case]) -> tuple[Rule, ...]:
    """The rules that the annotation of the data allows."""
    cases = data.cases if isinstance(data, CaseFile) else data
    reviews = [gold for c in cases if c.speaker is Speaker.REVIEWER for gold in c.interests]
    rules = [Rule.OVERLAP, Rule.EXACT]
    if any(gold.sign is not None for gold in reviews):
        rules += [Rule.SPAN, Rule.ASPECT]
        if any(gold.opinion is not None and "opinion" in gold.annotated for gold in reviews):
            rules.append(Rule.QUAD)
    return tuple(rules)


def main_rule(cases: Collection[Case], rules: Collection[Rule]) -> Rule:
    """The rule that decides what counts as right where only one can: calibration, worst cases."""
    only_reviews = all(case.speaker is Speaker.REVIEWER for case in cases)
    return Rule.ASPECT if only_reviews and Rule.ASPECT in rules else Rule.OVERLAP


def score_case(
    case: Case,
    reading: Reading,
    *,
    rules: Collection[Rule],
    fold: Mapping[str, str],
    gold_facets: Collection[str],
    error: str = "",
) -> ScoredCase:
    """Match one text under every rule that applies to its kind."""
    predictions = in_gold_terms(case, reading.mentions, fold=fold, gold_facets=gold_facets)
    pairs: dict[Rule, tuple[tuple[int, int], ...]] = {}
    for rule in rules:
        if rule in (Rule.OVERLAP, Rule.EXACT):
            numbers = [n for n, prediction in enumerate(predictions) if prediction.counted]
        elif case.speaker is Speaker.REVIEWER:
            numbers = list(range(len(predictions)))
        else:
            continue
        found = match(rule, case, [predictions[n] for n in numbers])
        pairs[rule] = tuple((numbers[p], g) for p, g in found)
    return ScoredCase(
        case=case,
        predictions=predictions,
        pairs=pairs,
        n_mentions=len(reading.mentions),
        ungrounded=len(reading.ungrounded),
        error=error,
    )


def count_table(
    scored: Sequence[ScoredCase], *, rules: Sequence[Rule], facets: Sequence[str]
) -> CountTable:
    """Count every text."""
    names = _columns(rules, facets)
    columns = {column: n for n, column in enumerate(names)}
    matrix = np.zeros((len(scored), len(names)))
    main = main_rule([one.case for one in scored], rules)
    for row, one in zip(matrix, scored, strict=True):
        for column in [*_rule_counts(one), *_sign_counts(one), *_other_counts(one, main)]:
            if column in columns:
                row[columns[column]] += 1
    return CountTable(columns=columns, matrix=matrix)


def _columns(rules: Sequence[Rule], facets: Sequence[str]) -> list[Column]:
    typed = [rule for rule in rules if rule in (Rule.OVERLAP, Rule.EXACT)]
    pairs = [(rule, name) for rule in typed for name in [*facets, MICRO]]
    pairs += [(rule, MICRO) for rule in rules if rule not in typed]
    numbers = ("correct", "predicted", "gold")
    return [
        *[(rule.value, name, number) for rule, name in pairs for number in numbers],
        *[("sign", str(sign), number) for sign in SIGNS for number in (*numbers, "gold_all")],
        ("grounded", "", "all"),
        ("grounded", "", "yes"),
        ("empty", "", "texts"),
        ("empty", "", "invented"),
    ]


def _rule_counts(one: ScoredCase) -> list[Column]:
    """Correct, predicted and gold, per facet and in all, under every rule of the case."""
    found: list[Column] = []
    for rule, pairs in one.pairs.items():
        counted = [p.facet for p in one.predictions if one.counts(p, rule)]
        gold = [gold.facet for gold in one.case.interests]
        correct = [one.case.interests[g].facet for _, g in pairs]
        for number, facets in (("predicted", counted), ("gold", gold), ("correct", correct)):
            for facet in facets:
                found += [(rule.value, facet, number), (rule.value, MICRO, number)]
    return found


def _sign_counts(one: ScoredCase) -> list[Column]:
    found: list[Column] = []
    for predicted, gold in one.sign_pairs:
        found += [("sign", str(predicted), "predicted"), ("sign", str(gold), "gold")]
        if predicted == gold:
            found.append(("sign", str(gold), "correct"))
    signs = [gold.sign for gold in one.case.interests if gold.sign is not None]
    return found + [("sign", str(sign), "gold_all") for sign in signs]


def _other_counts(one: ScoredCase, main: Rule) -> list[Column]:
    found: list[Column] = [("grounded", "", "all")] * (one.n_mentions + one.ungrounded)
    found += [("grounded", "", "yes")] * one.n_mentions
    if not one.case.interests:
        found.append(("empty", "", "texts"))
        if any(one.counts(prediction, main) for prediction in one.predictions):
            found.append(("empty", "", "invented"))
    return found


def statistics_of(columns: Mapping[Column, int], sums: Floats) -> dict[str, Floats]:
    """The figures that get intervals, from sums of counts.

    Args:
        columns: Where each count stands.
        sums: ``(..., n_columns)``: one row of sums, or one per resample.

    Returns:
        ``overlap.micro.f1`` and the like, each ``(...) float64``.
    """

    def of(kind: str, name: str, number: str) -> Floats:
        return sums[..., columns[(kind, name, number)]]

    figures: dict[str, Floats] = {}
    rules = {rule.value for rule in Rule}
    for kind, name in dict.fromkeys((k, n) for k, n, _ in columns if k in rules):
        numbers = [of(kind, name, number) for number in ("correct", "predicted", "gold")]
        figures[f"{kind}.{name}.f1"] = f1(*numbers)
    signed = {
        number: np.stack([of("sign", str(sign), number) for sign in SIGNS[:2]], axis=-1)
        for number in ("correct", "predicted", "gold", "gold_all")
    }
    figures["polarity.macro_f1"] = macro_f1(signed["correct"], signed["predicted"], signed["gold"])
    figures["polarity.recall_dislikes"] = recall(signed["correct"][..., 1], signed["gold"][..., 1])
    return figures
