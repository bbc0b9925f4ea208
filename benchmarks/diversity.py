"""What the diversity dial does, on the demo workspace: how varied lists get, and what it costs.

For people of the interactions who liked enough, ten films are asked for from their latest likes, at
several settings of the dial. Reported are means with 95 % bootstrap intervals over people:

* variety by genre: one minus the Jaccard overlap of genres, mean over the pairs of a list. The dial
  itself looks at texts and rarity-weighted facets, so this is a measure of its own;
* variety by text: one minus the cosine of the text vectors, mean over the pairs;
* score: mean score of the list as a share of the one at 0;
* popularity: mean share of the catalogue that fewer people rated (1 = the best known film);
* series: pairs of a list that belong to one series, per list.

How good the lists are for people is measured by ``palate eval ranking``, not here: the engine has
seen all of these interactions.

Run ``python -m benchmarks.diversity [--workspace FOLDER] [--out FILE]`` from the project root.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np

from retrieval.facet_index import FacetIndex
from retrieval.series import Series
from retrieval.types import Candidate, Interaction, Query
from retrieval.workspace import Workspace

RESULT = Path(__file__).parent / "results" / "diversity.json"
DIALS = (0.0, 0.1, 0.2, 0.3, 0.5, 0.7, 0.85, 1.0)
PEOPLE, LIKES, N, SEED = 150, 10, 10, 7
_LIKED = 4.0


def histories(interactions: Sequence[Interaction]) -> list[tuple[str, ...]]:
    """The latest likes of people who liked enough, in a random but fixed order of people."""
    by_user: dict[str, list[Interaction]] = {}
    for one in interactions:
        if one.value >= _LIKED:
            by_user.setdefault(one.user_id, []).append(one)
    enough = sorted(user for user, liked in by_user.items() if len(liked) >= LIKES)
    chosen = np.random.default_rng(SEED).permutation(enough)[:PEOPLE]
    latest = (sorted(by_user[user], key=lambda one: one.timestamp or 0.0) for user in chosen)
    return [tuple(one.item_id for one in liked[-LIKES:]) for liked in latest]


class Yardstick:
    """Measures one list."""

    def __init__(self, workspace: Workspace) -> None:
        self.catalogue = workspace.catalogue
        self.encoder = workspace.engine.encoder
        self.series = Series(self.catalogue, FacetIndex(self.catalogue))
        counts = np.zeros(len(self.catalogue))
        for one in workspace.interactions():
            counts[self.catalogue.row(one.item_id)] += 1
        self.percentile = np.searchsorted(np.sort(counts), counts) / len(counts)
        self._vectors: dict[str, np.ndarray[Any, np.dtype[np.float32]]] = {}

    def measure(self, picks: Sequence[Candidate]) -> dict[str, float]:
        items = [self.catalogue.item(pick.item_id) for pick in picks]
        rows = np.array([self.catalogue.row(pick.item_id) for pick in picks])
        missing = [item for item in items if item.item_id not in self._vectors]
        texts = [self.catalogue.text_of(item) for item in missing]
        for item, vector in zip(missing, self.encoder.encode(texts), strict=True):
            self._vectors[item.item_id] = vector
        vectors = np.array([self._vectors[item.item_id] for item in items])
        pairs = list(combinations(range(len(items)), 2))
        genres = [set(item.names("genre")) for item in items]
        keys = self.series.keys(rows)
        return {
            "variety by genre": float(
                np.mean(
                    [
                        1 - len(genres[a] & genres[b]) / max(len(genres[a] | genres[b]), 1)
                        for a, b in pairs
                    ]
                )
            ),
            "variety by text": float(np.mean([1 - vectors[a] @ vectors[b] for a, b in pairs])),
            "score": float(np.mean([pick.score for pick in picks])),
            "popularity": float(np.mean(self.percentile[rows])),
            "series": float(sum(keys[a] == keys[b] for a, b in pairs)),
        }


def with_interval(values: Sequence[float]) -> dict[str, float]:
    """Mean, and 95 % bootstrap interval over people."""
    rng, found = np.random.default_rng(SEED), np.array(values)
    means = found[rng.integers(0, len(found), (2000, len(found)))].mean(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return {
        "mean": round(float(found.mean()), 4),
        "low": round(float(low), 4),
        "high": round(float(high), 4),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--workspace", type=Path, default=Path("palate-workspace"))
    parser.add_argument("--out", type=Path, default=RESULT)
    options = parser.parse_args()
    workspace = Workspace.open(options.workspace)
    people, yardstick = histories(workspace.interactions()), Yardstick(workspace)
    by_dial: dict[float, list[dict[str, float]]] = {}
    for dial in DIALS:
        queries = (Query(n=N, liked=liked, diversity=dial) for liked in people)
        by_dial[dial] = [
            yardstick.measure(workspace.engine.recommend(query).candidates) for query in queries
        ]
    for dial in DIALS:
        for person, start in zip(by_dial[dial], list(by_dial[0.0]), strict=True):
            person["score share"] = person["score"] / start["score"]
    found = {
        "people": len(people),
        "list": N,
        "seed": SEED,
        "dial": {
            str(dial): {
                name: with_interval([person[name] for person in measured])
                for name in measured[0]
                if name != "score"
            }
            for dial, measured in by_dial.items()
        },
    }
    options.out.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    sys.stdout.write(json.dumps(found, indent=2) + "\n")


if __name__ == "__main__":
    main()
