from __future__ import annotations

import pytest

from agent.conversation import Conversation
from agent.planner import Act, make_plan
from interest.domain import load_domain
from interest.extraction import Mention, Relation
from interest.interests import Strictness

DOMAIN = load_domain("movies")
SHOWN = Conversation(shown=("a", "b", "c"), topic="a", learned=(("genre", "Horror"),))


def _resolve(words: str) -> str | None:
    return {"heat": "h", "up": "u"}.get(words.lower())


def _mention(text: str, words: str, facet: str, value: str, **more: object) -> Mention:
    start = text.index(words)
    fields: dict[str, object] = {
        "facet": facet,
        "value": value,
        "preference": 0.8,
        "confidence": 0.9,
        "strictness": Strictness.SOFT,
        "start": start,
        "end": start + len(words),
    }
    return Mention(**{**fields, **more})  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("", Act.EMPTY),
        ("  \n", Act.EMPTY),
        ("hi!", Act.GREET),
        ("你好", Act.GREET),
        ("thanks", Act.THANK),
        ("ok great, thank you", Act.THANK),
        ("help", Act.HELP),
        ("what can you do?", Act.HELP),
        ("what do you know about me?", Act.SHOW_PROFILE),
        ("show me my profile", Act.SHOW_PROFILE),
        ("something else", Act.MORE),
        ("more please", Act.MORE),
        ("还有吗", Act.MORE),
        ("why?", Act.EXPLAIN),
        ("why did you recommend the second one?", Act.EXPLAIN),
        ("how long is it?", Act.DESCRIBE),
        ("who directed the third one?", Act.DESCRIBE),
        ("tell me about #2", Act.DESCRIBE),
        ("undo that", Act.FORGET),
        ("forget everything about me, all my data", Act.FORGET_ALL),
        ("take that off my list", Act.FORGET),
        ("delete my whole profile", Act.FORGET_ALL),
        ("which interests have you saved?", Act.SHOW_PROFILE),
        ("list my preferences", Act.SHOW_PROFILE),
        ("what made you pick the second one?", Act.EXPLAIN),
        ("is Heat in your catalogue?", Act.SEARCH),
        ("can you check whether Up is available?", Act.SEARCH),
        ("is it sad?", Act.DESCRIBE),
        ("different please", Act.MORE),
        ("something for a rainy sunday", Act.RECOMMEND),
        ("asdfgh qwerty", Act.UNCLEAR),
        ("\U0001f355\U0001f37a", Act.UNCLEAR),
        ("Ich mag keine Gruselgeschichten", Act.UNCLEAR),
    ],
)
def test_acts_without_values(text: str, act: Act) -> None:
    assert make_plan(text, (), SHOWN, DOMAIN, _resolve).act is act


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("why?", ("a",)),
        ("why the second one?", ("b",)),
        ("who directed #3?", ("c",)),
        ("tell me about the last one", ("c",)),
        ("how long is it?", ("a",)),
    ],
)
def test_what_is_pointed_at(text: str, items: tuple[str, ...]) -> None:
    assert make_plan(text, (), SHOWN, DOMAIN, _resolve).items == items


def test_a_question_names_its_columns() -> None:
    plan = make_plan("how long is it?", (), SHOWN, DOMAIN, _resolve)
    assert plan.columns == ("runtime",)


def test_nothing_was_shown_so_more_is_a_request() -> None:
    assert make_plan("more", (), Conversation(), DOMAIN, _resolve).act is Act.RECOMMEND


def test_an_example_alone_asks_for_similar_ones() -> None:
    text = "something like Heat"
    heat = _mention(
        text, "Heat", "title", "Heat (1995)", item_ids=("h",), relation=Relation.REFERENCE
    )
    plan = make_plan(text, [heat], Conversation(), DOMAIN, _resolve)
    assert (plan.act, plan.items) == (Act.SIMILAR, ("h",))


def test_an_example_with_a_wish_is_a_recommendation() -> None:
    text = "something like Heat but funnier"
    heat = _mention(
        text, "Heat", "title", "Heat (1995)", item_ids=("h",), relation=Relation.REFERENCE
    )
    funny = _mention(text, "funnier", "mood", "funny", relation=Relation.WISH)
    assert make_plan(text, [heat, funny], Conversation(), DOMAIN, _resolve).act is Act.RECOMMEND


