"""The engine over a small world made so that the right answer is known."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from interest.domain import Domain
from interest.errors import UnknownNameError, WorkspaceError
from interest.interests import Interest
from retrieval.catalogue import Catalogue
from retrieval.encoder import HashingEncoder
from retrieval.engine import Engine
from retrieval.engine_config import EngineConfig
from retrieval.ials import IALSConfig
from retrieval.types import Candidate, Interaction, Item, Part, Query, Verdict

Say = Callable[..., Interest]
MakeItem = Callable[..., Item]

CONFIG = EngineConfig(ials=IALSConfig(dim=8, unobserved=0.1))
N = 40  # items per kind
#: Numbers in words, so that titles are not those of one series.
WORDS = [first + second for first in "bcdfghjkl" for second in "aeiou"]


@pytest.fixture(scope="module")
def catalogue(games: Domain, item: MakeItem) -> Catalogue:
    """Forty war games and forty party games, one of each made every year from 1960.

    The last five of each kind have no interactions.
    """
    items = [
        item(
            f"{kind[0].lower()}{number}",
            f"{name} {WORDS[number]}",
            f"A {kind.lower()} game of {words}.",
            kind=(kind,),
            designer=(f"{kind} maker {number % 4}",),
            year=1960.0 + number,
        )
        for kind, name, words in (
            ("War", "Siege", "armies and battle"),
            ("Party", "Laughter", "jokes and drawing"),
        )
        for number in range(N)
    ]
    weights = {item.item_id: float(place % N) for place, item in enumerate(items)}
    return Catalogue(items, games, weights=weights)


@pytest.fixture(scope="module")
def interactions() -> list[Interaction]:
    """Even users play war games, odd ones party games; each leaves out every fifth."""
    return [
        Interaction(user_id=f"u{user}", item_id=f"{'wp'[user % 2]}{number}")
        for user in range(30)
        for number in range(N - 5)
        if (number + user) % 5
    ]


@pytest.fixture(scope="module")
def engine(catalogue: Catalogue, interactions: list[Interaction]) -> Engine:
    return Engine.fit(catalogue, interactions, HashingEncoder(128), config=CONFIG)


@pytest.fixture(scope="module")
def content_only(catalogue: Catalogue) -> Engine:
    return Engine.fit(catalogue, [], HashingEncoder(128), config=CONFIG)


def ids(candidates: tuple[Candidate, ...]) -> list[str]:
    return [candidate.item_id for candidate in candidates]


def kinds(candidates: tuple[Candidate, ...]) -> set[str]:
    return {item_id[0] for item_id in ids(candidates)}


def test_likes_of_one_kind_bring_that_kind(engine: Engine) -> None:
    answer = engine.recommend(Query(n=10, liked=("w1", "w2", "w3"), diversity=0.0))
    assert kinds(answer.candidates) == {"w"}
    assert answer.matching == 2 * N - 3


def test_content_alone_is_enough(content_only: Engine) -> None:
    answer = content_only.recommend(Query(n=10, liked=("p1", "p2"), diversity=0.0))
    assert kinds(answer.candidates) == {"p"}
    assert all(candidate.cold for candidate in answer.candidates)
    assert all(c.parts[Part.COLLABORATIVE] == 0.0 for c in answer.candidates)
    assert content_only.parameters["collaborative_dim"] == 0


def test_two_tastes_bring_both_kinds(engine: Engine) -> None:
    liked = ("w1", "p1", "w2", "p2")
    assert kinds(engine.recommend(Query(n=10, liked=liked)).candidates) == {"w", "p"}


def test_parts_add_up_and_ranks_follow_scores(engine: Engine, say: Say) -> None:
    query = Query(
        n=20,
        text="drawing jokes",
        liked=("p1",),
        like=("w9",),
        disliked=("w3",),
        interests=(say("mood", "silly", 0.7), say("kind", "War", -0.4)),
        wishes=(say("year", "1970..1980"), say("maker", "Party maker 2")),
    )
    candidates = engine.recommend(query).candidates
    assert [candidate.rank for candidate in candidates] == list(range(1, 21))
    scores = [candidate.score for candidate in candidates]
    assert scores == sorted(scores, reverse=True)
    for candidate in candidates:
        assert set(candidate.parts) == set(Part)
        assert candidate.score == pytest.approx(sum(candidate.parts.values()), abs=1e-9)
        assert candidate.parts[Part.AVERSION] <= 0.0


def test_the_same_query_gives_the_same_answer(
    catalogue: Catalogue, interactions: list[Interaction], engine: Engine, say: Say
) -> None:
    again = Engine.fit(catalogue, interactions, HashingEncoder(128), config=CONFIG)
    query = Query(n=15, liked=("w1", "p7"), wishes=(say("kind", "War"),), text="battle")
    assert engine.recommend(query).candidates == again.recommend(query).candidates


def test_what_was_named_or_excluded_does_not_come_back(engine: Engine) -> None:
    gone = {"w1", "w2", "w3", "w4"}
    query = Query(n=2 * N, like=("w1",), liked=("w2",), disliked=("w3",), exclude=frozenset({"w4"}))
    found = ids(engine.recommend(query).candidates)
    assert gone.isdisjoint(found)
    assert len(found) == len(set(found)) == 2 * N - 4


def test_ten_come_if_ten_meet_the_constraints(engine: Engine, say: Say) -> None:
    """The filter works inside the search: the rare that fit are found however badly they score."""
    query = Query(
        n=10,
        liked=("w1", "w2"),
        wishes=(say("kind", "War", -1.0, hard=True), say("year", "1962..1971", hard=True)),
    )
    answer = engine.recommend(query)
    assert set(ids(answer.candidates)) == {f"p{number}" for number in range(2, 12)}
    for candidate in answer.candidates:
        assert [entry.verdict for entry in candidate.ledger] == [Verdict.MET, Verdict.MET]
    assert (answer.matching, answer.relaxations) == (10, ())


def test_too_few_are_returned_with_what_relaxing_would_bring(engine: Engine, say: Say) -> None:
    party = say("kind", "Party", hard=True)
    late = say("year", "1998..", hard=True)
    answer = engine.recommend(Query(n=5, wishes=(party,), interests=(late,)))
    assert set(ids(answer.candidates)) == {"p38", "p39"}
    assert answer.matching == 2
    assert [(r.interest, r.matching) for r in answer.relaxations] == [(late, N), (party, 4)]


def test_nothing_fits(engine: Engine, say: Say) -> None:
    answer = engine.recommend(Query(wishes=(say("year", "2050..", hard=True),)))
    assert (answer.candidates, answer.matching) == ((), 0)
    assert answer.relaxations[0].matching == 2 * N


def test_a_rare_value_is_found(engine: Engine, say: Say) -> None:
    found = engine.recommend(Query(n=10, wishes=(say("maker", "Party maker 3"),))).candidates
    assert {int(item_id[1:]) % 4 for item_id in ids(found)} == {3}
    assert kinds(found) == {"p"}


def test_a_wish_outweighs_a_standing_interest(engine: Engine, say: Say) -> None:
    query = Query(n=6, wishes=(say("kind", "War"),), interests=(say("kind", "Party"),))
    assert kinds(engine.recommend(query).candidates) == {"w"}


def test_hints_let_open_words_speak_for_a_column(engine: Engine, say: Say) -> None:
    found = engine.recommend(Query(n=10, wishes=(say("mood", "silly"),))).candidates
    assert kinds(found) == {"p"}
    assert {entry.verdict for c in found for entry in c.ledger} == {Verdict.UNKNOWN}


def test_dislikes_push_away(engine: Engine, say: Say) -> None:
    by_item = engine.recommend(Query(n=10, disliked=("w1", "w2"), diversity=0.0)).candidates
    by_kind = engine.recommend(Query(n=10, interests=(say("kind", "War", -0.8),))).candidates
    by_word = engine.recommend(
        Query(n=10, interests=(say("mood", "armies and battle", -0.9),), diversity=0.0)
    ).candidates
    assert kinds(by_item) == kinds(by_kind) == kinds(by_word) == {"p"}


def test_an_averse_hint_spares_what_is_liked(engine: Engine, say: Say) -> None:
    silly = say("mood", "silly", -1.0)
    stranger = engine.judge("p5", Query(interests=(silly,)))
    friend = engine.judge("p5", Query(interests=(silly,), liked=("p1", "p2")))
    assert friend.parts[Part.AVERSION] > stranger.parts[Part.AVERSION]


def test_cold_items_are_reachable(engine: Engine) -> None:
    cold = {f"w{number}" for number in range(N - 5, N)}
    answer = engine.recommend(Query(n=20, liked=("w33", "w34"), diversity=0.0))
    assert cold & set(ids(answer.candidates))
    assert {c.item_id for c in answer.candidates if c.cold} <= cold | {f"p{i}" for i in range(N)}
    judged = engine.judge("w36", Query(liked=("w1",)))
    other = engine.judge("p36", Query(liked=("w1",)))
    assert judged.cold
    assert judged.parts[Part.COLLABORATIVE] > other.parts[Part.COLLABORATIVE]


def test_nothing_said_brings_the_best_known_of_every_kind(engine: Engine) -> None:
    found = engine.recommend(Query(n=10, diversity=0.5)).candidates
    assert kinds(found) == {"w", "p"}
    assert all(candidate.parts[Part.POPULARITY] > 0.25 for candidate in found)


def test_diversity_is_a_dial(engine: Engine, say: Say) -> None:
    """By score alone nothing but war games; as varied as possible both kinds."""

    def kinds_at(diversity: float) -> set[str]:
        wishes = (say("kind", "War", 0.3),)
        return kinds(engine.recommend(Query(n=10, wishes=wishes, diversity=diversity)).candidates)

    assert kinds_at(0.0) == {"w"}
    assert kinds_at(1.0) == {"w", "p"}


def test_similar_is_of_the_same_kind_and_not_the_item(engine: Engine) -> None:
    found = engine.similar("p6", 8, exclude=frozenset({"p7"}))
    assert kinds(found) == {"p"}
    assert {"p6", "p7"}.isdisjoint(ids(found))


def test_similar_to_nothing_known_is_refused(engine: Engine) -> None:
    with pytest.raises(UnknownNameError):
        engine.similar("x1", 3)


def test_search_by_title_then_by_meaning(engine: Engine) -> None:
    found = engine.search("siege ci", 5)
    assert found[0].item_id == "w7"
    assert found[0].score == pytest.approx(sum(found[0].parts.values()))
    assert engine.search("laugter ci", 1)[0].item_id == "p7"  # mistyped
    assert kinds(engine.search("jokes and drawing", 5)) == {"p"}
    assert engine.search("   ", 5) == ()


def test_judge_agrees_with_recommend(engine: Engine, say: Say) -> None:
    query = Query(n=5, liked=("w1",), wishes=(say("year", "1970.."),))
    best = engine.recommend(query).candidates[0]
    judged = engine.judge(best.item_id, query)
    assert judged.parts == pytest.approx(best.parts)
    assert judged.ledger == best.ledger


def test_support_counts_people_who_liked_both(engine: Engine) -> None:
    # Of the 15 war players, those with (0 + u) % 5 == 0 leave out w0, those with (1 + u) % 5 == 0
    # leave out w1: u in {0, 10, 20} and {4, 14, 24}.
    assert engine.support("w0", "w1") == 9
    assert engine.support("w0", "w5") == 12
    assert engine.support("w0", "p1") == 0
    assert engine.support("w0", "w39") == 0


def test_saved_and_loaded_answers_alike(engine: Engine, tmp_path: Path, say: Say) -> None:
    engine.save(tmp_path / "engine")
    loaded = Engine.load(tmp_path / "engine", engine.catalogue, HashingEncoder(128))
    query = Query(n=10, liked=("w1", "p2"), wishes=(say("kind", "Party"),), text="battle")
    assert loaded.recommend(query).candidates == engine.recommend(query).candidates
    assert loaded.parameters == engine.parameters
    assert loaded.support("w0", "w5") == 12


def test_content_only_engine_survives_the_disk(content_only: Engine, tmp_path: Path) -> None:
    content_only.save(tmp_path)
    loaded = Engine.load(tmp_path, content_only.catalogue, HashingEncoder(128))
    query = Query(n=5, liked=("w1",))
    assert loaded.recommend(query).candidates == content_only.recommend(query).candidates


def test_vectors_of_another_encoder_or_catalogue_are_refused(
    engine: Engine, tmp_path: Path, games: Domain
) -> None:
    engine.save(tmp_path)
    with pytest.raises(WorkspaceError, match="hashing-64"):
        Engine.load(tmp_path, engine.catalogue, HashingEncoder(64))
    with pytest.raises(WorkspaceError, match="79"):
        Engine.load(tmp_path, Catalogue(engine.catalogue.items[:-1], games), HashingEncoder(128))


@pytest.mark.parametrize(
    "name", ["vectors.npy", "factors.npy", "interactions.npz", "engine.json", "index.json"]
)
@pytest.mark.parametrize("content", [None, b"", b"garbage"])
def test_missing_or_damaged_files_are_refused(
    engine: Engine, tmp_path: Path, name: str, content: bytes | None
) -> None:
    engine.save(tmp_path)
    if content is None:
        (tmp_path / name).unlink()
    else:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(WorkspaceError):
        Engine.load(tmp_path, engine.catalogue, HashingEncoder(128))


def test_items_that_are_gone_from_the_catalogue_do_no_harm(engine: Engine) -> None:
    query = Query(n=3, liked=("gone", "w1"), exclude=frozenset({"gone too"}))
    assert kinds(engine.recommend(query).candidates) == {"w"}


def test_stages_are_timed(engine: Engine) -> None:
    ms = engine.recommend(Query(n=1)).ms
    assert set(ms) == {"encode", "search", "rank", "ledger"}
    assert all(value >= 0.0 for value in ms.values())


def test_unknown_items_in_interactions_are_refused(catalogue: Catalogue) -> None:
    with pytest.raises(UnknownNameError):
        Engine.fit(catalogue, [Interaction(user_id="u", item_id="nope")], HashingEncoder(16))


def test_a_wish_beside_a_reference_outranks_likeness(
    games: Domain, item: MakeItem, say: Say
) -> None:
    """The twin is more like the reference in everything, but it is not what was asked for."""
    about = {"designer": ("One",), "year": 1990.0}
    items = [
        item("reference", "Siege", "", kind=("War", "Dice"), **about),
        item("twin", "Storm", "", kind=("War", "Dice"), **about),
        item("cousin", "Jest", "", kind=("War", "Party"), **about),
        item("stranger", "Doodle", "", kind=("Party",), designer=("Two",), year=1960.0),
    ]
    engine = Engine.fit(Catalogue(items, games), [], HashingEncoder(128))
    plain = engine.recommend(Query(n=3, like=("reference",), diversity=0.0))
    assert ids(plain.candidates)[0] == "twin"
    for wish in (say("kind", "Party", 0.8), say("mood", "silly", 0.8)):
        query = Query(n=3, like=("reference",), wishes=(wish,), diversity=0.0)
        changed = engine.recommend(query).candidates
        assert ids(changed)[0] == "cousin"
        assert changed[0].score == pytest.approx(sum(changed[0].parts.values()))


def test_what_was_learned_ranks_a_history_and_counts_popularity_less(engine: Engine) -> None:
    history = engine.recommend(Query(n=5, liked=("w3", "w4", "w6")))
    assert kinds(history.candidates) == {"w"}
    known = engine.judge("w30", Query(liked=("w3", "w4", "w6"))).parts
    unasked = engine.judge("w30", Query()).parts
    assert known[Part.COLLABORATIVE] > 0.3
    assert 0.0 < known[Part.POPULARITY] < 0.5 * unasked[Part.POPULARITY]
