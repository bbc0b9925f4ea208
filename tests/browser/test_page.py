"""The page in a real browser, over a small workspace without models."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Protocol

import pytest
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.browser

HOSTILE = "<script>alert(1)</script> <img src=x onerror=alert(2)> **bold** ${7*7} &amp; {{value}}"
TEXT = "I love science fiction, nothing before 1980"


class Opener(Protocol):
    """Opens an address in a browser profile of its own; see conftest."""

    def __call__(
        self, url: str, *, width: int = 1280, height: int = 860, dark: bool = False
    ) -> Page: ...


def say(page: Page, text: str) -> None:
    """Send a message and wait for the end of the answer."""
    sent = page.locator("#p-messages .message.user")
    before = sent.count()
    page.get_by_label("Your message").fill(text)
    page.get_by_role("button", name="Send").click()
    expect(sent).to_have_count(before + 1)
    expect(page.locator("#p-messages .message.bot")).to_have_count(before + 1)
    expect(page.get_by_role("button", name="Send")).to_be_enabled()


def shown(page: Page) -> list[str]:
    """Ids of the items on the cards."""
    ids: Any = page.locator(".p-card").evaluate_all("cards => cards.map(c => c.dataset.item)")
    return [str(item) for item in ids]


def interest(page: Page, value: str) -> Locator:
    """The line of an interest in the panel."""
    return page.locator(".p-interest").filter(has=page.locator(".p-value", has_text=value))


def stage(page: Page) -> Locator:
    return page.locator(".p-stage")


def test_a_conversation_from_the_first_word_to_the_export(
    small_page: str, visit: Opener, tmp_path: Path
) -> None:
    page = visit(small_page)
    expect(page.get_by_text("What are you in the mood for?")).to_be_visible()
    say(page, TEXT)
    expect(page.locator(".p-card")).to_have_count(5)
    expect(interest(page, "Sci-Fi")).to_contain_text("science fiction")
    expect(interest(page, "1980 or later")).to_be_visible()

    first = page.locator(".p-card").first
    first.get_by_role("button", name="Like", exact=True).click()
    expect(first.get_by_role("button", name="Liked")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("heading", name="Your answers")).to_be_visible()

    why = first.locator("summary", has_text="Why")
    why.click()
    expect(first.get_by_text("Reasons")).to_be_visible()
    expect(first.get_by_text("made of")).to_be_visible()

    before = shown(page)
    page.get_by_role("button", name="Show new picks").click()
    expect(page.locator(f'.p-card[data-item="{before[0]}"]')).to_have_count(0)
    expect(page.locator(".p-card")).to_have_count(5)

    years = page.locator(".p-year").all_inner_texts()
    assert min(map(int, years)) >= 1980
    interest(page, "1980 or later").get_by_role("button", name="Remove").click()
    expect(interest(page, "1980 or later")).to_have_count(0)
    expect(stage(page)).to_contain_text("Removed “1980 or later”")
    assert min(map(int, page.locator(".p-year").all_inner_texts())) < 1980

    with page.expect_download() as download:
        page.get_by_role("button", name="Export as JSON").click()
    path = tmp_path / "profile.json"
    download.value.save_as(path)
    exported = json.loads(path.read_text(encoding="utf-8"))
    assert "Sci-Fi" in json.dumps(exported["interests"])
    assert [reaction["item_id"] for reaction in exported["reactions"]] == [before[0]]


def test_the_reply_arrives_in_pieces_with_a_stage_before_it(small_page: str, visit: Opener) -> None:
    page = visit(small_page)
    page.evaluate(
        """() => {
          window.states = [];
          new MutationObserver(() => window.states.push({
            stage: document.querySelector('.p-stage')?.textContent,
            replies: document.querySelectorAll('#p-messages .message.bot').length,
            cards: document.querySelectorAll('.p-card').length,
          })).observe(document.body, {subtree: true, childList: true, characterData: true});
        }"""
    )
    say(page, TEXT)
    states: Any = page.evaluate("window.states")
    working = [state for state in states if re.fullmatch(r"\w+…", state["stage"] or "")]
    assert working, "no stage was shown while working"
    assert working[0]["replies"] == working[0]["cards"] == 0
    assert states[-1]["cards"] == 5


def test_a_page_that_is_loaded_again_goes_on_and_another_browser_starts_anew(
    small_page: str, visit: Opener
) -> None:
    page = visit(small_page)
    say(page, TEXT)
    page.reload()
    expect(page.locator("#p-messages .message.user")).to_have_text(TEXT)
    expect(interest(page, "Sci-Fi")).to_be_visible()
    expect(page.locator(".p-card")).to_have_count(5)
    other = visit(small_page)
    expect(other.locator("#p-messages .message.user")).to_have_count(0)
    expect(other.locator(".p-card")).to_have_count(0)


def test_an_example_prompt_is_sent_by_a_press(small_page: str, visit: Opener) -> None:
    page = visit(small_page)
    example = page.get_by_role("list", name="Examples").get_by_role("button").first
    text = example.inner_text().strip()
    example.click()
    expect(page.locator("#p-messages .message.user")).to_have_text(text)
    expect(page.locator(".p-card").first).to_be_visible()
    expect(example).to_have_count(0)


def test_an_interest_is_added_changed_and_taken_along(small_page: str, visit: Opener) -> None:
    page = visit(small_page)
    page.locator("summary", has_text="Add something").click()
    form = page.locator(".p-add form")
    form.get_by_label("What", exact=True).press_sequentially("ani")
    expect(page.locator("#p-suggestions option")).to_have_attribute("value", "Animation")
    form.get_by_label("What", exact=True).fill("Animation")
    form.get_by_label("How strong").select_option("Love")
    form.get_by_label("It is").select_option("hard")
    form.get_by_role("button", name="Add").click()
    expect(interest(page, "Animation")).to_contain_text("Only")
    expect(page.locator(".p-card")).to_have_count(2)  # the catalogue has two of them

    line = interest(page, "Animation")
    line.locator("summary", has_text="Edit").click()
    line.get_by_label("How strong").select_option("Hate")
    line.get_by_role("button", name="Save").click()
    expect(line).to_contain_text("Never")
    expect(page.locator(".p-card")).to_have_count(5)
    assert "Animation" not in " ".join(page.locator(".p-about").all_inner_texts())


def test_words_of_users_and_catalogues_stay_words(small_page: str, visit: Opener) -> None:
    page = visit(small_page)
    say(page, HOSTILE)
    expect(page.locator("#p-messages .message.user")).to_have_text(HOSTILE)
    page.locator("summary", has_text="Add something").click()
    form = page.locator(".p-add form")
    form.get_by_label("Kind").select_option("mood")
    form.get_by_label("What", exact=True).fill(HOSTILE)
    form.get_by_role("button", name="Add").click()
    expect(interest(page, HOSTILE)).to_be_visible()
    say(page, "I love science fiction from 1999")
    title = page.locator('.p-card[data-item="f23"] .p-title')
    expect(title).to_contain_text("<script>alert(1)</script> <b>**Space**</b> ${7*7} {{value}}")
    inside = page.locator("#p-columns")
    assert inside.locator("img, script, b:has-text('Space')").count() == 0


def test_a_named_user_has_a_page_of_their_own(small_page: str, visit: Opener) -> None:
    page = visit(f"{small_page}?user=grace")
    say(page, "I love westerns")
    again = visit(f"{small_page}?user=grace")
    expect(again.locator("#p-messages .message.user")).to_have_text("I love westerns")


def test_everything_can_be_forgotten(small_page: str, visit: Opener) -> None:
    page = visit(small_page)
    say(page, TEXT)
    page.locator("summary", has_text="Delete everything").click()
    page.get_by_role("button", name="Yes, delete everything about me").click()
    expect(stage(page)).to_contain_text("are gone")
    expect(page.locator(".p-interest")).to_have_count(0)
    expect(page.locator(".p-card")).to_have_count(0)
    expect(page.get_by_text("What are you in the mood for?")).to_be_visible()


@pytest.mark.parametrize(
    ("width", "dark"), [(1280, False), (1280, True), (390, False), (390, True)]
)
def test_it_fits_the_screen_in_light_and_dark(
    small_page: str, visit: Opener, width: int, dark: bool
) -> None:
    page = visit(small_page, width=width, height=844, dark=dark)
    say(page, TEXT)
    page.locator(".p-card summary").first.click()
    wide: Any = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= width
    colours: Any = page.evaluate("getComputedStyle(document.body).backgroundColor")
    red, green, blue = (int(part) for part in re.findall(r"\d+", str(colours))[:3])
    assert (red + green + blue < 3 * 60) is dark
    for button in page.locator("button:visible").all():
        assert button.inner_text().strip() or button.get_attribute("aria-label")


def test_the_keyboard_reaches_what_the_mouse_reaches(small_page: str, visit: Opener) -> None:
    page = visit(small_page)
    page.get_by_label("Your message").press_sequentially(TEXT)
    page.keyboard.press("Enter")
    expect(page.locator(".p-card")).to_have_count(5)
    expect(page.get_by_role("button", name="Send")).to_be_enabled()
    like = page.locator(".p-card").first.get_by_role("button", name="Like", exact=True)
    like.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Liked").first).to_be_visible()
    focused: Any = page.evaluate("document.activeElement.dataset.action")
    assert focused == "liked"  # focus stays where it was
