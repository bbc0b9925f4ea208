"""FAISS: an exact index, on a GPU where there is one, and coarse searches for large catalogues.

It knows FAISS; it does not know items, nor which index suits whom (see ``index_choice``). This is
the only file that imports FAISS, so that a machine without it learns what to install from one
clear error.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np

from interest.errors import InputError, SetupError, WorkspaceError
from retrieval.exact_index import check_search
from retrieval.seams import BoolArray, FloatArray, IntArray

try:
    import faiss
except ImportError as error:
    raise SetupError(
        f"FAISS cannot be imported ({error}).",
        "Install one of: pip install 'palate[cpu]' or pip install 'palate[gpu]'.",
    ) from error

__all__ = ["FaissCoarse", "FaissIndex"]

#: Rows that a coarse search is trained on at most: k-means takes longer with every row.
_TRAINED_ON = 30_000

#: The GPU's k-selection takes no more neighbours than this; beyond it the CPU answers.
_GPU_MOST = 2048


class FaissIndex:
    """An exact FAISS index (``IndexFlatIP``).

    With a GPU, searches run there. FAISS's GPU indexes take no selector, so a filter that hides
    few rows is answered from more rows than were asked for, any other by the CPU copy. The GPU
    path is unverified: no machine with a GPU has run the contract tests yet.

    Args:
        vectors: ``(size, dim) float32``; copied.
        gpu: Whether to use a GPU; None uses one where FAISS sees one.
    """

    def __init__(self, vectors: FloatArray, *, gpu: bool | None = None) -> None:
        index = faiss.IndexFlatIP(int(vectors.shape[1]))
        index.add(np.ascontiguousarray(vectors, dtype=np.float32))
        self._adopt(index, gpu)

    def _adopt(self, index: Any, gpu: bool | None) -> None:
        self._cpu: Any = index
        self._gpu: Any = None
        self._resources: Any = None
        if faiss.get_num_gpus() > 0 if gpu is None else gpu:
            if faiss.get_num_gpus() == 0:
                raise SetupError(
                    "A GPU index was asked for, but FAISS sees no GPU.",
                    "Install pip install 'palate[gpu]' and check nvidia-smi, or use the CPU.",
                )
            self._resources = faiss.StandardGpuResources()
            self._gpu = faiss.index_cpu_to_gpu(self._resources, 0, index)

    @property
    def size(self) -> int:
        return int(self._cpu.ntotal)

    @property
    def dim(self) -> int:
        return int(self._cpu.d)

    @property
    def device(self) -> str:
        """``"gpu"`` or ``"cpu"``, for people."""
        return "cpu" if self._gpu is None else "gpu"

    @property
    def name(self) -> str:
        """``"FAISS IndexFlatIP on the CPU"``, for people."""
        return f"FAISS {type(self._cpu).__name__} on the {self.device.upper()}"

    def search(
        self, queries: FloatArray, n: int, *, allowed: BoolArray | None = None
    ) -> tuple[FloatArray, IntArray]:
        """See :class:`retrieval.seams.VectorIndex`."""
        check_search(queries, n, allowed, self.size, self.dim)
        scores = np.full((len(queries), n), -np.inf, dtype=np.float32)
        rows = np.full((len(queries), n), -1, dtype=np.int64)
        there = self.size if allowed is None else int(np.count_nonzero(allowed))
        if there and len(queries):
            found_scores, found_rows = self._ordered(
                np.ascontiguousarray(queries, dtype=np.float32), min(n, there), there, allowed
            )
            scores[:, : found_rows.shape[1]] = found_scores
            rows[:, : found_rows.shape[1]] = found_rows
        return scores, rows

    def _ordered(
        self, queries: FloatArray, n: int, there: int, allowed: BoolArray | None
    ) -> tuple[FloatArray, IntArray]:
        """The best ``n``, equal scores by row.

        FAISS keeps any of several equal rows at the border, so more are fetched until the
        border lies between two different scores.
        """
        fetch = min(n + 1, there)
        scores, rows = self._raw(queries, fetch, allowed)
        while fetch < there and bool(np.any(scores[:, n - 1] == scores[:, -1])):
            fetch = min(fetch * 2, there)
            scores, rows = self._raw(queries, fetch, allowed)
        order = np.lexsort((rows, -scores))[:, :n]
        return np.take_along_axis(scores, order, 1), np.take_along_axis(rows, order, 1)

    def _raw(
        self, queries: FloatArray, n: int, allowed: BoolArray | None
    ) -> tuple[FloatArray, IntArray]:
        if self._gpu is not None:
            hidden = 0 if allowed is None else self.size - int(np.count_nonzero(allowed))
            if n + hidden <= _GPU_MOST:
                scores, rows = self._gpu.search(queries, n + hidden)
                return _visible(scores, rows, n, allowed)
        if allowed is not None:
            # The selector reads this buffer during the search: it must live as long.
            bits = np.packbits(allowed, bitorder="little")
            parameters: Any = faiss.SearchParameters(sel=faiss.IDSelectorBitmap(bits))  # pyright: ignore
            return self._cpu.search(queries, n, params=parameters)
        return self._cpu.search(queries, n)

    def save(self, path: Path) -> None:
        """Write the CPU index in FAISS's format."""
        faiss.write_index(self._cpu, str(path))

    @classmethod
    def load(cls, path: Path, *, gpu: bool | None = None) -> FaissIndex:
        """Map an index file into memory; a GPU gets its own copy.

        Raises:
            WorkspaceError: The file is missing or is not a FAISS index.
        """
        loaded = cls.__new__(cls)
        loaded._adopt(_read(path), gpu)
        return loaded


