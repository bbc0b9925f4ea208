"""Whatever is predicted: one to one, as many pairs as can be, and scores that stay in bounds."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from eval.cases import Case, GoldInterest, Speaker
from eval.folding import in_gold_terms
from eval.matching import Rule, assign, match
from eval.metrics import f1
from interest.extraction import Mention
from interest.interests import Strictness

TEXT = "one two three four five six seven eight"
FACETS = ("genre", "title", "mood")

spans = st.tuples(st.integers(0, len(TEXT) - 1), st.integers(1, 12)).map(
    lambda pair: (pair[0], min(pair[0] + pair[1], len(TEXT)))
)


@st.composite
def mentions(draw: st.DrawFn) -> Mention:
    start, end = draw(spans)
    return Mention(
        facet=draw(st.sampled_from(FACETS)),
        value=TEXT[start:end],
        preference=draw(st.sampled_from([-1.0, 0.0, 1.0])),
        confidence=draw(st.floats(0, 1)),
        strictness=Strictness.SOFT,
        start=start,
        end=end,
        opinion=draw(st.one_of(st.none(), spans)),
    )


@st.composite
def interests(draw: st.DrawFn) -> GoldInterest:
    span = draw(spans)
    opinion = draw(st.one_of(st.none(), spans))
    return GoldInterest(
        facet=draw(st.sampled_from(FACETS)),
        value=TEXT[slice(*span)],
        polarity=draw(st.sampled_from([-1, 0, 1])),
        evidence=draw(st.sampled_from([span, None])),
        opinion=None if opinion is None else TEXT[slice(*opinion)],
    )


@settings(deadline=None)
@given(
    st.lists(mentions(), max_size=6),
    st.lists(interests(), max_size=6),
    st.sampled_from(Rule),
    st.sampled_from(Speaker),
)
def test_every_mention_and_every_gold_interest_is_used_once_at_most(
    said: list[Mention], gold: list[GoldInterest], rule: Rule, speaker: Speaker
) -> None:
    case = Case(case_id="c", text=TEXT, speaker=speaker, interests=tuple(gold))
    predictions = in_gold_terms(case, said, fold={"mood": "genre"}, gold_facets=set(FACETS))
    pairs = match(rule, case, predictions)
    assert len({p for p, _ in pairs}) == len(pairs) == len({g for _, g in pairs})
    score = float(f1(len(pairs), len(predictions), len(gold)))
    assert (not predictions and not gold) or 0.0 <= score <= 1.0


@settings(deadline=None)
@given(st.lists(interests(), min_size=1, max_size=6), st.sampled_from(Speaker))
def test_gold_as_prediction_is_all_right(gold: list[GoldInterest], speaker: Speaker) -> None:
    case = Case(case_id="c", text=TEXT, speaker=speaker, interests=tuple(gold))
    said: list[Mention] = []
    for one in gold:
        start = TEXT.index(one.value or "")
        start, end = one.evidence or (start, start + len(one.value or ""))
        said.append(
            Mention(
                facet=one.facet,
                value=one.value or "",
                preference=float(one.polarity or 0),
                confidence=1.0,
                strictness=Strictness.SOFT,
                start=start,
                end=end,
            )
        )
    predictions = in_gold_terms(case, said, fold={}, gold_facets=set(FACETS))
    for rule in (Rule.OVERLAP, Rule.EXACT):
        assert len(match(rule, case, predictions)) == len(predictions)


def most_pairs(rows: list[set[int]], used: frozenset[int]) -> int:
    """Try everything: leave the first row alone, or give it any column that is free."""
    if not rows:
        return 0
    choices = [1 + most_pairs(rows[1:], used | {column}) for column in rows[0] - used]
    return max([most_pairs(rows[1:], used), *choices])


@settings(deadline=None)
@given(
    st.integers(1, 4).flatmap(
        lambda rows: st.integers(1, 4).flatmap(
            lambda columns: st.lists(
                st.one_of(st.just(float("nan")), st.floats(0, 1)),
                min_size=rows * columns,
                max_size=rows * columns,
            ).map(lambda cells: np.array(cells).reshape(rows, columns))
        )
    )
)
def test_no_other_assignment_has_more_pairs(closeness: NDArray[np.float64]) -> None:
    rows: list[set[int]] = [
        {column for column in range(closeness.shape[1]) if closeness[row, column] >= 0}
        for row in range(closeness.shape[0])
    ]
    assert len(assign(closeness)) == most_pairs(rows, frozenset())
