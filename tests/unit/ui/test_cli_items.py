"""``palate items``: what is printed, what is refused, and that nothing is half done."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from ui.cli.main import run

Command = Callable[..., tuple[int, str, str]]
#: A film of tests/data/films.csv.
ALIEN = "f01"


@pytest.fixture
def items(
    small_workspace: Path,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Command:
    """Run ``palate items`` on a workspace that may be changed: code, output, messages."""
    workspace = shutil.copytree(small_workspace, tmp_path / "workspace")
    monkeypatch.setenv("PALATE_WORKSPACE", str(workspace))

    def command(*arguments: str) -> tuple[int, str, str]:
        code = run(["items", *arguments])
        shown = capfd.readouterr()
        return code, shown.out, shown.err

    return command


def shown(items: Command, item_id: str) -> dict[str, object]:
    return json.loads(items("show", item_id)[1])


def test_an_item_is_added_by_the_rules_of_a_build(items: Command) -> None:
    code, out, _ = items(
        *("add", "--id", "x", "--title", " Zebulon  Rising ", "--set", "runtime=2h 4m"),
        *("--set", "genre=science fiction, Crime", "--set", "director=A", "--set", "director=B"),
        *("--set", "description=A tale; with marks.", "--set", "weight=12"),
    )
    assert (code, out) == (0, "Added 1 film: Zebulon Rising.\n")
    assert shown(items, "x") == {
        "item_id": "x",
        "title": "Zebulon Rising",
        "genre": ["Sci-Fi", "Crime"],
        "director": ["A", "B"],
        "runtime": 124.0,
        "description": "A tale; with marks.",
        "weight": 12.0,
        "removed": False,
    }


def test_what_is_not_named_stays_and_what_is_empty_goes(items: Command) -> None:
    add = ("add", "--id", "x", "--title", "Zebulon", "--set", "year=1999", "--set", "weight=3")
    assert items(*add, "--set", "genre=Crime", "--set", "description=Words.")[0] == 0
    assert items("change", "x", "--set", "year=", "--set", "description=")[0] == 0
    found = shown(items, "x")
    assert "year" not in found
    assert (found["genre"], found["description"], found["weight"]) == (["Crime"], "", 3.0)
    assert items("change", "x", "--title", "Zebulon Two", "--set", "genre=Drama")[0] == 0
    assert shown(items, "x")["title"] == "Zebulon Two"
    assert items("remove", "x")[1] == "Removed 1 film: Zebulon Two.\n"
    assert shown(items, "x")["removed"] is True


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("add", "--id", "x"), "needs an id and a title"),
        (("add", "--id", "x", "--title", "X", "--set", "year"), "'year' is not COLUMN=VALUE"),
        (("add", "--id", "x", "--title", "X", "--set", "yeer=1"), "no column 'yeer'"),
        (
            ("add", "--id", "x", "--title", "X", "--set", "year=soon"),
            "year is not a number",
        ),
        (("add", "--id", "x", "--title", "X", "--set", "weight=-2"), "'-2': weight is below 0"),
        (("add", "--id", "x", "--title", "X", "--set", "weight=lots"), "weight is not a number"),
        (("change", "x", "--title", "X"), "no film with the id 'x'"),
        (("change", "x"), "Nothing to change"),
        (("change", ALIEN, "--title", " "), "title is empty"),
        (("change", ALIEN, "--set", "yeer="), "no column 'yeer'"),
        (("change", ALIEN, "--title", "X", "--from", "f.csv"), "one or the other"),
        (("remove", "x"), "no film with the id 'x'"),
        (("add", "--from", "nothing.csv"), "no file nothing.csv"),
    ],
)
def test_what_is_refused_is_named(items: Command, arguments: tuple[str, ...], words: str) -> None:
    code, out, err = items(*arguments)
    assert (code, out) == (2, "")
    assert words in err


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("a,A,1999\nb,B,soon", "year is not a number, left out: line 3: 'soon'"),
        ("a,A,1999\n,B,1998", "no id: line 3: 'B'"),
        ("a,A,1999\nb,,1998", "no title: line 3: 'b'"),
        ("a,A,1999\na,B,1998", "same id as another, different item: line 3: 'a'"),
    ],
)
def test_a_row_that_cannot_be_used_stops_the_whole_file(
    items: Command, tmp_path: Path, rows: str, words: str
) -> None:
    file = tmp_path / "new.csv"
    file.write_text(f"id,title,year\n{rows}\n", encoding="utf-8")
    code, _, err = items("add", "--from", str(file))
    assert code == 2
    assert words in err
    assert items("show", "a")[0] == 2


def test_files_of_any_format_and_named_columns(items: Command, tmp_path: Path) -> None:
    file = tmp_path / "new.jsonl"
    rows = [{"key": f"k{n}", "heading": f"Zebulon {n}", "genre": ["Crime"]} for n in range(2)]
    file.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    code, out, _ = items("add", "--from", str(file), "--column", "title=heading")
    assert (code, out) == (0, "Added 2 films: Zebulon 0, Zebulon 1.\n")
    file.write_text('{"id": "k1", "year": 2001}\n', encoding="utf-8")
    assert items("change", "--from", str(file))[0] == 0
    assert shown(items, "k1")["genre"] == ["Crime"]
    assert shown(items, "k1")["year"] == 2001.0
    file.write_text('{"id": "nobody", "year": 2001}\n', encoding="utf-8")
    assert "no film with the id 'nobody'" in items("change", "--from", str(file))[2]
