"""The command line's documentation is what the commands say."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("columns", ["60", "200"])
def test_the_reference_is_up_to_date_whatever_the_terminal(columns: str) -> None:
    done = subprocess.run(
        [sys.executable, "scripts/write_cli_docs.py", "--check"],
        cwd=ROOT,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "COLUMNS": columns,
            "PALATE_WORKSPACE": "/somewhere/else",
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
