"""One full conversation in a real browser, over the demo workspace with the embedded model."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Protocol

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.demo, pytest.mark.models]

ARTIFACTS = Path(__file__).resolve().parents[2] / "artifacts"
#: The first answer also waits for the models to be loaded.
FIRST_MS = 180_000


class Opener(Protocol):
    """Opens an address in a browser profile of its own; see conftest."""

    def __call__(
        self, url: str, *, width: int = 1280, height: int = 860, dark: bool = False
    ) -> Page: ...


def say(page: Page, text: str) -> None:
    """Send a message and wait for the end of the answer."""
    replies = page.locator("#p-messages .message.bot")
    before = replies.count()
    page.get_by_label("Your message").fill(text)
    page.get_by_role("button", name="Send").click()
    expect(replies).to_have_count(before + 1, timeout=FIRST_MS)
    expect(page.get_by_role("button", name="Send")).to_be_enabled(timeout=FIRST_MS)


def years(page: Page) -> list[int]:
    """Years on the cards, from the first card to the last."""
    return [int(year) for year in page.locator(".p-year").all_inner_texts()]


def test_a_conversation_about_real_films(demo_page: str, visit: Opener, tmp_path: Path) -> None:
    page = visit(demo_page, height=900)
    say(page, "I loved Alien and Blade Runner but I'm sick of slashers, nothing before 1980")
    cards = page.locator(".p-card")
    expect(cards).to_have_count(5)
    assert min(years(page)) >= 1980
    panel = page.locator("#p-taste-panel")
    for value in ("Alien (1979)", "Blade Runner (1982)", "1980 or later"):
        expect(panel.locator(".p-value", has_text=value)).to_be_visible()
    assert all("1980" in chips for chips in page.locator(".p-ledger").all_inner_texts())
    ARTIFACTS.mkdir(exist_ok=True)
    page.screenshot(path=ARTIFACTS / "page.png")

    first = cards.first
    liked = first.get_attribute("data-item")
    first.get_by_role("button", name="Like", exact=True).click()
    expect(first.get_by_role("button", name="Liked")).to_be_visible()
    first.locator("summary", has_text="Why").click()
    expect(first.get_by_text("Reasons")).to_be_visible()
    page.get_by_role("button", name="Show new picks").click()
    expect(page.locator(f'.p-card[data-item="{liked}"]')).to_have_count(0)

    alien = page.locator(".p-interest").filter(has_text="Alien (1979)")
    before = cards.evaluate_all("cards => cards.map(card => card.dataset.item)")
    alien.get_by_role("button", name="Remove").click()
    expect(alien).to_have_count(0)
    expect(page.locator(".p-stage")).to_contain_text("Removed")
    after = cards.evaluate_all("cards => cards.map(card => card.dataset.item)")
    assert before != after
    page.screenshot(path=ARTIFACTS / "page-after-edit.png")

    with page.expect_download() as download:
        page.get_by_role("button", name="Export as JSON").click()
    download.value.save_as(tmp_path / "profile.json")
    exported = json.loads((tmp_path / "profile.json").read_text(encoding="utf-8"))
    kept = {interest["value"] for interest in exported["interests"]}
    assert {"Blade Runner (1982)", "1980.."} <= kept
    assert "Alien (1979)" not in kept
    assert liked in {reaction["item_id"] for reaction in exported["reactions"]}


def test_it_fits_a_phone_in_the_dark(demo_page: str, visit: Opener) -> None:
    page = visit(demo_page, width=390, height=844, dark=True)
    say(page, "something like Heat, but funnier")
    expect(page.locator(".p-card").first).to_be_visible()
    ARTIFACTS.mkdir(exist_ok=True)
    page.screenshot(path=ARTIFACTS / "page-phone-dark.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
