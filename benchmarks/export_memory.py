"""Peak memory of an export, over numbers of profiles: it must not grow with them.

Makes synthetic stores, exports each in a process of its own and reads that process's peak resident
memory. It knows nothing of quality.

    python benchmarks/export_memory.py --people 2000 20000 200000 --out FILE
"""

from __future__ import annotations

import argparse
import json
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from interest.evidence import Evidence, Source
from interest.exports.choices import ExportFormat
from interest.exports.run import export_profiles, selection_for
from interest.interests import Interest, Strictness
from interest.profile import InterestProfile, Reaction, ReactionKind
from interest.sql_pages import ProfilePages
from interest.sql_store import SqlStore

NOW = datetime(2026, 5, 1, tzinfo=UTC)
_GENRES = ("Drama", "Comedy", "Horror", "Crime", "Western", "War", "Music", "Sci-Fi")


def _person(number: int) -> InterestProfile:
    """Five interests with a quote each, five reactions."""
    interests = tuple(
        Interest(
            facet="genre",
            value=_GENRES[(number + place) % len(_GENRES)],
            preference=0.8,
            confidence=0.7,
            strictness=Strictness.SOFT,
            evidence=(_said(f"person {number} said that number {place} is a joy to watch"),),
            valid_from=NOW,
        )
        for place in range(5)
    )
    reactions = tuple(
        Reaction(
            item_id=f"tt{(number * 7 + place) % 9000:07}",
            kind=ReactionKind.LIKED,
            evidence=(_said(f"liked film {place}"),),
            at=NOW,
        )
        for place in range(5)
    )
    return InterestProfile(
        user_id=f"person-{number:08}",
        interests=interests,
        reactions=reactions,
        revision=1,
        updated_at=NOW,
    )


def _said(words: str) -> Evidence:
    return Evidence.whole(words, source=Source.CHAT, source_id="t", observed_at=NOW)


def _pages(people: int) -> Iterator[list[InterestProfile]]:
    for start in range(0, people, 500):
        yield [_person(number) for number in range(start, min(start + 500, people))]


def _fill(path: Path, people: int) -> None:
    store = SqlStore.open(path)
    pages = ProfilePages(store.engine)
    for page in _pages(people):
        pages.insert_new(page, now=NOW)
    store.close()


def _export_here(path: Path, folder: Path, form: ExportFormat) -> None:
    """In a process of its own: prints what it took."""
    store = SqlStore.open(path)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.perf_counter()
    report = export_profiles(ProfilePages(store.engine), folder, form, selection_for(form), now=NOW)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(
        json.dumps(
            {
                "format": form.value,
                "profiles": report.profiles,
                "peak_mb": round(peak / 1024, 1),
                "before_mb": round(before / 1024, 1),
                "seconds": round(seconds, 1),
                "output_mb": round(sum(report.files.values()) / 1e6, 1),
            }
        )
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, nargs="+", default=[2_000, 20_000])
    parser.add_argument("--out", type=Path)
    parser.add_argument("--child", nargs=3, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        store, folder, form = arguments.child
        _export_here(Path(store), Path(folder), ExportFormat(form))
        return
    rows: list[dict[str, object]] = []
    for people in arguments.people:
        with tempfile.TemporaryDirectory() as name:
            store = Path(name) / "palate.db"
            _fill(store, people)
            for form in (ExportFormat.PARQUET, ExportFormat.JSONL):
                command = [sys.executable, __file__, "--child", str(store)]
                command += [str(Path(name) / form.value), form.value]
                done = subprocess.run(command, check=True, capture_output=True, text=True)
                rows.append(json.loads(done.stdout))
                print(done.stdout.strip(), flush=True)
    if arguments.out:
        facts = {"machine": platform.platform(), "python": platform.python_version()}
        arguments.out.write_text(json.dumps({**facts, "runs": rows}, indent=2) + "\n")


if __name__ == "__main__":
    main()
