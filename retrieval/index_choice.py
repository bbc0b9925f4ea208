"""Which index a catalogue gets, and whether that one finds what it should.

It knows sizes, kinds and measured recall; it does not know FAISS or items. Small catalogues are
searched exactly, by FAISS, on a GPU where there is one. For larger ones a fast index is built,
asked what people will ask, and compared with the exact answer; an index that misses too much is
made to look harder, and given up for the exact one if that does not help. What was chosen and
measured is written beside the index.

=========  ==========================================  =========================================
kind       what searches                               fits
=========  ==========================================  =========================================
``flat``   FAISS, exact; on a GPU where there is one   up to ``exact_up_to`` items
``exact``  NumPy, over the mapped vectors              who wants no copy of the vectors
``pq``     4-bit codes of 3 numbers each, refined      up to ``codes_up_to`` items
``ivf``    the same codes in lists, refined            more
``hnsw``   a graph, refined                            who has memory to spare; slow to build
=========  ==========================================  =========================================
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np

from interest.errors import InputError, UnknownNameError, WorkspaceError
from retrieval.exact_index import ExactIndex
from retrieval.refined_index import RefinedIndex
from retrieval.seams import BoolArray, FloatArray, IntArray, VectorIndex

__all__ = ["ChosenIndex", "IndexConfig", "IndexFacts", "IndexKind", "build_index", "index_kind"]

_FACTS = "index.json"
_INDEX = "index.faiss"
#: Numbers that share one 4-bit code.
_CODED_TOGETHER = 3
#: Codes cannot be learned from fewer items.
_LEAST_TRAINED = 1_000
#: An index may look at this many times more rows before it is given up.
_MOST_EFFORT = 8.0
#: One in so many lists is visited at first; under a filter the rows wanted lie in more lists, so
#: recall there is lower than without one (8,000 rows, 60 % allowed: .943 with one in 16).
_VISITED = 8
_LINKS, _BEAM = 32, 128


class IndexKind(StrEnum):
    """What can be asked for."""

    AUTO = "auto"
    EXACT = "exact"
    FLAT = "flat"
    PQ = "pq"
    IVF = "ivf"
    HNSW = "hnsw"


@dataclass(frozen=True, kw_only=True, slots=True)
class IndexConfig:
    """How the index is chosen.

    Attributes:
        kind: An :class:`IndexKind`; ``auto`` chooses by size.
        exact_up_to: Most items that ``auto`` searches exactly.
        codes_up_to: Most items whose codes ``auto`` scans from first to last.
        recall: Share of the exact answer that a fast index must find.
    """

    kind: str = "auto"
    exact_up_to: int = 20_000
    codes_up_to: int = 400_000
    recall: float = 0.95

    def __post_init__(self) -> None:
        index_kind(self.kind)


@dataclass(frozen=True, kw_only=True, slots=True)
class IndexFacts:
    """What was built and what it finds.

    Attributes:
        kind: Never ``auto``.
        recipe: FAISS's name of a fast index, or "".
        effort: See :class:`retrieval.refined_index.RefinedIndex`.
        recall_at_20: Measured share of the exact best 20, on queries as people will ask them.
        recall_at_150: The same of the best 150.
        queries: How many queries that was measured with; 0 where the index is exact.
        given_up: A fast kind that did not find enough, or "".
    """

    kind: str
    recipe: str = ""
    effort: float = 1.0
    recall_at_20: float = 1.0
    recall_at_150: float = 1.0
    queries: int = 0
    given_up: str = ""

    def flat(self) -> dict[str, float | int | str]:
        """``{"index.built": "pq", …}``, for a manifest."""
        facts = {("built" if name == "kind" else name): v for name, v in asdict(self).items()}
        return {f"index.{name}": value for name, value in facts.items()}


class ChosenIndex:
    """A vector index with the facts about it; implements :class:`retrieval.seams.VectorIndex`.

    Args:
        index: Searches.
        facts: What it is.
    """

    def __init__(self, index: VectorIndex, facts: IndexFacts) -> None:
        self._index = index
        self.facts = facts

    @property
    def name(self) -> str:
        return self._index.name

    @property
    def size(self) -> int:
        return self._index.size

    @property
    def dim(self) -> int:
        return self._index.dim

    def search(
        self, queries: FloatArray, n: int, *, allowed: BoolArray | None = None
    ) -> tuple[FloatArray, IntArray]:
        """See :class:`retrieval.seams.VectorIndex`."""
        return self._index.search(queries, n, allowed=allowed)

    def save(self, path: Path) -> None:
        """Write facts and index into a folder; the exact index is the vectors themselves."""
        (path / _FACTS).write_text(json.dumps(asdict(self.facts), indent=2), encoding="utf-8")
        if self.facts.kind != IndexKind.EXACT:
            self._index.save(path / _INDEX)

    @classmethod
    def load(cls, path: Path, vectors: FloatArray) -> ChosenIndex:
        """Open what :meth:`save` wrote; codes and vectors are mapped, not read.

        Args:
            path: The folder.
            vectors: The vectors that it was made of.

        Raises:
            WorkspaceError: A file is missing or damaged, or is of other vectors.
            SetupError: FAISS is missing.
        """
        try:
            facts = IndexFacts(**json.loads((path / _FACTS).read_text(encoding="utf-8")))
            kind = index_kind(facts.kind)
        except (OSError, ValueError, TypeError, UnknownNameError) as error:
            raise WorkspaceError(
                f"The index in {path} cannot be read ({error}).", "Run palate build again."
            ) from error
        index = _open(kind, facts, path / _INDEX, vectors)
        if index.size != len(vectors):
            raise WorkspaceError(
                f"The index in {path} is of {index.size} items, the vectors of {len(vectors)}.",
                "Run palate build again.",
            )
        return cls(index, facts)


def index_kind(name: str) -> IndexKind:
    """The kind with this name.

    Raises:
        UnknownNameError: There is none.
    """
    try:
        return IndexKind(name)
    except ValueError:
        raise UnknownNameError(
            f"There is no index {name!r}.", f"There are: {', '.join(IndexKind)}."
        ) from None


def build_index(vectors: FloatArray, config: IndexConfig, asked: FloatArray) -> ChosenIndex:
    """Build the index that fits, or the one that is asked for.

    Args:
        vectors: ``(size, dim) float32``; an exact or refined index keeps them.
        config: Which kind.
        asked: ``(n_queries, dim) float32``; queries to measure recall with, at least one.

    Raises:
        InputError: A fast index is asked for and there are too few items for it.
        SetupError: FAISS is needed and missing.
    """
    kind = _by_size(config, len(vectors))
    if kind is IndexKind.EXACT:
        return ChosenIndex(ExactIndex(vectors), IndexFacts(kind=kind))
    if kind is IndexKind.FLAT:
        from retrieval.faiss_index import FaissIndex  # FAISS is only needed by those who use it

        return ChosenIndex(FaissIndex(vectors), IndexFacts(kind=kind, recipe="Flat"))
    if len(vectors) < _LEAST_TRAINED:
        raise InputError(
            f"An index of the kind {kind.value!r} needs {_LEAST_TRAINED} items; "
            f"there are {len(vectors)}.",
            "Use --index auto or --index exact.",
        )
    return _fast(kind, vectors, config, asked)


def _by_size(config: IndexConfig, size: int) -> IndexKind:
    kind = index_kind(config.kind)
    if kind is not IndexKind.AUTO:
        return kind
    if size <= config.exact_up_to:
        return IndexKind.FLAT
    return IndexKind.PQ if size <= config.codes_up_to else IndexKind.IVF


def _fast(
    kind: IndexKind, vectors: FloatArray, config: IndexConfig, asked: FloatArray
) -> ChosenIndex:
    """The fast index with the least effort that finds enough, or the exact one."""
    from retrieval.faiss_index import FaissCoarse

    recipe, settings = _recipe(kind, vectors)
    coarse = FaissCoarse.build(vectors, recipe, **settings)
    exact, effort = ExactIndex(vectors), 1.0
    answers = {n: exact.search(asked, n)[1] for n in (20, 150)}
    while True:
        index = RefinedIndex(coarse, vectors, effort=effort)
        recalls = {n: _recall(index, asked, rows) for n, rows in answers.items()}
        if min(recalls.values()) >= config.recall or effort >= _MOST_EFFORT:
            break
        effort *= 2.0
        coarse.widen()
    facts = IndexFacts(
        kind=kind,
        recipe=recipe,
        effort=effort,
        recall_at_20=round(recalls[20], 4),
        recall_at_150=round(recalls[150], 4),
        queries=len(asked),
    )
    if min(recalls.values()) >= config.recall or index_kind(config.kind) is kind:
        return ChosenIndex(index, facts)
    return ChosenIndex(exact, IndexFacts(kind=IndexKind.EXACT, given_up=kind.value))


def _recipe(kind: IndexKind, vectors: FloatArray) -> tuple[str, Mapping[str, int]]:
    """FAISS's name of an index of some kind, and the settings of its search."""
    size, dim = vectors.shape
    codes = f"PQ{-(-dim // _CODED_TOGETHER)}x4fs"
    if kind is IndexKind.IVF:
        lists = 1 << round(float(np.log2(4.0 * size**0.5)))
        lists = min(lists, size // 64)  # k-means wants some 40 rows per list
        return f"IVF{lists},{codes}", {"probes": max(1, lists // _VISITED)}
    return (f"HNSW{_LINKS}", {"beam": _BEAM}) if kind is IndexKind.HNSW else (codes, {})


def _recall(index: VectorIndex, asked: FloatArray, expected: IntArray) -> float:
    """Mean share of the expected rows that come back."""
    _, found = index.search(asked, expected.shape[1])
    shares = [
        len(np.intersect1d(mine, theirs[theirs >= 0])) / max(1, np.count_nonzero(theirs >= 0))
        for mine, theirs in zip(found, expected, strict=True)
    ]
    return float(np.mean(shares))


def _open(kind: IndexKind, facts: IndexFacts, path: Path, vectors: FloatArray) -> VectorIndex:
    if kind is IndexKind.EXACT:
        return ExactIndex(vectors)
    from retrieval.faiss_index import FaissCoarse, FaissIndex

    if kind is IndexKind.FLAT:
        return FaissIndex.load(path)
    coarse = FaissCoarse.load(path)
    if coarse.size != len(vectors):
        raise WorkspaceError(
            f"The index {path} is of {coarse.size} items, the vectors of {len(vectors)}.",
            "Run palate build again.",
        )
    return RefinedIndex(coarse, vectors, effort=facts.effort)
