"""How fast rules read: milliseconds per text on the texts of a JSONL file, and to read the names.

Run: ``python benchmarks/extraction_speed.py TEXTS.jsonl [--names N]`` (lines with a "text").
The names are made up, so that nothing has to be installed.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Iterable
from pathlib import Path

from interest.domain import load_domain
from interest.extraction import TextUnit
from interest.gazetteer import Gazetteer
from interest.rule_extractor import GazetteerExtractor, RuleExtractor
from interest.vocabulary import VocabularyEntry

_SYLLABLES = ("ba", "der", "lin", "mo", "ra", "sel", "to", "vin", "kar", "ou", "ner", "sha")


class MadeUpVocabulary:
    """So many titles, and six times as many people."""

    def __init__(self, titles: int, seed: int = 7) -> None:
        rng = random.Random(seed)
        self._entries = [
            VocabularyEntry(
                facet=facet, value=name, names=(name,), item_ids=(), weight=rng.random() * 100
            )
            for facet, count in (("title", titles), ("person", 6 * titles))
            for name in {_name(rng) for _ in range(count)}
        ]

    def entries(self) -> Iterable[VocabularyEntry]:
        return self._entries


def _name(rng: random.Random) -> str:
    words = [
        "".join(rng.choices(_SYLLABLES, k=rng.randint(1, 3))) for _ in range(rng.randint(1, 4))
    ]
    return " ".join(words).title()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("texts", type=Path)
    parser.add_argument("--names", type=int, default=17_000)
    arguments = parser.parse_args()
    lines = arguments.texts.read_text(encoding="utf-8").splitlines()
    units = [
        TextUnit(text_id=str(n), text=json.loads(line)["text"]) for n, line in enumerate(lines)
    ]
    domain, vocabulary = load_domain("movies"), MadeUpVocabulary(arguments.names)
    start = time.process_time()
    gazetteer = Gazetteer(domain, vocabulary)
    print(f"names: {len(gazetteer)} in {time.process_time() - start:.2f} cpu-s")
    for extractor in (
        GazetteerExtractor(domain, vocabulary, gazetteer),
        RuleExtractor(domain, vocabulary, gazetteer),
    ):
        start = time.process_time()
        extractor.extract(units)
        spent = 1000 * (time.process_time() - start) / max(len(units), 1)
        print(f"{extractor.name}: {spent:.2f} cpu-ms per text, {len(units)} texts")


if __name__ == "__main__":
    main()
