"""The console script around the commands: exit codes, error lines, what is imported when."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from interest.errors import InputError
from ui.cli.main import run
from ui.cli.thresholds import parse_thresholds

ROOT = Path(__file__).resolve().parents[3]


def python(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a few lines in an interpreter of their own."""
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--help"]) == 0
    shown = capsys.readouterr().out
    for command in ("build", "serve", "chat", "ask", "extract", "eval", "profile", "doctor"):
        assert f"  {command} " in shown


def test_help_and_version_load_nothing_heavy() -> None:
    done = python(
        "import sys\n"
        "from ui.cli.main import run\n"
        "codes = run(['--help']), run(['ask', '--help']), run(['--version'])\n"
        "heavy = {'torch', 'gradio', 'langchain', 'numpy', 'fastapi', 'sqlalchemy'}\n"
        "sys.exit(repr(heavy & set(sys.modules)) if heavy & set(sys.modules) else max(codes))\n"
    )
    assert done.returncode == 0, done.stderr
    assert "palate 0." in done.stdout


def test_an_unknown_command_is_a_wrong_value(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["recomend"]) == 2
    assert "recomend" in capsys.readouterr().err


def test_a_missing_workspace_is_one_line_with_the_command_that_makes_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = run(["profile", "show", "--workspace", str(tmp_path / "nowhere")])
    shown = capsys.readouterr()
    assert code == 1
    assert shown.out == ""
    assert shown.err.startswith("Error: ")
    assert str(tmp_path / "nowhere") in shown.err
    assert "palate build" in shown.err
    assert shown.err.count("\n") == 1


def test_verbose_adds_the_traceback(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["profile", "show", "--verbose", "--workspace", str(tmp_path / "nowhere")]) == 1
    shown = capsys.readouterr().err
    assert "Traceback" in shown
    assert shown.splitlines()[-1].startswith("Error: ")


def test_deleting_needs_a_yes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    done = python(
        "import sys; from ui.cli.main import run\n"
        f"sys.exit(run(['profile', 'delete', '--user', 'ada', '--workspace', {str(tmp_path)!r}]))"
    )
    assert done.returncode == 2
    assert "--yes" in done.stderr


def test_a_public_address_is_refused_before_anything_is_loaded(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["serve", "--host", "0.0.0.0", "--workspace", str(tmp_path)]) == 2
    refused = capsys.readouterr().err
    assert "0.0.0.0" in refused
    assert "palate user add" in refused


def test_removing_and_changing_at_once_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--facet", "genre", "--value", "Drama", "--remove", "--preference", "0.5"]
    assert run(["profile", "edit", *words]) == 2
    assert "--remove" in capsys.readouterr().err


def test_a_closed_pipe_is_no_error() -> None:
    script = "import sys; from ui.cli.main import main; sys.argv = ['palate', '--help']; main()"
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as closed:
        done = subprocess.run(
            [sys.executable, "-c", script],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=closed,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode in (1, 141)
    assert done.stderr == ""


def test_thresholds_are_read() -> None:
    assert parse_thresholds(["overlap.micro.f1=0.8", "brier = 0.2"]) == {
        "overlap.micro.f1": 0.8,
        "brier": 0.2,
    }


@pytest.mark.parametrize("wrong", ["f1", "f1=", "f1=high", "=0.5"])
def test_thresholds_that_cannot_be_read_are_refused(wrong: str) -> None:
    with pytest.raises(InputError):
        parse_thresholds([wrong])
