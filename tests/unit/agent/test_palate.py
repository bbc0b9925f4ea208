"""The facade over a small workspace on disk, without a model."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from typing_extensions import override

from agent.live import Live
from agent.palate import Palate, utc_now
from agent.store_place import store_place
from interest.errors import InputError, UnknownNameError, WorkspaceError
from interest.interests import Strictness
from interest.memory_store import MemoryStore
from interest.profile import ReactionKind
from interest.progress import Progress, no_progress
from interest.store import EventKind
from retrieval.encoder import HashingEncoder
from retrieval.seams import FloatArray
from retrieval.workspace import Workspace
from retrieval.workspace_folder import WorkspaceFolder


@pytest.fixture
def palate(small_workspace: Path) -> Iterator[Palate]:
    opened = Palate.open(small_workspace, llm="none")
    yield opened
    for user in opened.users():
        opened.delete_user(user)
    opened.close()


class SlowEncoder(HashingEncoder):
    """Is loaded when it is told that it may be."""

    def __init__(self) -> None:
        super().__init__()
        self.loading, self.may_end = threading.Event(), threading.Event()

    @override
    def encode(self, texts: Sequence[str], *, progress: Progress = no_progress) -> FloatArray:
        self.loading.set()
        assert self.may_end.wait(30)
        return super().encode(texts, progress=progress)


def test_questions_wait_while_things_are_loaded(small_workspace: Path) -> None:
    encoder = SlowEncoder()
    workspace = Workspace.open(small_workspace, encoder)
    store = MemoryStore()
    palate = Palate(live=Live(workspace, None, store, clock=utc_now), model=None, store=store)
    warming = threading.Thread(target=palate.warm_up)
    warming.start()
    assert encoder.loading.wait(30)
    asking = threading.Thread(target=palate.ask, args=("ada", "I love horror"))
    asking.start()
    asking.join(0.3)
    # Reading "horror" needs no encoder: only the warm-up holds it back.
    assert not palate.profile("ada").interests
    encoder.may_end.set()
    for thread in (warming, asking):
        thread.join(30)
    assert [interest.value for interest in palate.profile("ada").interests] == ["Horror"]


def _first(palate: Palate) -> str:
    return palate.recommend("ada", n=1)[0].item_id


def test_without_a_workspace_the_error_names_the_command(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match="palate build --demo"):
        Palate.open(tmp_path / "nothing", llm="none")


def test_a_rejected_item_does_not_come_back_and_can_be_taken_back(palate: Palate) -> None:
    item_id = _first(palate)
    profile = palate.react("ada", item_id, ReactionKind.REJECTED)
    assert profile.items(ReactionKind.REJECTED) == (item_id,)
    everything = palate.recommend("ada", n=50)
    assert item_id not in {pick.item_id for pick in everything}
    palate.clear_reaction("ada", item_id)
    assert _first(palate) == item_id


def test_reactions_are_quoted_as_acts(palate: Palate) -> None:
    item_id = _first(palate)
    (reaction,) = palate.react("ada", item_id, ReactionKind.LIKED).reactions
    label = palate.catalogue.item(item_id).label
    assert reaction.evidence[0].quote == f"liked {label}"


def test_an_unknown_item_is_named(palate: Palate) -> None:
    with pytest.raises(UnknownNameError, match="zorblax"):
        palate.react("ada", "zorblax", ReactionKind.LIKED)
    assert palate.users() == ()


def test_edits_change_the_list_at_once(palate: Palate) -> None:
    item = palate.catalogue.item(_first(palate))
    genre = item.names("genre")[0]
    palate.add_interest("ada", "genre", genre.lower(), preference=-0.9, strictness=Strictness.HARD)
    assert not any(genre in pick.item.names("genre") for pick in palate.recommend("ada", n=50))
    palate.delete_interest("ada", "genre", genre)
    assert _first(palate) == item.item_id


def test_two_values_are_added_for_one_word_that_means_both(palate: Palate) -> None:
    profile = palate.add_interest("ada", "genre", "romcom")
    assert set(profile.by_key) == {("genre", "Comedy"), ("genre", "Romance")}


def test_changing_strength_keeps_the_value(palate: Palate) -> None:
    palate.add_interest("ada", "genre", "Comedy", preference=0.4)
    profile = palate.change_interest("ada", "genre", "Comedy", preference=-0.6)
    assert profile.by_key["genre", "Comedy"].preference == pytest.approx(-0.6)


@pytest.mark.parametrize(
    ("facet", "value", "preference", "named"),
    [
        ("colour", "red", 0.5, "colour"),
        ("genre", "Comedy", 3.0, "3.0"),
        ("year", "soon", 0.5, "soon"),
        ("genre", "  ", 0.5, "genre"),
    ],
)
def test_bad_edits_are_refused_and_change_nothing(
    palate: Palate, facet: str, value: str, preference: float, named: str
) -> None:
    with pytest.raises(InputError, match=named):
        palate.add_interest("ada", facet, value, preference=preference)
    assert not palate.profile("ada").interests


def test_what_is_not_there_cannot_be_deleted(palate: Palate) -> None:
    with pytest.raises(UnknownNameError, match="Western"):
        palate.delete_interest("ada", "genre", "Western")


def test_a_conversation_survives_a_restart(palate: Palate, small_workspace: Path) -> None:
    first = palate.ask("ada", "I love comedies", n=2)
    again = Palate.open(small_workspace, llm="none")
    second = again.ask("ada", "something else", n=2)
    again.close()
    shown = {pick.item_id for pick in first.recommendations}
    assert not shown & {pick.item_id for pick in second.recommendations}
    assert [turn.user_text for turn in palate.turns("ada")] == [
        "I love comedies",
        "something else",
    ]


def test_a_deleted_person_leaves_nothing(palate: Palate, small_workspace: Path) -> None:
    palate.ask("ada", "I adore quokkas and comedies")
    receipt = palate.delete_user("ada")
    assert receipt.total > 0
    assert palate.users() == ()
    assert palate.turns("ada") == ()
    for path in small_workspace.rglob("*"):
        if path.is_file():
            assert b"quokkas" not in path.read_bytes(), path


def test_an_explanation_for_any_item(palate: Palate) -> None:
    palate.ask("ada", "I love comedies")
    comedy = next(i for i in palate.catalogue.items if "Comedy" in i.names("genre"))
    pick = palate.explain("ada", comedy.item_id)
    assert "“love comedies”" in pick.explanation.text


def test_the_status_tells_who_does_what(palate: Palate) -> None:
    status = palate.status
    assert status.n_items == len(palate.catalogue)
    assert status.n_interactions == 0
    assert "FAISS" in status.index
    assert {role.done_by.value for role in status.roles} == {"rules"}


def test_the_export_is_the_published_form(palate: Palate) -> None:
    palate.ask("ada", "I love comedies")
    exported = palate.export_profile("ada")
    assert exported["user_id"] == "ada"
    assert [entry["value"] for entry in exported["interests"]] == ["Comedy"]


def test_acts_stand_in_the_log(palate: Palate) -> None:
    item_id = _first(palate)
    palate.react("ada", item_id, ReactionKind.SEEN)
    kinds = [event.kind for event in palate.events("ada")]
    assert kinds == [EventKind.SEEN]


def test_the_store_is_the_one_that_is_named_then_the_environment_s_then_the_workspace_s(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = WorkspaceFolder(tmp_path)
    monkeypatch.delenv("PALATE_STORE", raising=False)
    assert store_place(folder) == folder.store_url
    monkeypatch.setenv("PALATE_STORE", "sqlite:///elsewhere.db")
    assert store_place(folder) == "sqlite:///elsewhere.db"
    assert store_place(folder, "sqlite:///named.db") == "sqlite:///named.db"
