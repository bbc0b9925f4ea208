"""FaissIndex: exact maximum inner product search by FAISS, on a GPU where there is one.

It knows FAISS; it does not know items. This is the only file that imports FAISS, so that a
machine without it learns what to install from one clear error.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from interest.errors import SetupError, WorkspaceError
from retrieval.exact_index import check_search
from retrieval.seams import BoolArray, FloatArray, IntArray

try:
    import faiss
except ImportError as error:
    raise SetupError(
        f"FAISS cannot be imported ({error}).",
        "Install one of: pip install 'palate[cpu]' or pip install 'palate[gpu]'.",
    ) from error

__all__ = ["FaissIndex"]

#: The GPU's k-selection takes no more neighbours than this; beyond it the CPU answers.
_GPU_MOST = 2048


class FaissIndex:
    """An exact FAISS index (``IndexFlatIP``).

    With a GPU, unfiltered searches run there. FAISS's GPU indexes take no selector, so filtered
    searches run on the CPU copy: the filter must work inside the search.

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
        if allowed is not None:
            # The selector reads this buffer during the search: it must live as long.
            bits = np.packbits(allowed, bitorder="little")
            parameters: Any = faiss.SearchParameters(sel=faiss.IDSelectorBitmap(bits))  # pyright: ignore
            return self._cpu.search(queries, n, params=parameters)
        if self._gpu is not None and n <= _GPU_MOST:
            return self._gpu.search(queries, n)
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
        try:
            index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
        except RuntimeError as error:
            raise WorkspaceError(
                f"The index {path} cannot be read ({str(error).splitlines()[0]}).",
                "Run palate build again.",
            ) from error
        loaded = cls.__new__(cls)
        loaded._adopt(index, gpu)
        return loaded
