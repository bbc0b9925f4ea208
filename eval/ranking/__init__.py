"""How well recommendations are ordered, measured on what people really did."""

from __future__ import annotations

from eval.ranking.dataset import Dataset
from eval.ranking.methods import Fit, Method, PersonalSignal, TrainingSet, from_matrix
from eval.ranking.protocols import PROTOCOLS, Protocol
from eval.ranking.registry import METHODS
from eval.ranking.report import write_ranking_report
from eval.ranking.results import RankingSettings, Results
from eval.ranking.runs import run_ranking
from eval.ranking.summary import summarise

__all__ = [
    "METHODS",
    "PROTOCOLS",
    "Dataset",
    "Fit",
    "Method",
    "PersonalSignal",
    "Protocol",
    "RankingSettings",
    "Results",
    "TrainingSet",
    "from_matrix",
    "run_ranking",
    "summarise",
    "write_ranking_report",
]
