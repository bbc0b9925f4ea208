"""Text vectors of a data set, from a file that keeps them between runs.

It knows the encoder and the cache folder; it does not know what is learned from vectors.
"""

from __future__ import annotations

from pathlib import Path

from filelock import FileLock

from eval.ranking.dataset import Dataset
from interest.assets import cache_folder
from interest.progress import Progress, no_progress
from retrieval.caching_encoder import CachingEncoder
from retrieval.seams import Encoder, FloatArray

__all__ = ["text_vectors"]


def text_vectors(
    data: Dataset,
    encoder: Encoder,
    *,
    cache: Path | None = None,
    progress: Progress = no_progress,
) -> FloatArray | None:
    """Vectors of what the catalogue tells of each item, ``(n_items, dim) float32``.

    Args:
        data: Its catalogue; without descriptions there is nothing to encode, and None comes back.
        encoder: Encodes what is not in the cache.
        cache: Where vectors are kept; the user's cache folder by default.
        progress: Told how many texts have their vector.
    """
    if not data.described:
        return None
    folder = cache_folder(cache) / "evaluation"
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / "vectors.lock"):
        keeping = CachingEncoder(encoder, folder)
        texts = [data.catalogue.text_of(item) for item in data.catalogue]
        return keeping.encode(texts, progress=progress)
