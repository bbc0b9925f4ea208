"""Interactions survive being written to any supported form of text and read back."""

from __future__ import annotations

import csv
import gzip
import json
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.importers import load_interactions
from retrieval.types import Interaction

NOW = datetime(2026, 1, 1, tzinfo=UTC)
#: Ids without spaces around or doubled within them, which cleaning would change.
IDS = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=8)
FIELDS = ("user_id", "item_id", "rating", "timestamp")
INTERACTIONS = st.lists(
    st.builds(
        Interaction,
        user_id=IDS,
        item_id=IDS,
        value=st.floats(-1e6, 1e6),
        timestamp=st.integers(1, 1_700_000_000).map(float),
    ),
    min_size=1,
    max_size=20,
    unique_by=lambda one: (one.user_id, one.item_id),
)


def write_delimited(path: Path, delimiter: str, interactions: list[Interaction]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerow(FIELDS)
        for one in interactions:
            writer.writerow([one.user_id, one.item_id, repr(one.value), one.timestamp])


def write_json_lines(path: Path, interactions: list[Interaction]) -> None:
    with gzip.open(path, "wt", encoding="utf-8") as file:
        for one in interactions:
            values = (one.user_id, one.item_id, one.value, one.timestamp)
            file.write(json.dumps(dict(zip(FIELDS, values, strict=True))) + "\n")


@given(INTERACTIONS)
@settings(max_examples=60, deadline=None)
def test_what_was_written_is_read(interactions: list[Interaction]) -> None:
    with TemporaryDirectory() as folder:
        for delimiter in ",\t;|":
            path = Path(folder) / "table"
            write_delimited(path, delimiter, interactions)
            assert load_interactions(path, now=NOW).interactions == tuple(interactions)
        path = Path(folder) / "lines.jsonl.gz"
        write_json_lines(path, interactions)
        assert load_interactions(path, now=NOW).interactions == tuple(interactions)
