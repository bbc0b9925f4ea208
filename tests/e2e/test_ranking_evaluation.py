"""``palate eval ranking`` as a process on MovieLens 100K, beside figures that others published.

Leave-one-out among 99 negatives is what most papers report; popularity has no settings, so that a
figure off the published range means that the protocol is another one.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent

pytestmark = pytest.mark.demo


def evaluated(out: Path, *options: str) -> tuple[dict[str, Any], str]:
    """Standard output and messages of a run on MovieLens 100K."""
    command = "import sys; from ui.cli.main import run; sys.exit(run(sys.argv[1:]))"
    arguments = ["eval", "ranking", "--data", "ml-100k", "--no-text", "--out", str(out), *options]
    done = subprocess.run(
        [sys.executable, "-c", command, *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout), done.stderr


@pytest.mark.usefixtures("demo_workspace")  # its ratings are the data
def test_popularity_reaches_what_is_known_of_it(tmp_path: Path) -> None:
    out = tmp_path / "report"
    answer, messages = evaluated(
        out, "--protocol", "leave-one-out", "--method", "popularity", "--method", "random"
    )
    methods = answer["protocols"]["leave-one-out"]["sampled"]["methods"]
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    figures = summary["protocols"]["leave-one-out"]["views"]["sampled"]["methods"]
    # ItemPop on ml-100k: HR@10 .40 to .42; the standard error of 943 users is .016.
    assert figures["popularity"]["HR@10"]["mean"] == pytest.approx(0.41, abs=0.03)
    assert methods["popularity"]["mean"] == pytest.approx(0.23, abs=0.02)
    # One of 100 in the first ten places by chance.
    assert figures["random"]["HR@10"]["mean"] == pytest.approx(0.10, abs=0.03)
    assert sorted(path.name for path in out.iterdir()) == ["report.html", "summary.json"]
    assert "Traceback" not in messages
