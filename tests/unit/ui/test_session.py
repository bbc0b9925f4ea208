"""What happens on the page, without a browser: conversation, answers, edits, errors."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest

from agent.palate import Palate
from interest.interests import Strictness
from interest.profile import ReactionKind
from ui.page.actions import (
    AddInterest,
    ChangeInterest,
    Clear,
    DeleteInterest,
    Forget,
    React,
    Refresh,
)
from ui.page.session import PageLogic, Session, Update, suggestions

TEXT = "I love science fiction, nothing before 1980"


@pytest.fixture
def palate(small_workspace: Path) -> Iterator[Palate]:
    opened = Palate.open(small_workspace, llm="none")
    opened.delete_user("ada")
    yield opened
    opened.close()


@pytest.fixture
def page(palate: Palate) -> PageLogic:
    return PageLogic(palate, clock=lambda: datetime.now(UTC))


def talk(page: PageLogic, session: Session, text: str = TEXT) -> list[Update]:
    return list(page.say(session, text))


@pytest.fixture
def talked(page: PageLogic) -> Session:
    return talk(page, page.open("ada").session)[-1].session


def shown(session: Session) -> list[str]:
    return [pick.item_id for pick in session.shown]


def test_a_new_page_is_empty(page: PageLogic) -> None:
    update = page.open("ada")
    assert update.session == Session(user_id="ada")
    assert update.messages == ()
    assert update.cards is not None
    assert "Nothing picked yet" in update.cards


def test_an_answer_streams_stage_profile_cards_and_words(page: PageLogic) -> None:
    updates = talk(page, page.open("ada").session)
    first, last = updates[0], updates[-1]
    assert (first.box, first.busy) == ("", True)
    assert last.busy is False
    replies = [u.messages[-1].text for u in updates if u.messages and len(u.messages) == 2]
    assert all(after.startswith(before.rstrip()) for before, after in pairwise(replies))
    taste = next(n for n, u in enumerate(updates) if u.taste and "science fiction" in u.taste)
    cards = next(n for n, u in enumerate(updates) if u.cards and "p-card" in u.cards)
    words = next(n for n, u in enumerate(updates) if u.messages and len(u.messages) == 2)
    assert taste < cards <= words
    assert len(last.session.shown) == 5


def test_a_page_that_is_loaded_again_shows_the_same(page: PageLogic, talked: Session) -> None:
    update = page.open("ada")
    assert update.messages is not None
    assert [message.role for message in update.messages] == ["user", "assistant"]
    assert update.messages[0].text == TEXT
    assert set(shown(update.session)) == set(shown(talked))
    assert update.taste is not None
    assert "nothing before 1980" in update.taste or "before 1980" in update.taste


def test_nobody_sees_somebody_elses_page(page: PageLogic, talked: Session) -> None:
    update = page.open("grace")
    assert update.messages == ()
    assert update.session.shown == ()


def test_a_like_stays_on_its_card_until_new_picks_are_asked_for(
    page: PageLogic, palate: Palate, talked: Session
) -> None:
    item = shown(talked)[1]
    update = page.act(talked, React(item_id=item, kind=ReactionKind.LIKED))
    assert palate.profile("ada").items(ReactionKind.LIKED) == (item,)
    assert shown(update.session) == shown(talked)
    assert update.cards is not None
    assert 'data-action="refresh"' in update.cards
    after = page.act(update.session, Refresh()).session
    assert item not in shown(after)
    assert len(after.shown) == 5


def test_pressing_again_takes_an_answer_back(
    page: PageLogic, palate: Palate, talked: Session
) -> None:
    react = React(item_id=shown(talked)[0], kind=ReactionKind.DISLIKED)
    page.act(talked, react)
    page.act(talked, react)
    assert palate.profile("ada").reactions == ()


def test_another_answer_replaces_the_first_and_can_be_cleared(
    page: PageLogic, palate: Palate, talked: Session
) -> None:
    item = shown(talked)[0]
    page.act(talked, React(item_id=item, kind=ReactionKind.LIKED))
    page.act(talked, React(item_id=item, kind=ReactionKind.SEEN))
    assert palate.profile("ada").items(*ReactionKind) == (item,)
    page.act(talked, Clear(item_id=item))
    assert palate.profile("ada").reactions == ()


def test_edits_change_the_picks_at_once(page: PageLogic, talked: Session) -> None:
    never = AddInterest(facet="genre", value="Drama", preference=-0.9, strictness=Strictness.HARD)
    added = page.act(talked, never)
    genres = [genre for pick in added.session.shown for genre in pick.item.names("genre")]
    assert added.session.shown
    assert "Drama" not in genres
    gone = page.act(added.session, DeleteInterest(facet="year", value="1980.."))
    years = [pick.item.number("year") or 0 for pick in gone.session.shown]
    assert min(years) < 1980
    assert gone.taste is not None
    assert "1980" not in gone.taste


def test_a_value_that_the_catalogue_has_not_is_said(page: PageLogic, talked: Session) -> None:
    def add(value: str) -> str:
        wish = AddInterest(facet="genre", value=value, preference=0.6, strictness=Strictness.SOFT)
        return page.act(talked, wish).stage or ""

    assert "The catalogue has no genre “Nonsensegenre”" in add("Nonsensegenre")
    assert "The catalogue has no" not in add("Drama")


def test_strength_can_be_changed(page: PageLogic, palate: Palate, talked: Session) -> None:
    change = ChangeInterest(
        facet="genre", value="Sci-Fi", preference=-0.9, strictness=Strictness.HARD
    )
    update = page.act(talked, change)
    changed = palate.profile("ada").by_key["genre", "Sci-Fi"]
    assert (changed.preference, changed.strictness) == (-0.9, Strictness.HARD)
    assert all("Sci-Fi" not in pick.item.names("genre") for pick in update.session.shown)


def test_editing_a_line_keeps_its_condition_and_leaves_the_others(
    page: PageLogic, palate: Palate, talked: Session
) -> None:
    talk(page, talked, "no science fiction with the kids")
    key = ("genre", "Sci-Fi", "with the kids")
    assert palate.profile("ada").by_key[key].is_hard
    change = ChangeInterest(
        facet="genre",
        value="Sci-Fi",
        preference=-0.25,
        strictness=Strictness.SOFT,
        condition="with the kids",
    )
    update = page.act(talked, change)
    assert "Changed “Sci-Fi, with the kids”" in (update.stage or "")
    profile = palate.profile("ada")
    assert (profile.by_key[key].preference, profile.by_key[key].strictness) == (
        -0.25,
        Strictness.SOFT,
    )
    assert profile.by_key["genre", "Sci-Fi"].polarity == 1
    page.act(talked, DeleteInterest(facet="genre", value="Sci-Fi", condition="with the kids"))
    keys = set(palate.profile("ada").by_key)
    assert key not in keys
    assert ("genre", "Sci-Fi") in keys


def test_an_edit_that_cannot_be_is_said_and_changes_nothing(
    page: PageLogic, palate: Palate, talked: Session
) -> None:
    before = palate.profile("ada")
    update = page.act(talked, DeleteInterest(facet="genre", value="No Such <b>"))
    assert update.stage is not None
    assert "p-error" in update.stage
    assert "No Such &lt;b&gt;" in update.stage
    assert update.cards is None
    assert palate.profile("ada") == before


def test_a_message_that_cannot_be_answered_comes_back(page: PageLogic, talked: Session) -> None:
    long = "x" * 30_000
    last = talk(page, talked, long)[-1]
    assert last.box == long
    assert last.busy is False
    assert last.stage is not None
    assert "p-error" in last.stage
    assert last.messages is not None
    assert len(last.messages) == 2


def test_forgetting_empties_the_page_and_the_store(
    page: PageLogic, palate: Palate, talked: Session
) -> None:
    update = page.act(talked, Forget())
    assert update.messages == ()
    assert update.session.shown == ()
    assert update.stage is not None
    assert "are gone" in update.stage
    assert palate.turns("ada") == ()
    assert palate.profile("ada").revision == 0


def test_an_export_is_the_published_form(page: PageLogic, palate: Palate, talked: Session) -> None:
    import json

    assert json.loads(page.export(talked)) == palate.export_profile("ada")


def test_suggestions_come_from_the_catalogue(palate: Palate) -> None:
    assert "Sci-Fi" in suggestions(palate, ["genre", "sci"])
    assert suggestions(palate, ["no such facet", "sci"]) == []
    assert suggestions(palate, ["genre"]) == []
    assert suggestions(palate, [1, {}]) == []
