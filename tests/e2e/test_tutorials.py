"""The tutorials do what they say: every block that can run is run."""

from __future__ import annotations

import doctest
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.server import Served, own_workspace, served, serving

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_ADDRESS = "http://127.0.0.1:7860"


def blocks(name: str) -> list[tuple[str, str]]:
    """Language and text of the blocks of a tutorial."""
    return _BLOCK.findall((DOCS / name).read_text(encoding="utf-8"))


@pytest.mark.demo
@pytest.mark.models
def test_the_python_tutorial_prints_what_it_says(
    demo_workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_workspace(demo_workspace, tmp_path / "palate-workspace")
    monkeypatch.chdir(tmp_path)
    source = "\n".join(
        text for language, text in blocks("tutorial-python.md") if language == "python"
    )
    test = doctest.DocTestParser().get_doctest(source, {}, "tutorial-python", None, None)
    assert len(test.examples) > 30
    report: list[str] = []
    result = doctest.DocTestRunner(verbose=False).run(test, out=report.append)
    assert result.failed == 0, "".join(report)


@pytest.fixture(scope="module")
def server(small_workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("programs") / "workspace"
    with served(own_workspace(small_workspace, folder)) as opened:
        yield opened


def test_the_tutorial_for_programs_runs(
    server: Served, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    tools = tmp_path_factory.mktemp("tools")
    palate = tools / "palate"
    code = "import sys; from ui.cli.main import main; main()"
    palate.write_text(f'#!/bin/sh\nexec {sys.executable} -c "{code}" "$@"\n', encoding="utf-8")
    palate.chmod(0o755)
    environment = {
        **os.environ,
        "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "PALATE_WORKSPACE": server.palate.status.workspace,
    }
    ran: list[str] = []
    with serving(server.app) as url:
        for language, text in blocks("tutorial-programs.md"):
            if language not in ("sh", "python"):
                continue
            here = text.replace(_ADDRESS, url)
            command = (
                ["bash", "-euo", "pipefail", "-c", here]
                if language == "sh"
                else [sys.executable, "-c", here]
            )
            done = subprocess.run(
                command,
                cwd=tmp_path,
                env=environment,
                capture_output=True,
                text=True,
                timeout=120,
                check=False,
            )
            assert done.returncode == 0, f"{text}\n{done.stdout}\n{done.stderr}"
            ran.append(language)
    assert ran == ["sh", "sh", "python", "python", "sh"]
    said = [turn.user_text for turn in server.palate.turns("ada")]
    assert said == ["I love comedies, nothing before 1980", "something else"]
    assert [account.user_id for account in server.services.accounts.all()] == []
