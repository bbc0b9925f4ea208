"""A realistic catalogue of any size, for benchmarks: real films, and mixtures of two.

It knows the shared data (36k film extracts of Wikipedia, CC BY-SA; MovieLens latest-small); it does
not know what is measured. The first items are the real ones with vectors of their own texts. Each
further one stands between two real ones: title and people of one, genres and words of both, the
unit mean of their text vectors with noise. Blobs around centres would flatter an index that
clusters; neighbours of real texts do not.
"""

from __future__ import annotations

import csv
import gzip
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from interest.domain import load_domain
from interest.progress import Progress, no_progress
from retrieval.caching_encoder import CachingEncoder
from retrieval.catalogue import Catalogue
from retrieval.encoder import unit_rows
from retrieval.seams import Encoder, FloatArray
from retrieval.types import AttributeValue, Interaction, Item

__all__ = ["LargeCatalogue", "PreparedEncoder", "large_catalogue"]

FILMS = Path("catalogue/wikipedia-movies.jsonl.gz")
RATINGS = Path("recommendation/ml-latest-small")

#: Length of the noise that is added to the mean of two unit text vectors.
_NOISE = 0.35
_TITLE_YEAR = re.compile(r"^(.*?)(?:, (The|A|An))?(?: \(.*\))? \((\d{4})\)$")


class PreparedEncoder:
    """Looks texts up, and encodes what it does not find.

    Args:
        encoder: Encodes unknown texts.
        known: Text → unit vector.
    """

    def __init__(self, encoder: Encoder, known: Mapping[str, FloatArray]) -> None:
        self._encoder = encoder
        self._known = known

    @property
    def encoder_id(self) -> str:
        return self._encoder.encoder_id

    @property
    def dim(self) -> int:
        return self._encoder.dim

    def encode(self, texts: Sequence[str], *, progress: Progress = no_progress) -> FloatArray:
        """See :class:`retrieval.seams.Encoder`."""
        if any(text not in self._known for text in texts):
            return self._encoder.encode(texts, progress=progress)
        return np.array([self._known[text] for text in texts], dtype=np.float32)


@dataclass(frozen=True, kw_only=True)
class LargeCatalogue:
    """A catalogue with everything that an engine is fitted from.

    Attributes:
        catalogue: Real items first.
        text: ``(n, text_dim) float32``, unit rows.
        interactions: MovieLens ratings of the items that it shares with the films.
        encoder: Knows the texts of all items.
    """

    catalogue: Catalogue
    text: FloatArray
    interactions: tuple[Interaction, ...]
    encoder: PreparedEncoder


def large_catalogue(
    shared: Path,
    n: int,
    encoder: Encoder,
    cache: Path,
    *,
    seed: int = 0,
    progress: Progress = no_progress,
) -> LargeCatalogue:
    """Make a catalogue of ``n`` items.

    Args:
        shared: The folder of shared data.
        n: How many items; the real ones come first.
        encoder: Encodes the real ones.
        cache: Folder that keeps their vectors.
        seed: Of pairs and noise.
        progress: Told how far encoding is.
    """
    domain = load_domain("movies")
    real = _films(shared / FILMS)[:n]
    texts = [Catalogue([item], domain).text_of(item) for item in real]
    vectors = CachingEncoder(encoder, cache).encode(texts, progress=progress)
    rng = np.random.default_rng(seed)
    pairs = rng.integers(0, len(real), (n - len(real), 2))
    noise = rng.standard_normal((len(pairs), vectors.shape[1])).astype(np.float32)
    noise *= _NOISE / vectors.shape[1] ** 0.5
    mixed = unit_rows(vectors[pairs[:, 0]] + vectors[pairs[:, 1]])
    text = np.vstack((vectors, unit_rows(mixed + noise)))
    items = real + [_mixed(real[int(a)], real[int(b)], place) for place, (a, b) in enumerate(pairs)]
    catalogue = Catalogue(items, domain)
    known = {catalogue.text_of(item): text[row] for row, item in enumerate(items)}
    return LargeCatalogue(
        catalogue=catalogue,
        text=text,
        interactions=_ratings(shared / RATINGS, real),
        encoder=PreparedEncoder(encoder, known),
    )


def _films(path: Path) -> list[Item]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        records = [json.loads(line) for line in file]
    found: list[Item] = []
    for place, record in enumerate(records):
        attributes: dict[str, AttributeValue] = {"year": float(record["year"])}
        for ours, theirs in (("genre", "genres"), ("cast", "cast")):
            names = tuple(dict.fromkeys(name for name in record[theirs] if name))
            if names:
                attributes[ours] = names
        description = str(record.get("extract") or "")
        if description and str(record["title"]).strip():
            found.append(
                Item(
                    item_id=f"w{place}",
                    title=str(record["title"]),
                    attributes=attributes,
                    description=description,
                )
            )
    return found


def _mixed(first: Item, second: Item, place: int) -> Item:
    attributes: dict[str, AttributeValue] = dict(first.attributes)
    genres = tuple(dict.fromkeys((*first.names("genre")[:2], *second.names("genre")[:1])))
    if genres:
        attributes["genre"] = genres
    return Item(
        item_id=f"m{place}",
        title=f"{first.title} {place}",
        attributes=attributes,
        description=second.description,
    )


def _ratings(folder: Path, films: Sequence[Item]) -> tuple[Interaction, ...]:
    """Ratings of the films that both sides have, by title and year; nothing here needs times."""
    by_label = {(item.title.casefold(), int(item.number("year") or 0)): item for item in films}
    joined: dict[str, str] = {}
    with (folder / "movies.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found = _TITLE_YEAR.match(row["title"].strip())
            if found is None:
                continue
            name = f"{found[2]} {found[1]}" if found[2] else found[1]
            item = by_label.get((name.casefold(), int(found[3])))
            if item is not None:
                joined[row["movieId"]] = item.item_id
    with (folder / "ratings.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            Interaction(
                user_id=row["userId"],
                item_id=joined[row["movieId"]],
                value=float(row["rating"]),
            )
            for row in csv.DictReader(file)
            if row["movieId"] in joined
        )
