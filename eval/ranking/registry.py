"""The methods that ``palate eval ranking`` measures unless others are named.

It knows what exists in ``retrieval``; it does not know how it is measured. Another signal is one
more entry.
"""

from __future__ import annotations

from collections.abc import Mapping

from eval.ranking.existing import (
    fit_fused,
    fit_ials,
    fit_popularity,
    fit_random,
    fit_ranking_stage,
    fit_text,
    fit_text_raw,
)
from eval.ranking.methods import Fit, Method
from eval.ranking.signal_methods import SIGNAL_METHODS
from retrieval.ials import IALSConfig

__all__ = ["METHODS"]


def _ials_settings() -> Mapping[str, Fit]:
    return {
        f"unobserved={unobserved:g}, reg={reg:g}": fit_ials(
            IALSConfig(unobserved=unobserved, reg=reg)
        )
        for unobserved in (0.1, 0.3, 1.0)
        for reg in (0.003, 0.01, 0.03)
    }


METHODS: tuple[Method, ...] = (
    Method(name="random", line="items in a drawn order", fit=fit_random, baseline=True),
    Method(
        name="popularity",
        line="how many people came to an item",
        fit=fit_popularity,
        baseline=True,
    ),
    Method(
        name="ials",
        line="iALS with 64 factors (Rendle et al. 2022), history folded in",
        fit=fit_ials(IALSConfig()),
        baseline=True,
        settings=_ials_settings(),
    ),
    *SIGNAL_METHODS,
    Method(
        name="text-raw",
        line="cosine of text vectors to the mean of the history",
        fit=fit_text_raw,
        baseline=True,
        needs_text=True,
    ),
    Method(
        name="text",
        line="the same with mean-centred text vectors",
        fit=fit_text,
        baseline=True,
        needs_text=True,
    ),
    Method(
        name="fused",
        line="the fused index: text, collaborative and prominence in one inner product",
        fit=fit_fused,
        needs_text=True,
    ),
    Method(
        name="ranking",
        line="the ranking stage over the whole catalogue",
        fit=fit_ranking_stage,
        needs_text=True,
    ),
)
