"""Cards and the taste panel as HTML: what is shown, and that words stay words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser

from agent.turns import Claim, ClaimKind, Explanation, Recommendation
from interest.domain import load_domain
from interest.evidence import Evidence, Source
from interest.interests import Interest, Strictness
from interest.profile import InterestProfile, Reaction, ReactionKind
from retrieval.types import Item, LedgerEntry, Part, Verdict
from ui.page.cards import cards_html
from ui.page.taste import taste_html

MOVIES = load_domain("movies")
NOW = datetime(2026, 5, 3, tzinfo=UTC)
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)> **bold** ${7*7} {{value}}"


class Page(HTMLParser):
    """Reads HTML as a browser would: which tags there are, and which text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def with_attribute(self, name: str, value: str) -> list[dict[str, str | None]]:
        return [attributes for _, attributes in self.tags if attributes.get(name) == value]


def said(quote: str) -> Evidence:
    return Evidence.whole(quote, source=Source.CHAT, source_id="t1", observed_at=NOW)


def interest(value: str, preference: float, quote: str, *, facet: str = "genre") -> Interest:
    return Interest(
        facet=facet,
        value=value,
        preference=preference,
        confidence=1.0,
        strictness=Strictness.SOFT,
        evidence=(said(quote),),
        valid_from=NOW - timedelta(days=1),
    )


def recommendation(title: str = "Heat", item_id: str = "7") -> Recommendation:
    return Recommendation(
        item=Item(
            item_id=item_id,
            title=title,
            attributes={"year": 1995.0, "genre": ("Crime", "Drama"), "runtime": 170.0},
        ),
        rank=1,
        score=0.75,
        parts={Part.SEMANTIC: 1.0, Part.AVERSION: -0.25},
        ledger=(
            LedgerEntry(
                interest=interest("Crime", 0.6, "crime"), verdict=Verdict.MET, column="genre"
            ),
            LedgerEntry(interest=interest("Drama", -0.6, "no drama"), verdict=Verdict.VIOLATED),
            LedgerEntry(
                interest=interest("cosy", 0.6, "cosy", facet="mood"), verdict=Verdict.UNKNOWN
            ),
        ),
        explanation=Explanation(
            text="Crime: you said “crime”.",
            claims=(Claim(kind=ClaimKind.WORDS, text="you said: “crime”", evidence=said("crime")),),
        ),
    )


def test_a_card_shows_facts_reason_and_ledger_in_words() -> None:
    page = Page(cards_html([recommendation()], MOVIES, {}))
    for words in (
        "Heat",
        "1995",
        "170 min · Crime, Drama",
        "Crime: you said “crime”.",
        "✓ met Genre: Crime",
        "✗ violated Genre: no Drama",
        "? unknown Mood: cosy (the catalogue cannot tell)",
        "you said: “crime” 3 May 2026",
        "Score 0.75",
        "−0.25",
    ):
        assert words in page.text


def test_buttons_have_words_and_say_whether_they_are_pressed() -> None:
    page = Page(cards_html([recommendation()], MOVIES, {"7": ReactionKind.LIKED}))
    pressed = {
        attributes["data-action"]: attributes["aria-pressed"]
        for tag, attributes in page.tags
        if tag == "button" and "aria-pressed" in attributes
    }
    assert pressed == {"liked": "true", "disliked": "false", "seen": "false", "rejected": "false"}
    assert "Liked" in page.text
    assert "Not interested" in page.text
    assert "You answered on 1 film." in page.text


def test_a_list_without_answers_offers_no_refresh() -> None:
    page = Page(cards_html([recommendation()], MOVIES, {"another": ReactionKind.LIKED}))
    assert page.with_attribute("data-action", "refresh") == []


def test_cards_step_back_after_everything_but_a_like() -> None:
    def steps_back(kind: ReactionKind) -> bool:
        return "p-away" in cards_html([recommendation()], MOVIES, {"7": kind})

    assert {kind for kind in ReactionKind if steps_back(kind)} == set(ReactionKind) - {
        ReactionKind.LIKED
    }


def test_no_recommendations_say_what_to_do() -> None:
    assert "Say what you like or are tired of, and films that fit" in cards_html([], MOVIES, {})


def test_hostile_titles_and_ids_stay_text() -> None:
    html = cards_html([recommendation(HOSTILE, HOSTILE)], MOVIES, {HOSTILE: ReactionKind.SEEN})
    page = Page(html)
    assert {tag for tag, _ in page.tags}.isdisjoint({"script", "img"})
    assert HOSTILE in page.text
    assert page.with_attribute("data-item", HOSTILE)


