"""What holds under a condition counts where its circumstances are named, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from agent.chatting import Chat
from agent.conversation import Conversation
from agent.planner import Act, make_plan
from agent.request import Request, make_query
from agent.turns import Turn
from agent.wire import turn_to_json
from interest.domain import load_domain
from interest.evidence import Evidence, Source
from interest.interests import Interest, Strictness
from interest.profile import InterestProfile, ReactionKind
from interest.store import ProfileStore
from retrieval.engine import Engine

Talk = Callable[..., Turn]
NOW = datetime(2026, 1, 1, tzinfo=UTC)
MOVIES = load_domain("movies")
HORRORS = {"alien", "shining", "halloween"}
#: Under the key of what holds with the kids.
NO_HORROR = ("genre", "Horror", "with the kids")


def _ids(turn: Turn) -> set[str]:
    return {pick.item_id for pick in turn.recommendations}


def say_of(value: str, preference: float, *, hard: bool = False, condition: str = "") -> Interest:
    line = f"{value} {condition}"
    return Interest(
        facet="genre",
        value=value,
        preference=preference,
        confidence=0.9,
        strictness=Strictness.HARD if hard else Strictness.SOFT,
        evidence=(Evidence.whole(line, source=Source.CHAT, source_id="t", observed_at=NOW),),
        valid_from=NOW,
        condition=condition,
    )


def test_a_rule_filters_only_where_its_circumstances_are_named(
    chat: Chat, store: ProfileStore, say: Talk
) -> None:
    say(chat, "I love horror")
    rule = say(chat, "no horror with the kids")
    assert rule.learned == (NO_HORROR,)
    by_key = store.load("ada").by_key
    assert by_key["genre", "Horror"].polarity == 1
    assert by_key[NO_HORROR].is_hard
    assert by_key[NO_HORROR].condition == "with the kids"
    assert by_key[NO_HORROR].evidence[-1].quote == "no horror with the kids"
    assert HORRORS & _ids(say(chat, "a horror film please", n=11))
    assert not HORRORS & _ids(say(chat, "I need a film for the kids", n=11))


def test_a_turn_that_refines_keeps_the_circumstances_and_a_new_request_does_not(
    chat: Chat, store: ProfileStore, say: Talk
) -> None:
    say(chat, "no horror with the kids")
    say(chat, "I want a drama, the kids are here", n=11)
    assert _conditions(store) == ["with the kids"]
    assert not HORRORS & _ids(say(chat, "under two hours", n=11))
    assert _conditions(store) == ["with the kids"]
    assert not HORRORS & _ids(say(chat, "more", n=11))
    say(chat, "a comedy please", n=11)
    assert _conditions(store) == []


def _conditions(store: ProfileStore) -> list[str]:
    return store.turns("ada", "main")[-1].record["conditions"]


def test_a_turned_condition_counts_until_its_circumstances_are_named(
    engine: Engine,
) -> None:
    love = say_of("Horror", 0.9, hard=True, condition="unless the kids are here")
    profile = InterestProfile(user_id="ada", interests=(love,))
    alone = make_query(Request(), profile, MOVIES, n=11, now=NOW)
    assert {c.item_id for c in engine.recommend(alone).candidates} == HORRORS
    with_kids = Request(conditions=("unless the kids are here",))
    query = make_query(with_kids, profile, MOVIES, n=11, now=NOW)
    assert query.interests == ()
    assert len(engine.recommend(query).candidates) == 11


def test_what_does_not_count_stands_in_no_ledger(engine: Engine) -> None:
    never = say_of("Horror", -0.9, hard=True, condition="with the kids")
    profile = InterestProfile(user_id="ada", interests=(never, say_of("Drama", 0.6)))
    for conditions, expected in (((), ["Drama"]), (("with the kids",), ["Horror", "Drama"])):
        query = make_query(Request(conditions=conditions), profile, MOVIES, n=11, now=NOW)
        found = engine.recommend(query).candidates
        assert [[entry.interest.value for entry in c.ledger] for c in found] == (
            [expected] * len(found)
        )


def test_what_is_said_for_now_goes_before_what_is_said_in_general() -> None:
    never = say_of("Horror", -0.9, hard=True)
    halloween = say_of("Horror", 0.6, condition="at halloween")
    crime = say_of("Crime", 0.8, hard=True)
    comedy = say_of("Comedy", 0.8, hard=True, condition="at halloween")
    profile = InterestProfile(user_id="ada", interests=(never, halloween, crime, comedy))

    def counting(*conditions: str) -> list[tuple[str, str]]:
        query = make_query(Request(conditions=conditions), profile, MOVIES, n=5, now=NOW)
        return [(interest.value, interest.condition) for interest in query.interests]

    assert counting() == [("Horror", ""), ("Crime", "")]
    assert counting("at halloween") == [("Horror", "at halloween"), ("Comedy", "at halloween")]


def test_a_title_under_a_condition_is_no_reaction(chat: Chat, say: Talk) -> None:
    turn = say(chat, "I love Heat. No Alien with the kids.")
    assert turn.profile.items(*ReactionKind) == ("heat",)


def test_the_reply_and_its_json_name_the_condition(chat: Chat, say: Talk) -> None:
    turn = say(chat, "no horror with the kids")
    assert "never Horror (with the kids)" in turn.reply
    assert turn_to_json(turn)["learned"] == [
        {"facet": "genre", "value": "Horror", "condition": "with the kids"}
    ]
    (entry,) = turn_to_json(turn)["recommendations"][0]["ledger"]
    assert (entry["value"], entry["condition"]) == ("Horror", "with the kids")


def test_forgetting_one_condition_leaves_the_rest(
    chat: Chat, store: ProfileStore, say: Talk
) -> None:
    say(chat, "I love horror. No horror with the kids.")
    gone = say(chat, "forget what I said about horror with the kids")
    assert "Forgotten: Horror (with the kids)." in gone.reply
    assert [interest.key for interest in store.load("ada").interests] == [("genre", "Horror")]


def test_undo_takes_back_what_was_said_under_a_condition(
    chat: Chat, store: ProfileStore, say: Talk
) -> None:
    say(chat, "I love horror")
    say(chat, "no horror with the kids")
    say(chat, "undo that")
    assert [interest.key for interest in store.load("ada").interests] == [("genre", "Horror")]


def test_forgetting_a_value_forgets_it_under_every_condition() -> None:
    known = [("genre", "Horror"), NO_HORROR]
    plan = make_plan(
        "forget what I said about horror", (), Conversation(), MOVIES, lambda _: None, known
    )
    assert plan.act is Act.FORGET
    assert plan.keys == (("genre", "Horror"), NO_HORROR)
