"""Data of the ranking benchmarks: interactions as arrays, and what is known of the items.

It knows files; it does not know models. MovieLens 100K comes with the demo; the others are read
from ``../shared/data`` and are not part of the project. Interactions with equal times are put in
random order (seeded): in the order of the file, the last of them would be a certain one.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from interest.domain import load_domain
from retrieval.caching_encoder import CachingEncoder
from retrieval.catalogue import Catalogue
from retrieval.demo import load_demo
from retrieval.encoder_files import default_encoder
from retrieval.matrix import InteractionMatrix
from retrieval.seams import FloatArray, History, IntArray
from retrieval.signals.history import histories

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
CACHE = Path.home() / ".cache" / "palate-benchmarks"


@dataclass(frozen=True, kw_only=True)
class Log:
    """Interactions by user, then by time.

    Attributes:
        name: Of the data set.
        n_users: Users.
        n_items: Items.
        users: ``(n,)`` ascending.
        items: ``(n,)``.
        times: ``(n,)`` seconds; 0 if there are none.
        catalogue: The items, where something is known of them.
    """

    name: str
    n_users: int
    n_items: int
    users: IntArray
    items: IntArray
    times: NDArray[np.float64]
    catalogue: Catalogue | None = None

    @property
    def starts(self) -> IntArray:
        sizes = np.bincount(self.users, minlength=self.n_users)
        return np.concatenate(([0], np.cumsum(sizes))).astype(np.int64)

    @property
    def places(self) -> IntArray:
        """Which interaction of its user each is, from 0."""
        return np.arange(len(self.users)) - self.starts[self.users]

    def matrix(self, keep: NDArray[np.bool_]) -> InteractionMatrix:
        """Some of the interactions; each counts as one, whatever the rating."""
        return InteractionMatrix(
            n_users=self.n_users,
            n_items=self.n_items,
            users=self.users[keep],
            items=self.items[keep],
            liked=np.ones(int(keep.sum()), dtype=np.bool_),
            times=self.times[keep],
        )

    def keeping(self, matrix: InteractionMatrix) -> Log:
        """The same items and users, with the interactions of a part only."""
        return replace(self, users=matrix.users, items=matrix.items, times=matrix.times)

    def rows(self, keep: NDArray[np.bool_]) -> list[IntArray]:
        """Items per user of some of the interactions."""
        return [history.rows for history in histories(self.matrix(keep))]

    def until(self, cut: IntArray) -> NDArray[np.bool_]:
        """The first ``cut`` interactions of each user."""
        return self.places < cut[self.users]


def histories_of(matrix: InteractionMatrix) -> list[History]:
    return histories(matrix)


def _log(
    name: str,
    triples: Sequence[tuple[str, str, float]],
    item_ids: Sequence[str],
    catalogue: Catalogue | None,
    seed: int = 0,
) -> Log:
    names = sorted({user for user, _, _ in triples})
    user_of = {user: place for place, user in enumerate(names)}
    row_of = {item: place for place, item in enumerate(item_ids)}
    users = np.array([user_of[user] for user, _, _ in triples], dtype=np.int64)
    items = np.array([row_of[item] for _, item, _ in triples], dtype=np.int64)
    times = np.array([time for _, _, time in triples], dtype=np.float64)
    order = np.lexsort((np.random.default_rng(seed).random(len(users)), times, users))
    return Log(
        name=name,
        n_users=len(names),
        n_items=len(item_ids),
        users=users[order],
        items=items[order],
        times=times[order],
        catalogue=catalogue,
    )


def ml_100k() -> Log:
    """MovieLens 100K joined with the demo's catalogue; rated films only.

    The catalogue's weights are without the ratings: those that are tested on would be among them.
    """
    demo = load_demo(load_domain("movies"))
    counts = Counter(rating.item_id for rating in demo.interactions)
    items = [item for item in demo.catalogue if item.item_id in counts]
    weights = {i.item_id: demo.catalogue.weight(i.item_id) - counts[i.item_id] for i in items}
    catalogue = Catalogue(items, demo.catalogue.domain, weights=weights)
    triples = [(r.user_id, r.item_id, r.timestamp or 0.0) for r in demo.interactions]
    return _log("ml-100k", triples, [item.item_id for item in items], catalogue)


def ml_latest_small() -> Log:
    """MovieLens latest-small; one of its 100,836 lines is damaged and is left out."""
    folder = SHARED / "recommendation" / "ml-latest-small"
    with (folder / "ratings.csv").open(encoding="utf-8", newline="") as file:
        lines = list(csv.reader(file))[1:]
    triples = [(user, item, float(time)) for user, item, _, time in lines if time.isdigit()]
    ids = sorted({item for _, item, _ in triples}, key=int)
    return _log("ml-latest-small", triples, ids, None)


@dataclass(frozen=True, kw_only=True)
class NCF:
    """The split of "Neural Collaborative Filtering" (He et al., WWW 2017) of MovieLens 1M.

    Attributes:
        log: What may be learned from; without times.
        positive: ``(n_users,)`` the item to be found.
        negatives: ``(n_users, 99)`` those that it stands among.
    """

    log: Log
    positive: IntArray
    negatives: IntArray


def ml_1m_ncf() -> NCF:
    folder = SHARED / "recommendation" / "ml-1m-ncf"
    with np.load(folder / "ml-1m.train.rebuilt.npz") as kept:
        users, items = kept["user"].astype(np.int64), kept["item"].astype(np.int64)
    order = np.argsort(users, kind="stable")
    tests = [line.split("\t") for line in (folder / "ml-1m.test.rating").read_text().splitlines()]
    lines = (folder / "ml-1m.test.negative").read_text().splitlines()
    negatives = np.array([[int(x) for x in line.split("\t")[1:]] for line in lines])
    positive = np.array([int(item) for _, item, *_ in tests])
    log = Log(
        name="ml-1m",
        n_users=len(tests),
        n_items=int(max(items.max(), positive.max(), negatives.max())) + 1,
        users=users[order],
        items=items[order],
        times=np.zeros(len(users)),
    )
    return NCF(log=log, positive=positive, negatives=negatives)


def text_vectors(catalogue: Catalogue) -> FloatArray:
    """Raw unit text vectors of all items, kept between runs."""
    CACHE.mkdir(parents=True, exist_ok=True)
    encoder = CachingEncoder(default_encoder(), CACHE)
    return encoder.encode([catalogue.text_of(item) for item in catalogue])
