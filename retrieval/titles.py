"""TitleIndex: items by their titles, as people type them.

It knows titles and spelling; it does not know meaning.
"""

from __future__ import annotations

from collections.abc import Iterable

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
        self._titles, self._labels = [""] * len(catalogue), [""] * len(catalogue)
        self._read(catalogue, range(len(catalogue)))

    def changed(self, catalogue: Catalogue, rows: IntArray) -> TitleIndex:
        """The index of a catalogue that differs in a few rows; this one stays as it is.

        Args:
            catalogue: The same rows in the same order, and maybe new ones after them.
            rows: Rows that differ or are new.
        """
        other = TitleIndex.__new__(TitleIndex)
        new = [""] * (len(catalogue) - len(self._titles))
        other._titles, other._labels = self._titles + new, self._labels + new
        other._read(catalogue, map(int, rows))
        return other

    def _read(self, catalogue: Catalogue, rows: Iterable[int]) -> None:
        """Take titles over; removed items have none."""
        for row in rows:
            item = catalogue.items[row]
            living = item.item_id in catalogue
            self._titles[row] = item.title.casefold() if living else ""
            self._labels[row] = item.label.casefold() if living else ""

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
