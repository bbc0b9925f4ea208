"""``palate user`` and ``palate key``: what they print, what they refuse, what they leave behind."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest

from agent.palate import utc_now
from interest.accounts import Scope
from retrieval.workspace_folder import WorkspaceFolder
from ui.auth.accounts import Accounts
from ui.auth.identity import AuthError
from ui.cli.main import run

Command = Callable[..., tuple[int, str, str]]
PASSWORD = "correct horse battery"


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """Accounts need no catalogue: any folder will do."""
    return tmp_path


@pytest.fixture
def palate(
    workspace: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Command:
    monkeypatch.setenv("PALATE_WORKSPACE", str(workspace))
    monkeypatch.delenv("PALATE_STORE", raising=False)

    def command(*arguments: str, typed: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        code = run(list(arguments))
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    return command


def accounts(workspace: Path) -> Accounts:
    return Accounts.open(WorkspaceFolder(workspace).store_url, clock=utc_now)


def test_accounts_come_and_go(palate: Command, workspace: Path) -> None:
    assert palate("user", "list")[2].startswith("There are no accounts.")
    assert palate("user", "add", "ada", "--role", "operator", typed=f"{PASSWORD}\n")[0] == 0
    assert palate("user", "add", "bob", typed=f"{PASSWORD}\n")[0] == 0
    _, listed, _ = palate("user", "list")
    assert [line.split("\t")[:2] for line in listed.splitlines()] == [
        ["ada", "operator"],
        ["bob", "user"],
    ]
    opened = accounts(workspace)
    token = opened.sign_in("ada", PASSWORD)
    assert palate("user", "passwd", "ada", typed="another long password\n")[0] == 0
    assert opened.by_token(token) is None
    assert opened.sign_in("ada", "another long password")
    assert palate("user", "remove", "ada")[0] == 0
    with pytest.raises(AuthError):
        opened.sign_in("ada", "another long password")
    opened.close()
    for command in (("passwd", "ada"), ("remove", "ada")):
        code, _, refused = palate("user", *command, typed=f"{PASSWORD}\n")
        assert code == 2
        assert "'ada'" in refused


@pytest.mark.parametrize(
    ("name", "typed", "named"),
    [
        ("ada", "short\n", "5 characters"),
        ("ada", "x" * 600 + "\n", "600 characters"),
        ("ada", "", "standard input"),
        ("a b", f"{PASSWORD}\n", "'a b'"),
        ("guest-1", f"{PASSWORD}\n", "guests"),
    ],
)
def test_what_cannot_be_an_account_is_refused(
    palate: Command, workspace: Path, name: str, typed: str, named: str
) -> None:
    code, _, refused = palate("user", "add", name, typed=typed)
    assert code == 2
    assert named in refused
    assert typed.strip() not in refused or not typed.strip()
    opened = accounts(workspace)
    assert opened.all() == ()
    opened.close()


def test_a_key_is_shown_once_and_can_be_revoked(palate: Command, workspace: Path) -> None:
    code, out, said = palate(
        "key", "add", "--user", "ada", "--scopes", "chat,act-as", "--label", "shop", "--days", "3"
    )
    assert code == 0
    assert "act-as, chat" in said
    key = out.strip()
    opened = accounts(workspace)
    identity = opened.by_key(key)
    assert (identity.user_id, identity.scopes) == ("ada", {Scope.CHAT, Scope.ACT_AS})
    _, listed, _ = palate("key", "list")
    key_id, user, state, scopes, label = listed.strip().split("\t")
    assert (user, scopes, label) == ("ada", "act-as,chat", "shop")
    assert state.startswith("works until ")
    assert key.rsplit("_", 1)[-1] not in listed
    assert palate("key", "revoke", key_id)[0] == 0
    assert "\trevoked\t" in palate("key", "list")[1]
    with pytest.raises(AuthError, match="revoked"):
        opened.by_key(key)
    opened.close()


def test_keys_that_make_no_sense_are_refused(palate: Command) -> None:
    for arguments, named in (
        (("key", "add", "--scopes", "everything"), "'everything'"),
        (("key", "revoke", "nothing"), "'nothing'"),
    ):
        code, out, refused = palate(*arguments)
        assert (code, out) == (2, "")
        assert named in refused


def test_without_a_workspace_the_next_step_is_named(palate: Command, tmp_path: Path) -> None:
    missing = tmp_path / "nowhere"
    code, _, refused = palate("user", "list", "--workspace", str(missing))
    assert code == 2
    assert "palate build --demo" in refused
    assert not missing.exists()
