"""Importers: files of catalogues, interactions and reviews become typed values and a report."""

from __future__ import annotations

from retrieval.importers.interactions import (
    ImportedInteractions,
    ImportedReviews,
    load_interactions,
    load_reviews,
)
from retrieval.importers.items import ImportedItems, load_catalogue
from retrieval.importers.report import ImportReport

__all__ = [
    "ImportReport",
    "ImportedInteractions",
    "ImportedItems",
    "ImportedReviews",
    "load_catalogue",
    "load_interactions",
    "load_reviews",
]
