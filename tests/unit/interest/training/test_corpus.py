"""The written corpus: every quote stands in its text, and the parts are what the README says."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from interest.errors import DataError
from interest.evidence import Source
from interest.reader.labels import FACETS
from interest.training.corpus import corpus_files, read_corpus, read_written

README = Path(__file__).resolve().parents[4] / "interest" / "training" / "corpus" / "README.md"


def line(tmp_path: Path, **row: object) -> Path:
    path = tmp_path / "x.jsonl"
    path.write_text(json.dumps({"d": "movies", "s": "chat", **row}) + "\n", encoding="utf-8")
    return path


def test_all_files_can_be_read_and_the_held_out_part_is_apart() -> None:
    training, held_out = read_corpus(held_out=False), read_corpus(held_out=True)
    assert len(training) >= 3000
    assert len(held_out) >= 300
    assert not {t.text.casefold() for t in training} & {t.text.casefold() for t in held_out}


def test_the_readme_counts_right() -> None:
    stated = dict(re.findall(r"^\| `(\w+\.jsonl)` \| (\d+) ", README.read_text("utf-8"), re.M))
    counted = {file.name: str(len(list(read_written(file)))) for file in corpus_files()}
    assert stated == counted


def test_every_facet_both_signs_and_many_domains_are_there() -> None:
    texts = read_corpus(held_out=False)
    chat = [text for text in texts if text.source is Source.CHAT]
    facets = Counter(entry.facet for text in chat for entry in text.entries)
    assert set(facets) == set(FACETS)
    signs = Counter(
        (entry.preference or 0) > 0 for text in texts for entry in text.entries if entry.preference
    )
    assert min(signs.values()) > 0.4 * sum(signs.values())
    assert len({text.domain for text in texts}) >= 15
    silent = sum(all(entry.preference is None for entry in text.entries) for text in texts)
    assert silent > 500
    # New kinds of things: nothing about them is in the training part.
    assert not {"hotel", "hotels", "clothing"} & {
        text.domain
        for text in texts
        if text.source is Source.REVIEW and any(e.preference is not None for e in text.entries)
    }


def test_words_are_found_whole_and_by_number(tmp_path: Path) -> None:
    path = line(
        tmp_path, t="toward war, more war", i=[["theme", "war", -0.6], ["theme", "war#3", 0.6]]
    )
    (text,) = read_written(path)
    assert [entry.span for entry in text.entries] == [(7, 10), (17, 20)]


def test_flags_and_conditions_are_read(tmp_path: Path) -> None:
    entry = ["mood", "gore", -0.8, "no", "hard cond=with_the_kids"]
    (text,) = read_written(line(tmp_path, t="no gore with the kids", i=[entry]))
    (read,) = text.entries
    assert (read.opinion, read.flags, read.condition) == (
        (0, 2),
        frozenset({"hard"}),
        "with the kids",
    )


def test_a_quote_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"x\.jsonl, line 1: 'Heat' does not stand in 'heat'"):
        list(read_written(line(tmp_path, t="heat", i=[["title", "Heat", 0.6]])))
