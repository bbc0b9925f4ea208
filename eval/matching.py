"""Which prediction answers which gold interest, one to one, under five rules.

It knows spans, values and signs; it does not know metrics.

==========  ====================================================================================
overlap     Same facet, and the spans share a character. Where spans cannot be compared (gold has
            none, or the data is a dialogue in which a value is named in several places), the
            value, or the words, are the same instead.
exact       Same facet, and either the span is the same or the value (or the words) are. Equal
            values must overlap where spans can be compared, so that each naming counts for itself.
aspect      For reviews: the spans share a character and the sign is the same; the category is
            open. An aspect that gold leaves without a span cannot be found.
quad        For reviews: category, aspect, opinion and sign are all the same text (Zhang et al.
            2021, section 4; Cai et al. 2021). A mention whose span is its opinion has no aspect
            in words ("NULL").
span        For reviews: the spans share a character; neither category nor sign is looked at. Sign
            is judged on these pairs.
==========  ====================================================================================

The assignment finds as many pairs as there can be; among these, the closest spans. Signs never
help to find a pair under overlap, exact and span, so that sign can be judged on the pairs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from scipy import optimize

from eval.cases import Case, GoldInterest, Speaker
from eval.folding import Prediction
from eval.values import same_value

__all__ = ["Rule", "assign", "match"]

#: How a pair is weighed: 1 for being one, plus at most this for closeness. With fewer than a
#: thousand pairs per text no sum of closeness outweighs a pair.
_CLOSENESS = 1e-3

Closeness = Callable[[Case, Prediction, GoldInterest], float | None]


class Rule(StrEnum):
    """What makes a prediction right."""

    OVERLAP = "overlap"
    EXACT = "exact"
    ASPECT = "aspect"
    QUAD = "quad"
    SPAN = "span"


def match(rule: Rule, case: Case, predictions: Sequence[Prediction]) -> tuple[tuple[int, int], ...]:
    """Pair predictions with the gold of their case.

    Returns:
        Pairs of (number of the prediction, number of the gold interest), by prediction; every
        number at most once.
    """
    if not predictions or not case.interests:
        return ()
    judge = _RULES[rule]
    closeness = np.full((len(predictions), len(case.interests)), np.nan)
    for p, prediction in enumerate(predictions):
        for g, gold in enumerate(case.interests):
            near = judge(case, prediction, gold)
            if near is not None:
                closeness[p, g] = near
    return assign(closeness)


def assign(closeness: NDArray[np.float64]) -> tuple[tuple[int, int], ...]:
    """The largest one-to-one assignment, and the closest among the largest.

    Args:
        closeness: ``(n_predictions, n_gold)`` in [0, 1]; NaN where the two are no pair.
    """
    possible = ~np.isnan(closeness)
    weights = np.where(possible, 1.0 + _CLOSENESS * closeness, 0.0)
    solve = cast(Any, optimize).linear_sum_assignment  # SciPy ships no types
    rows, columns = cast("tuple[NDArray[np.int64], ...]", solve(weights, maximize=True))
    chosen = zip(rows.tolist(), columns.tolist(), strict=True)
    return tuple(sorted((p, g) for p, g in chosen if possible[p, g]))


def _overlap(case: Case, prediction: Prediction, gold: GoldInterest) -> float | None:
    if not _same_facet(prediction, gold):
        return None
    shared = _shared(prediction.span, gold.evidence)
    if shared > 0:
        return shared
    return 0.0 if not _comparable(case, gold) and _same_words(prediction, gold) else None


def _exact(case: Case, prediction: Prediction, gold: GoldInterest) -> float | None:
    if not _same_facet(prediction, gold):
        return None
    shared = _shared(prediction.span, gold.evidence)
    if shared == 1.0:
        return shared
    near = shared > 0 or not _comparable(case, gold)
    return shared if near and _same_words(prediction, gold) else None


def _span(case: Case, prediction: Prediction, gold: GoldInterest) -> float | None:
    return _shared(prediction.span, gold.evidence) or None


def _aspect(case: Case, prediction: Prediction, gold: GoldInterest) -> float | None:
    same_sign = prediction.mention.polarity == gold.sign
    return _span(case, prediction, gold) if same_sign else None


def _quad(case: Case, prediction: Prediction, gold: GoldInterest) -> float | None:
    implicit = prediction.mention.opinion == prediction.span
    predicted = (
        prediction.mention.facet.casefold(),
        None if implicit else _spaced(prediction.quote),
        _spaced(prediction.opinion),
        prediction.mention.polarity,
    )
    wanted = (gold.facet.casefold(), _spaced(gold.value), _spaced(gold.opinion), gold.sign)
    return 0.0 if predicted == wanted else None


_RULES: dict[Rule, Closeness] = {
    Rule.OVERLAP: _overlap,
    Rule.EXACT: _exact,
    Rule.ASPECT: _aspect,
    Rule.QUAD: _quad,
    Rule.SPAN: _span,
}


def _comparable(case: Case, gold: GoldInterest) -> bool:
    """Whether the gold span is the only place where a prediction may stand."""
    return gold.evidence is not None and case.speaker is not Speaker.DIALOGUE


def _same_facet(prediction: Prediction, gold: GoldInterest) -> bool:
    return "facet" not in gold.annotated or prediction.facet == gold.facet


def _same_words(prediction: Prediction, gold: GoldInterest) -> bool:
    if gold.value is None or "value" not in gold.annotated:
        return False
    said = (prediction.mention.value, prediction.quote)
    return any(same_value(words, gold.value) for words in said)


def _shared(span: tuple[int, int], gold: tuple[int, int] | None) -> float:
    """Shared characters by all characters of both (Jaccard); 1 for the same span."""
    if gold is None:
        return 0.0
    both = min(span[1], gold[1]) - max(span[0], gold[0])
    return max(both, 0) / (max(span[1], gold[1]) - min(span[0], gold[0]))


def _spaced(words: str | None) -> str | None:
    """Words with single blanks, as tokenised gold has them."""
    return None if words is None else " ".join(words.split())