class FaissCoarse:
    """A FAISS index that is fast and nearly right; implements ``refined_index.Coarse``.

    Args:
        index: A trained and filled FAISS index.
    """

    def __init__(self, index: Any) -> None:
        self._index = index

    @classmethod
    def build(
        cls, vectors: FloatArray, recipe: str, *, probes: int = 0, beam: int = 0, seed: int = 0
    ) -> FaissCoarse:
        """Train on a sample and add all rows.

        Args:
            vectors: ``(size, dim) float32``.
            recipe: FAISS's factory string without the padding: ``"PQ150x4fs"``.
            probes: Lists that a search visits, where the recipe has lists.
            beam: Nodes that a search keeps, where the recipe is a graph.
            seed: Of the sample.

        Raises:
            InputError: FAISS does not know the recipe, or there are too few rows for it.
        """
        multiple = re.search(r"PQ(\d+)", recipe)
        width = _rounded(int(vectors.shape[1]), int(multiple[1]) if multiple else 1)
        rng = np.random.default_rng(seed)
        sample = np.sort(rng.permutation(len(vectors))[:_TRAINED_ON])
        try:
            index = faiss.index_factory(width, recipe, faiss.METRIC_INNER_PRODUCT)
            index.train(_padded(vectors[sample], width))
            for start in range(0, len(vectors), _TRAINED_ON):
                index.add(_padded(vectors[start : start + _TRAINED_ON], width))
        except RuntimeError as error:
            raise InputError(
                f"FAISS cannot make {recipe!r} of {len(vectors)} rows ({_first_line(error)}).",
                "Choose another index with palate build --index.",
            ) from error
        if probes:
            index.nprobe = probes  # pyright: ignore
        if beam:
            index.hnsw.efSearch = beam  # pyright: ignore
        return cls(index)

    @property
    def name(self) -> str:
        """``"FAISS IndexPQFastScan"``, for people."""
        return f"FAISS {type(self._index).__name__}"

    @property
    def size(self) -> int:
        return int(self._index.ntotal)

    def nearest(self, queries: FloatArray, n: int) -> IntArray:
        """See :class:`retrieval.refined_index.Coarse`."""
        return self._index.search(_padded(queries, int(self._index.d)), n)[1]

    def widen(self) -> None:
        """Visit twice as many lists or nodes, where the index has such; else change nothing."""
        if hasattr(self._index, "nprobe"):
            self._index.nprobe = min(2 * self._index.nprobe, self._index.nlist)
        if hasattr(self._index, "hnsw"):
            self._index.hnsw.efSearch *= 2

    def save(self, path: Path) -> None:
        """Write the index in FAISS's format; how widely it searches is kept."""
        faiss.write_index(self._index, str(path))

    @classmethod
    def load(cls, path: Path) -> FaissCoarse:
        """Map an index file into memory.

        Raises:
            WorkspaceError: The file is missing or is not a FAISS index.
        """
        return cls(_read(path))


def _read(path: Path) -> Any:
    try:
        return faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
    except RuntimeError as error:
        raise WorkspaceError(
            f"The index {path} cannot be read ({_first_line(error)}).", "Run palate build again."
        ) from error


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]


def _rounded(dim: int, multiple: int) -> int:
    """Product quantisation cuts a vector into equal pieces."""
    return -(-dim // multiple) * multiple


def _padded(rows: FloatArray, width: int) -> FloatArray:
    """Zeros at the end change no inner product."""
    missing = width - rows.shape[1]
    padded = np.pad(rows, ((0, 0), (0, missing))) if missing else rows
    return np.ascontiguousarray(padded, dtype=np.float32)


def _visible(
    scores: FloatArray, rows: IntArray, n: int, allowed: BoolArray | None
) -> tuple[FloatArray, IntArray]:
    """The first ``n`` allowed rows of each query, in their order; there are that many."""
    if allowed is None:
        return scores[:, :n], rows[:, :n]
    order = np.argsort(~allowed[rows], axis=1, kind="stable")[:, :n]
    return np.take_along_axis(scores, order, 1), np.take_along_axis(rows, order, 1)
