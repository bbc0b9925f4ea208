"""How soon is a changed item recommended, beside building anew? One run on the demo workspace.

Every change is checked by an answer: a new item must be in the list of somebody who asks for its
(otherwise unknown) director, a changed one under its new title, a removed one must be gone.
Measured are the call itself, the taking over by a running Palate, and the two together, as ratios
to a build from the workspace's own data with all texts encoded already, the best a build can do.

Run ``python -m benchmarks.fresh [--workspace FOLDER] [--out FILE]`` from the project root; it works
on a copy of the workspace.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

from agent.palate import Palate
from interest.domain import load_domain
from retrieval.catalogue import Catalogue
from retrieval.encoder import HashingEncoder
from retrieval.engine import Engine
from retrieval.fresh.changes import ItemChange, net_states
from retrieval.fresh.folding import fold
from retrieval.fresh.writer import ItemEdit
from retrieval.types import Item, Query

RESULT = Path(__file__).parent / "results" / "fresh.json"
REPEATS = 15
#: Changes that lie in the journal already.
PENDING = (0, 100, 1000)
LARGE = 100_000


def film(name: str) -> Item:
    """A film that only a person of its own connects with anything."""
    return Item(
        item_id=f"bench-{name}",
        title=f"Benchmarkia {name}",
        attributes={"genre": ("Drama",), "director": (f"Zorblax {name}",), "year": 2025.0},
    )


def seconds(act: Callable[[], object]) -> float:
    start = perf_counter()
    act()
    return perf_counter() - start


def recommended(palate: Palate, director: str) -> set[str]:
    turn = palate.ask(f"asks-for-{director}", f"I love {director}")
    return {pick.title for pick in turn.recommendations}


def one_round(palate: Palate, name: str) -> dict[str, float]:
    """Seconds of each step, after checking that each did what it should."""
    item, out = film(name), dict[str, float]()

    def step(what: str, call: Callable[[], object], title: str, there: bool) -> None:
        out[f"{what}: call"] = seconds(call)
        out[f"{what}: taking over"] = seconds(lambda: palate.catalogue)
        out[f"{what}: until recommendable"] = out[f"{what}: call"] + out[f"{what}: taking over"]
        found = recommended(palate, f"Zorblax {name}")
        if (title in found) is not there:
            raise AssertionError(f"{what}: {title} in {found}: expected {there}")

    step("add", lambda: palate.add_items([item]), item.label, True)
    edit = ItemEdit(item_id=item.item_id, title=f"Changed {name}")
    step("change", lambda: palate.change_items([edit]), f"Changed {name} (2025)", True)
    step("remove", lambda: palate.remove_items([item.item_id]), f"Changed {name} (2025)", False)
    return out


def medians(rounds: Sequence[dict[str, float]]) -> dict[str, float]:
    return {what: statistics.median(one[what] for one in rounds) for what in rounds[0]}


def time_of_answer(palate: Palate) -> float:
    """Seconds of a list of ten for somebody without a profile."""
    act = partial(palate.recommend, "asks-for-nothing", n=10)
    return statistics.median(seconds(act) for _ in range(REPEATS))


def measure(workspace: Path) -> dict[str, Any]:
    """All figures of the demo workspace, in seconds and as ratios to a build."""
    out: dict[str, Any] = {}
    build = seconds(lambda: fold(workspace))
    out["build, texts encoded already: s"] = round(build, 3)
    for pending in PENDING:
        palate = Palate.open(workspace, llm="none")
        known = len(palate.catalogue.items)
        lacking = pending - sum(i.item_id.startswith("pending") for i in palate.catalogue)
        if lacking > 0:
            new = [
                Item(item_id=f"pending{known + n}", title=f"Pendingia {known + n}", attributes={})
                for n in range(lacking)
            ]
            palate.add_items(new)
        palate.warm_up()
        rounds = [one_round(palate, f"{pending}x{n}") for n in range(REPEATS)]
        answer = time_of_answer(palate)
        palate.close()
        found = medians(rounds)
        out[f"{pending} changes pending"] = {
            **{f"{what}: ms": round(1000 * value, 1) for what, value in found.items()},
            **{
                f"{what}: share of a build": round(value / build, 5)
                for what, value in found.items()
                if "until" in what
            },
            "slowest until recommendable: ms": round(
                1000 * max(one["add: until recommendable"] for one in rounds), 1
            ),
            "an answer of ten: ms": round(1000 * answer, 1),
            "opening: s": round(seconds(lambda: Palate.open(workspace, llm="none").close()), 3),
        }
    out["from another process"] = from_another_process(workspace)
    return out


def from_another_process(workspace: Path) -> dict[str, float]:
    """``palate items add`` while a Palate is open: the command, then the taking over."""
    palate = Palate.open(workspace, llm="none")
    palate.warm_up()
    command = [str(Path(sys.executable).parent / "palate"), "items", "add", "--id", "other"]
    command += ["--title", "Otheria", "--set", "director=Zorblax Other", "--set", "year=2025"]
    command += ["--workspace", str(workspace)]
    called = seconds(lambda: subprocess.run(command, check=True, capture_output=True))
    taken = seconds(lambda: palate.catalogue)
    if "Otheria (2025)" not in recommended(palate, "Zorblax Other"):
        raise AssertionError("what another process added is not recommended")
    palate.close()
    return {
        "palate items add, interpreter included: s": round(called, 2),
        "taking over, encoding included: ms": round(1000 * taken, 1),
    }


def large() -> dict[str, float]:
    """One change in a catalogue of 100,000 items, retrieval alone, beside making the engine."""
    domain, encoder = load_domain("movies"), HashingEncoder(384)
    items = [
        Item(
            item_id=f"i{n}",
            title=f"Item {n}",
            attributes={"genre": ("Drama", "Crime")[: 1 + n % 2], "director": (f"P {n // 9}",)},
        )
        for n in range(LARGE)
    ]
    start = perf_counter()
    engine = Engine.fit(Catalogue(items, domain), [], encoder)
    made = perf_counter() - start
    engine.warm_up()
    new = film("large")
    times: list[float] = []
    for _ in range(5):
        start = perf_counter()
        vector = encoder.encode([engine.catalogue.text_of(new)])[0]
        change = ItemChange(item_id=new.item_id, item=new, vector=vector)
        changed = engine.changed(net_states([change]))
        answer = changed.recommend(Query(n=20, text=engine.catalogue.text_of(new)))
        if new.item_id not in {candidate.item_id for candidate in answer.candidates}:
            raise AssertionError("a new item of the large catalogue is not found")
        times.append(perf_counter() - start)
    median = statistics.median(times)
    return {
        "making the engine: s": round(made, 2),
        "one change and an answer: ms": round(1000 * median, 1),
        "share of making the engine": round(median / made, 5),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--workspace", type=Path, default=Path("palate-workspace"))
    parser.add_argument("--out", type=Path, default=RESULT)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(shutil.copytree(options.workspace, Path(folder) / "workspace"))
        found = {"demo": measure(copy), f"{LARGE:,} items": large()}
    found["machine"] = {
        "processor": platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "measured": datetime.now(UTC).date().isoformat(),
    }
    options.out.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    sys.stdout.write(json.dumps(found, indent=2) + "\n")


if __name__ == "__main__":
    main()
