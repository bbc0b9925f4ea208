"""Signing in with a real browser: the form, the page behind it, and the way out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from agent.palate import utc_now
from interest.accounts import Role
from retrieval.workspace_folder import WorkspaceFolder
from tests.browser.conftest import serving
from tests.support.server import PASSWORD, own_workspace
from ui.auth.accounts import Accounts

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def workspace(small_workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = own_workspace(small_workspace, tmp_path_factory.mktemp("sign-in") / "workspace")
    accounts = Accounts.open(WorkspaceFolder(folder).store_url, clock=utc_now)
    for name in ("ada", "bob"):
        accounts.add(name, PASSWORD, Role.USER)
    accounts.close()
    return folder


@pytest.fixture(scope="module")
def url(workspace: Path) -> Iterator[str]:
    with serving(workspace, "--llm", "none", "--no-guests") as address:
        yield address


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context(viewport={"width": 390, "height": 844})
    opened.set_default_timeout(60_000)
    yield opened
    opened.close()


def sign_in(page: Page, url: str, name: str, password: str = PASSWORD) -> None:
    page.goto(url)
    expect(page).to_have_url(f"{url}sign-in")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_label("Password").press("Enter")


def say(page: Page, text: str) -> None:
    box = page.get_by_label("Your message")
    box.fill(text)
    box.press("Enter")


def test_the_page_is_behind_the_form(context: BrowserContext, url: str) -> None:
    page = context.new_page()
    sign_in(page, url, "ada", "not her password")
    expect(page.get_by_role("alert")).to_contain_text("do not go together")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("Signed in as ada")).to_be_visible()
    say(page, "I love comedies")
    expect(page.locator("#p-taste-panel")).to_contain_text("Comedy")
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(f"{url}sign-in")


def test_everybody_sees_their_own_page_whatever_the_address_says(
    browser: Browser, url: str
) -> None:
    first, second = browser.new_context(), browser.new_context()
    try:
        ada, bob = first.new_page(), second.new_page()
        sign_in(ada, url, "ada")
        say(ada, "I adore quokkas and comedies")
        expect(ada.locator("#p-taste-panel")).to_contain_text("quokkas")
        sign_in(bob, url, "bob")
        expect(bob.get_by_text("Signed in as bob")).to_be_visible()
        bob.goto(f"{url}?user=ada")
        expect(bob.get_by_text("Signed in as bob")).to_be_visible()
        bob.locator("#p-taste-panel .p-taste").wait_for()
        expect(bob.locator("#p-taste-panel")).not_to_contain_text("quokkas")
    finally:
        first.close()
        second.close()


def test_a_tab_of_somebody_who_left_does_nothing_more(context: BrowserContext, url: str) -> None:
    old = context.new_page()
    sign_in(old, url, "ada")
    expect(old.get_by_text("Signed in as ada")).to_be_visible()
    new = context.new_page()
    new.goto(url)
    new.get_by_role("button", name="Sign out").click()
    sign_in(new, url, "bob")
    expect(new.get_by_text("Signed in as bob")).to_be_visible()
    say(old, "I love horror")
    expect(old.locator("#p-stage-line")).to_contain_text("Reload it")
    new.reload()
    new.locator("#p-taste-panel .p-taste").wait_for()
    expect(new.locator("#p-taste-panel")).not_to_contain_text("Horror")
