"""``palate eval ranking``: what it prints, writes and refuses."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ui.cli.main import run

Command = Callable[..., tuple[int, str, str]]


@pytest.fixture(name="ranking")
def command(capfd: pytest.CaptureFixture[str]) -> Command:
    """Run the command: code, output, messages."""

    def ranking(*arguments: str | Path) -> tuple[int, str, str]:
        code = run(["eval", "ranking", *map(str, arguments)])
        shown = capfd.readouterr()
        return code, shown.out, shown.err

    return ranking


@pytest.fixture(name="events")
def ratings(tmp_path: Path) -> Path:
    """Two tastes of 20 people over 24 items, with times."""
    lines = ["user_id,item_id,rating,timestamp"]
    for user in range(20):
        items = [(user + 2 * step) % 24 for step in range(10)]
        lines += [f"u{user},i{item},5,{1_000_000_000 + user + n}" for n, item in enumerate(items)]
    path = tmp_path / "events.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_figures_a_page_and_nothing_left_over(
    ranking: Command, events: Path, tmp_path: Path
) -> None:
    out = tmp_path / "report"
    code, shown, err = ranking(
        "--data",
        events,
        "--out",
        out,
        "--method",
        "popularity",
        "--method",
        "random",
        "--protocol",
        "user-split",
    )
    assert code == 0
    answer: dict[str, Any] = json.loads(shown)
    view = answer["protocols"]["user-split"]["full"]
    assert set(view["methods"]) == {"popularity", "random"}
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    whole = summary["protocols"]["user-split"]["views"]["full"]["methods"]
    assert whole["popularity"]["nDCG@20"] == view["methods"]["popularity"]
    assert sorted(path.name for path in out.iterdir()) == ["report.html", "summary.json"]
    assert "Report: " in err
    assert "cells: 2 done" in err


def test_methods_that_need_a_catalogue_are_left_out_and_told(
    ranking: Command, events: Path, tmp_path: Path
) -> None:
    code, shown, err = ranking(
        "--data", events, "--out", tmp_path / "r", "--users", "3", "--protocol", "user-split"
    )
    assert code == 0
    assert set(json.loads(shown)["protocols"]["user-split"]["full"]["methods"]) == {
        "random",
        "popularity",
        "ials",
        "trend",
        "item-knn",
        "user-knn",
        "ease",
        "co-occurrence",
        "transitions",
        "blend",
    }
    assert "Note: text is left out" in err


def test_a_threshold_that_is_missed_is_exit_code_one(
    ranking: Command, events: Path, tmp_path: Path
) -> None:
    arguments = (
        "--data",
        events,
        "--out",
        tmp_path / "r",
        "--protocol",
        "user-split",
        "--method",
        "popularity",
        "--method",
        "random",
        "--fail-under",
    )
    code, _, err = ranking(*arguments, "user-split.full.popularity.nDCG@20=1.5")
    assert code == 1
    assert "user-split.full.popularity.nDCG@20 is 0." in err
    assert "asked for 1.5" in err
    assert ranking(*arguments, "user-split.full.popularity.nDCG@20=0")[0] == 0


def test_a_catalogue_and_columns(ranking: Command, tmp_path: Path) -> None:
    shop, events = tmp_path / "shop.csv", tmp_path / "events.csv"
    shop.write_text("sku,name\n" + "".join(f"{n},Thing {n}\n" for n in range(9)))
    rows = [f"{user},{(user + n) % 9},{1_000_000_000 + n}" for user in range(6) for n in range(6)]
    events.write_text("who,sku,when\n" + "\n".join(rows))
    code, _, err = ranking(
        *("--data", events, "--catalog", shop, "--out", tmp_path / "r", "--no-text"),
        *("--column", "item_id=sku", "--column", "title=name", "--column", "user_id=who"),
        *("--column", "interactions.item_id=sku", "--column", "timestamp=when"),
        *("--method", "popularity", "--protocol", "user-split"),
    )
    assert code == 0, err
    summary = json.loads((tmp_path / "r" / "summary.json").read_text(encoding="utf-8"))
    assert summary["data"]["n_items"] == 9
    assert summary["data"]["has_times"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "--data or --workspace"),
        (("--data", "ml-100k", "--workspace", "w"), "--data or --workspace"),
        (("--data", "ml-100k"), "Add --out FOLDER"),
        (("--data", "ml-1b", "--out", "OUT"), "Names: ml-100k"),
        (("--data", "EVENTS", "--out", "OUT", "--method", "svd"), "popularity"),
        (("--data", "EVENTS", "--out", "OUT", "--protocol", "loo"), "leave-one-out"),
        (("--data", "EVENTS", "--out", "OUT", "--protocol", "given"), "without a split"),
        (("--data", "EVENTS", "--out", "OUT", "--method", "text"), "what the catalogue tells"),
        (("--data", "EVENTS", "--out", "OUT", "--versus", "text"), "Choose among: random"),
        (("--data", "EVENTS", "--out", "OUT", "--fail-under", "nDCG=1"), "PROTOCOL.VIEW"),
        (("--data", "EVENTS", "--out", "OUT", "--fail-under", "nDCG"), "Write user-split.full"),
        (("--data", "ml-100k", "--out", "OUT", "--catalog", "c.csv"), "go with a file"),
        (("--workspace", "w", "--out", "OUT", "--catalog", "c.csv"), "go with --data FILE"),
    ],
)
def test_what_is_wrong_is_said_with_the_choices(
    ranking: Command, events: Path, tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    places = {"EVENTS": str(events), "OUT": str(tmp_path / "r")}
    code, out, err = ranking(*(places.get(one, one) for one in arguments))
    assert (code, out) == (2, "")
    assert words in err
    assert "Traceback" not in err


def test_a_workspace_without_interactions(
    ranking: Command, small_workspace: Path, tmp_path: Path
) -> None:
    code, _, err = ranking("--workspace", small_workspace, "--out", tmp_path / "r")
    assert code == 2
    assert "no interactions" in err


def test_a_workspace_that_is_not_there(ranking: Command, tmp_path: Path) -> None:
    code, _, err = ranking("--workspace", tmp_path / "none", "--out", tmp_path / "r")
    assert code == 1
    assert "palate build" in err


def test_data_without_times_refuses_protocols_that_need_them(
    ranking: Command, tmp_path: Path
) -> None:
    path = tmp_path / "plays.csv"
    rows = [f"u{user},i{(user + n) % 12}" for user in range(12) for n in range(6)]
    path.write_text("user_id,item_id\n" + "\n".join(rows))
    out = ("--out", tmp_path / "r", "--method", "popularity")
    code, _, err = ranking("--data", path, *out, "--protocol", "time-split")
    assert code == 2
    assert "plays.csv has no times" in err
    assert "strong" in err
    code, shown, _ = ranking("--data", path, *out)
    assert code == 0
    assert list(json.loads(shown)["protocols"]) == ["strong"]


def test_the_list_explains_everything(ranking: Command) -> None:
    code, shown, _ = ranking("--list")
    assert code == 0
    for name in ("ml-100k", "leave-one-out", "cold-users", "among-cold", "ials", "nDCG@20"):
        assert name in shown