def test_forgetting_names_what_is_to_go_and_learns_nothing() -> None:
    text = "forget what I said about westerns"
    western = _mention(text, "westerns", "genre", "Western")
    plan = make_plan(text, [western], SHOWN, DOMAIN, _resolve)
    assert (plan.act, plan.keys, plan.learns) == (Act.FORGET, (("genre", "Western"),), False)


def test_undo_means_what_the_last_turn_taught() -> None:
    assert make_plan("undo that", (), SHOWN, DOMAIN, _resolve).keys == (("genre", "Horror"),)


def test_asking_for_a_title_is_a_search_and_teaches_nothing() -> None:
    text = "do you have Heat?"
    heat = _mention(text, "Heat", "title", "Heat (1995)", item_ids=("h",), preference=0.0)
    plan = make_plan(text, [heat], Conversation(), DOMAIN, _resolve)
    assert (plan.act, plan.words, plan.learns) == (Act.SEARCH, "Heat", False)


def test_find_me_a_genre_is_no_search() -> None:
    text = "find me a comedy"
    comedy = _mention(text, "comedy", "genre", "Comedy", relation=Relation.WISH)
    assert make_plan(text, [comedy], Conversation(), DOMAIN, _resolve).act is Act.RECOMMEND


def test_thanks_with_a_taste_is_a_recommendation() -> None:
    text = "thanks, I love horror"
    horror = _mention(text, "horror", "genre", "Horror")
    assert make_plan(text, [horror], SHOWN, DOMAIN, _resolve).act is Act.RECOMMEND


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("who directed Heat?", ("h",)),
        ("who directed heat?", ("h",)),
        ("how long is Up?", ("u",)),
        ("when did Heat come out?", ("h",)),
        ("tell me about Heat", ("h",)),
        ("what is Up about?", ("u",)),
    ],
)
def test_in_a_question_everyday_words_may_be_titles(text: str, items: tuple[str, ...]) -> None:
    plan = make_plan(text, (), Conversation(), DOMAIN, _resolve)
    assert (plan.act, plan.items) == (Act.DESCRIBE, items)


def test_is_there_a_film_called() -> None:
    plan = make_plan("is there a film called Up?", (), Conversation(), DOMAIN, _resolve)
    assert (plan.act, plan.items, plan.words) == (Act.SEARCH, ("u",), "Up")


def test_what_is_to_be_forgotten_is_found_among_what_is_known() -> None:
    known = [("title", "Alien (1979)"), ("genre", "Comedy")]
    text = "forget what I said about Alien"
    plan = make_plan(text, (), SHOWN, DOMAIN, _resolve, known)
    assert plan.keys == (("title", "Alien (1979)"),)


def test_forgetting_something_unknown_forgets_nothing_else() -> None:
    plan = make_plan("forget about Zorblax", (), SHOWN, DOMAIN, _resolve, [("genre", "Comedy")])
    assert plan.keys == ()


def test_more_like_the_second_one() -> None:
    plan = make_plan("more like the second one", (), SHOWN, DOMAIN, _resolve)
    assert (plan.act, plan.items) == (Act.SIMILAR, ("b",))


def test_i_like_the_second_one_is_a_verdict() -> None:
    plan = make_plan("I like the second one", (), SHOWN, DOMAIN, _resolve)
    assert plan.act is Act.RECOMMEND


@pytest.mark.parametrize(
    ("text", "count"), [("give me 10 films", 10), ("just one film", 1), ("something nice", 0)]
)
def test_how_many(text: str, count: int) -> None:
    assert make_plan(text, (), Conversation(), DOMAIN, _resolve).count == count


def test_words_of_asking_are_not_searched_for() -> None:
    assert make_plan("give me 10 films", (), Conversation(), DOMAIN, _resolve).words == ""


def test_more_like_the_second_but_with_a_wish() -> None:
    text = "more like the second one but funnier"
    funny = _mention(text, "funnier", "mood", "funny", relation=Relation.WISH)
    plan = make_plan(text, [funny], SHOWN, DOMAIN, _resolve)
    assert (plan.act, plan.like) == (Act.RECOMMEND, ("b",))


def test_a_place_that_the_list_does_not_have() -> None:
    plan = make_plan("why #9?", (), SHOWN, DOMAIN, _resolve)
    assert (plan.act, plan.items, plan.words) == (Act.EXPLAIN, (), "#9")


def test_why_not_names_a_title() -> None:
    plan = make_plan("why not Heat?", (), SHOWN, DOMAIN, _resolve)
    assert (plan.act, plan.items) == (Act.EXPLAIN, ("h",))
