"""User ids: what may be one, on the command line and in the page's address."""

from __future__ import annotations

import pytest

from interest.errors import InputError
from ui.cli.main import run
from ui.user_ids import LONGEST_USER_ID, checked_user_id


@pytest.mark.parametrize("user_id", ["ada", "Ada Lovelace", "zoë", "李", "x" * LONGEST_USER_ID])
def test_names_stay_as_they_are(user_id: str) -> None:
    assert checked_user_id(user_id) == user_id


@pytest.mark.parametrize(
    ("user_id", "said"),
    [
        ("", "empty"),
        ("  ", "empty"),
        ("a\x1b[2J", "U+001B"),
        ("a\nb", "U+000A"),
        ("a\x9bb", "U+009B"),
        ("a\u2028b", "U+2028"),
        ("a\udcffb", "U+DCFF"),
        ("x" * (LONGEST_USER_ID + 1), "201 characters"),
    ],
)
def test_what_is_no_name_is_refused(user_id: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        checked_user_id(user_id)
    assert said in caught.value.problem


@pytest.mark.parametrize(
    "command", [("ask", "hello"), ("chat",), ("profile", "show"), ("profile", "delete", "--yes")]
)
def test_every_command_refuses_it_before_it_opens_anything(
    command: tuple[str, ...], capfd: pytest.CaptureFixture[str]
) -> None:
    assert run([*command, "--user", "a\x1bb"]) == 2
    shown = capfd.readouterr()
    assert "U+001B" in shown.err
    assert "\x1b" not in shown.err
