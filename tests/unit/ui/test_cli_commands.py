"""The commands over the small workspace: what they print, and what they leave behind."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from agent.palate import Palate
from ui.cli.columns import ColumnChoices, parse_columns
from ui.cli.main import run

Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def palate(
    small_workspace: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Command:
    """Run a command line on the small workspace without a model: code, output, messages."""
    monkeypatch.setenv("PALATE_WORKSPACE", str(small_workspace))
    monkeypatch.setenv("PALATE_LLM", "none")
    opened = Palate.open(small_workspace, llm="none")
    opened.delete_user("ada")
    opened.close()
    capfd.readouterr()

    def command(*arguments: str) -> tuple[int, str, str]:
        code = run(list(arguments))
        shown = capfd.readouterr()
        return code, shown.out, shown.err

    return command


def test_ask_as_json_prints_one_object_and_nothing_else(palate: Command) -> None:
    text = "I love science fiction, nothing before 1980"
    code, out, _ = palate("ask", "--user", "ada", "--n", "3", "--json", text)
    assert code == 0
    answer: dict[str, Any] = json.loads(out)
    assert {"reply", "profile", "recommendations", "timing", "llm"} <= set(answer)
    assert len(answer["recommendations"]) == 3
    for rank, pick in enumerate(answer["recommendations"], start=1):
        assert {"item_id", "title", "score", "parts", "ledger", "explanation"} <= set(pick)
        assert pick["rank"] == rank
        assert pick["score"] == pytest.approx(sum(pick["parts"].values()), abs=1e-4)
        assert {"text", "claims"} == set(pick["explanation"])
    assert answer["timing"]["total"] > 0
    assert "Sci-Fi" in [interest["value"] for interest in answer["profile"]["interests"]]


def test_ask_for_people_numbers_the_picks(palate: Command) -> None:
    code, out, _ = palate("ask", "--user", "ada", "--n", "2", "I love science fiction")
    assert code == 0
    assert "\n1. " in out
    assert "\n2. " in out
    assert "✓ met: Genre: Sci-Fi" in out


def test_control_characters_do_not_reach_the_terminal(palate: Command) -> None:
    _, out, _ = palate(
        "profile", "edit", "--user", "ada", "--facet", "mood", "--value", "a\x1b[2Jb"
    )
    assert "\x1b" not in out
    assert "a[2Jb" in out


def test_a_profile_is_edited_shown_exported_and_deleted(palate: Command, tmp_path: Path) -> None:
    me = ("--user", "ada")
    horror = (*me, "--facet", "genre", "--value", "Horror")
    assert (
        palate("profile", "edit", *horror, "--preference", "-0.9", "--strictness", "hard")[0] == 0
    )
    _, shown, _ = palate("profile", "show", *me)
    assert "Genre: Horror: never" in shown
    assert palate("profile", "edit", *horror, "--preference", "0.9")[0] == 0
    assert "Genre: Horror: only" in palate("profile", "show", *me)[1]

    exported = json.loads(palate("profile", "export", *me)[1])
    assert [interest["value"] for interest in exported["interests"]] == ["Horror"]
    path = tmp_path / "ada.json"
    code, out, _ = palate("profile", "export", *me, "--out", str(path))
    assert (code, out) == (0, "")
    assert json.loads(path.read_text(encoding="utf-8")) == exported
    assert palate("profile", "export", *me, "--out", str(path))[0] == 2

    assert palate("profile", "edit", *horror, "--remove")[0] == 0
    assert "Nothing yet" in palate("profile", "show", *me)[1]
    code, out, _ = palate("profile", "delete", *me, "--yes")
    assert code == 0
    assert "records about ada" in out
    assert json.loads(palate("profile", "export", *me)[1])["interests"] == []


def test_an_edit_under_a_condition_leaves_what_always_holds(palate: Command) -> None:
    horror = ("profile", "edit", "--user", "ada", "--facet", "genre", "--value", "Horror")
    kids = ("--condition", "With the kids")
    assert palate(*horror, "--preference", "0.9")[0] == 0
    assert palate(*horror, *kids, "--preference", "-0.9", "--strictness", "hard")[0] == 0
    assert palate(*horror, *kids, "--preference", "-0.5")[0] == 0
    _, shown, _ = palate("profile", "show", "--user", "ada")
    assert "Genre: Horror: love\n" in shown
    assert "Genre: Horror: never, with the kids\n" in shown
    assert palate(*horror, *kids, "--remove")[0] == 0
    exported = json.loads(palate("profile", "export", "--user", "ada")[1])
    assert [(i["preference"], i["condition"]) for i in exported["interests"]] == [(0.9, "")]


@pytest.mark.parametrize("typed", ["Horror", "horror", " HORROR "])
def test_an_edit_changes_only_what_was_given(palate: Command, typed: str) -> None:
    edit = ("profile", "edit", "--user", "ada", "--facet", "genre", "--value")

    def held() -> list[tuple[str, float, str]]:
        exported = json.loads(palate("profile", "export", "--user", "ada")[1])
        return [(i["value"], i["preference"], i["strictness"]) for i in exported["interests"]]

    assert palate(*edit, "Horror", "--preference", "-0.4")[0] == 0
    assert palate(*edit, typed)[0] == 0
    assert held() == [("Horror", -0.4, "soft")]
    assert palate(*edit, typed, "--strictness", "hard")[0] == 0
    assert held() == [("Horror", -0.4, "hard")]
    assert palate(*edit, typed, "--preference", "-0.7")[0] == 0
    assert held() == [("Horror", -0.7, "hard")]
    assert palate(*edit, "Drama")[0] == 0
    assert sorted(held()) == [("Drama", 0.8, "soft"), ("Horror", -0.7, "hard")]


def test_a_value_that_the_catalogue_has_not_is_kept_with_a_warning(palate: Command) -> None:
    def edit(facet: str, value: str) -> str:
        code, out, err = palate(
            *("profile", "edit", "--user", "ada", "--facet", facet, "--value", value)
        )
        assert code == 0
        assert value in out
        return err

    warned = edit("genre", "Nonsensegenre")
    assert "Warning: The catalogue has no genre “Nonsensegenre”" in warned
    assert "Did you mean: Michael Mann?" in edit("person", "Michael Manfredsson")
    assert "Warning" not in edit("genre", "Horror")
    assert "Warning" not in edit("mood", "nonsensical")


def test_deleting_somebody_who_is_not_there_says_so(palate: Command) -> None:
    code, out, err = palate("profile", "delete", "--user", "nobody-of-this-name", "--yes")
    assert (code, out) == (2, "")
    assert "nobody-of-this-name" in err


def test_removing_what_is_not_there_is_a_wrong_value(palate: Command) -> None:
    code, out, err = palate(
        *("profile", "edit", "--user", "ada", "--facet", "genre", "--value", "War", "--remove")
    )
    assert (code, out) == (2, "")
    assert err.startswith("Error: ")
    assert "War" in err


def test_texts_of_a_file_are_read_with_the_workspaces_vocabulary(
    palate: Command, tmp_path: Path
) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    texts = ["I loved Groundhog Day, and I love Michael Mann.", "I hate horror.", ""]
    source.write_text(
        "".join(json.dumps({"id": n, "text": text}) + "\n" for n, text in enumerate(texts))
    )
    code, out, err = palate("extract", "--in", str(source), "--out", str(target))
    assert (code, out) == (0, "")
    assert "3 texts" in err
    rows = [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]
    found = {
        (row["id"], i["facet"], i["value"], i["polarity"]) for row in rows for i in row["interests"]
    }
    assert (0, "title", "Groundhog Day (1993)", 1) in found
    assert (0, "person", "Michael Mann", 1) in found
    assert (1, "genre", "Horror", -1) in found
    for row in rows:
        for interest in row["interests"]:
            start, end = interest["evidence"]
            assert texts[row["id"]][start:end] == interest["quote"]
    assert palate("extract", "--in", str(source), "--out", str(target))[0] == 2
    assert palate("extract", "--in", str(source), "--out", str(target), "--overwrite")[0] == 0


@pytest.mark.parametrize(
    ("bad", "shown", "rest"),
    [
        (10, 10, ""),
        (11, 10, "… and 1 more line that could not be used."),
        (12, 10, "… and 2 more lines that could not be used."),
    ],
)
def test_extraction_counts_bytes_and_shows_ten_problems(
    palate: Command, tmp_path: Path, bad: int, shown: int, rest: str
) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text('{"id": 1, "text": "I hate horror."}\n' + "no json\n" * bad)
    code, _, err = palate("extract", "--in", str(source), "--out", str(tmp_path / "out.jsonl"))
    assert code == 0
    assert f"extracting: {source.stat().st_size} bytes done" in err
    assert err.count("Not used: ") == shown
    assert ("more line" in err) == bool(rest)
    assert rest in err
    assert "1 text, 1 interest, read by" in err


def gold(path: Path) -> Path:
    """One text with two interests that the rules find."""
    text = "I love Michael Mann but I hate horror."
    interests = [
        {"facet": "person", "value": "Michael Mann", "polarity": 1, "evidence": [7, 19]},
        {"facet": "genre", "value": "horror", "polarity": -1, "evidence": [31, 37]},
    ]
    case: dict[str, Any] = {"id": "1", "text": text, "speaker": "user", "domain": "movies"}
    case |= {"source": "test", "split": "dev", "interests": interests}
    path.write_text(json.dumps(case) + "\n", encoding="utf-8")
    return path


def test_evaluation_prints_its_summary_and_fails_under_a_threshold(
    palate: Command, tmp_path: Path
) -> None:
    data = gold(tmp_path / "gold.jsonl")
    arguments = ("eval", "extraction", "--data", str(data), "--out", str(tmp_path / "report"))
    code, out, err = palate(*arguments)
    assert code == 0, err
    summary = json.loads(out)
    assert json.loads((tmp_path / "report" / "summary.json").read_text()) == summary
    ours = next(iter(summary["extractors"].values()))
    assert ours["overlap"]["micro"]["f1"] == 1.0
    assert (tmp_path / "report" / "report.html").is_file()
    assert palate(*arguments, "--fail-under", "overlap.micro.f1=0.9")[0] == 0
    code, out, err = palate(*arguments, "--fail-under", "overlap.micro.f1=1.1")
    assert code == 1
    assert json.loads(out) == json.loads(out)
    assert "overlap.micro.f1 is 1.0, asked for 1.1" in err
    assert palate(*arguments, "--fail-under", "no.such=1")[0] == 2


def test_doctor_tells_what_runs(palate: Command) -> None:
    code, out, _ = palate("doctor")
    assert code == 0, out
    for words in ("24 films", "content only", "hashing-256", "none (rules only)", "Cache"):
        assert words in out


def test_doctor_names_the_command_that_repairs(palate: Command, tmp_path: Path) -> None:
    code, out, _ = palate("doctor", "--workspace", str(tmp_path / "nowhere"))
    assert code == 1
    assert "✗ Workspace" in out
    assert "palate build --demo" in out


@pytest.mark.parametrize("arguments", [(), ("--demo", "--catalog", "x.csv")])
def test_build_wants_one_source(palate: Command, arguments: tuple[str, ...]) -> None:
    assert palate("build", *arguments)[0] == 2


def test_a_catalogue_that_is_not_there_is_said(palate: Command, tmp_path: Path) -> None:
    code, _, err = palate("build", "--catalog", str(tmp_path / "no.csv"))
    assert code == 2
    assert "no.csv" in err


def test_a_file_without_the_columns_names_the_option(palate: Command, tmp_path: Path) -> None:
    odd, shop = tmp_path / "odd.csv", tmp_path / "shop.csv"
    odd.write_text("colour,shape\nred,round\ngreen,square\n", encoding="utf-8")
    shop.write_text("item_id,title\n1,Heat\n2,Alien\n", encoding="utf-8")
    build = ("build", "--workspace", str(tmp_path / "built"), "--catalog")
    code, _, err = palate(*build, str(odd))
    assert code == 2
    assert "--column item_id=NAME --column title=NAME" in err
    code, _, err = palate(*build, str(shop), "--interactions", str(odd), "--column", "user_id=")
    assert code == 2
    assert "--column interactions.user_id=NAME" in err


def test_columns_go_to_the_files_that_have_them() -> None:
    chosen = parse_columns(
        ["title=name", "user_id=customer", "rating=", "interactions.item_id=sku", "text=body"]
    )
    assert chosen == ColumnChoices(
        catalog={"title": "name"},
        interactions={"user_id": "customer", "rating": "", "item_id": "sku"},
        reviews={"user_id": "customer", "text": "body"},
    )


@pytest.mark.parametrize("wrong", ["title", "=name", "sales.title=name", "catalog.=name"])
def test_columns_of_another_form_are_refused(palate: Command, wrong: str) -> None:
    code, _, err = palate("build", "--catalog", "x.csv", "--column", wrong)
    assert code == 2
    assert wrong in err
