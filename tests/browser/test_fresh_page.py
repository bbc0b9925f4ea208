"""Items that the command line changes while a page is open on the workspace."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

PALATE = Path(sys.executable).parent / "palate"


def say(page: Page, text: str) -> None:
    answers = page.locator("#p-messages .message.bot")
    before = answers.count()
    page.get_by_label("Your message").fill(text)
    page.get_by_role("button", name="Send").click()
    expect(answers).to_have_count(before + 1)
    expect(page.get_by_role("button", name="Send")).to_be_enabled()


def items(workspace: Path, *arguments: str) -> None:
    command = [str(PALATE), "items", *arguments, "--workspace", str(workspace)]
    subprocess.run(command, check=True, capture_output=True)


def test_a_page_knows_what_was_added_and_forgets_what_was_removed(
    changing_page: tuple[str, Path], visit: Callable[[str], Page]
) -> None:
    url, workspace = changing_page
    page = visit(url)
    card = page.locator(".p-card", has_text="Zebulon Rising")
    say(page, "I love science fiction")
    expect(page.locator(".p-card")).to_have_count(5)
    items(
        workspace,
        *("add", "--id", "zeb", "--title", "Zebulon Rising", "--set", "year=2025"),
        *("--set", "genre=Sci-Fi", "--set", "director=Zelda Quark"),
    )
    say(page, "I love Zelda Quark")
    expect(card).to_have_count(1)
    expect(page.locator("#p-taste-panel")).to_contain_text("Zelda Quark")
    items(workspace, "remove", "zeb")
    say(page, "a film by Zelda Quark")
    expect(page.locator(".p-card").first).to_be_visible()
    expect(card).to_have_count(0)
    items(workspace, "add", "--id", "zeb2", "--title", "Zebulon Falling", "--set", "year=2026")
    say(page, "I loved Zebulon Falling")
    expect(page.locator("#p-taste-panel")).to_contain_text("Zebulon Falling (2026)")
