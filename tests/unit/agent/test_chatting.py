"""Whole turns in a small world, by rules alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from agent.assembly import assemble
from agent.chatting import MAX_TEXT, Chat
from agent.turns import ItemsReady, ProfileReady, ReplyPiece, Turn, TurnDone
from interest.errors import ConflictError, InputError
from interest.interests import Strictness
from interest.memory_store import MemoryStore
from interest.profile import InterestProfile, ReactionKind
from interest.store import EventKind, ProfileStore
from retrieval.engine import Engine
from retrieval.types import Verdict

Talk = Callable[..., Turn]


def _ids(turn: Turn) -> list[str]:
    return [pick.item_id for pick in turn.recommendations]


def test_what_is_said_is_learned_saved_and_answered(
    chat: Chat, store: ProfileStore, say: Talk
) -> None:
    turn = say(chat, "I loved Alien, but no horror please and nothing before 1981")
    stored = store.load("ada")
    assert stored == turn.profile
    assert stored.items(ReactionKind.LIKED) == ("alien",)
    by_key = stored.by_key
    assert by_key["genre", "Horror"].polarity == -1
    assert by_key["genre", "Horror"].strictness is Strictness.HARD
    assert by_key["year", "1981.."].strictness is Strictness.HARD
    assert _ids(turn)
    assert set(_ids(turn)) <= {"aliens", "blade", "heat", "thief", "fargo", "clueless", "gladiator"}
    assert [event.kind for event in store.events("ada")] == [
        EventKind.SAID,
        EventKind.RECOMMENDED,
    ]


def test_every_quote_stands_in_what_was_said(chat: Chat, say: Talk) -> None:
    text = "I loved Alien and I'm sick of comedies"
    turn = say(chat, text)
    for interest in turn.profile.interests:
        for evidence in interest.evidence:
            assert evidence.holds_in(text)
            assert evidence.source_id == turn.turn_id


def test_events_come_in_order_and_the_reply_is_their_sum(chat: Chat) -> None:
    events = list(chat.turn("ada", "something like Heat", conversation_id="main", n=3))
    kinds = [type(event) for event in events]
    assert kinds.index(ProfileReady) < kinds.index(ItemsReady) < kinds.index(ReplyPiece)
    last = events[-1]
    assert isinstance(last, TurnDone)
    said = "".join(event.text for event in events if isinstance(event, ReplyPiece))
    assert said.strip() == last.turn.reply
    assert {"total", "extract", "first_words"} <= set(last.turn.timing)


def test_an_example_is_not_recommended_itself(chat: Chat, say: Talk) -> None:
    turn = say(chat, "something like Heat")
    assert _ids(turn)[0] in {"thief", "fargo"}
    assert "heat" not in _ids(turn)
    assert turn.profile.items(ReactionKind.LIKED) == ()


def test_the_ledger_says_what_holds(chat: Chat, say: Talk) -> None:
    turn = say(chat, "a crime film under two hours")
    verdicts = {
        (pick.item_id, entry.interest.facet): entry.verdict
        for pick in turn.recommendations
        for entry in pick.ledger
    }
    assert verdicts["fargo", "genre"] is Verdict.MET
    assert verdicts["fargo", "runtime"] is Verdict.MET
    assert "heat" not in _ids(turn)


def test_more_leaves_out_what_was_shown(chat: Chat, say: Talk) -> None:
    first = say(chat, "I like drama", n=3)
    second = say(chat, "something else", n=3)
    assert len(second.recommendations) == 3
    assert not set(_ids(first)) & set(_ids(second))


def test_none_of_these_rejects_them_all(chat: Chat, say: Talk) -> None:
    first = say(chat, "I like drama", n=3)
    second = say(chat, "none of these", n=3)
    assert set(second.profile.items(ReactionKind.REJECTED)) == set(_ids(first))
    assert not set(_ids(first)) & set(_ids(second))


def test_seen_the_second_one(chat: Chat, say: Talk) -> None:
    first = say(chat, "I like drama", n=3)
    second = say(chat, "I've already seen the second one", n=3)
    assert second.profile.items(ReactionKind.SEEN) == (_ids(first)[1],)
    assert _ids(first)[1] not in _ids(second)


def test_why_names_the_item_and_the_words(chat: Chat, say: Talk) -> None:
    first = say(chat, "I loved Alien")
    second = say(chat, "why the first one?")
    assert first.recommendations[0].title in second.reply
    assert "“loved Alien”" in second.reply
    assert not second.recommendations


def test_questions_are_answered_from_the_catalogue_and_teach_nothing(chat: Chat, say: Talk) -> None:
    turn = say(chat, "who directed Heat?")
    assert "Michael Mann" in turn.reply
    assert not turn.profile.interests
    unknown = say(chat, "what language is it in?")
    assert "does not know the language of Heat (1995)" in unknown.reply


def test_what_is_not_in_the_catalogue_is_said(chat: Chat, say: Talk) -> None:
    turn = say(chat, "do you have Oppenheimer?")
    assert "“Oppenheimer” is not in the catalogue." in turn.reply
    assert not turn.profile.interests


def test_too_narrow_a_request_offers_what_would_open_it(chat: Chat, say: Talk) -> None:
    turn = say(chat, "I want only comedies from before 1981, nothing else")
    assert _ids(turn) == ["airplane"]
    assert any("would fit" in notice for notice in turn.notices)


def test_forgetting_takes_interest_and_reaction_back(chat: Chat, say: Talk) -> None:
    say(chat, "I loved Alien and I hate comedies")
    turn = say(chat, "forget what I said about Alien")
    assert set(turn.profile.by_key) == {("genre", "Comedy")}
    assert turn.profile.items(ReactionKind.LIKED) == ()
    undone = say(chat, "forget what I said about comedies")
    assert not undone.profile.interests


def test_undo_takes_back_the_last_turn(chat: Chat, say: Talk) -> None:
    say(chat, "I like drama")
    say(chat, "I hate comedies")
    turn = say(chat, "undo that")
    assert set(turn.profile.by_key) == {("genre", "Drama")}


def test_people_do_not_see_each_other(chat: Chat, say: Talk) -> None:
    say(chat, "I love comedies", user="ada")
    turn = say(chat, "what do you know about me?", user="ben")
    assert "Comedy" not in turn.reply
    assert not turn.profile.interests


@pytest.mark.parametrize("text", ["", "   ", "\n\t"])
def test_an_empty_message_gets_a_friendly_answer(chat: Chat, say: Talk, text: str) -> None:
    turn = say(chat, text)
    assert turn.reply.startswith("Tell me which films you love")
    assert not turn.recommendations


def test_bad_input_is_refused_with_the_value_and_nothing_is_written(
    chat: Chat, store: ProfileStore, say: Talk
) -> None:
    with pytest.raises(InputError, match="20,001 characters"):
        say(chat, "x" * (MAX_TEXT + 1))
    with pytest.raises(InputError, match="n is 0"):
        say(chat, "a comedy", n=0)
    with pytest.raises(InputError, match="user id"):
        say(chat, "a comedy", user="  ")
    assert store.users() == ()


def test_older_is_measured_against_what_was_shown(chat: Chat, say: Talk) -> None:
    first = say(chat, "something like Heat", n=3)
    years = sorted(pick.item.number("year") or 0 for pick in first.recommendations)
    second = say(chat, "older ones please", n=3)
    assert second.recommendations
    assert all((pick.item.number("year") or 0) < years[1] for pick in second.recommendations)
    assert "heat" not in _ids(second)


def test_why_not_tells_what_keeps_it_off(chat: Chat, say: Talk) -> None:
    say(chat, "I love crime films, nothing after 1990")
    assert "nothing after 1990" in say(chat, "why not Fargo?").reply
    say(chat, "I hated Thief")
    assert "you disliked it" in say(chat, "why not Thief?").reply


def test_as_many_as_are_asked_for(chat: Chat, say: Talk) -> None:
    assert len(say(chat, "just one film").recommendations) == 1


def test_what_cannot_be_read_is_said(chat: Chat, say: Talk) -> None:
    turn = say(chat, "qwzx asdf")
    assert turn.reply.startswith("I could not read that.")
    assert not turn.recommendations


def test_characters_that_no_store_keeps_lose_nothing(
    chat: Chat, store: ProfileStore, say: Talk
) -> None:
    turn = say(chat, "I love\x00 comedies \ud800")
    assert ("genre", "Comedy") in turn.profile.by_key
    (kept,) = store.turns("ada", "main")
    assert kept.user_text == "I love\ufffd comedies \ufffd"


class _Contested(MemoryStore):
    """A store in which somebody else always saves first, the first few times."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.times = times

    def save(self, profile: InterestProfile, **more: object) -> InterestProfile:
        if self.times > 0:
            self.times -= 1
            raise ConflictError("Somebody saved first.")
        return super().save(profile, **more)  # pyright: ignore[reportArgumentType]


def test_a_conflict_is_repeated_and_nothing_is_lost(
    engine: Engine, clock: Callable[[], datetime], say: Talk
) -> None:
    store = _Contested(times=2)
    turn = say(assemble(engine, None, store, clock=clock), "I love comedies")
    assert ("genre", "Comedy") in store.load("ada").by_key
    assert turn.recommendations
