"""What lists are like beyond being right: novelty, diversity, popularity, by item.

It knows what the training part and the catalogue tell of items; it does not know who is asked.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eval.ranking.measures import mean_distance, popularity_shares, self_information, share_found
from retrieval.catalogue import Catalogue
from retrieval.encoder import unit_rows
from retrieval.facet_index import FacetIndex
from retrieval.matrix import InteractionMatrix
from retrieval.seams import FloatArray, IntArray

__all__ = ["BINS", "LIST_MEASURES", "ListJudge", "popularity_bins"]

#: Lists are judged by what fits on a screen.
_LENGTH = 10
BINS = ("head", "middle", "tail")
#: Per list, with a line for people.
LIST_MEASURES = {
    f"novelty@{_LENGTH}": "mean self-information of the items, in bits",
    f"diversity-text@{_LENGTH}": "1 - mean cosine of the text vectors of all pairs",
    f"diversity-facets@{_LENGTH}": "1 - mean likeness of the facets of all pairs",
    f"popularity@{_LENGTH}": "mean share of people who came to an item",
    f"popularity-lift@{_LENGTH}": "that, beside the same of the user's history: 0 is alike, "
    "1 twice as popular",
}


@dataclass(frozen=True, kw_only=True)
class ListJudge:
    """Judges lists for one training part.

    Attributes:
        information: ``(n_items,)``, self-information in bits.
        shares: ``(n_items,)``, share of the people who came to each item.
        bins: ``(n_items,)``, place in :data:`BINS`.
        text: ``(n_items, dim)`` unit mean-centred text vectors, or None.
        facets: Values of the items, or None where the catalogue has none.
    """

    information: NDArray[np.float64]
    shares: NDArray[np.float64]
    bins: IntArray
    text: FloatArray | None
    facets: FacetIndex | None

    @classmethod
    def of(
        cls, train: InteractionMatrix, catalogue: Catalogue, text: FloatArray | None
    ) -> ListJudge:
        """For a training part; popularity is what it knows, not what is tested."""
        people = int(np.count_nonzero(np.diff(train.by_user.starts)))
        facets = FacetIndex(catalogue)
        return cls(
            information=self_information(train.counts, people),
            shares=popularity_shares(train.counts, people),
            bins=popularity_bins(train.counts),
            text=None if text is None else unit_rows(text - text.mean(axis=0)),
            facets=facets if facets.n_values else None,
        )

    def judge(self, shown: IntArray, history: IntArray) -> dict[str, float]:
        """By name of :data:`LIST_MEASURES`; NaN for what is not known.

        Args:
            shown: The list, best first.
            history: What the user had before.
        """
        top, nan = shown[:_LENGTH], float("nan")
        popular = float(self.shares[top].mean()) if len(top) else nan
        usual = float(self.shares[history].mean()) if len(history) else nan
        values = (
            float(self.information[top].mean()) if len(top) else nan,
            nan if self.text is None else mean_distance(self.text[top] @ self.text[top].T),
            nan if self.facets is None else mean_distance(self.facets.alike(top, top)),
            popular,
            popular / usual - 1.0 if usual > 0 else nan,
        )
        return dict(zip(LIST_MEASURES, values, strict=True))

    def found_by_bin(self, top: IntArray, wanted: IntArray) -> dict[str, float]:
        """Share found of what is wanted in each bin of popularity; NaN where nothing is."""
        of_wanted = self.bins[wanted]
        return {
            name: share_found(top, wanted[of_wanted == place]) for place, name in enumerate(BINS)
        }


def popularity_bins(counts: IntArray) -> IntArray:
    """Items in three bins with about a third of all interactions each, ``(n_items,) int64``.

    The most popular items that make up the first third are bin 0; never trained items are in the
    last.
    """
    order = np.argsort(-counts, kind="stable")
    total = max(int(counts.sum()), 1)
    before = np.concatenate(([0], np.cumsum(counts[order])[:-1])) / total
    bins = np.empty(len(counts), dtype=np.int64)
    bins[order] = np.minimum((before * len(BINS)).astype(np.int64), len(BINS) - 1)
    bins[counts == 0] = len(BINS) - 1
    return bins
