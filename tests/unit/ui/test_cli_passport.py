"""The passport's commands as a newcomer types them, right and wrong."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from agent.palate import Palate
from ui.cli.main import run

Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def palate(
    small_workspace: Path,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Command:
    """Run a command line on a copy of the small workspace in which two people said something."""
    folder = tmp_path / "workspace"
    shutil.copytree(small_workspace, folder)
    monkeypatch.setenv("PALATE_WORKSPACE", str(folder))
    monkeypatch.setenv("PALATE_LLM", "none")
    opened = Palate.open(folder, llm="none")
    opened.add_interest("ada", "genre", "Horror", preference=-0.9)
    opened.add_interest("bob", "genre", "Comedy")
    opened.close()
    capfd.readouterr()

    def command(*arguments: str) -> tuple[int, str, str]:
        code = run(list(arguments))
        shown = capfd.readouterr()
        return code, shown.out, shown.err

    return command


def test_everybody_leaves_and_comes_back(palate: Command, tmp_path: Path) -> None:
    everybody = ("profile", "export", "--all", "--format", "jsonl", "--out")
    code, _, err = palate(*everybody, f"{tmp_path}/a")
    assert code == 0
    assert "Wrote 2 profiles" in err
    assert palate("profile", "delete", "--user", "ada", "--yes")[0] == 0
    code, out, _ = palate("profile", "import", f"{tmp_path}/a")
    assert (code, out) == (0, "1 new, 0 changed, 1 as they were, 0 kept, 0 bad.\n")
    palate(*everybody, f"{tmp_path}/b")
    first, second = (tmp_path / name / "profiles.jsonl" for name in "ab")
    assert first.read_bytes() == second.read_bytes()


def test_vectors_have_a_row_per_person(palate: Command, tmp_path: Path) -> None:
    import numpy as np

    out = tmp_path / "v"
    assert palate("profile", "export", "--all", "--format", "vectors", "--out", str(out))[0] == 0
    vectors = np.load(out / "vectors.npy")
    ids = [json.loads(line) for line in (out / "users.jsonl").read_text().splitlines()]
    manifest = json.loads((out / "_manifest.json").read_text())
    assert ids == ["ada", "bob"]
    assert vectors.shape == (2, manifest["text_dim"] + manifest["collaborative_dim"])
    assert np.linalg.norm(vectors[0]) == 0, "Ada said only what she does not like"
    assert np.linalg.norm(vectors[1]) == pytest.approx(1, abs=1e-5)


def test_consent_decides_who_is_sent(palate: Command, tmp_path: Path) -> None:
    assert "said nothing" in palate("profile", "consent", "--user", "ada")[1]
    assert (
        "segment: allowed" in palate("profile", "consent", "--user", "ada", "--allow", "segment")[1]
    )
    _, _, err = palate(
        "profile", "export", "--all", "--format", "segment", "--out", f"{tmp_path}/calls"
    )
    assert "Wrote 1 profile " in err
    assert "Left out for want of consent: 1." in err


def test_a_receipt_is_handed_over_and_checked(palate: Command, tmp_path: Path) -> None:
    path = tmp_path / "receipt.json"
    code, out, _ = palate("profile", "delete", "--user", "ada", "--yes", "--receipt", str(path))
    assert code == 0
    assert "interests: 1" in out
    code, out, _ = palate("profile", "verify-receipt", str(path))
    assert (code, "Genuine" in out, "no profile now" in out) == (0, True, True)
    path.write_text(path.read_text().replace('"ada"', '"bob"'))
    code, _, err = palate("profile", "verify-receipt", str(path))
    assert (code, "was changed" in err) == (2, True)


def test_webhooks_and_retention_are_set_and_shown(palate: Command) -> None:
    assert palate("webhook", "add", "shop", "http://127.0.0.1:9/x")[1].startswith("whsec_")
    assert "0 waiting" in palate("webhook", "list")[1]
    palate("profile", "consent", "--user", "ada", "--allow", "shop")
    assert "1 put off" in palate("webhook", "deliver")[1]
    assert "1 waiting, 0 delivered" in palate("webhook", "list")[1]
    assert palate("webhook", "remove", "shop")[0] == 0
    assert palate("retention", "set", "conversations", "90")[0] == 0
    assert "conversations: 90 days" in palate("retention", "show")[1]
    assert "conversations: 0 records deleted" in palate("retention", "apply")[1]
    assert palate("retention", "set", "conversations", "forever")[0] == 0


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("profile", "export", "--all"), "--format"),
        (("profile", "export", "--format", "jsonl"), "--out"),
        (("profile", "export", "--format", "jsonl", "--user", "zz", "--out", "x"), "zz"),
        (
            ("profile", "export", "--all", "--format", "jsonl", "--out", "x", "--since", "soon"),
            "soon",
        ),
        (("profile", "import", "nothing.jsonl"), "nothing.jsonl"),
        (("profile", "consent", "--allow", "a/b"), "a/b"),
        (("profile", "consent", "--allow", "a", "--refuse", "a"), "both"),
        (("profile", "bring", "nothing.zip"), "nothing.zip"),
        (("profile", "verify-receipt", "nothing.json"), "nothing.json"),
        (("webhook", "add", "shop", "http://shop.example"), "https"),
        (("webhook", "add", "shop", "https://x.example", "--secret", "abc"), "whsec_"),
        (("webhook", "remove", "zz"), "zz"),
        (("retention", "set", "words", "90"), "words"),
        (("retention", "set", "events", "0"), "0 days"),
        (("retention", "set", "events", "soon"), "soon"),
    ],
)
def test_what_is_wrong_is_named(palate: Command, arguments: tuple[str, ...], named: str) -> None:
    code, out, err = palate(*arguments)
    assert (code, out) == (2, "")
    assert named in err
    assert "Traceback" not in err
