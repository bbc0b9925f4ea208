"""Writing a file for somebody: all of it, or nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from interest.errors import InputError, SetupError
from ui.files import write_new


def test_a_new_file_is_written_and_nothing_else(tmp_path: Path) -> None:
    write_new(tmp_path / "out.json", "{}\n")
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("out.json", "{}\n")]


def test_an_old_file_stays_unless_it_may_be_replaced(tmp_path: Path) -> None:
    path = tmp_path / "out.json"
    path.write_text("old")
    with pytest.raises(InputError, match=r"out\.json"):
        write_new(path, "new")
    assert path.read_text() == "old"
    write_new(path, "new", overwrite=True)
    assert path.read_text() == "new"


def test_a_missing_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="nowhere"):
        write_new(tmp_path / "nowhere" / "out.json", "{}")