def profile() -> InterestProfile:
    ended = Interest(
        facet="genre",
        value="Western",
        preference=0.6,
        confidence=1.0,
        strictness=Strictness.SOFT,
        evidence=(said("westerns"),),
        valid_from=NOW - timedelta(days=9),
        valid_to=NOW - timedelta(days=2),
    )
    return InterestProfile(
        user_id="ada",
        interests=(
            interest(HOSTILE, -0.6, HOSTILE),
            interest("Drama", 0.9, "love dramas"),
            interest("1980..", 0.6, "after 1980", facet="year"),
            interest("battery", 0.6, "battery", facet="power"),
            ended,
        ),
        reactions=(
            Reaction(item_id="7", kind=ReactionKind.LIKED, evidence=(said("liked"),), at=NOW),
        ),
        revision=3,
    )


def test_the_panel_shows_every_interest_with_its_words() -> None:
    page = Page(taste_html(profile(), MOVIES, {"7": "Heat (1995)"}, now=NOW))
    for words in ("Drama", "Love", "love dramas", "1980 or later", "Heat (1995)", "Liked", "power"):
        assert words in page.text
    assert page.text.index("love dramas") < page.text.index("after 1980")
    assert "No longer so (1)" in page.text
    assert "Genre: Western until 01 May 2026" in page.text


def test_hostile_words_in_the_panel_stay_text() -> None:
    page = Page(taste_html(profile(), MOVIES, {"7": HOSTILE}, now=NOW))
    assert {tag for tag, _ in page.tags}.isdisjoint({"script", "img"})
    assert page.text.count(HOSTILE) >= 3
    assert len(page.with_attribute("data-value", HOSTILE)) == 2  # its form and its remove button


def test_every_interest_that_holds_can_be_changed_and_removed() -> None:
    page = Page(taste_html(profile(), MOVIES, {}, now=NOW))
    changed = [a["data-value"] for a in page.with_attribute("data-action", "change")]
    removed = [a["data-value"] for a in page.with_attribute("data-action", "delete")]
    assert changed == removed == ["Drama", HOSTILE, "1980..", "battery"]
    assert [a["data-item"] for a in page.with_attribute("data-action", "clear")] == ["7"]


def test_the_editor_starts_with_what_is_there() -> None:
    page = Page(taste_html(profile(), MOVIES, {}, now=NOW))
    chosen = [attributes["value"] for _, attributes in page.tags if "selected" in attributes]
    assert chosen[:4] == ["Love", "soft", "Dislike", "soft"]


def test_a_condition_stands_beside_the_strength_and_in_the_buttons() -> None:
    never = replace(interest("Horror", -0.9, "no horror"), strictness=Strictness.HARD)
    kids = replace(never, condition="with the kids")
    both = InterestProfile(user_id="ada", interests=(interest("Horror", 0.9, "love it"), kids))
    page = Page(taste_html(both, MOVIES, {}, now=NOW))
    assert "Never, with the kids" in page.text
    for action in ("change", "delete"):
        pressed = page.with_attribute("data-action", action)
        assert [a["data-value"] for a in pressed] == ["Horror", "Horror"]
        assert [a["data-condition"] for a in pressed] == ["", "with the kids"]


def test_praise_under_a_condition_hides_no_answer() -> None:
    loved = interest("Heat (1995)", 0.9, "loved Heat", facet="title")
    liked = Reaction(item_id="7", kind=ReactionKind.LIKED, evidence=(said("x"),), at=NOW)
    with_friends = replace(loved, condition="with my friends")
    profile = InterestProfile(user_id="ada", interests=(with_friends,), reactions=(liked,))
    page = Page(taste_html(profile, MOVIES, {"7": "Heat (1995)"}, now=NOW))
    assert [a["data-item"] for a in page.with_attribute("data-action", "clear")] == ["7"]


def test_a_title_that_was_praised_is_one_line_and_not_two() -> None:
    loved = interest("Heat (1995)", 0.9, "loved Heat", facet="title")
    liked, seen = (
        Reaction(item_id=item, kind=kind, evidence=(said("x"),), at=NOW)
        for item, kind in (("7", ReactionKind.LIKED), ("8", ReactionKind.SEEN))
    )
    both = InterestProfile(user_id="ada", interests=(loved,), reactions=(liked, seen))
    titles = {"7": "Heat (1995)", "8": "Ronin (1998)"}
    page = Page(taste_html(both, MOVIES, titles, now=NOW))
    assert [a["data-item"] for a in page.with_attribute("data-action", "clear")] == ["8"]
    other = InterestProfile(
        user_id="ada", interests=(loved,), reactions=(replace(liked, kind=ReactionKind.DISLIKED),)
    )
    page = Page(taste_html(other, MOVIES, titles, now=NOW))
    assert [a["data-item"] for a in page.with_attribute("data-action", "clear")] == ["7"]


def test_an_empty_profile_says_what_comes_here() -> None:
    html = taste_html(InterestProfile(user_id="ada"), MOVIES, {}, now=NOW)
    assert "What you say about films is noted here" in html
    assert "Delete everything" not in html
