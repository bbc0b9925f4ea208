"""What every profile store promises, checked over the real one and the fake one.

PostgreSQL is the one that ``PALATE_TEST_POSTGRES`` names (an empty database), or is started here.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from interest.errors import ConflictError, InputError, StoreError
from interest.evidence import Evidence, Source
from interest.interests import Interest, Strictness
from interest.memory_store import MemoryStore
from interest.profile import InterestProfile, Reaction, ReactionKind
from interest.sql_store import SqlStore
from interest.store import Event, EventKind, ProfileStore, StoredTurn

NOW = datetime(2026, 3, 1, 12, 30, 15, 123456, tzinfo=UTC)
KINDS = ["memory", "sqlite", "postgresql"]


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ProfileStore]:
    made: ProfileStore
    if request.param == "memory":
        made = MemoryStore()
    elif request.param == "sqlite":
        made = SqlStore.open(tmp_path / "deep" / "palate.db")
    else:
        made = SqlStore.open(request.getfixturevalue("postgres_url"))
        for user_id in made.users():
            made.delete(user_id)
    yield made
    made.close()


def quote(text: str, source_id: str = "t1", at: datetime = NOW) -> Evidence:
    return Evidence.whole(text, source=Source.CHAT, source_id=source_id, observed_at=at)


def interest(value: str, preference: float = 0.8, *words: str) -> Interest:
    return Interest(
        facet="genre",
        value=value,
        preference=preference,
        confidence=0.7,
        strictness=Strictness.SOFT,
        evidence=tuple(quote(word, f"t{n}") for n, word in enumerate(words or (value,))),
        valid_from=NOW,
    )


def reaction(item_id: str, kind: ReactionKind = ReactionKind.LIKED) -> Reaction:
    return Reaction(item_id=item_id, kind=kind, at=NOW, evidence=(quote(f"{kind} {item_id}"),))


def event(note: str) -> Event:
    return Event(kind=EventKind.SAID, at=NOW, payload={"note": note})


def turn(turn_id: str, conversation_id: str = "c1", text: str = "hello") -> StoredTurn:
    return StoredTurn(
        conversation_id=conversation_id,
        turn_id=turn_id,
        at=NOW,
        user_text=text,
        reply=f"reply to {turn_id}",
        record={"shown": ["1", "2"], "scores": {"a": 0.5}},
    )


def test_unknown_user_has_an_empty_profile(store: ProfileStore) -> None:
    assert store.load("ada") == InterestProfile(user_id="ada")
    assert store.users() == ()
    assert store.events("ada") == ()
    assert store.turns("ada", "c1") == ()


def test_what_is_saved_is_loaded(store: ProfileStore) -> None:
    tokyo = timezone(timedelta(hours=9))
    profile = InterestProfile(
        user_id="ада/ada@example.org 🎬",
        domain="things",
        interests=(
            interest("Horror", -0.123456789012345, "no horror", "恐怖片", "never"),
            replace(
                interest("slow burn"),
                facet="pace",
                strictness=Strictness.HARD,
                linked=False,
                valid_to=NOW + timedelta(days=1),
                valid_from=NOW.astimezone(tokyo),
            ),
        ),
        reactions=(reaction("949"), reaction("12", ReactionKind.REJECTED)),
        updated_at=NOW,
    )
    saved = store.save(profile)
    assert saved == replace(profile, revision=1)
    assert store.load(profile.user_id) == saved


def test_changes_keep_the_order_of_the_profile(store: ProfileStore) -> None:
    first = store.save(
        InterestProfile(
            user_id="ada",
            interests=tuple(interest(value) for value in ("a", "b", "c", "d")),
            reactions=tuple(reaction(item) for item in ("1", "2", "3")),
        )
    )
    second = store.save(
        replace(
            first,
            interests=(
                interest("d"),
                interest("b", -0.5, "not b", "b again"),
                interest("e"),
                interest("a"),
            ),
            reactions=(reaction("3"), reaction("1", ReactionKind.DISLIKED)),
        )
    )
    assert second.revision == 2
    assert store.load("ada") == second


def test_a_value_is_kept_once_per_condition(store: ProfileStore) -> None:
    always = interest("Horror", 0.9, "love horror")
    with_kids = replace(interest("Horror", -0.8, "no horror", "never"), condition="with the kids")
    at_night = replace(interest("Horror", 0.4, "at night"), condition="at night")
    first = store.save(InterestProfile(user_id="ada", interests=(always, with_kids, at_night)))
    assert store.load("ada") == first
    # One of them goes, one moves, one changes.
    changed = replace(with_kids, preference=-0.5, evidence=with_kids.evidence[:1])
    second = store.save(replace(first, interests=(at_night, changed)))
    assert store.load("ada") == second
    assert [(i.condition, i.preference, len(i.evidence)) for i in second.interests] == [
        ("at night", 0.4, 1),
        ("with the kids", -0.5, 1),
    ]
    gone = store.delete("ada")
    assert (gone["interests"], gone["interest_evidence"]) == (2, 2)


def test_events_come_in_order_and_in_pages(store: ProfileStore) -> None:
    saved = store.save(InterestProfile(user_id="ada"), events=[event("one"), event("two")])
    store.save(InterestProfile(user_id="bob"), events=[event("other")])
    store.save(saved, events=[event("three")])
    found = store.events("ada")
    assert [entry.payload["note"] for entry in found] == ["one", "two", "three"]
    assert [entry.at for entry in found] == [NOW] * 3
    ids = [entry.event_id for entry in found]
    assert ids == sorted(set(ids))
    assert ids[0] > 0
    assert store.events("ada", after=ids[0], limit=1) == found[1:2]
    assert store.events("ada", after=ids[2]) == ()
    assert store.events("ada", limit=0) == ()


def test_turns_stay_in_their_conversation(store: ProfileStore) -> None:
    saved = store.save(InterestProfile(user_id="ada"), turn=turn("t2"))
    saved = store.save(saved, turn=turn("t1"))
    store.save(saved, turn=turn("t1", "c2"))
    assert store.turns("ada", "c1") == (turn("t2"), turn("t1"))
    assert store.turns("ada", "c2") == (turn("t1", "c2"),)


def test_records_cannot_be_changed_from_outside(store: ProfileStore) -> None:
    payload = {"note": "said", "list": [1]}
    store.save(
        InterestProfile(user_id="ada"),
        events=[Event(kind=EventKind.SAID, at=NOW, payload=payload)],
    )
    payload["note"] = "changed"
    read = store.events("ada")[0].payload
    assert read == {"note": "said", "list": [1]}
    read["list"].append(2)
    assert store.events("ada")[0].payload == {"note": "said", "list": [1]}


def test_stale_save_writes_nothing(store: ProfileStore) -> None:
    first = store.save(InterestProfile(user_id="ada", interests=(interest("a"),)))
    store.save(replace(first, interests=(interest("b"),)), events=[event("kept")])
    with pytest.raises(ConflictError, match="revision 1"):
        store.save(
            replace(first, interests=(interest("c"),)), events=[event("lost")], turn=turn("t1")
        )
    with pytest.raises(ConflictError):
        store.save(InterestProfile(user_id="ada", interests=(interest("d"),)))
    with pytest.raises(ConflictError):
        store.save(InterestProfile(user_id="nobody", revision=3))
    assert [held.value for held in store.load("ada").interests] == ["b"]
    assert [entry.payload["note"] for entry in store.events("ada")] == ["kept"]
    assert store.turns("ada", "c1") == ()
    assert store.users() == ("ada",)


def test_turn_that_is_there_undoes_the_whole_save(store: ProfileStore) -> None:
    saved = store.save(InterestProfile(user_id="ada"), turn=turn("t1"))
    with pytest.raises(StoreError, match="stored already"):
        store.save(
            replace(saved, interests=(interest("a"),)), events=[event("lost")], turn=turn("t1")
        )
    assert store.load("ada") == saved
    assert store.events("ada") == ()


@pytest.mark.parametrize(
    ("payload", "problem"),
    [
        ({"at": NOW}, "JSON"),
        ({"score": float("nan")}, "JSON"),
        ({"deep": [{"text": "a\0b"}]}, r"U\+0000 at offset 1"),
        ({"text": "\ud83d"}, r"U\+D83D at offset 0"),
    ],
)
def test_what_cannot_be_kept_is_refused(
    store: ProfileStore, payload: dict[str, object], problem: str
) -> None:
    lost = Event(kind=EventKind.SAID, at=NOW, payload=payload)
    with pytest.raises(InputError, match=problem):
        store.save(InterestProfile(user_id="ada"), events=[lost])
    assert store.users() == ()


def test_times_without_zone_are_refused(store: ProfileStore) -> None:
    naive = NOW.replace(tzinfo=None)
    profile = InterestProfile(user_id="ada")
    with pytest.raises(InputError, match="time zone"):
        store.save(profile, events=[Event(kind=EventKind.SAID, at=naive, payload={})])
    with pytest.raises(InputError, match="time zone"):
        store.save(profile, turn=replace(turn("t1"), at=naive))
    with pytest.raises(InputError, match="time zone"):
        store.save(replace(profile, updated_at=naive))
    assert store.users() == ()


def test_users_are_apart(store: ProfileStore) -> None:
    tricky = ["ada", "Ada", "ada ", "a%", "a_a", "';--", "ada\u200b"]
    for user_id in tricky:
        store.save(
            InterestProfile(user_id=user_id, interests=(interest(f"only {user_id}"),)),
            events=[event(user_id)],
            turn=turn("t1", text=user_id),
        )
    assert store.users() == tuple(sorted(tricky))
    for user_id in tricky:
        assert [held.value for held in store.load(user_id).interests] == [f"only {user_id}"]
        assert [entry.payload["note"] for entry in store.events(user_id)] == [user_id]
        assert [entry.user_text for entry in store.turns(user_id, "c1")] == [user_id]
    store.delete("ada")
    assert store.users() == tuple(sorted(set(tricky) - {"ada"}))
    assert [entry.payload["note"] for entry in store.events("Ada")] == ["Ada"]


def test_conversations_are_listed_newest_first(store: ProfileStore) -> None:
    profile = InterestProfile(user_id="ada")
    for turn_id, conversation_id in (("t1", "c1"), ("t2", "c2"), ("t3", "c1"), ("t4", "c3")):
        profile = store.save(profile, turn=turn(turn_id, conversation_id))
    store.save(InterestProfile(user_id="bob"), turn=turn("t9", "c9"))
    assert store.conversations("ada") == ("c3", "c1", "c2")
    assert store.conversations("nobody") == ()


def test_delete_counts_what_went(store: ProfileStore) -> None:
    saved = store.save(
        InterestProfile(
            user_id="ada",
            interests=(interest("a", 0.5, "x", "y"), interest("b")),
            reactions=(reaction("1"),),
        ),
        events=[event("one"), event("two")],
        turn=turn("t1"),
    )
    gone = store.delete("ada")
    assert {table: count for table, count in gone.items() if count} == {
        "profiles": 1,
        "interests": 2,
        "interest_evidence": 3,
        "reactions": 1,
        "reaction_evidence": 1,
        "events": 2,
        "turns": 1,
    }
    assert set(store.delete("ada").values()) == {0}
    assert store.load("ada") == InterestProfile(user_id="ada")
    assert store.events("ada") == ()
    assert store.turns("ada", "c1") == ()
    with pytest.raises(ConflictError):
        store.save(saved)


def test_event_ids_are_never_given_twice(store: ProfileStore) -> None:
    store.save(InterestProfile(user_id="ada"), events=[event("one")])
    (first,) = store.events("ada")
    store.delete("ada")
    store.save(InterestProfile(user_id="ada"), events=[event("two")])
    (second,) = store.events("ada")
    assert second.event_id > first.event_id


def _at_once(work: Sequence[Callable[[], bool]]) -> list[bool]:
    """Run everything in threads that start together; a conflict is False."""
    start = threading.Barrier(len(work))

    def run(task: Callable[[], bool]) -> bool:
        start.wait(timeout=30)
        try:
            return task()
        except ConflictError:
            return False

    with ThreadPoolExecutor(max_workers=len(work)) as pool:
        return list(pool.map(run, work))


def test_one_of_several_conflicting_saves_wins(store: ProfileStore) -> None:
    base = store.save(InterestProfile(user_id="ada"))
    for attempt in range(5):
        before = store.load("ada")

        def save(name: str, profile: InterestProfile = before) -> bool:
            changed = replace(profile, interests=(interest(name),))
            store.save(changed, events=[event(name)], turn=turn(f"{name}"))
            return True

        names = [f"{attempt}-{n}" for n in range(6)]
        won = _at_once([lambda name=name: save(name) for name in names])
        assert sum(won) == 1
        winner = names[won.index(True)]
        after = store.load("ada")
        assert after.revision == before.revision + 1
        assert [held.value for held in after.interests] == [winner]
        assert store.events("ada")[-1].payload["note"] == winner
    assert store.load("ada").revision == base.revision + 5
    assert len(store.events("ada")) == len(store.turns("ada", "c1")) == 5


def test_first_saves_conflict_too(store: ProfileStore) -> None:
    def save() -> bool:
        store.save(InterestProfile(user_id="new"), events=[event("first")])
        return True

    assert sum(_at_once([save] * 6)) == 1
    assert len(store.events("new")) == 1


def test_savers_that_repeat_after_a_conflict_lose_nothing(store: ProfileStore) -> None:
    def add(worker: int) -> bool:
        for n in range(8):
            item_id = f"{worker}-{n}"
            for _ in range(1000):
                held = store.load("ada")
                changed = replace(held, reactions=(*held.reactions, reaction(item_id)))
                try:
                    store.save(changed, events=[event(item_id)])
                except ConflictError:
                    continue
                break
        return True

    assert _at_once([lambda worker=worker: add(worker) for worker in range(4)]) == [True] * 4
    expected = sorted(f"{worker}-{n}" for worker in range(4) for n in range(8))
    profile = store.load("ada")
    assert sorted(held.item_id for held in profile.reactions) == expected
    assert profile.revision == 32
    assert sorted(entry.payload["note"] for entry in store.events("ada")) == expected
