"""TitleIndex: items by their titles, as people type them.

It knows titles and spelling; it does not know meaning.
"""

from __future__ import annotations

import numpy as np
from rapidfuzz import fuzz, process

from retrieval.catalogue import Catalogue
from retrieval.seams import FloatArray, IntArray

__all__ = ["TitleIndex"]


class TitleIndex:
    """Finds items whose title is like some words.

    Args:
        catalogue: Gives titles and labels.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self._titles = [item.title.casefold() for item in catalogue]
        self._labels = [item.label.casefold() for item in catalogue]

    def find(self, words: str, *, least: float = 0.7) -> tuple[FloatArray, IntArray]:
        """Items whose title, or title with year, is spelled similarly.

        Args:
            words: What was typed.
            least: Similarity from which a title counts, in (0, 1]: the normalised
                insertion-deletion similarity of the two texts.

        Returns:
            Similarities ``(m,) float32``, best first, and rows ``(m,) int64``; equal ones in
            order of row.
        """
        wanted = " ".join(words.casefold().split())
        best: dict[int, float] = {}
        for names in (self._titles, self._labels):
            for _, score, row in process.extract_iter(
                wanted, names, scorer=fuzz.ratio, score_cutoff=100.0 * least
            ):
                best[row] = max(best.get(row, 0.0), score / 100.0)
        rows = np.array(list(best), dtype=np.int64)
        scores = np.array(list(best.values()), dtype=np.float32)
        order = np.lexsort((rows, -scores))
        return scores[order], rows[order]
